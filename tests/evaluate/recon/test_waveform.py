"""SI-SDR and SDR at levels of noise that are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from muze_evaluate.recon import waveform
from muze_evaluate.recon.waveform import MOST_DB, waveform_distance


def noise(channels: int, count: int, seed: int = 0) -> np.ndarray:
    return (0.1 * np.random.default_rng(seed).standard_normal((channels, count))).astype(np.float32)


def with_noise(sound: np.ndarray, snr_db: float) -> np.ndarray:
    """Add noise that is orthogonal to the sound and has no mean, so that the ratio is exact."""
    added = noise(*sound.shape, seed=9).astype(np.float64)
    added -= added.mean()
    flat = sound.astype(np.float64).ravel() - sound.mean()
    added -= (added.ravel() @ flat) / (flat @ flat) * flat.reshape(added.shape)
    added *= np.linalg.norm(flat) / np.linalg.norm(added) * 10 ** (-snr_db / 20)
    return (sound + added).astype(np.float32)


@pytest.mark.parametrize("snr_db", [-10.0, 0.0, 20.0, 60.0])
@pytest.mark.parametrize("gain", [1.0, 0.25, -3.0])
def test_a_known_level_of_noise_is_found_whatever_the_gain(snr_db: float, gain: float) -> None:
    sound = noise(1, 40_000)
    found = waveform_distance(sound, with_noise(sound, snr_db) * np.float32(gain))
    assert found.si_sdr_db == pytest.approx(snr_db, abs=0.01)
    if gain == 1.0:
        assert found.sdr_db == pytest.approx(snr_db, abs=0.01)


def test_it_is_the_formula_of_le_roux() -> None:
    x, y = noise(1, 5000, 1), noise(1, 5000, 1) + 0.3 * noise(1, 5000, 2)
    s, e = (torch.from_numpy(each[0]).double() for each in (x, y))
    s, e = s - s.mean(), e - e.mean()
    target = (e @ s) / (s @ s) * s
    expected = 10 * torch.log10(target.pow(2).sum() / (e - target).pow(2).sum())
    assert waveform_distance(x, y.astype(np.float32)).si_sdr_db == pytest.approx(float(expected), rel=1e-9)


def test_a_constant_offset_changes_sdr_alone() -> None:
    sound = noise(1, 20_000)
    found = waveform_distance(sound, sound + np.float32(0.1))
    assert found.si_sdr_db is not None and found.si_sdr_db > 100
    assert found.sdr_db == pytest.approx(0.0, abs=0.1)


def test_half_the_level_is_an_sdr_and_a_level_of_6_db() -> None:
    sound = noise(2, 10_000)
    found = waveform_distance(sound, sound * np.float32(0.5))
    assert found.sdr_db == pytest.approx(6.0206, abs=1e-3)
    assert found.level_db == pytest.approx(-6.0206, abs=1e-3)
    assert found.si_sdr_db == MOST_DB


def test_equal_and_unrelated_recordings_are_at_finite_limits() -> None:
    sound = noise(1, 5000)
    same = waveform_distance(sound, sound)
    assert (same.si_sdr_db, same.sdr_db, same.level_db) == (MOST_DB, MOST_DB, 0.0)
    left = np.array([[1, -1, 0, 0] * 50], np.float32)
    right = np.array([[0, 0, 1, -1] * 50], np.float32)
    assert waveform_distance(left, right).si_sdr_db == -MOST_DB


def test_silence_has_no_ratio() -> None:
    sound, silent = noise(1, 5000), np.zeros((1, 5000), np.float32)
    assert waveform_distance(silent, sound).si_sdr_db is None
    assert waveform_distance(silent, sound).sdr_db is None
    found = waveform_distance(sound, silent)
    assert found.si_sdr_db is None and found.level_db is None
    assert found.sdr_db == pytest.approx(0.0)


def test_a_silent_channel_counts_with_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = noise(1, 9000)
    half = np.concatenate([sound, np.zeros_like(sound)])
    whole = waveform_distance(half, np.concatenate([with_noise(sound, 20.0), np.zeros_like(sound)]))
    assert whole.si_sdr_db == pytest.approx(20.0, abs=0.01)
    monkeypatch.setattr(waveform, "_BLOCK", 100)
    blocks = waveform_distance(half, np.concatenate([with_noise(sound, 20.0), np.zeros_like(sound)]))
    assert blocks.si_sdr_db == pytest.approx(whole.si_sdr_db, rel=1e-9)
