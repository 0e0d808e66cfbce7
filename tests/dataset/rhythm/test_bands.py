import numpy as np
import pytest

from muze_dataset.hearing.rhythm.bands import (
    RATE_HZ,
    band_levels,
    centres_hz,
    filterbank,
    frame_count,
    new_in,
)


def tone(frequency_hz, seconds):
    return np.sin(2 * np.pi * frequency_hz * np.arange(int(seconds * RATE_HZ)) / RATE_HZ).astype(np.float32)


def test_filters_are_centred_where_they_say_and_pass_equal_amounts():
    bank = filterbank()
    assert bank.shape == (513, len(centres_hz()))
    assert np.allclose(bank.sum(axis=0), 1.0, atol=1e-6)
    peaks_hz = bank.argmax(axis=0) * RATE_HZ / 1024
    assert np.allclose(peaks_hz, centres_hz(), atol=RATE_HZ / 1024)


@pytest.mark.parametrize("samples", [0, 1, 220, 221, 441, 2205, 22_050])
def test_a_frame_every_ten_milliseconds(samples):
    levels = band_levels(np.ones(samples, np.float32))
    assert len(new_in(levels)) == frame_count(samples) == int(samples / 220.5) + 1


def test_gain_does_not_matter():
    sound = tone(440, 1.0) * np.linspace(0, 1, RATE_HZ, dtype=np.float32)
    assert np.allclose(band_levels(sound), band_levels(0.01 * sound), atol=1e-4)


def test_a_steady_tone_begins_once():
    flux = new_in(band_levels(np.concatenate([np.zeros(RATE_HZ // 2, np.float32), tone(440, 1.5)]))).sum(
        axis=1
    )
    assert abs(flux.argmax() / 100 - 0.5) <= 0.02
    assert flux[60:190].max() < 0.05 * flux.max()


def test_vibrato_begins_nothing():
    time = np.arange(2 * RATE_HZ) / RATE_HZ
    phase = 2 * np.pi * 600 * time + 600 * 0.06 / 6 * np.sin(2 * np.pi * 6 * time)  # ±100 cents, 6 Hz
    flux = new_in(band_levels(np.sin(phase).astype(np.float32))).mean(axis=1)
    assert flux[20:180].max() < 0.25 * flux[:5].max()
