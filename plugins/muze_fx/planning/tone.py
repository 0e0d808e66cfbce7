"""The tone that words add up to, and the equaliser bands that play it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from muze_fx.biquad import BUTTERWORTH_Q, Band
from muze_fx.curves import CENTRES_HZ, fit_bands
from muze_fx.words.lexicon import Descriptor

Curve = npt.NDArray[np.float64]

CURVE_LIMIT_DB = 12.0
"""However many words push the same way, no octave band moves further than this."""

_FOURTH_ORDER_Q = (0.5412, 1.3066)  # of the two sections that make a fourth-order Butterworth filter


def summed(curves_db: Sequence[Curve]) -> Curve:
    """Add the tone curves of several words, each (10,) dB.

    Words for different things add up; words that say the same thing twice do not double it: the sum is no
    larger (in RMS over octaves) than the curves would be together if they had nothing in common.
    """
    total: Curve = np.sum([np.zeros(len(CENTRES_HZ)), *curves_db], axis=0)
    power, apart = float(total @ total), float(sum(curve @ curve for curve in curves_db))
    if power > apart > 0:
        total *= math.sqrt(apart / power)
    highest = float(np.abs(total).max())
    if highest > CURVE_LIMIT_DB:
        total *= CURVE_LIMIT_DB / highest
    return total


def tone_bands(curves_db: Sequence[Curve], filters: Iterable[Band]) -> list[Band]:
    """Return the bands that play the tone of several words: band limits first, then the fitted curve."""
    return [*_strongest(filters), *fit_bands(summed(curves_db))]


def band_limits(word: Descriptor, strength: float) -> list[Band]:
    """Return the band limits of a medium, closing in as it is meant more strongly."""
    bands = []
    if word.high_pass_hz is not None:
        freq_hz = 20.0 * (word.high_pass_hz / 20.0) ** min(strength**0.25, 1.2)
        bands.append(Band("high_pass", round(freq_hz, 1), 0.0, BUTTERWORTH_Q))
    if word.low_pass_hz is not None:
        freq_hz = 20_000.0 * (word.low_pass_hz / 20_000.0) ** min(strength**0.5, 1.4)
        bands.append(Band("low_pass", round(freq_hz, 1), 0.0, BUTTERWORTH_Q))
    return bands


def _strongest(filters: Iterable[Band]) -> list[Band]:
    """Return the narrowest high-pass and low-pass, each as a fourth-order Butterworth filter.

    A medium's edges are steep: 12 dB an octave would leave a telephone most of its bass.
    """
    high = [band.freq_hz for band in filters if band.type == "high_pass"]
    low = [band.freq_hz for band in filters if band.type == "low_pass"]
    edges = [("high_pass", max(high))] if high else []
    edges += [("low_pass", min(low))] if low else []
    return [Band(kind, freq_hz, 0.0, q) for kind, freq_hz in edges for q in _FOURTH_ORDER_Q]
