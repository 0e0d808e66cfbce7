"""Kernel audio distance: an unbiased MMD² with a Gaussian kernel (Gretton et al. 2012, eq. 3; Chung et al. 2025).

    KAD = 100 · (mean k(xᵢ, xⱼ) over i ≠ j  +  mean k(yᵢ, yⱼ) over i ≠ j  −  2 mean k(xᵢ, yⱼ)),  k = exp(−d²/2σ²)

It assumes no Gaussian, and unlike the Fréchet distance's its expectation does not depend on how many samples there
are. Being unbiased it scatters around its truth: two sets of the same kind come out slightly below nought about as
often as above. That is left as it is; a clipped value would be biased. A set against itself gives less than nought by
design, as the pairs of a sample with itself are in the third mean only.

All rows are samples here, as in the literature. Windows of one song are alike, though, so that with few songs of many
windows the pairs within a song raise the value: the interval, over whole songs, is wider then, but not lower. Compare
sets of as many songs.

σ is the median distance between samples **of the reference**, so that one reference measures all evaluated sets with
the same ruler.

Everything is worked off in blocks of rows: 20 000 samples of 512 dimensions need some 400 MB beside the sets.

Legend: x the reference (n, D), y the evaluated set (m, D).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from muze_evaluate.statistics.bootstrap import LEVEL, RESAMPLES, Interval, linear_interval
from muze_evaluate.statistics.samples import Array, item_numbers, same_width, samples

SCALE = 100.0  # the literature's, so that figures have digits before the point
_BLOCK = 1 << 22  # distances held at a time: 32 MB, and as much again for the kernel
_DIRECT_ROWS = 4096  # up to here all pairs are held at once: 64 MB
_PROBE_ROWS = 2000  # rows that say roughly where the median of more pairs lies
_PROBE_SHARE = 0.04  # of the probe's pairs on either side, some four standard deviations of that guess


def kernel_distance(reference: ArrayLike, evaluated: ArrayLike, *, sigma: float | None = None) -> float:
    """Return the kernel distance of two sets, ×100.

    Args:
        reference: (n, D), at least two rows.
        evaluated: (m, D), at least two rows.
        sigma: width of the kernel; None for `bandwidth(reference)`.

    Raises:
        TooFewError: one sample has no pair.
        ValueError: no finite matrices of one width, no positive width, or a reference whose samples are all alike.
    """
    return _distance_and_influence(reference, evaluated, sigma)[0]


def kernel_interval(
    reference: ArrayLike,
    evaluated: ArrayLike,
    *,
    seed: int,
    groups: Sequence[Hashable] | None = None,
    sigma: float | None = None,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> Interval:
    """Return the kernel distance of two sets, ×100, and its interval over the evaluated items.

    The reference is held as it is: it is the ruler. The interval is of the distance made linear in the items' weights,
    as items drawn twice would pair with themselves.

    Args:
        reference: (n, D), at least two rows.
        evaluated: (m, D), at least two rows.
        seed: of the draws.
        groups: (m,) whose window each row is; None where each row is an item.
        sigma: width of the kernel; None for `bandwidth(reference)`.
        level: 0…1.
        resamples: how many draws.

    Raises:
        TooFewError: one sample has no pair, or there are fewer than two items.
        ValueError: as `kernel_distance`, or arguments out of range.
    """
    value, influence = _distance_and_influence(reference, evaluated, sigma)
    items = item_numbers(groups, len(influence))
    return linear_interval(value, influence, items, seed=seed, level=level, resamples=resamples)


def bandwidth(reference: ArrayLike) -> float:
    """Return the exact median of the distances between all pairs of a reference.

    Args:
        reference: (n, D), at least two rows.

    Raises:
        TooFewError: one sample has no pair.
        ValueError: no finite matrix, or half of the pairs or more are the same, so that there is no ruler.
    """
    x = samples(reference, name="the reference", at_least=2)
    (x,) = _about_its_mean(x)
    median = _median_of_pairs(x)
    largest = float(np.square(x).sum(axis=1).max())
    # Squares of distances carry errors of a few ε of the largest norm.
    if median <= 16 * np.finfo(np.float64).eps * largest or largest == 0.0:
        raise ValueError(
            "the reference must differ from sample to sample; half of its pairs or more are the same"
        )
    return float(np.sqrt(median))


def _distance_and_influence(
    reference: ArrayLike, evaluated: ArrayLike, sigma: float | None
) -> tuple[float, Array]:
    """Return the distance and its derivative to each evaluated sample's weight (m,), both ×100."""
    x = samples(reference, name="the reference", at_least=2)
    y = samples(evaluated, name="the evaluated set", at_least=2)
    same_width(x.shape[1], y.shape[1])
    width = bandwidth(x) if sigma is None else sigma
    if not width > 0:
        raise ValueError(f"the kernel's width must be positive; it is {width}")
    x, y = _about_its_mean(x, y)
    alike_x = float(_mean_within(x, width).mean())
    alike_y, between = _mean_within(y, width), _mean_between(y, x, width)
    value = alike_x + float(alike_y.mean()) - 2 * float(between.mean())
    # Each sample is in two of a pair's places within its set, and in one of those between the sets.
    influence = 2 * (alike_y - alike_y.mean()) - 2 * (between - between.mean())
    return SCALE * value, SCALE * influence


def _about_its_mean(x: Array, *others: Array) -> tuple[Array, ...]:
    """Return sets moved together so that the first has its mean at nought: far away, differences lose digits."""
    mean = x.mean(axis=0)
    return tuple(one - mean for one in (x, *others))


def _squares(x: Array, y: Array) -> Array:
    """Return the squared distances (n, m) of rows; rounding below nought is nought."""
    products = x @ y.T
    products *= -2
    products += np.square(x).sum(axis=1)[:, None]
    products += np.square(y).sum(axis=1)
    return np.maximum(products, 0.0, out=products)


def _blocks(count: int, across: int) -> Iterator[slice]:
    rows = max(1, _BLOCK // max(across, 1))
    return (slice(start, min(start + rows, count)) for start in range(0, count, rows))


def _mean_between(y: Array, x: Array, sigma: float) -> Array:
    """Return each row's mean kernel (m,) with all rows of another set."""
    found = [_kernel(_squares(y[part], x), sigma).mean(axis=1) for part in _blocks(len(y), len(x))]
    return np.concatenate(found)


def _mean_within(x: Array, sigma: float) -> Array:
    """Return each row's mean kernel (n,) with all other rows of its set; each pair is computed about once."""
    total = np.zeros(len(x))
    for part in _blocks(len(x), len(x)):
        own = _kernel(_squares(x[part], x[part]), sigma)
        np.fill_diagonal(own, 0.0)
        total[part] += own.sum(axis=1)
        later = _kernel(_squares(x[part], x[part.stop :]), sigma)
        total[part] += later.sum(axis=1)
        total[part.stop :] += later.sum(axis=0)
    return total / (len(x) - 1)


def _kernel(squares: Array, sigma: float) -> Array:
    """Return the Gaussian kernel of squared distances, in their place."""
    squares *= -0.5 / sigma**2
    return np.exp(squares, out=squares)


def _median_of_pairs(x: Array) -> float:
    """Return the squared median distance of all n(n−1)/2 pairs, exactly.

    Many pairs are not held at once: a probe of the rows says roughly where the median lies, the pairs below that
    stretch are counted and only those inside are kept. A stretch that misses is widened; the result is the same.
    """
    if len(x) <= _DIRECT_ROWS:
        return _middle(_pairs(x), 0, len(x) * (len(x) - 1) // 2)
    probe = _pairs(x[np.linspace(0, len(x) - 1, _PROBE_ROWS).astype(np.intp)])
    share = _PROBE_SHARE
    while True:
        low, high = np.quantile(probe, [max(0.0, 0.5 - share), min(1.0, 0.5 + share)])
        if share >= 0.5:
            low, high = 0.0, np.inf
        found = _middle_inside(x, float(low), float(high))
        if found is not None:
            return found
        share *= 3


def _middle_inside(x: Array, low: float, high: float) -> float | None:
    """Return the median of all pairs if it lies in a stretch [low, high]; None otherwise."""
    count = len(x) * (len(x) - 1) // 2
    below, inside = 0, []
    for part in _blocks(len(x), len(x)):
        for squares in _pairs_from(x, part):
            below += int(np.count_nonzero(squares < low))
            inside.append(squares[(squares >= low) & (squares <= high)])
    kept = np.concatenate(inside)
    if below > (count - 1) // 2 or below + len(kept) <= count // 2:
        return None
    return _middle(kept, below, count)


def _middle(kept: Array, below: int, count: int) -> float:
    """Return the median of `count` numbers of which `below` are less than the kept ones; that of distances, squared."""
    first, second = (count - 1) // 2 - below, count // 2 - below
    kept.partition([first, second])
    return float((np.sqrt(kept[first]) + np.sqrt(kept[second])) / 2) ** 2


def _pairs(x: Array) -> Array:
    """Return the squared distances of all pairs of different rows."""
    return np.concatenate([one for part in _blocks(len(x), len(x)) for one in _pairs_from(x, part)])


def _pairs_from(x: Array, part: slice) -> Iterator[Array]:
    """Yield the squared distances of the pairs within some rows, and of those rows with all later ones."""
    own = _squares(x[part], x[part])
    yield own[np.triu_indices(len(own), 1)]
    if part.stop < len(x):
        yield _squares(x[part], x[part.stop :]).ravel()
