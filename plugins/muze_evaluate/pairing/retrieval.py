"""Whether the right one is found among all: ranks, and the share of queries that find it among the first k.

Answers are ranked by their score. Where several have the score of the best right one, nobody knows in which order they
would come: ranks and hits are their expectations over all orders, so that a scorer which gives everything the same
score is as good as chance, and not perfect.

Shapes: Q queries, A answers, D dimensions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]

_TIE = 1e-12
"""Scores this close are the same: equal vectors differ by their place in a product of matrices."""
_BLOCK = 1 << 22  # scores held at a time: 32 MB


@dataclass(frozen=True)
class Retrieval:
    """What each query found.

    Attributes:
        ranks: (Q,) the expected rank of the best right answer, from 1.
        hits: for each k the (Q,) probability that a right answer is among the first k.
        chance: for each k the mean of that probability for a scorer that knows nothing.
        answers: A, how many there were to choose from.
    """

    ranks: Array
    hits: Mapping[int, Array]
    chance: Mapping[int, float]
    answers: int


def retrieval(queries: Array, answers: Array, right: Sequence[Index], *, ks: Sequence[int]) -> Retrieval:
    """Rank all answers for each query.

    Args:
        queries: (Q, D).
        answers: (A, D); the score of a query and an answer is their product.
        right: for each query which answers are right, at least one each, ascending.
        ks: how many of the first count as found, each ≥ 1.
    """
    ranks = np.empty(len(queries))
    hits = {k: np.empty(len(queries)) for k in ks}
    rows = max(1, _BLOCK // len(answers))
    for start in range(0, len(queries), rows):
        scores = queries[start : start + rows] @ answers.T
        for offset, row in enumerate(scores):
            query = start + offset
            own = row[right[query]]
            best = own.max()
            above = int((row > best + _TIE).sum())
            level = int((np.abs(row - best) <= _TIE).sum())
            level_right = int((np.abs(own - best) <= _TIE).sum())
            ranks[query] = above + (level + 1) / (level_right + 1)
            for k in ks:
                hits[k][query] = _found(level, level_right, k - above)
    chance = {k: float(np.mean([_found(len(answers), len(own), k) for own in right])) for k in ks}
    return Retrieval(ranks, hits, chance, len(answers))


def _found(count: int, right: int, drawn: int) -> float:
    """Return the probability that `drawn` of `count` in any order hold at least one of those that are right."""
    if drawn <= 0:
        return 0.0
    if drawn >= count:
        return 1.0
    return 1.0 - comb(count - right, drawn) / comb(count, drawn)
