"""Spectral distances against their formulas in other libraries, and against what is known of them."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import torch

from muze_evaluate.recon import spectra
from muze_evaluate.recon.spectra import Stft, magnitudes
from muze_evaluate.recon.spectral import RESOLUTIONS, mel_distance, mel_spec, stft_distance
from muzecli.audio.mel import log_mel


def noise(channels: int, count: int, seed: int = 0, level: float = 0.1) -> np.ndarray:
    return (level * np.random.default_rng(seed).standard_normal((channels, count))).astype(np.float32)


@pytest.mark.parametrize("stft", [*RESOLUTIONS, Stft(256, 64, 256)])
@pytest.mark.parametrize("count", [1, 300, 5000])
def test_columns_are_those_of_torch_in_blocks_of_any_size(
    stft: Stft, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spectra, "_BLOCK_VALUES", 3 * stft.n_fft)
    samples = noise(1, count)[0]
    ours = np.concatenate(list(magnitudes(samples, stft)))
    theirs = torch.stft(
        torch.from_numpy(samples).double(),
        stft.n_fft,
        stft.hop_samples,
        stft.window_samples,
        torch.hann_window(stft.window_samples, dtype=torch.float64),
        pad_mode="constant",
        return_complex=True,
    ).abs()
    assert len(ours) == stft.columns(count)
    assert ours == pytest.approx(theirs.numpy().T, abs=1e-9)


@pytest.mark.parametrize(("rate_hz", "n_fft", "bands"), [(44_100, 2048, 128), (32_000, 2048, 128),
                                                          (16_000, 1024, 80), (8000, 512, 80)])  # fmt: skip
def test_the_window_is_about_46_ms_at_any_rate(rate_hz: int, n_fft: int, bands: int) -> None:
    spec = mel_spec(rate_hz)
    assert (spec.n_fft, spec.hop_samples, spec.n_mels) == (n_fft, n_fft // 4, bands)


def test_log_mel_is_that_of_the_house_and_of_librosa() -> None:
    x, y = noise(2, 20_000, 1), noise(2, 20_000, 2)
    spec = mel_spec(16_000)
    found = mel_distance(x, y, 16_000)
    house = (log_mel(x, spec) - log_mel(y, spec)).abs().mean()
    assert found.log_mel_nats == pytest.approx(float(house), rel=1e-4)

    def theirs(samples: np.ndarray) -> np.ndarray:
        mel = librosa.feature.melspectrogram(
            y=samples, sr=16_000, n_fft=1024, hop_length=256, n_mels=80, power=1.0, pad_mode="constant"
        )
        return np.log(np.maximum(mel, 1e-5))

    assert found.log_mel_nats == pytest.approx(float(np.abs(theirs(x) - theirs(y)).mean()), rel=1e-4)
    assert found.by_band_nats.mean() == pytest.approx(found.log_mel_nats)
    assert found.by_band_nats.shape == (80,)


def test_a_gain_of_6_db_is_a_distance_of_6_db() -> None:
    sound = noise(2, 30_000)
    found = mel_distance(sound, sound * np.float32(0.5), 16_000)
    assert found.lsd_db == pytest.approx(20 * np.log10(2), abs=1e-4)
    assert found.log_mel_nats == pytest.approx(np.log(2), abs=1e-4)
    stft = stft_distance(sound, sound * np.float32(0.5))
    assert stft.convergence == pytest.approx(0.5, abs=1e-4)
    assert stft.log_magnitude_nats == pytest.approx(np.log(2), abs=1e-2)


def test_equal_recordings_are_not_apart_and_the_order_matters_only_to_convergence() -> None:
    x, y = noise(1, 9000, 1), noise(1, 9000, 2, 0.02)
    same = mel_distance(x, x, 16_000)
    assert same.log_mel_nats == same.lsd_db == 0.0
    assert stft_distance(x, x).whole == 0.0
    there, back = mel_distance(x, y, 16_000), mel_distance(y, x, 16_000)
    assert (there.log_mel_nats, there.lsd_db) == pytest.approx((back.log_mel_nats, back.lsd_db))
    assert stft_distance(x, y).log_magnitude_nats == pytest.approx(stft_distance(y, x).log_magnitude_nats)
    assert stft_distance(x, y).convergence != pytest.approx(stft_distance(y, x).convergence, rel=0.5)


def test_the_log_spectral_distance_is_that_of_its_formula() -> None:
    x, y = noise(1, 8000, 3)[0], noise(1, 8000, 4, 0.3)[0]
    spectra_of = [
        np.abs(librosa.stft(s.astype(np.float64), n_fft=1024, hop_length=256, pad_mode="constant"))
        for s in (x, y)
    ]
    levels = [20 * np.log10(np.maximum(s / (np.hanning(1025)[:-1].sum() / 2), 1e-5)) for s in spectra_of]
    expected = np.sqrt(np.mean((levels[0] - levels[1]) ** 2, axis=0)).mean()
    assert mel_distance(x[None], y[None], 16_000).lsd_db == pytest.approx(expected, rel=1e-6)


def test_multi_resolution_is_that_of_parallel_wavegan() -> None:
    x, y = noise(1, 12_000, 5), noise(1, 12_000, 6, 0.05)

    def theirs(samples: np.ndarray, stft: Stft) -> torch.Tensor:
        spectrum = torch.stft(
            torch.from_numpy(samples[0]).double(),
            stft.n_fft,
            stft.hop_samples,
            stft.window_samples,
            torch.hann_window(stft.window_samples, dtype=torch.float64),
            pad_mode="constant",
            return_complex=True,
        )
        return torch.sqrt(torch.clamp(spectrum.real**2 + spectrum.imag**2, min=1e-7))

    convergence, logs = [], []
    for stft in RESOLUTIONS:
        a, b = theirs(x, stft), theirs(y, stft)
        convergence.append(float(torch.norm(a - b, p="fro") / torch.norm(a, p="fro")))
        logs.append(float(torch.nn.functional.l1_loss(torch.log(b), torch.log(a))))
    found = stft_distance(x, y)
    assert found.convergence == pytest.approx(np.mean(convergence), rel=1e-9)
    assert found.log_magnitude_nats == pytest.approx(np.mean(logs), rel=1e-9)
    assert found.whole == pytest.approx(np.mean(convergence) + np.mean(logs), rel=1e-9)


def test_a_silent_reference_has_no_convergence() -> None:
    silent, sound = np.zeros((1, 4000), np.float32), noise(1, 4000)
    found = stft_distance(silent, sound)
    assert found.convergence is None and found.whole is None and found.log_magnitude_nats > 0
    assert mel_distance(silent, silent, 16_000).lsd_db == 0.0
