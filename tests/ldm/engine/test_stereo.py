"""Two channels from one: what must come through unchanged, and how wide it gets."""

from __future__ import annotations

import numpy as np
import pytest

from muze_ldm.engine.stereo import MIX, StereoImage, side_filter, widen

RATE_HZ = 32_000


def noise(seconds: float = 4.0) -> np.ndarray:
    return np.random.default_rng(3).standard_normal(round(seconds * RATE_HZ)).astype(np.float32) * 0.2


def powers(samples: np.ndarray, low_hz: float, high_hz: float) -> float:
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    return float((np.abs(spectrum[(hz >= low_hz) & (hz < high_hz)]) ** 2).sum())


def test_the_channels_add_up_to_the_mono_signal() -> None:
    mono = noise()
    stereo = widen(mono, RATE_HZ)
    assert stereo.shape == (2, len(mono)) and stereo.dtype == np.float32
    assert np.abs(stereo.mean(axis=0) - mono).max() < 1e-7
    assert np.abs(stereo[0] - stereo[1]).max() > 0.01


def test_silence_stays_silence() -> None:
    assert not widen(np.zeros(5000, np.float32), RATE_HZ).any()


@pytest.mark.parametrize("rate_hz", [32_000, 44_100, 48_000])
def test_the_bass_is_in_the_middle_and_the_rest_as_wide_as_the_table_says(rate_hz: int) -> None:
    response = np.abs(np.fft.rfft(side_filter(rate_hz), 1 << 16))
    hz = np.fft.rfftfreq(1 << 16, 1 / rate_hz)
    level_db = 20 * np.log10(np.maximum(response, 1e-9))
    assert level_db[hz < 100].max() < -45
    for at_hz, wanted_db in MIX.side_to_mid_db[3:]:
        near = (hz > at_hz * 0.98) & (hz < at_hz * 1.02)
        assert level_db[near].mean() == pytest.approx(wanted_db, abs=0.8)


def test_neither_channel_is_louder_in_any_third_of_an_octave() -> None:
    stereo = widen(noise(16.0), RATE_HZ)
    for low_hz in 200 * 2 ** (np.arange(18) / 3):
        left, right = (powers(side, low_hz, low_hz * 2 ** (1 / 3)) for side in stereo)
        assert abs(10 * np.log10(left / right)) < 2.5


def test_a_click_stays_a_click() -> None:
    mono = np.zeros(8000, np.float32)
    mono[1000] = 1.0
    stereo = widen(mono, RATE_HZ)
    side = (stereo[0] - stereo[1]) / 2
    assert not side[:1000].any() or np.abs(side[:1000]).max() < 1e-6  # nothing is heard before it
    energy = np.cumsum(side.astype(np.float64) ** 2) / np.sum(side.astype(np.float64) ** 2)
    assert (np.searchsorted(energy, 0.9) - 1000) / RATE_HZ < 0.006
    assert np.searchsorted(energy, 0.99) - 1000 < 0.015 * RATE_HZ


def test_an_image_is_checked() -> None:
    with pytest.raises(ValueError, match="must be above 0 and rise"):
        StereoImage(((200.0, -10.0), (100.0, -20.0)), (1.0,), 0.5)
    with pytest.raises(ValueError, match="delays of all-passes must be above 0"):
        StereoImage(((200.0, -10.0),), (), 0.5)
    with pytest.raises(ValueError, match="below 1"):
        StereoImage(((200.0, -10.0),), (1.0,), 1.0)
