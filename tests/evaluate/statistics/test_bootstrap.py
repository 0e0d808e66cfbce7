import numpy as np
import pytest
import scipy.stats

from muze_evaluate.statistics import bootstrap
from muze_evaluate.statistics.bootstrap import interval, linear_interval, mean_interval
from muze_evaluate.statistics.samples import TooFewError


def test_the_mean_and_where_it_might_have_come_out():
    values = np.random.default_rng(1).normal(3, 2, 400)
    found = mean_interval(values, seed=5)
    assert found.value == pytest.approx(values.mean(), rel=1e-15)
    reach = 1.96 * values.std(ddof=1) / 20
    assert found.low == pytest.approx(found.value - reach, abs=0.1 * reach)
    assert found.high == pytest.approx(found.value + reach, abs=0.1 * reach)
    assert (found.level, found.resamples) == (0.95, 2000)


def test_a_seed_gives_the_same_interval_and_another_seed_another():
    values = np.arange(10.0)
    assert mean_interval(values, seed=5) == mean_interval(values.astype(np.float32), seed=5)
    assert mean_interval(values, seed=5) != mean_interval(values, seed=6)


def test_blocks_change_nothing(monkeypatch):
    values = np.random.default_rng(2).standard_normal(30)
    whole = mean_interval(values, seed=3)
    monkeypatch.setattr(bootstrap, "_BLOCK", 100)
    assert mean_interval(values, seed=3) == whole


def test_any_statistic_goes_by_the_same_draws_as_the_mean():
    values = np.random.default_rng(3).standard_normal(15)
    assert interval(lambda at: float(values[at].mean()), 15, seed=9) == mean_interval(values, seed=9)


def test_a_linear_number_is_a_mean_of_items():
    rows, items = np.array([1.0, 2.0, 4.0, 5.0]), np.array([0, 0, 1, 1])
    found = linear_interval(3.0, rows - 3.0, items, seed=1)
    assert found == mean_interval([1.5, 4.5], seed=1)
    np.testing.assert_allclose(bootstrap.item_influence(rows - 3.0, items), [-1.5, 1.5])


def test_the_tails_widen_as_students_do():
    for count in (5, 8, 20, 100):
        t = scipy.stats.t.ppf(0.975, count - 1) * np.sqrt(count / (count - 1))
        assert bootstrap._tail(0.95, count) == pytest.approx(scipy.stats.norm.cdf(-t), rel=0.2)
    assert bootstrap._tail(0.95, 10**6) == pytest.approx(0.025, rel=1e-4)


def test_covers_the_mean_as_often_as_it_says():
    random = np.random.default_rng(4)
    sets = random.beta(5, 1, (300, 20))
    found = [mean_interval(values, seed=1, resamples=400) for values in sets]
    held = sum(one.low <= 5 / 6 <= one.high for one in found)
    assert 270 <= held <= 297  # 285 of 300 if it were exact; four standard deviations


@pytest.mark.parametrize("count", [0, 1])
def test_one_item_has_no_interval(count):
    said = "there is 1" if count else "there are none"
    with pytest.raises(TooFewError, match=f"an interval takes at least 2 items; {said}"):
        mean_interval(np.zeros(count), seed=1)
    with pytest.raises(TooFewError, match="an interval takes at least 2 items"):
        interval(lambda at: 0.0, count, seed=1)


def test_what_makes_no_sense():
    with pytest.raises(ValueError, match=r"one finite number an item; their shape is \(2, 1\)"):
        mean_interval([[1.0], [2.0]], seed=1)
    with pytest.raises(ValueError, match="one finite number an item"):
        mean_interval([1.0, np.nan], seed=1)
    with pytest.raises(ValueError, match="level must lie between 0 and 1; it is 95"):
        mean_interval([1.0, 2.0], seed=1, level=95)
    with pytest.raises(ValueError, match="resamples must be at least 1; there are 0"):
        mean_interval([1.0, 2.0], seed=1, resamples=0)
    with pytest.raises(ValueError, match="every resample must give a finite number"):
        interval(lambda at: float("nan"), 3, seed=1)
