"""Log-mel statistics: decibels whose values follow from the sound."""

from __future__ import annotations

import numpy as np
import pytest

from muze_evaluate.embedding.embedder import Embedder
from muze_evaluate.embedding.logmel import FLOOR_DB, SPEC, LogMel
from muzecli.audio.mel import mel_filterbank

BANDS = SPEC.n_mels


@pytest.fixture(scope="module")
def logmel() -> LogMel:
    return LogMel()


def noise(seed: int, seconds: float = 5.0) -> np.ndarray:
    samples = np.random.default_rng(seed).standard_normal(round(seconds * SPEC.rate_hz))
    return (0.1 * samples).astype(np.float32)


def test_it_is_an_embedder_and_says_what_it_is(logmel) -> None:
    assert isinstance(logmel, Embedder)
    identity = logmel.identity()
    assert identity["dimensions"] == logmel.width == logmel.embed([noise(0)]).shape[1]
    assert (identity["rate_hz"], identity["channels"], identity["loudness"]) == (22_050, 1, "as it is")


def test_ten_times_the_amplitude_is_twenty_decibels_in_the_means_and_nothing_elsewhere(logmel) -> None:
    quiet, loud = logmel.embed([noise(1), 10 * noise(1)]).astype(np.float64)
    assert loud[:BANDS] - quiet[:BANDS] == pytest.approx(20.0, abs=1e-3)
    assert loud[BANDS:] == pytest.approx(quiet[BANDS:], abs=1e-3)


def test_silence_lies_on_the_floor_and_does_not_move(logmel) -> None:
    (vector,) = logmel.embed([np.zeros(SPEC.rate_hz, np.float32)])
    assert vector[:BANDS] == pytest.approx(FLOOR_DB)
    assert np.array_equal(vector[BANDS:], np.zeros(2 * BANDS))


def test_a_tone_is_loudest_in_its_band_and_its_level_is_that_of_a_full_scale_sine(logmel) -> None:
    bands = mel_filterbank(SPEC)
    band = 12
    tone_hz = int(np.argmax(bands[band])) * SPEC.rate_hz / SPEC.n_fft  # in the middle of a bin
    tone = np.sin(2 * np.pi * tone_hz * np.arange(5 * SPEC.rate_hz) / SPEC.rate_hz).astype(np.float32)
    (vector,) = logmel.embed([tone])
    assert int(np.argmax(vector[:BANDS])) == band
    # A Hann window spreads a tone over three bins: a quarter of its power, all, a quarter.
    weights = bands[band] / bands[band].sum()
    middle = int(np.argmax(weights))
    expected = 10 * np.log10(weights[middle] + (weights[middle - 1] + weights[middle + 1]) / 4)
    assert vector[band] == pytest.approx(expected, abs=0.01)


def test_deviation_and_flux_tell_a_slow_pulse_from_a_fast_one(logmel) -> None:
    time_s = np.arange(5 * SPEC.rate_hz) / SPEC.rate_hz
    slow, fast, steady = (
        logmel.embed([(noise(2) * level).astype(np.float32)])[0].reshape(3, BANDS)
        for level in (
            0.01 + (np.sin(2 * np.pi * 0.4 * time_s) > 0),
            0.01 + (np.sin(2 * np.pi * 6.0 * time_s) > 0),
            np.ones_like(time_s),
        )
    )
    assert slow[1].min() > 2 * steady[1].max()  # both pulse
    assert fast[1].min() > 2 * steady[1].max()
    assert np.median(fast[2]) > 1.5 * np.median(slow[2])  # only one is fast


def test_a_vector_depends_on_its_window_alone_and_very_short_ones_have_one(logmel) -> None:
    together = logmel.embed([noise(3), noise(4), noise(5)])
    assert np.array_equal(together[1], logmel.embed([noise(4)])[0])
    assert np.isfinite(logmel.embed([noise(6)[:100]])).all()
