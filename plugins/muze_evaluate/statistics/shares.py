"""Intervals of shares: of how many items something is so, and of numbers in 0…1 that may all be 0 or 1.

Resamples of twenty right items hold no wrong one, so that their percentiles say [1, 1] where up to 16 % of all such
items may be wrong. Wilson's interval (1927) says so; where numbers lie between, they are drawn as any (`bootstrap`).
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from muze_evaluate.statistics.bootstrap import (
    LEVEL,
    RESAMPLES,
    Interval,
    check_draws,
    check_level,
    mean_interval,
)
from muze_evaluate.statistics.samples import TooFewError

_ROUNDING = 1e-9  # a share of time that adds up to all of it may miss 1 by as much


def fraction_interval(
    values: ArrayLike, *, seed: int, level: float = LEVEL, resamples: int = RESAMPLES
) -> Interval:
    """Return the mean of numbers in 0…1 and its interval: by Wilson where all of them are 0 or 1, else by drawing.

    Args:
        values: (n,) in 0…1, at least two.
        seed: of the draws.
        level: 0…1.
        resamples: how often to draw n items with repeats.

    Raises:
        TooFewError: fewer than two items.
        ValueError: values out of range or not finite, or a level or number of resamples out of range.

    Example:
        >>> round(fraction_interval([1.0] * 20, seed=1).low, 2)
        0.84
    """
    given = np.asarray(values, dtype=np.float64)
    whole = np.rint(given)
    given = np.where(np.abs(given - whole) <= _ROUNDING, whole, given)
    if given.ndim != 1 or not ((given >= 0) & (given <= 1)).all():
        raise ValueError(f"values must be one number in 0…1 an item; their shape is {given.shape}")
    check_draws(len(given), level=level, resamples=resamples)
    if (given == np.rint(given)).all():
        return share_interval(int(given.sum()), len(given), level=level)
    return mean_interval(given, seed=seed, level=level, resamples=resamples)


def share_interval(hits: int, count: int, *, level: float = LEVEL) -> Interval:
    """Return a share and its interval by the formula of Wilson (1927): honest about 0 and 1, and with few items.

    Args:
        hits: how many items are so.
        count: of how many, at least one.
        level: 0…1.

    Raises:
        TooFewError: of none.
        ValueError: more hits than items, fewer than none, or a level out of range.

    Example:
        >>> round(share_interval(20, 20).low, 2)
        0.84
    """
    if count < 1:
        raise TooFewError("a share is of at least 1 item; there are none")
    if not 0 <= hits <= count:
        raise ValueError(f"hits must be 0 to {count}; there are {hits}")
    check_level(level)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, shrink = hits / count, 1 + z * z / count
    middle = (share + z * z / (2 * count)) / shrink
    half = z / shrink * float(np.sqrt(share * (1 - share) / count + z * z / (4 * count * count)))
    return Interval(share, min(max(0.0, middle - half), share), max(min(1.0, middle + half), share), level, 0)
