"""Third-octave bands: which there are, and how the power in FFT bins falls into them.

Base-ten bands of IEC 61260-1: exact centres 1000 · 10^(k/10) Hz, edges a twentieth of a decade to each side.
Shapes: K bins of a real FFT, B bands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]

_LOWEST, _HIGHEST = -16, 13  # 25 Hz … 20 kHz
_NOMINAL = (1.0, 1.25, 1.6, 2.0, 2.5, 3.15, 4.0, 5.0, 6.3, 8.0)
_CUT_BELOW = 0.98  # a band whose centre lies this close to half the rate is mostly the anti-alias filter


@dataclass(frozen=True)
class Band:
    """One third-octave band: the number it is called by, and its edges, in Hz."""

    nominal_hz: float
    low_hz: float
    high_hz: float


def third_octaves(limit_hz: float) -> tuple[Band, ...]:
    """Return the bands from 25 Hz to 20 kHz whose centre lies below a limit; the last ends there at most."""
    bands = []
    for k in range(_LOWEST, _HIGHEST + 1):
        centre = 1000.0 * 10.0 ** (k / 10.0)
        if centre < _CUT_BELOW * limit_hz:
            nominal = _NOMINAL[k % 10] * 10.0 ** (3 + math.floor(k / 10))
            high = min(centre * 10.0**0.05, limit_hz)
            bands.append(Band(round(nominal, 2), centre * 10.0**-0.05, high))
    return tuple(bands)


def band_weights(bands: tuple[Band, ...], bins: int, spacing_hz: float) -> Float64:
    """Share of each bin that lies in each band.

    A bin stands for the frequencies half a spacing to each side of it; at the low end, where a band is a few
    bins wide, whole bins would make its level jump.

    Returns:
        (K, B) shares from 0 to 1.
    """
    centres = np.arange(bins)[:, None] * spacing_hz
    low, high = centres - spacing_hz / 2, centres + spacing_hz / 2
    starts = np.array([band.low_hz for band in bands])
    ends = np.array([band.high_hz for band in bands])
    overlap = np.minimum(high, ends) - np.maximum(low, starts)
    result: Float64 = np.maximum(overlap, 0.0) / spacing_hz
    return result
