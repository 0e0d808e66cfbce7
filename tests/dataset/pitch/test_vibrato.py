"""Vibrato of known rate, depth and extent must be measured so, and a straight or leaping line has none."""

from __future__ import annotations

import numpy as np
import pytest

from muze_dataset.hearing.pitch.periodicity import find_candidates
from muze_dataset.hearing.pitch.pyin import pyin
from muze_dataset.hearing.pitch.vibrato import find_vibrato

from .voices import swinging, voice


def contour(hz: float, rate: float, depth: float, duration_s: float) -> np.ndarray:
    return swinging(hz, rate, depth, duration_s, rate_hz=100).astype(np.float32)


@pytest.mark.parametrize("rate", [2.5, 3.5, 4.5, 5.5, 6.5, 8.0, 10.0, 11.5])
@pytest.mark.parametrize("depth", [15.0, 50.0, 120.0])
def test_rate_and_depth_over_the_grid(rate: float, depth: float) -> None:
    found = find_vibrato(contour(300.0, rate, depth, 2.5))
    assert found.rate_hz == pytest.approx(rate, abs=0.1)
    assert found.depth_cents == pytest.approx(depth, rel=0.08)
    assert found.extent > 0.9
    assert found.confidence is not None and found.confidence > 0.95


@pytest.mark.parametrize("rate", [4.5, 5.5, 7.0])
def test_it_is_measured_on_a_voice_that_is_heard(rate: float) -> None:
    signal = voice(swinging(262.0, rate, 60.0, 1.5), 1.5)
    found = find_vibrato(pyin(signal, find_candidates(signal, 150)).hz)
    assert found.rate_hz == pytest.approx(rate, abs=0.15)
    assert found.depth_cents == pytest.approx(60.0, rel=0.15)


def test_the_extent_is_the_share_of_the_sung_time() -> None:
    swing, straight, pause = contour(220.0, 5.5, 40.0, 1.0), np.full(300, 247.0), np.zeros(100)
    found = find_vibrato(np.concatenate([swing, pause, straight]).astype(np.float32))
    assert found.extent == pytest.approx(0.25, abs=0.05)


def test_drift_does_not_hide_it() -> None:
    drift = 2.0 ** (np.linspace(0.0, 40.0, 200) / 1200.0)
    found = find_vibrato((contour(220.0, 5.0, 30.0, 2.0) * drift).astype(np.float32))
    assert found.rate_hz == pytest.approx(5.0, abs=0.15)


@pytest.mark.parametrize(
    "line",
    [
        np.full(300, 220.0),
        np.linspace(220.0, 260.0, 300),
        np.repeat([220.0, 247.0, 262.0, 294.0, 262.0, 247.0], 40),
        np.zeros(300),
        np.full(20, 220.0),
        np.zeros(0),
    ],
    ids=["held", "glide", "melody", "nothing", "short", "empty"],
)
def test_other_lines_have_none(line: np.ndarray) -> None:
    found = find_vibrato(line.astype(np.float32))
    assert found.rate_hz is None and found.depth_cents is None and found.confidence is None
    assert found.extent == 0.0


def test_noise_of_a_few_cents_is_none() -> None:
    wobble = np.random.default_rng(0).normal(0.0, 8.0, 400)
    assert find_vibrato((220.0 * 2.0 ** (wobble / 1200.0)).astype(np.float32)).extent < 0.1


def test_a_trill_of_another_rate_does_not_shift_the_mean() -> None:
    line = np.concatenate([contour(220.0, 5.5, 40.0, 3.0), np.zeros(20), contour(220.0, 10.0, 90.0, 0.8)])
    assert find_vibrato(line.astype(np.float32)).rate_hz == pytest.approx(5.5, abs=0.1)
