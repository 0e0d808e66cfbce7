"""The Fréchet distance for infinitely many samples, from how it falls as samples become more.

The distance of n samples is too large by about b/n, as their covariance is itself estimated (Chong & Forsyth 2020; for
music: Gui et al. 2024). A straight line through the distances of subsets against 1/n, read off at 1/n = 0, takes
that away. Subsets are of whole items drawn without replacement: a sample twice in a subset would count as two and
say nothing new.

What decides is how far the line must be trusted. On Gaussians of known distance (D = 32 and 64, variances falling as
1/i, 30 or 40 trials each), what is left of the bias of the plain distance:

    samples n              D     1.5 D     2 D     3 D     4 D     6 D    10 D
    subsets n/4 … n     +27 %    −16 %   −42 %   −44 %   −24 %   −18 %    −6 %
    subsets n/2 … n     −20 %    −38 %   −25 %   −13 %    −6 %    −8 %    ±1 %

Subsets of fewer samples than 2D lie on no line, whence the two rules: subsets from a half of the set upwards, and at
least 2(D + 1) samples in every half, hence 4(D + 1) in all (where −11 % are left with variances all the same). With
fewer the value may be far below the truth, and is refused. Windows of one song count as samples here, though they are
alike: songs of 8 windows with 60 % of the variance between songs leave 13 % of the bias at 8D windows, 1 % at 16D.

The interval is over items: what the value would be for as many other items of the same kind. Each draw also says
what each of its items does to its distance (`influence`); averaged over the draws of a size and taken through the
same line, that is each item's pull on the value (the projection of Hájek 1968, as for any average over subsets), which
is drawn with repeats as for any mean. The scatter of the draws themselves is drawn too, and added. It does not hold
the error of the line, some 6 % of the correction at 4(D + 1) samples. Coverage of the true distance by intervals of
95 %, 200 trials in 32 dimensions: 94 % at 4.2D samples, 95 % at 6D, 95 % at 10D, 96 % at 20D; of a distance of nought,
96 % at 4.2D and 98 % at 6D.

Only the evaluated side is corrected. The reference is taken as it is: where it has m samples, about b'/m of the value
is its own, the same for all sets that are measured against it.

Legend: n samples, D dimensions, s items, P sizes, R draws a size.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from muze_evaluate.statistics.bootstrap import (
    LEVEL,
    RESAMPLES,
    Interval,
    check_draws,
    generator,
    item_influence,
    percentile,
    resampled_means,
)
from muze_evaluate.statistics.frechet import Gaussian
from muze_evaluate.statistics.influence import distance_and_influence
from muze_evaluate.statistics.samples import Array, TooFewError, item_numbers, samples

POINTS = 8
DRAWS = 8
HALF_PER_DIMENSION = 2  # samples that the smallest subset must hold for each dimension and one
LEAST_ITEMS = 8  # so that there are several sizes between a half of them and the whole


@dataclass(frozen=True)
class Extrapolation:
    """A Fréchet distance read off at infinitely many samples.

    Attributes:
        value: where the line meets 1/n = 0. May be slightly negative for sets that are hardly apart, as it is
            free of bias, not a distance of any samples.
        low: lower end of its interval.
        high: upper end.
        level: of the interval, 0…1.
        slope: of the line, in distance × items: how fast the distance falls.
        r_squared: share of the draws' variance that the line explains, 0…1.
        sizes: (P,) items in a subset, rising.
        distances: (P,) mean distances of those subsets.
        draws: subsets of each size; the whole set is one.
    """

    value: float
    low: float
    high: float
    level: float
    slope: float
    r_squared: float
    sizes: tuple[int, ...]
    distances: tuple[float, ...]
    draws: int


def extrapolated(
    reference: Gaussian,
    evaluated: ArrayLike,
    *,
    seed: int,
    groups: Sequence[Hashable] | None = None,
    points: int = POINTS,
    draws: int = DRAWS,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> Extrapolation:
    """Return the Fréchet distance of a set to a reference as it would be with infinitely many samples of the set.

    Args:
        reference: held as it is.
        evaluated: (n, D), at least 8 items, and 2(D + 1) rows in every half of them.
        seed: of the subsets and of the interval.
        groups: (n,) whose window each row is, drawn together; None where each row is an item.
        points: sizes of subsets, evenly spread in 1/size from a half of the items to all.
        draws: subsets of each size.
        level: of the interval, 0…1.
        resamples: draws of the interval.

    Raises:
        TooFewError: fewer than that.
        ValueError: no finite matrix of the reference's width, or arguments out of range.
    """
    matrix = samples(evaluated, name="the evaluated set")
    items = item_numbers(groups, len(matrix))
    count = int(items.max(initial=-1)) + 1
    _check_enough(items, matrix.shape[1])
    check_draws(count, level=level, resamples=resamples)
    if points < 2 or draws < 1:
        raise ValueError(f"a line takes at least 2 points of 1 draw; got {points} of {draws}")
    sizes = _sizes(count, points)
    found, pull = _draw(reference, matrix, items, sizes, draws=draws, random=generator(seed, "subsets"))
    weights = _intercept_weights(sizes)
    means = found.mean(axis=1)
    value = float(weights @ means)
    spread = _interval(weights, found, pull, seed=seed, level=level, resamples=resamples)
    slope = float(np.polyfit(1 / sizes, means, 1)[0])
    fit = value + slope / sizes
    scatter = float(np.square(found - found.mean()).sum())
    return Extrapolation(
        value=value,
        low=spread.low,
        high=spread.high,
        level=level,
        slope=slope,
        r_squared=1 - float(np.square(found - fit[:, None]).sum()) / scatter if scatter > 0 else 1.0,
        sizes=tuple(int(size) for size in sizes),
        distances=tuple(float(mean) for mean in means),
        draws=draws,
    )


def _check_enough(items: NDArray[np.intp], width: int) -> None:
    """Check that whichever half of the items is drawn holds enough samples for a line.

    Raises:
        TooFewError: it may not.
    """
    rows = np.sort(np.bincount(items))
    if len(rows) < LEAST_ITEMS:
        raise TooFewError(f"subsets of whole items take at least {LEAST_ITEMS} items; there are {len(rows)}")
    needed, half = HALF_PER_DIMENSION * (width + 1), int(rows[: _half(len(rows))].sum())
    if half < needed:
        raise TooFewError(
            f"every half of the items must hold at least {needed} samples in {width} dimensions, as fewer lie on no "
            f"line; of {len(items)} samples the smallest half holds {half}"
        )


def _half(count: int) -> int:
    return (count + 1) // 2


def _sizes(count: int, points: int) -> NDArray[np.intp]:
    """Return the sizes (P,) of subsets, evenly spread in 1/size; those that round to the same are one."""
    inverse = np.linspace(1 / _half(count), 1 / count, points)
    return np.unique(np.round(1 / inverse).astype(np.intp))


def _draw(
    reference: Gaussian,
    matrix: Array,
    items: NDArray[np.intp],
    sizes: NDArray[np.intp],
    *,
    draws: int,
    random: np.random.Generator,
) -> tuple[Array, Array]:
    """Return the distances (P, R) of drawn subsets, and each item's mean pull (P, s) on those of a size."""
    count = int(items.max()) + 1
    found = np.empty((len(sizes), draws))
    pull = np.zeros((len(sizes), count))
    for point, size in enumerate(sizes):
        drawn_times = np.zeros(count)
        for draw in range(draws if size < count else 1):
            chosen = np.zeros(count, dtype=bool)
            chosen[random.permutation(count)[:size]] = True
            rows = chosen[items]
            value, each = distance_and_influence(reference, matrix[rows])
            found[point, draw:] = value  # the whole set has one subset only, which stands for all its draws
            renumbered = (np.cumsum(chosen) - 1)[items[rows]]
            pull[point, chosen] += item_influence(each, renumbered)
            drawn_times += chosen
        np.divide(pull[point], drawn_times, out=pull[point], where=drawn_times > 0)
    return found, pull


def _intercept_weights(sizes: NDArray[np.intp]) -> Array:
    """Return the weights (P,) that make the least-squares line's value at 1/n = 0 from the distances of the sizes."""
    design = np.stack([np.ones(len(sizes)), 1 / sizes], axis=1)
    weights: Array = np.linalg.pinv(design)[0]
    return weights


def _interval(
    weights: Array, found: Array, pull: Array, *, seed: int, level: float, resamples: int
) -> Interval:
    """Return the interval of the line's value: drawn items' mean pull, and drawn subsets' mean distance."""
    of_items = resampled_means(weights @ pull, seed=seed, resamples=resamples)
    random = generator(seed, "draws")
    points, draws = found.shape
    of_draws = np.zeros(resamples)
    for point in range(points):
        chosen = random.integers(0, draws, (resamples, draws))
        of_draws += weights[point] * found[point][chosen].mean(axis=1)
    return percentile(
        float(weights @ found.mean(axis=1)), of_items + of_draws, count=pull.shape[1], level=level
    )
