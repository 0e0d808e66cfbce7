"""Delays that are there are found, and none where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from muze_evaluate.recon import delay
from muze_evaluate.recon.delay import cross_correlation, find_delay


def noise(count: int, seed: int = 0) -> np.ndarray:
    return (0.1 * np.random.default_rng(seed).standard_normal(count)).astype(np.float32)


@pytest.mark.parametrize("late", [-37, -1, 0, 1, 480])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_constant_delay_is_found_whatever_the_sign(late: int, sign: float) -> None:
    sound = noise(6000)
    made = sign * (
        np.concatenate([np.zeros(late, np.float32), sound]) if late >= 0 else sound[-late:]
    ).astype(np.float32)
    found = find_delay(sound, made.astype(np.float32), most_samples=500)
    assert found.samples == late
    assert found.correlation == pytest.approx(1.0, abs=0.05)
    assert found.sure == (late != 0)


def test_unlike_sounds_have_no_delay_that_could_be_believed() -> None:
    assert not find_delay(noise(20_000, 1), noise(20_000, 2), most_samples=1000).sure


def test_of_a_held_tone_the_least_lag_is_taken_and_not_a_period_later() -> None:
    tone = np.sin(2 * np.pi * np.arange(20_000) / 100).astype(np.float32)
    assert find_delay(tone, tone, most_samples=450).samples == 0
    assert find_delay(tone[:-10], tone[10:], most_samples=450).samples == -10


def test_silence_correlates_with_nothing() -> None:
    assert not cross_correlation(np.zeros(100, np.float32), noise(100), most_samples=5).any()


def test_blocks_add_up_to_the_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delay, "_BLOCK", 64)
    x, y = noise(300, 3), noise(280, 4)
    most = 11
    padded = np.pad(y.astype(np.float64), (most, most + len(x)))
    plain = [float(np.dot(x.astype(np.float64), padded[k : k + len(x)])) for k in range(2 * most + 1)]
    scale = float(np.linalg.norm(x.astype(np.float64)) * np.linalg.norm(y.astype(np.float64)))
    assert cross_correlation(x, y, most_samples=most) == pytest.approx(np.array(plain) / scale, abs=1e-12)
