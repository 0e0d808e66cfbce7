"""What every statistic asks of its samples, checked once at the boundary.

Legend: n samples (rows), D dimensions.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

_LISTED = 8


class TooFewError(ValueError):
    """There is too little to say anything honest; the message names what would be enough."""


def samples(values: ArrayLike, *, name: str = "samples", at_least: int = 1) -> Array:
    """Return values as a float64 matrix.

    float16 and float32 are widened: embeddings may be stored small, but sums over them may not be.

    Args:
        values: (n, D) real numbers.
        name: what to call them in messages.
        at_least: how many rows there must be.

    Raises:
        TooFewError: fewer rows than that.
        ValueError: no matrix of real, finite numbers; the message names the rows.
    """
    given = np.asarray(values)
    if given.ndim != 2 or given.shape[1] == 0:
        raise ValueError(f"{name} must be a matrix, samples × dimensions; its shape is {given.shape}")
    if given.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be real numbers; they are {given.dtype}")
    if len(given) < at_least:
        many = "1 sample" if at_least == 1 else f"{at_least} samples"
        raise TooFewError(f"{name} must hold at least {many}; there {_are(len(given))}")
    matrix = given.astype(np.float64, copy=False)
    bad = np.flatnonzero(~np.isfinite(matrix).all(axis=1))
    if len(bad):
        listed = ", ".join(map(str, bad[:_LISTED])) + (", …" if len(bad) > _LISTED else "")
        raise ValueError(f"{name} must be finite; {len(bad)} of {len(matrix)} rows are not: {listed}")
    return matrix


def same_width(first: int, second: int) -> None:
    """Check that two sets live in the same space.

    Raises:
        ValueError: they do not.
    """
    if first != second:
        raise ValueError(f"both sets must have the same number of dimensions; they have {first} and {second}")


def item_numbers(groups: Sequence[Hashable] | None, count: int) -> NDArray[np.intp]:
    """Return which item each row belongs to, numbered from 0 in the order in which they first appear.

    Windows of one song are alike, so that whatever draws anew must draw whole songs: a thousand windows of ten
    songs know as little of other songs as ten windows do.

    Args:
        groups: (n,) whose row it is, such as a song's id; None where every row is an item of its own.
        count: n.

    Raises:
        ValueError: not one for each row.
    """
    if groups is None:
        return np.arange(count, dtype=np.intp)
    if len(groups) != count:
        raise ValueError(f"groups must name an item for each of {count} rows; there are {len(groups)}")
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=np.intp)


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count}"
