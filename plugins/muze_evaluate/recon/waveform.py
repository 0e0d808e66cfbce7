"""Distances between two waveforms, sample by sample: phase counts, and so does the slightest delay.

All channels of a recording count together, as parts of one signal: a silent one among them says nothing by itself.
Sums are kept in float64, a block at a time.

Shapes: C channels, N samples.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

MOST_DB = 120.0
"""What a ratio is at most, and its negative at least. Equal signals have none: JSON knows no infinity, and one such
value would take a mean with it. 24-bit rounding already costs more."""
_BLOCK = 1 << 18


@dataclass(frozen=True)
class WaveformDistance:
    """How far apart two waveforms are.

    Attributes:
        si_sdr_db: scale-invariant signal-to-distortion ratio, within ±`MOST_DB`; None where either is silent.
        sdr_db: signal-to-distortion ratio without it; None where the reference is silent.
        level_db: RMS of the evaluated signal over the reference's; None where either is silent.
    """

    si_sdr_db: float | None
    sdr_db: float | None
    level_db: float | None


def waveform_distance(reference: Floats, evaluated: Floats) -> WaveformDistance:
    """Return the distances of two recordings (C, N).

    SI-SDR = 10 log₁₀(‖α·s‖² / ‖α·s − ŝ‖²), α = ⟨ŝ, s⟩ / ‖s‖² (Le Roux, Wisdom, Erdogan and Hershey, "SDR – half-baked
    or well done?", ICASSP 2019, equation 3), s and ŝ without their means. No gain changes it, not even one that
    turns the sign. SDR = 10 log₁₀(‖s‖² / ‖s − ŝ‖²), the means left in.
    """
    means = _means(reference), _means(evaluated)
    own = other = product = error = raw = 0.0
    for x, y in _blocks(reference, evaluated):
        raw += float(np.square(x).sum())
        error += float(np.square(x - y).sum())
        x, y = x - means[0], y - means[1]
        own += float(np.square(x).sum())
        other += float(np.square(y).sum())
        product += float((x * y).sum())
    # ‖ŝ‖² − α²‖s‖² would do, too, but of nearly equal signals it is nothing but rounding.
    alpha = product / own if own > 0.0 else 0.0
    rest = 0.0
    for x, y in _blocks(reference, evaluated):
        rest += float(np.square(alpha * (x - means[0]) - (y - means[1])).sum())
    heard = own > 0.0 and other > 0.0
    return WaveformDistance(
        si_sdr_db=_ratio_db(alpha * alpha * own, rest) if heard else None,
        sdr_db=_ratio_db(raw, error) if raw > 0.0 else None,
        level_db=10.0 * math.log10(other / own) if heard else None,
    )


def _ratio_db(signal: float, noise: float) -> float:
    """Return 10 log₁₀(signal / noise) within ±`MOST_DB`; not both are 0."""
    if noise <= 0.0:
        return MOST_DB
    return max(-MOST_DB, min(MOST_DB, 10.0 * math.log10(max(signal / noise, 1e-300))))


def _means(samples: Floats) -> Doubles:
    """Return the mean of each channel, (C, 1)."""
    return np.asarray(samples.mean(axis=1, keepdims=True, dtype=np.float64))


def _blocks(reference: Floats, evaluated: Floats) -> Iterator[tuple[Doubles, Doubles]]:
    for start in range(0, reference.shape[1], _BLOCK):
        stop = start + _BLOCK
        yield reference[:, start:stop].astype(np.float64), evaluated[:, start:stop].astype(np.float64)
