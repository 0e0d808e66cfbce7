"""Single voices of known pitch must be found at it, and nothing where there is no voice."""

from __future__ import annotations

import numpy as np
import pytest

from muze_dataset.hearing.pitch import periodicity
from muze_dataset.hearing.pitch.framing import at_rate, frame_blocks
from muze_dataset.hearing.pitch.periodicity import find_candidates, threshold_share
from muze_dataset.hearing.pitch.pyin import pyin, yin
from muzecli.audio.resample import resample

from .voices import RATE_HZ, Samples, cents, silence, swinging, times, voice


def tracked(signal: Samples) -> np.ndarray:
    return pyin(signal, find_candidates(signal, len(signal) // 160)).hz


@pytest.mark.parametrize("hz", [65.4, 110.0, 196.0, 440.0, 783.99, 1318.5])
def test_a_held_tone_is_within_five_cents(hz: float) -> None:
    found = tracked(voice(hz, 0.8))[5:-5]
    assert np.abs(cents(found, hz)).max() < 5.0


def test_yin_finds_it_too() -> None:
    signal = voice(220.0, 0.5)
    found = yin(signal, find_candidates(signal, 50)).hz[5:-5]
    assert np.abs(cents(found, 220.0)).max() < 5.0


def test_a_strong_second_harmonic_is_not_taken_for_the_pitch() -> None:
    at = times(0.6)
    signal = (0.1 * np.sin(2 * np.pi * 240 * at) + 0.3 * np.sin(2 * np.pi * 480 * at)).astype(np.float32)
    signal += (0.1 * np.sin(2 * np.pi * 720 * at)).astype(np.float32)
    assert np.abs(cents(tracked(signal)[5:-5], 240.0)).max() < 10.0


def test_frames_are_told_at_their_times() -> None:
    glide = 200.0 * 2.0 ** (times(1.0))  # an octave a second
    found = tracked(voice(glide, 1.0))
    true = 200.0 * 2.0 ** (np.arange(100) / 100.0)
    error = cents(found, true)[10:-10]
    assert np.abs(error).max() < 15.0  # 12.5 ms at this slope
    assert abs(error.mean()) < 6.0


def test_vibrato_survives() -> None:
    found = tracked(voice(swinging(300.0, 6.0, 50.0, 1.0), 1.0))[10:-10]
    assert 85.0 < np.ptp(cents(found, 300.0)) < 105.0


def test_noise_and_silence_have_no_pitch() -> None:
    noise = (0.1 * np.random.default_rng(0).standard_normal(RATE_HZ)).astype(np.float32)
    assert np.count_nonzero(tracked(noise)) <= 3
    assert not tracked(silence(0.5)).any()


def test_pauses_stay_pauses() -> None:
    found = tracked(np.concatenate([voice(220.0, 0.4), silence(0.4), voice(330.0, 0.4)]))
    assert (found[4:36] > 0.0).all() and (found[84:116] > 0.0).all()
    assert not found[44:76].any()


def test_an_offset_and_a_low_level_do_no_harm() -> None:
    quiet = tracked(voice(220.0, 0.5, level=0.002) + np.float32(0.3))[5:-5]
    assert np.abs(cents(quiet, 220.0)).max() < 5.0


def test_probabilities_are_those_of_a_hundred_thresholds() -> None:
    """The closed form must agree with what pYIN does: the first dip below each threshold, weighted."""
    dips = np.array([0.3, 0.35, 0.12, 0.05, 0.2])
    grid = (np.arange(20_000) + 0.5) / 20_000
    density = np.diff(threshold_share(np.linspace(0.0, 1.0, 20_001).astype(np.float32)).astype(np.float64))
    below = dips[None] < grid[:, None]
    first = np.where(below.any(axis=1), below.argmax(axis=1), -1)
    counted = np.array([density[first == index].sum() for index in range(dips.size)])
    deepest = np.concatenate([[1.0], np.minimum.accumulate(dips)[:-1]])
    closed = threshold_share(deepest.astype(np.float32)) - threshold_share(dips.astype(np.float32))
    np.testing.assert_allclose(np.maximum(closed, 0.0), counted, atol=2e-3)


def test_the_difference_function_is_yins() -> None:
    length = periodicity._WINDOW + periodicity._LONGEST
    frame = np.random.default_rng(3).standard_normal((1, length)).astype(np.float32)
    found = periodicity.differences(frame)[0]
    window = periodicity._WINDOW
    for lag in (1, 50, periodicity._LONGEST):
        true = np.square(frame[0, :window] - frame[0, lag : lag + window]).sum()
        assert found[lag] == pytest.approx(true, rel=1e-4)


def test_blocks_give_what_the_whole_gives() -> None:
    signal = np.arange(5_000, dtype=np.float32)
    whole = np.concatenate([block for _, block in frame_blocks(signal, 31, 400, before=200)])
    parts = np.concatenate([block for _, block in frame_blocks(signal, 31, 400, before=200, block=7)])
    np.testing.assert_array_equal(whole, parts)
    assert whole[0, :200].max() == 0.0 and whole[0, 201] == 1.0  # zeros before the beginning


@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 192_000])
def test_any_rate_will_do(rate_hz: int) -> None:
    samples = voice(330.0, 0.4, rate_hz=rate_hz)
    found = tracked(at_rate(np.stack([samples, samples]), rate_hz))[5:-5]
    assert np.abs(cents(found, 330.0)).max() < 5.0


@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
def test_middle_and_side_are_those_of_the_whole_recording(rate_hz: int) -> None:
    samples = np.random.default_rng(0).standard_normal((2, 20 * rate_hz)).astype(np.float32)
    middle, side = 0.5 * (samples[0] + samples[1]), 0.5 * (samples[0] - samples[1])
    for one, found in ((middle, at_rate(samples, rate_hz)), (side, at_rate(samples, rate_hz, side=True))):
        np.testing.assert_array_equal(found, resample(one[None], rate_hz, 16_000)[0])
