"""Mel spectrograms in torch, and back to sound by fast Griffin-Lim.

Shapes: C channels, N frames of audio, F = n_fft/2 + 1 frequency bins, M mel bands, T spectrogram columns. The
transform is centred: column t is about sample t · hop_samples, T = 1 + N // hop_samples.

torch is imported inside the functions: half a second that commands without a model do not pay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from muzecli.errors import BugError

if TYPE_CHECKING:
    import torch

Scale = Literal["slaney", "htk"]


@dataclass(frozen=True)
class MelSpec:
    """A mel analysis; the same one is needed to go back.

    Attributes:
        rate_hz: sampling rate.
        n_fft: window and transform length in samples.
        hop_samples: from one column to the next.
        n_mels: M, the number of bands.
        low_hz: where the lowest band begins.
        high_hz: where the highest ends; None for half the rate.
        scale: `slaney` (Auditory Toolbox, librosa's default) or `htk` (librosa's `htk=True`, torchaudio's default).
        area_norm: bands scaled by their width (librosa's `norm="slaney"`), so that white noise is level in all.
        power: 1 for magnitudes, 2 for energies.
        floor: the least value before the logarithm, −100 dB for magnitudes.
    """

    rate_hz: int
    n_fft: int = 2048
    hop_samples: int = 512
    n_mels: int = 128
    low_hz: float = 0.0
    high_hz: float | None = None
    scale: Scale = "slaney"
    area_norm: bool = True
    power: float = 1.0
    floor: float = 1e-5

    def __post_init__(self) -> None:
        top_hz = self.rate_hz / 2 if self.high_hz is None else self.high_hz
        if not 0 <= self.low_hz < top_hz <= self.rate_hz / 2:
            raise BugError(
                f"mel bands must lie between 0 and {self.rate_hz / 2:g} Hz, got {self.low_hz:g} to {top_hz:g} Hz"
            )
        if not 0 < self.hop_samples <= self.n_fft // 2:
            raise BugError(
                f"hop_samples must be 1 to n_fft/2 = {self.n_fft // 2} so that sound can be made from the spectrum,"
                f" got {self.hop_samples}"
            )


# Slaney, "Auditory Toolbox" (1998): linear to 1 kHz, 15 mel, then 27 steps to each factor of 6.4.
_LINEAR_HZ_PER_MEL = 200.0 / 3
_BREAK_HZ, _BREAK_MEL = 1000.0, 15.0
_LOG_STEP = math.log(6.4) / 27


def hz_to_mel(hz: npt.ArrayLike, scale: Scale = "slaney") -> npt.NDArray[np.float64]:
    """Convert frequencies to mel (`htk`: O'Shaughnessy 1987, 2595 · log10(1 + f/700))."""
    f = np.asarray(hz, dtype=np.float64)
    if scale == "htk":
        return np.asarray(2595.0 * np.log10(1.0 + f / 700.0))
    above = _BREAK_MEL + np.log(np.maximum(f, _BREAK_HZ) / _BREAK_HZ) / _LOG_STEP
    return np.where(f < _BREAK_HZ, f / _LINEAR_HZ_PER_MEL, above)


def mel_to_hz(mel: npt.ArrayLike, scale: Scale = "slaney") -> npt.NDArray[np.float64]:
    """Convert mel to frequencies, the inverse of `hz_to_mel`."""
    m = np.asarray(mel, dtype=np.float64)
    if scale == "htk":
        return np.asarray(700.0 * (10.0 ** (m / 2595.0) - 1.0))
    above = _BREAK_HZ * np.exp(_LOG_STEP * (np.maximum(m, _BREAK_MEL) - _BREAK_MEL))
    return np.where(m < _BREAK_MEL, m * _LINEAR_HZ_PER_MEL, above)


def mel_filterbank(spec: MelSpec) -> npt.NDArray[np.float32]:
    """Return the bands as `(M, F)`: triangles evenly spaced in mel, each from its left to its right neighbour's top."""
    top_hz = spec.rate_hz / 2 if spec.high_hz is None else spec.high_hz
    ends = hz_to_mel([spec.low_hz, top_hz], spec.scale)
    corners_hz = mel_to_hz(np.linspace(ends[0], ends[1], spec.n_mels + 2), spec.scale)  # (M + 2,)
    bins_hz = np.linspace(0, spec.rate_hz / 2, spec.n_fft // 2 + 1)  # (F,)
    left, middle, right = corners_hz[:-2, None], corners_hz[1:-1, None], corners_hz[2:, None]
    rising = (bins_hz - left) / (middle - left)
    falling = (right - bins_hz) / (right - middle)
    bands = np.maximum(0, np.minimum(rising, falling))
    if spec.area_norm:
        bands *= 2.0 / (right - left)
    return np.asarray(bands, dtype=np.float32)


def log_mel(samples: npt.NDArray[np.float32] | torch.Tensor, spec: MelSpec) -> torch.Tensor:
    """Return the natural logarithm of the mel spectrogram, `(C, M, T)`.

    Args:
        samples: `(C, N)`; a tensor stays on its device and keeps its gradient.
        spec: the analysis.
    """
    import torch

    audio = torch.as_tensor(samples)
    spectrum = _stft(audio, spec).abs()  # (C, F, T)
    bands = torch.as_tensor(mel_filterbank(spec), device=audio.device, dtype=spectrum.dtype)
    return torch.log(torch.clamp(bands @ spectrum**spec.power, min=spec.floor))


def griffin_lim(
    mel: npt.NDArray[np.float32] | torch.Tensor,
    spec: MelSpec,
    *,
    frames: int | None = None,
    iterations: int = 32,
    momentum: float = 0.99,
    seed: int = 0,
) -> torch.Tensor:
    """Make sound from a log-mel spectrogram.

    The linear spectrum is the non-negative one whose bands come closest (`_spread_bands`); its phase is found by
    the fast Griffin-Lim algorithm (Perraudin, Balazs and Søndergaard, "A fast Griffin-Lim algorithm", WASPAA 2013).

    Args:
        mel: `(C, M, T)` from `log_mel` with the same `spec`.
        spec: the analysis.
        frames: N of the result; (T − 1) · hop_samples where absent.
        iterations: each halves little more of the error after about 30.
        momentum: α of the paper; 0 is the plain algorithm, 0.99 the paper's best.
        seed: of the phase it starts from.

    Returns:
        samples `(C, N)`.
    """
    import torch

    magnitude = _spread_bands(torch.as_tensor(mel), spec)  # (C, F, T)
    length = (magnitude.shape[-1] - 1) * spec.hop_samples if frames is None else frames
    generator = torch.Generator().manual_seed(seed)
    angle = torch.rand(magnitude.shape, generator=generator, dtype=magnitude.dtype).to(magnitude.device)
    phase = torch.polar(torch.ones_like(magnitude), 2 * math.pi * angle)
    previous = torch.zeros_like(phase)
    for _ in range(iterations):
        rebuilt = _stft(
            _istft(magnitude * phase, spec, length), spec
        )  # c_n: the nearest spectrum of a real sound
        # t_n = c_n + α (c_n − c_{n−1}); only its phase counts, so it is taken over (1 + α)
        ahead = rebuilt - momentum / (1 + momentum) * previous
        phase = ahead / torch.clamp(ahead.abs(), min=1e-16)
        previous = rebuilt
    return _istft(magnitude * phase, spec, length)


def _spread_bands(mel: torch.Tensor, spec: MelSpec, iterations: int = 100) -> torch.Tensor:
    """Return magnitudes `(C, F, T)` ≥ 0 whose mel bands come closest to `exp(mel)`.

    Multiplicative updates (Lee and Seung, "Algorithms for non-negative matrix factorization", 2001) with the bands
    fixed: they never leave the non-negative, and need nothing but two small matrix products.
    """
    import torch

    bands = torch.as_tensor(mel_filterbank(spec), device=mel.device, dtype=mel.dtype)  # (M, F)
    target = torch.exp(mel)
    wanted = bands.T @ target  # (C, F, T)
    guess = wanted / torch.clamp(bands.T @ bands.sum(dim=1, keepdim=True), min=1e-12)
    for _ in range(iterations):
        guess = guess * wanted / torch.clamp(bands.T @ (bands @ guess), min=1e-12)
    return guess ** (1 / spec.power)


def _stft(audio: torch.Tensor, spec: MelSpec) -> torch.Tensor:
    import torch

    window = torch.hann_window(spec.n_fft, device=audio.device, dtype=audio.dtype)
    # Zeros beyond the ends, not a mirror image: a mirror needs n_fft/2 samples, and there may be fewer.
    return torch.stft(
        audio,
        spec.n_fft,
        spec.hop_samples,
        window=window,
        center=True,
        pad_mode="constant",
        return_complex=True,
    )


def _istft(spectrum: torch.Tensor, spec: MelSpec, length: int) -> torch.Tensor:
    import torch

    window = torch.hann_window(spec.n_fft, device=spectrum.device, dtype=spectrum.real.dtype)
    return torch.istft(spectrum, spec.n_fft, spec.hop_samples, window=window, center=True, length=length)
