"""Intervals by drawing anew (Efron 1979): what the number would be for other items of the same kind.

Expanded percentile intervals (Hesterberg 2015): the middle of the numbers of the resamples, taken a little wider than
`level`, as the spread of n drawn items is that of n − 1, and is itself estimated. Coverage of the true mean of n items
by intervals of 95 %, 1000 trials each, beside plain percentiles and BCa (Efron 1987), which repairs skew by an estimate
of it, and with few items has too little to estimate it from:

    items                      5      10      20      50     100
    normal          here     91 %    94 %    96 %    95 %    95 %
                    plain    82 %    90 %    93 %    95 %    94 %
                    BCa      83 %    90 %    93 %    95 %    93 %
    log-normal      here     82 %    84 %    88 %    90 %    91 %
                    plain    72 %    79 %    85 %    89 %    91 %
                    BCa      74 %    81 %    89 %    90 %    92 %
    beta(5, 1)      here     90 %    92 %    94 %    96 %    95 %
                    plain    81 %    89 %    92 %    95 %    94 %
                    BCa      81 %    90 %    93 %    95 %    95 %

A share is a mean too, but twenty of twenty right would give an interval of nothing: `shares` has those.

Everything is drawn from a seed, so that the same values give the same interval, whatever else was drawn before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muze_evaluate.statistics.samples import Array, TooFewError
from muzecli.seeds import item_seed

LEVEL = 0.95
RESAMPLES = 2000
_BLOCK = 1 << 20  # drawn indices held at a time: 8 MB


@dataclass(frozen=True)
class Interval:
    """A number and where it might have come out.

    Attributes:
        value: the number itself, of all items.
        low: lower end.
        high: upper end.
        level: how often such intervals are to hold what they are of, 0…1.
        resamples: how many were drawn; 0 where the interval is a formula.
    """

    value: float
    low: float
    high: float
    level: float
    resamples: int


def mean_interval(
    values: ArrayLike, *, seed: int, level: float = LEVEL, resamples: int = RESAMPLES
) -> Interval:
    """Return the mean of items' values and its interval.

    Args:
        values: (n,) one for each item, at least two.
        seed: of the draws.
        level: 0…1.
        resamples: how often to draw n items with repeats.

    Raises:
        TooFewError: fewer than two items.
        ValueError: values that are not finite, or a level or number of resamples out of range.

    Example:
        >>> mean_interval([1.0, 2.0, 3.0], seed=1).value
        2.0
    """
    given = np.asarray(values, dtype=np.float64)
    if given.ndim != 1 or not np.isfinite(given).all():
        raise ValueError(f"values must be one finite number an item; their shape is {given.shape}")
    check_draws(len(given), level=level, resamples=resamples)
    means = resampled_means(given, seed=seed, resamples=resamples)
    return percentile(float(given.mean()), means, count=len(given), level=level)


def interval(
    statistic: Callable[[NDArray[np.intp]], float],
    count: int,
    *,
    seed: int,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> Interval:
    """Return any statistic of items and its interval.

    The statistic must not depend on how many different items there are: a resample holds 63 % of them, some twice.

    Args:
        statistic: from the drawn items' positions (n,), repeats among them, to a finite number.
        count: n, at least two.
        seed: of the draws.
        level: 0…1.
        resamples: how often to draw n items with repeats.

    Raises:
        TooFewError: fewer than two items.
        ValueError: a level or number of resamples out of range, or a resample without a finite number.
    """
    check_draws(count, level=level, resamples=resamples)
    found = [statistic(row) for block in _draws(count, seed=seed, resamples=resamples) for row in block]
    value = float(statistic(np.arange(count, dtype=np.intp)))
    return percentile(value, np.array(found, dtype=np.float64), count=count, level=level)


def linear_interval(
    value: float,
    influence: Array,
    items: NDArray[np.intp],
    *,
    seed: int,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> Interval:
    """Return the interval of a number that is no mean, made linear in the weights of its items.

    Drawing items with repeats gives each a weight, 0, 1, 2 …; to first order the number then moves as a mean does
    (infinitesimal jackknife: Jaeckel 1972; Efron 1982, ch. 6).

    Args:
        value: the number.
        influence: (n,) its derivative to each row's share of the weight, their sum nought.
        items: (n,) which item each row belongs to, from 0.
        seed: of the draws.
        level: 0…1.
        resamples: how often to draw s items with repeats.

    Raises:
        TooFewError: rows of fewer than two items.
        ValueError: as `mean_interval`.
    """
    moved = value + item_influence(influence, items)
    return replace(mean_interval(moved, seed=seed, level=level, resamples=resamples), value=value)


def item_influence(influence: Array, items: NDArray[np.intp]) -> Array:
    """Return what each of s items adds to a number (s,), their mean nought, from its rows' derivatives (n,)."""
    sums = np.bincount(items, weights=influence)
    return np.asarray(sums * (len(sums) / max(len(influence), 1)), dtype=np.float64)


def resampled_means(values: Array, *, seed: int, resamples: int = RESAMPLES) -> Array:
    """Return the means (B,) of as many items drawn with repeats from values (n,)."""
    blocks = _draws(len(values), seed=seed, resamples=resamples)
    return np.concatenate([values[block].mean(axis=1) for block in blocks])


def percentile(value: float, resampled: Array, *, count: int, level: float = LEVEL) -> Interval:
    """Return the expanded percentile interval of numbers (B,) from resamples of so many items.

    Raises:
        ValueError: some are not finite.
    """
    if not (np.isfinite(resampled).all() and np.isfinite(value)):
        raise ValueError("every resample must give a finite number; leave out items that have none")
    tail = _tail(level, count)
    low, high = np.quantile(resampled, [tail, 1 - tail])
    return Interval(value, float(low), float(high), level, len(resampled))


def check_draws(count: int, *, level: float, resamples: int) -> None:
    """Check what an interval is asked of.

    Raises:
        TooFewError: fewer than two items.
        ValueError: a level or number of resamples out of range.
    """
    if count < 2:
        raise TooFewError(f"an interval takes at least 2 items; there {'is 1' if count == 1 else 'are none'}")
    check_level(level)
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1; there are {resamples}")


def check_level(level: float) -> None:
    """Check a level.

    Raises:
        ValueError: it is out of range.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1; it is {level}")


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Return a generator of its own for one purpose, so that draws for one thing never shift those for another."""
    return np.random.default_rng(item_seed(seed, purpose))


def _tail(level: float, count: int) -> float:
    """Return the share of the resamples to leave out at either end: Φ(−√(n/(n−1))·t), t Student's with n − 1 degrees.

    Student's quantile is that of the normal distribution with the first terms of its expansion in 1/degrees (Abramowitz
    & Stegun 1964, 26.7.5): too small below five items, where it reaches the outermost resamples anyway.
    """
    z, degrees = NormalDist().inv_cdf((1 + level) / 2), count - 1
    t = z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
    return NormalDist().cdf(-t * float(np.sqrt(count / degrees)))


def _draws(count: int, *, seed: int, resamples: int) -> Iterator[NDArray[np.intp]]:
    """Yield blocks of resamples (B, n) of positions: the same draws whatever the size of a block."""
    random = generator(seed, "bootstrap")
    rows = max(1, _BLOCK // count)
    for start in range(0, resamples, rows):
        yield random.integers(0, count, (min(rows, resamples - start), count), dtype=np.intp)
