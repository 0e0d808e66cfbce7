"""Distances between the spectra of two recordings; all are 0 between equal ones.

Means are over all channels, columns and bins or bands alike. Spectra are worked out a block at a time and sums are
kept in float64, so that neither memory nor error grows with the recording.

Shapes: C channels, N samples, F bins, M mel bands, K columns of a block.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_evaluate.recon.spectra import Stft, magnitudes
from muzecli.audio.mel import MelSpec, mel_filterbank

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

WINDOW_S = 0.046
"""Of log-mel and LSD: the power of two of samples that is nearest, 2048 at 32 to 48 kHz."""
LSD_FLOOR_DB = -100.0
"""Below a sine of full scale. Digital silence has no level, and what lies in a 16-bit file's dither is none either."""
RESOLUTIONS = (Stft(1024, 120, 600), Stft(2048, 240, 1200), Stft(512, 50, 240))
"""Of Yamamoto et al. (2020), table 1, in samples at whatever rate."""
_POWER_FLOOR = 1e-7  # of their implementation, before the root


def mel_spec(rate_hz: int) -> MelSpec:
    """Return the mel analysis at a rate: 46 ms windows, a quarter of one from column to column.

    80 bands, or 128 from 32 kHz on, up to half the rate; Slaney's scale and norm, magnitudes, floor 10⁻⁵.
    """
    n_fft = 1 << round(math.log2(WINDOW_S * rate_hz))
    return MelSpec(rate_hz, n_fft=n_fft, hop_samples=n_fft // 4, n_mels=128 if rate_hz >= 32_000 else 80)


@dataclass(frozen=True)
class MelDistance:
    """What a pass of mel windows finds.

    Attributes:
        log_mel_nats: mean |ln A − ln B| of mel magnitudes.
        by_band_nats: (M,) the same of each band.
        lsd_db: log-spectral distance.
    """

    log_mel_nats: float
    by_band_nats: Doubles
    lsd_db: float


def mel_distance(reference: Floats, evaluated: Floats, rate_hz: int) -> MelDistance:
    """Return the log-mel L1 and the log-spectral distance of two recordings (C, N).

    The log-spectral distance is the root mean square over bins of the difference of levels in dB, column by column
    (Gray and Markel, "Distance measures for speech processing", 1976, d₂), and then the mean over columns. A gain of
    g dB is a distance of |g| dB wherever both are above the floor.
    """
    spec = mel_spec(rate_hz)
    stft = Stft(spec.n_fft, spec.hop_samples, spec.n_fft)
    bands = mel_filterbank(spec).astype(np.float64).T  # (F, M)
    full_scale = stft.window.sum() / 2.0  # the magnitude of a sine of amplitude 1
    floor = full_scale * 10.0 ** (LSD_FLOOR_DB / 20.0)
    by_band, lsd, columns = np.zeros(spec.n_mels), 0.0, 0
    for x, y in zip(reference, evaluated, strict=True):
        for a, b in zip(magnitudes(x, stft), magnitudes(y, stft), strict=True):  # (K, F)
            mel_a, mel_b = (np.log(np.maximum(each @ bands, spec.floor)) for each in (a, b))  # (K, M)
            by_band += np.abs(mel_a - mel_b).sum(axis=0)
            level_a, level_b = (20.0 * np.log10(np.maximum(each, floor)) for each in (a, b))
            lsd += float(np.sqrt(np.square(level_a - level_b).mean(axis=1)).sum())
            columns += len(a)
    by_band /= columns
    return MelDistance(float(by_band.mean()), by_band, lsd / columns)


@dataclass(frozen=True)
class StftDistance:
    """A distance of magnitudes, the mean over several resolutions.

    Attributes:
        convergence: ‖A − B‖ / ‖A‖ (Frobenius), A the reference; None where the reference is silent.
        log_magnitude_nats: mean |ln A − ln B|.
    """

    convergence: float | None
    log_magnitude_nats: float

    @property
    def whole(self) -> float | None:
        """The sum of both."""
        return None if self.convergence is None else self.convergence + self.log_magnitude_nats


def stft_distance(
    reference: Floats, evaluated: Floats, resolutions: Sequence[Stft] = RESOLUTIONS
) -> StftDistance:
    """Return the multi-resolution STFT distance of two recordings (C, N).

    Yamamoto, Song and Kim, "Parallel WaveGAN" (ICASSP 2020), equations 4 to 6, with zeros instead of a mirror image
    beyond the ends. It is not symmetric: the error is measured by the reference's size.
    """
    found = [_at_resolution(reference, evaluated, stft) for stft in resolutions]
    logs = float(np.mean([log for _, log in found]))
    convergences = [convergence for convergence, _ in found if convergence is not None]
    whole = len(convergences) == len(found)
    return StftDistance(float(np.mean(convergences)) if whole else None, logs)


def _at_resolution(reference: Floats, evaluated: Floats, stft: Stft) -> tuple[float | None, float]:
    error, size, logs, count = 0.0, 0.0, 0.0, 0
    least = math.sqrt(_POWER_FLOOR)
    for x, y in zip(reference, evaluated, strict=True):
        for a, b in zip(magnitudes(x, stft), magnitudes(y, stft), strict=True):
            a, b = np.maximum(a, least), np.maximum(b, least)
            error += float(np.square(a - b).sum())
            size += float(np.square(a).sum())
            logs += float(np.abs(np.log(a) - np.log(b)).sum())
            count += a.size
    silent = not np.any(reference)
    return None if silent else math.sqrt(error / size), logs / count
