"""How well songs are ranked by what was heard in them: the average precision of families of instruments.

Legend: N songs, F families, R plans that each song is held against.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]

_NORMAL_95 = 1.96  # standard errors on either side
_FEWEST = 3  # songs, for a standard error
_NOTHING = 1e-12  # of a standard error: rounding


@dataclass(frozen=True)
class Ranking:
    """A mean average precision and its interval of 95 %.

    Attributes:
        value: 0…1.
        low: lower end of the interval; None without one.
        high: upper end.
        without_interval: why there is none; empty where there is one.
    """

    value: float
    low: float | None
    high: float | None
    without_interval: str = ""


def ranking(asked: Float64, probability: Float64) -> Ranking | None:
    """Return the mean over families of their average precision, with its interval.

    The interval is 1.96 standard errors on either side, from leaving out each song in turn (the jackknife: Tukey,
    "Bias and confidence in not-quite large samples", 1958). Resamples would be wrong here: a song that is drawn
    twice stands beside itself in the ranking and raises the precision.

    Args:
        asked: (R, N, F) 1 where a song asks for a family, else 0.
        probability: (N, F) how probable the family is in it.

    Returns:
        Without an interval where there are too few songs, or leaving one out changes nothing. None where no family
        is asked for by some songs and not by others: then there is nothing to rank.
    """
    telling = (asked.max(axis=(0, 1)) > 0.0) & (asked.min(axis=(0, 1)) < 1.0)  # (F,)
    if not telling.any():
        return None
    wanted, scores = asked[..., telling], probability[:, telling]
    count = len(scores)

    def mean(weights: Float64) -> float:
        precision = average_precision(wanted, scores, weights)
        known = precision[~np.isnan(precision)]
        return float(known.mean()) if known.size else np.nan

    value = mean(np.ones(count))
    without = np.array([mean(1.0 - row) for row in np.eye(count)])
    if count < _FEWEST or not np.isfinite(without).all():
        return Ranking(
            value, None, None, f"no interval: it takes {_FEWEST} songs, and any of them may be left out"
        )
    error = float(np.sqrt((count - 1) / count * ((without - without.mean()) ** 2).sum()))
    if (
        error <= _NOTHING
    ):  # as of a perfect ranking: what is left out changes nothing, which is not to be certain
        return Ranking(value, None, None, "no interval: the ranking is the same without any one song")
    return Ranking(value, max(value - _NORMAL_95 * error, 0.0), min(value + _NORMAL_95 * error, 1.0))


def average_precision(asked: npt.ArrayLike, probability: npt.ArrayLike, weights: npt.ArrayLike) -> Float64:
    """Return the average precision of each family: how far songs that ask for it come before those that do not.

    The mean, over the asked-for songs, of the precision among all songs at least as probable (Manning, Raghavan and
    Schütze, "Introduction to Information Retrieval", 2008, sec. 8.4); equal probabilities stand at one place.

    Args:
        asked: (..., N, F) whether a song asks for a family.
        probability: (N, F) how probable the family is in it.
        weights: (N,) how often each song counts, as in a resample.

    Returns:
        (..., F) in 0…1; NaN where no song that counts asks for the family.
    """
    wanted, scores = np.asarray(asked, np.float64), np.asarray(probability, np.float64)
    order = np.argsort(-scores, axis=0, kind="stable")  # (N, F)
    last = _ends_of_ties(np.take_along_axis(scores, order, axis=0))  # (N, F)
    times = np.asarray(weights, np.float64)[order]
    shape = (*wanted.shape[:-2], *order.shape)
    gained = np.take_along_axis(wanted, np.broadcast_to(order, shape), axis=-2) * times  # (..., N, F)
    hits = np.take_along_axis(gained.cumsum(axis=-2), np.broadcast_to(last, shape), axis=-2)
    shown = np.take_along_axis(times.cumsum(axis=0), last, axis=0)
    precision = np.divide(hits, shown, out=np.zeros(shape), where=shown > 0.0)
    total = gained.sum(axis=-2)
    found = (precision * gained).sum(axis=-2)
    mean: Float64 = np.divide(found, total, out=np.full(total.shape, np.nan), where=total > 0.0)
    return mean


def _ends_of_ties(falling: Float64) -> npt.NDArray[np.intp]:
    """Return for each place of falling columns (N, F) the last place that has the same value."""
    count = len(falling)
    ends = np.arange(count)[:, None] * np.ones(falling.shape, np.intp)
    ends[:-1][falling[:-1] == falling[1:]] = count
    return np.minimum.accumulate(ends[::-1], axis=0)[::-1]
