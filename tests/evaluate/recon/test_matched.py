"""Recordings are made comparable, and what was done is said."""

from __future__ import annotations

import numpy as np
import pytest

from muze_evaluate.recon.matched import matched
from muzecli.audio.resample import resample
from muzecli.errors import BadDataError


def noise(channels: int, count: int, seed: int = 0) -> np.ndarray:
    return (0.1 * np.random.default_rng(seed).standard_normal((channels, count))).astype(np.float32)


def test_nothing_is_done_to_what_is_comparable() -> None:
    sound = noise(2, 8000)
    pair = matched((sound, 16_000), (sound, 16_000))
    assert np.array_equal(pair.reference, sound) and np.array_equal(pair.evaluated, sound)
    assert (pair.rate_hz, pair.notes, pair.delay.samples) == (16_000, (), 0)


def test_the_lower_rate_counts_on_either_side() -> None:
    high = noise(1, 32_000)
    low = resample(high, 32_000, 16_000)
    for first, second in (((high, 32_000), (low, 16_000)), ((low, 16_000), (high, 32_000))):
        pair = matched(first, second)
        assert pair.rate_hz == 16_000
        assert pair.reference == pytest.approx(pair.evaluated, abs=1e-6)


def test_a_rate_that_one_of_both_lacks_is_refused() -> None:
    with pytest.raises(BadDataError, match="at least 32000 Hz to be measured there, and one has 16000"):
        matched((noise(1, 8000), 16_000), (noise(1, 16_000), 32_000), rate_hz=32_000)


def test_stereo_against_mono_compares_the_means() -> None:
    stereo = noise(2, 8000)
    pair = matched((stereo, 16_000), (stereo.mean(axis=0, keepdims=True), 16_000))
    assert np.array_equal(pair.reference, pair.evaluated)
    assert pair.notes == ("2 channels against 1: their means are compared",)


def test_a_delay_is_told_and_taken_out_only_when_asked() -> None:
    sound = noise(1, 16_000)
    late = np.concatenate([np.zeros((1, 160), np.float32), sound], axis=1)
    told = matched((sound, 16_000), (late, 16_000))
    assert told.notes == ("late by +10.00 ms, it seems",)
    assert (told.delay_ms, told.aligned) == (10.0, False)
    taken = matched((sound, 16_000), (late, 16_000), align=True)
    assert taken.aligned and np.array_equal(taken.reference, taken.evaluated)
    early = matched((late, 16_000), (sound, 16_000), align=True)
    assert early.delay_ms == -10.0 and np.array_equal(early.reference, early.evaluated)


def test_alignment_leaves_what_it_cannot_tell() -> None:
    pair = matched((noise(1, 16_000, 1), 16_000), (noise(1, 16_000, 2), 16_000), align=True)
    assert not pair.aligned and pair.reference.shape == (1, 16_000)


def test_the_shorter_decides_and_a_large_difference_is_told() -> None:
    sound = noise(1, 16_000)
    assert matched((sound, 16_000), (sound[:, :-800], 16_000)).notes == ()
    pair = matched((sound, 16_000), (sound[:, :8000], 16_000))
    assert pair.reference.shape == pair.evaluated.shape == (1, 8000)
    assert pair.notes == ("0.50 s shorter than the reference",)


def test_too_little_in_common_is_refused() -> None:
    with pytest.raises(BadDataError, match=r"0\.05 s in common to be measured, and they have 0\.006 s"):
        matched((noise(1, 100), 16_000), (noise(1, 100), 16_000))
