"""Fades and joints keep length, level, and what lies outside them."""

from __future__ import annotations

import numpy as np
import pytest

from muzecli.audio.crossfade import crossfade, fade_curve, fade_in, fade_out, overlap_join
from muzecli.errors import BugError
from tests.audio.conftest import noise


def test_curves_complement_each_other() -> None:
    linear, power = fade_curve(1000, "linear"), fade_curve(1000, "equal_power")
    assert np.allclose(linear + linear[::-1], 1, atol=1e-6)
    assert np.allclose(power**2 + power[::-1] ** 2, 1, atol=1e-6)
    for curve in (linear, power):
        assert curve.dtype == np.float32
        assert (np.diff(curve) > 0).all()
        assert 0 < curve[0] < curve[-1] < 1


def test_a_linear_crossfade_of_the_same_signal_is_that_signal() -> None:
    signal = noise(5000, channels=2)
    assert np.allclose(crossfade(signal[:, :3000], signal[:, 2000:], 1000, "linear"), signal, atol=1e-6)


def test_an_equal_power_crossfade_of_unrelated_signals_keeps_the_level() -> None:
    joined = crossfade(noise(60_000, seed=1), noise(60_000, seed=2), 40_000)
    assert joined.shape == (1, 80_000)
    levels = [np.std(joined[0, start : start + 10_000]) for start in range(0, 80_000, 10_000)]
    assert np.allclose(levels, 0.1, rtol=0.05)


def test_no_overlap_puts_pieces_end_to_end() -> None:
    a, b = noise(100), noise(50, seed=1)
    assert np.array_equal(crossfade(a, b, 0), np.concatenate((a, b), axis=1))


def test_many_pieces_are_joined_like_one() -> None:
    signal = noise(10_000, channels=2)
    pieces = [signal[:, start : start + 2800] for start in range(0, 9600, 2400)]
    assert np.allclose(overlap_join(pieces, 400, "linear"), signal[:, :10_000], atol=1e-6)
    assert np.array_equal(overlap_join([signal], 400), signal)


def test_pieces_must_hold_their_overlaps() -> None:
    with pytest.raises(BugError, match="piece 1 has 150 frames"):
        overlap_join([noise(200), noise(150), noise(200)], 100)
    with pytest.raises(BugError, match="at least one piece"):
        overlap_join([], 0)


@pytest.mark.parametrize("frames", [0, 10, 100, 1000])
def test_fades_touch_only_their_end_and_not_the_original(frames: int) -> None:
    signal = np.ones((2, 100), dtype=np.float32)
    faded_in, faded_out = fade_in(signal, frames), fade_out(signal, frames)
    assert (signal == 1).all()
    assert np.array_equal(faded_in[:, ::-1], faded_out)
    assert (faded_in[:, frames:] == 1).all()
    if frames:
        assert faded_in[0, 0] < 0.06
