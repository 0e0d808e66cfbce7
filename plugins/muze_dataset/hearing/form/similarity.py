"""How alike bars are, and where what they are alike to changes.

Shapes: B bars, similarities (B, B), strengths (B + 1,): one for each bar's beginning and the end, 0 at both ends.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]
Ints = npt.NDArray[np.signedinteger]

_FLOOR = 1e-2  # of the longest vector: what is shorter counts as nothing
_PATH_BARS = 4


def alike(vectors: Float64) -> Float64:
    """Return cosines −1…1 of vectors (B, X) about their mean, (B, B)."""
    centred = vectors - vectors.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = centred / (lengths + _FLOOR * lengths.max() + 1e-12)
    return np.asarray(unit @ unit.T)


def along_paths(similarity: Float64) -> Float64:
    """Strengthen diagonals: bars alike whose neighbours are alike in the same order (Müller and Kurth 2006).

    A triangle of ±3 bars along each diagonal, cut off at the edges.
    """
    size = len(similarity)
    total = np.zeros_like(similarity)
    weight = np.zeros_like(similarity)
    for shift in range(-_PATH_BARS + 1, _PATH_BARS):
        first, last = max(0, -shift), min(size, size - shift)
        if first < last:
            share = 1.0 - abs(shift) / _PATH_BARS
            moved = slice(first + shift, last + shift)
            total[first:last, first:last] += share * similarity[moved, moved]
            weight[first:last, first:last] += share
    return total / weight


def checkerboard(similarity: Float64, reach: int) -> Float64:
    """Return novelty: alike within, before and after, and not across (Foote, ICME 2000).

    Args:
        similarity: (B, B).
        reach: bars before and after; fewer at the ends, with less weight.
    """
    size = len(similarity)
    table = np.zeros((size + 1, size + 1))  # table[i, j]: the sum of similarity[:i, :j]
    table[1:, 1:] = similarity.cumsum(axis=0).cumsum(axis=1)
    at = np.arange(size + 1)
    k = np.minimum(np.minimum(at, size - at), reach)

    def mean(row: Ints, column: Ints) -> Float64:
        total = (
            table[row + k, column + k] - table[row, column + k] - table[row + k, column] + table[row, column]
        )
        return np.asarray(total / np.maximum(k, 1) ** 2)

    before = at - k
    return np.asarray((mean(before, before) + mean(at, at) - 2.0 * mean(before, at)) * np.sqrt(k / reach))


def regrouping(similarity: Float64, reach: int = _PATH_BARS) -> Float64:
    """Return how much the lags change at which bars return (structure features; Serrà et al., IEEE TMM 2014).

    Row i of the lag matrix says at what distance bar i is heard again; where a part that returns begins or ends,
    the rows before and after differ.
    """
    size = len(similarity)
    at = np.arange(size)
    lags = along_paths(similarity)[
        at[:, None], (at[:, None] + at) % size
    ]  # (B, B): how alike bars i and i + lag
    sums = np.concatenate((np.zeros((1, size)), lags.cumsum(axis=0)))
    edge = np.arange(size + 1)
    k = np.maximum(np.minimum(np.minimum(edge, size - edge), reach), 1)
    left = (sums[edge] - sums[np.maximum(edge - k, 0)]) / k[:, None]
    right = (sums[np.minimum(edge + k, size)] - sums[edge]) / k[:, None]
    change = np.abs(right - left).mean(axis=1)
    change[[0, -1]] = 0.0
    return np.asarray(change)


def step(values: Float64, reach: int) -> Float64:
    """Return the distance between the means of values (B, X) before and after each edge, over `reach` bars."""
    size = len(values)
    sums = np.concatenate((np.zeros((1, values.shape[1])), values.cumsum(axis=0)))
    edge = np.arange(size + 1)
    before, after = np.maximum(edge - reach, 0), np.minimum(edge + reach, size)
    left = (sums[edge] - sums[before]) / np.maximum(edge - before, 1)[:, None]
    right = (sums[after] - sums[edge]) / np.maximum(after - edge, 1)[:, None]
    share = np.minimum(edge - before, after - edge) / reach
    return np.asarray(np.linalg.norm(right - left, axis=1) * np.sqrt(share))
