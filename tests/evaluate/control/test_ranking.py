"""Average precision against scikit-learn, and its interval."""

from __future__ import annotations

import numpy as np
import pytest

from muze_evaluate.control import ranking


@pytest.mark.parametrize("seed", range(10))
def test_average_precision_is_that_of_scikit_learn(seed: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(seed)
    asked = rng.random((30, 3)) < 0.4
    asked[0] = True
    probability = np.round(rng.random((30, 3)), 1)  # with ties
    weights = rng.integers(0, 3, 30)
    weights[0] = 1
    got = ranking.average_precision(asked, probability, weights)
    for family in range(3):
        expected = metrics.average_precision_score(
            asked[:, family], probability[:, family], sample_weight=weights
        )
        assert got[family] == pytest.approx(expected)


def test_average_precision_of_several_plans_at_once() -> None:
    rng = np.random.default_rng(3)
    asked, probability = rng.random((4, 12, 5)) < 0.5, rng.random((12, 5))
    together = ranking.average_precision(asked, probability, np.ones(12))
    one_by_one = [ranking.average_precision(plan, probability, np.ones(12)) for plan in asked]
    assert together.shape == (4, 5)
    assert np.allclose(together, one_by_one, equal_nan=True)


def test_average_precision_of_what_nobody_asks_for_is_no_number() -> None:
    got = ranking.average_precision([[False], [False]], [[0.3], [0.4]], [1, 1])
    assert np.isnan(got).all()


def test_the_interval_holds_the_value_and_narrows_with_songs() -> None:
    widths = []
    for count in (20, 500):
        rng = np.random.default_rng(1)
        asked = (rng.random((count, 4)) < 0.5).astype(float)
        probability = 0.3 * asked + rng.random((count, 4))
        found = ranking.ranking(asked[None], probability)
        assert found is not None and found.low is not None and found.high is not None
        assert 0.0 <= found.low < found.value < found.high <= 1.0
        widths.append(found.high - found.low)
    assert widths[1] < widths[0] / 3


def test_guessing_comes_to_the_share_of_songs() -> None:
    rng = np.random.default_rng(2)
    asked = (rng.random((2000, 3)) < 0.3).astype(float)
    found = ranking.ranking(asked[None], rng.random((2000, 3)))
    assert found is not None and found.low is not None and found.high is not None
    assert found.value == pytest.approx(asked.mean(), abs=0.02)


def test_families_that_all_songs_ask_for_say_nothing() -> None:
    assert ranking.ranking(np.ones((1, 4, 2)), np.random.default_rng(0).random((4, 2))) is None
    two = ranking.ranking(np.array([[[1.0], [0.0]]]), np.array([[0.9], [0.1]]))
    assert two is not None and (two.value, two.low, two.high) == (1.0, None, None)
    assert two.without_interval.startswith("no interval: it takes 3 songs")


def test_a_perfect_ranking_of_few_songs_is_not_certain() -> None:
    asked = np.array([[[1.0], [1.0], [0.0], [0.0]]])
    found = ranking.ranking(asked, np.array([[0.9], [0.8], [0.2], [0.1]]))
    assert found == ranking.Ranking(
        1.0, None, None, "no interval: the ranking is the same without any one song"
    )
