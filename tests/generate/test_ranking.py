"""Ranking: words and plan weigh the same, whatever their scales; what cannot be compared decides nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from muze_generate.playing.ranking import Marks, adherence, order

SCORES = st.lists(st.floats(-1, 1).map(lambda x: round(x, 3)), min_size=1, max_size=8)


def test_without_figures_the_order_is_that_of_making() -> None:
    assert order([Marks(), Marks(), Marks()]) == [0, 1, 2]


@given(SCORES)
def test_the_words_alone_rank_by_score(scores: list[float]) -> None:
    places = order([Marks(score) for score in scores])
    assert [scores[place] for place in places] == sorted(scores, reverse=True)


@given(SCORES, st.floats(0.01, 0.9))
def test_the_scale_of_a_figure_does_not_matter(scores: list[float], scale: float) -> None:
    assert order([Marks(score) for score in scores]) == order([Marks(1000 * score) for score in scores])


def test_both_decide_together() -> None:
    takes = [
        Marks(0.30, {"beats F": 0.2, "key, weighted": 0.0}),
        Marks(0.29, {"beats F": 0.9, "key, weighted": 1.0}),
        Marks(0.10, {"beats F": 1.0, "key, weighted": 1.0}),
    ]
    assert order(takes) == [1, 0, 2] or order(takes) == [1, 2, 0]
    assert order([Marks(take.score) for take in takes]) == [0, 1, 2]
    assert order([Marks(None, take.follows) for take in takes]) == [2, 1, 0]


def test_only_aspects_of_all_takes_count() -> None:
    takes = [Marks(None, {"beats F": 0.5, "vocals": 1.0}), Marks(None, {"beats F": 0.6})]
    assert adherence(takes) == [0.5, 0.6]
    assert order(takes) == [1, 0]
    assert adherence([Marks(None, {"vocals": 1.0}), Marks(None, {"beats F": 1.0})]) == [None, None]
