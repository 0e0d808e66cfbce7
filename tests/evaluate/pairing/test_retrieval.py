"""Ranks and hits, against all orders that ties could come in."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muze_evaluate.pairing import retrieval as module
from muze_evaluate.pairing.retrieval import retrieval


def of_scores(scores: list[float], right: list[int], ks: tuple[int, ...] = (1, 2, 3)) -> module.Retrieval:
    """One query whose answers have these scores."""
    return retrieval(np.ones((1, 1)), np.array(scores)[:, None], [np.array(right)], ks=ks)


def by_all_orders(scores: list[float], right: list[int], k: int) -> tuple[float, float]:
    """The mean rank of the best right answer, and how often one is among the first k, over all orders."""
    ranks = []
    for order in permutations(range(len(scores))):
        ranked = sorted(
            order, key=lambda answer: -scores[answer]
        )  # stable: ties stay in the permutation's order
        ranks.append(min(ranked.index(answer) for answer in right) + 1)
    return float(np.mean(ranks)), float(np.mean([rank <= k for rank in ranks]))


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=5), st.data())
def test_ties_are_all_their_orders(scores: list[float], data: st.DataObject) -> None:
    right = sorted(data.draw(st.sets(st.integers(0, len(scores) - 1), min_size=1)))
    found = of_scores(scores, right)
    for k in (1, 2, 3):
        rank, hit = by_all_orders(scores, right, k)
        assert found.ranks[0] == pytest.approx(rank)
        assert found.hits[k][0] == pytest.approx(hit)
        assert found.chance[k] == pytest.approx(by_all_orders([0.0] * len(scores), right, k)[1])


def test_ranks_count_from_one_and_the_best_right_answer_counts() -> None:
    assert of_scores([0.9, 0.1, 0.5, 0.7], [2]).ranks[0] == 3.0
    assert of_scores([0.9, 0.1, 0.5, 0.7], [1, 3]).ranks[0] == 2.0
    assert of_scores([0.9, 0.1, 0.5, 0.7], [1, 3]).hits[2][0] == 1.0


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    queries, answers = rng.standard_normal((37, 6)), rng.standard_normal((23, 6))
    right = [rng.choice(23, size=1 + i % 3, replace=False) for i in range(37)]
    whole = retrieval(queries, answers, right, ks=(1, 5))
    monkeypatch.setattr(module, "_BLOCK", 50)
    pieces = retrieval(queries, answers, right, ks=(1, 5))
    np.testing.assert_array_equal(whole.ranks, pieces.ranks)
    np.testing.assert_array_equal(whole.hits[5], pieces.hits[5])
    sorted_ranks = [
        1 + min(np.argsort(-(answers @ query)).tolist().index(one) for one in own)
        for query, own in zip(queries, right, strict=True)
    ]
    np.testing.assert_array_equal(whole.ranks, sorted_ranks)
