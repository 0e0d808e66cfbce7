"""Resampling keeps pitch, level, place and length, whole and in blocks."""

from __future__ import annotations

import numpy as np
import pytest

from muzecli.audio.resample import Resampler, mixed_down, resample
from tests.audio.conftest import noise, tone

RATES = [(44_100, 48_000), (48_000, 44_100), (44_100, 22_050), (16_000, 48_000), (96_000, 44_100)]


@pytest.mark.parametrize(("rate_hz", "to_rate_hz"), RATES)
def test_a_tone_is_the_same_tone_at_the_other_rate(rate_hz: int, to_rate_hz: int) -> None:
    out = resample(tone(1000, 1, rate_hz, channels=2), rate_hz, to_rate_hz)
    expected = tone(1000, 1, to_rate_hz, channels=2)
    assert out.dtype == np.float32
    assert out.shape == expected.shape
    edge = to_rate_hz // 20
    assert np.abs(out - expected)[:, edge:-edge].max() < 1e-4  # in phase too: no delay


@pytest.mark.parametrize(("rate_hz", "to_rate_hz"), RATES)
@pytest.mark.parametrize("block", [100, 4096, 65_536])
def test_blocks_put_together_are_the_whole(rate_hz: int, to_rate_hz: int, block: int) -> None:
    samples = noise(70_000, channels=2)
    whole = resample(samples, rate_hz, to_rate_hz)
    stream = Resampler(rate_hz, to_rate_hz, 2)
    parts = [stream.process(samples[:, start : start + block]) for start in range(0, 70_000, block)]
    parts.append(stream.process(np.zeros((2, 0), dtype=np.float32), last=True))
    assert all(part.shape[0] == 2 for part in parts)
    joined = np.concatenate(parts, axis=1)
    assert joined.shape == whole.shape == (2, round(70_000 * to_rate_hz / rate_hz))
    assert np.abs(joined - whole).max() < 1e-6


def test_what_the_lower_rate_cannot_hold_is_removed() -> None:
    out = resample(tone(15_000, 1, 44_100), 44_100, 22_050)
    assert np.abs(out[:, 1000:-1000]).max() < 1e-4


def test_the_same_rate_changes_nothing() -> None:
    samples = noise(1000)
    assert resample(samples, 44_100, 44_100) is samples


@pytest.mark.parametrize("frames", [0, 1, 10])
def test_a_few_samples_are_enough(frames: int) -> None:
    assert resample(noise(frames, channels=2), 8000, 16_000).shape == (2, 2 * frames)


@pytest.mark.parametrize("rate_hz", [8000, 44_100])
def test_a_mix_made_in_blocks_is_the_mix_of_the_whole(rate_hz: int) -> None:
    samples = np.random.default_rng(3).standard_normal((2, 20 * rate_hz + 17)).astype(np.float32)
    whole = resample(samples.mean(axis=0, keepdims=True), rate_hz, 16_000)[0]
    np.testing.assert_array_equal(mixed_down(samples, rate_hz, 16_000), whole)


def test_nothing_mixes_down_to_nothing() -> None:
    assert mixed_down(np.zeros((2, 0), np.float32), 44_100, 16_000).shape == (0,)
