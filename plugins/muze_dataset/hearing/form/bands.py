"""Band levels: the spectrum, coarse in time and frequency, that energy and form are heard from.

Columns lie 46 ms apart: fine enough to tell sixteenth notes, coarse enough that ten minutes are 13 000 columns.

Shapes: N samples, T columns, M = 36 mel bands, F bins. Column t is centred on sample t · `HOP_SAMPLES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from muzecli.audio.loudness import k_weighting_response
from muzecli.audio.mel import MelSpec, mel_filterbank

Float32 = npt.NDArray[np.float32]

RATE_HZ = 22_050
"""Of the samples that are analysed."""
HOP_SAMPLES = 1024
N_BANDS = 36

_WINDOW_SAMPLES = 2048
_LOW_HZ, _HIGH_HZ = 30.0, 10_500.0
_BLOCK_COLUMNS = 512  # 4 MB of windows at a time, whatever the length


@dataclass(frozen=True)
class Bands:
    """Levels of a recording.

    Attributes:
        rate_hz: columns a second.
        power: (T, M) power in each band, full scale about 1.
        loud: (T,) the same of all bands, K-weighted as in BS.1770.
    """

    rate_hz: float
    power: Float32
    loud: Float32


def bands_of(mono: Float32) -> Bands:
    """Measure the band levels of samples (N,) at `RATE_HZ`; T = 1 + N // `HOP_SAMPLES`, edges are silent."""
    weights, window = _weights(), _window()
    columns = 1 + len(mono) // HOP_SAMPLES
    half = _WINDOW_SAMPLES // 2
    end = (columns - 1) * HOP_SAMPLES + _WINDOW_SAMPLES
    padded = np.zeros(end, dtype=np.float32)
    padded[half : half + len(mono)] = mono[: end - half]
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW_SAMPLES)[::HOP_SAMPLES]
    levels = np.empty((columns, N_BANDS + 1), dtype=np.float32)
    for start in range(0, columns, _BLOCK_COLUMNS):
        spectrum = np.fft.rfft(windows[start : start + _BLOCK_COLUMNS] * window, axis=1)  # (≤ block, F)
        power = spectrum.real**2 + spectrum.imag**2
        levels[start : start + _BLOCK_COLUMNS] = power @ weights
    return Bands(RATE_HZ / HOP_SAMPLES, levels[:, :N_BANDS], levels[:, N_BANDS])


@cache
def centres_hz() -> npt.NDArray[np.float64]:
    """Return the middle of each band, (M,), in Hz."""
    bins_hz = np.fft.rfftfreq(_WINDOW_SAMPLES, 1.0 / RATE_HZ)
    bank = _bank().astype(np.float64)
    return np.asarray(bank @ bins_hz / bank.sum(axis=1))


@cache
def _bank() -> Float32:
    spec = MelSpec(
        RATE_HZ,
        _WINDOW_SAMPLES,
        HOP_SAMPLES,
        N_BANDS,
        low_hz=_LOW_HZ,
        high_hz=_HIGH_HZ,
        area_norm=False,
        power=2.0,
    )
    return mel_filterbank(spec)  # (M, F)


@cache
def _window() -> Float32:
    n = np.arange(_WINDOW_SAMPLES)
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * n / _WINDOW_SAMPLES)
    return np.asarray(hann / hann.sum(), dtype=np.float32)


@cache
def _weights() -> Float32:
    """Return the bands and, last, K-weighting, as (F, M + 1)."""
    response = np.abs(np.fft.rfft(k_weighting_response(RATE_HZ), _WINDOW_SAMPLES)) ** 2
    return np.concatenate((_bank(), response[None].astype(np.float32))).T.copy()
