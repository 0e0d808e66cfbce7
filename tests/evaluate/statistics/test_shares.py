import numpy as np
import pytest
import scipy.stats

from muze_evaluate.statistics.bootstrap import mean_interval
from muze_evaluate.statistics.samples import TooFewError
from muze_evaluate.statistics.shares import fraction_interval, share_interval


@pytest.mark.parametrize(("hits", "count"), [(0, 5), (3, 20), (20, 20), (500, 1000)])
def test_a_share_goes_by_wilson(hits, count):
    found = share_interval(hits, count, level=0.9)
    expected = scipy.stats.binomtest(hits, count).proportion_ci(0.9, method="wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert found.low <= found.value == hits / count <= found.high
    assert (found.level, found.resamples) == (0.9, 0)


@pytest.mark.parametrize("values", [[0.0] * 6, [1.0] * 20, [1.0, 0.0, 1.0, 1.0]])
def test_right_and_wrong_ones_are_counted(values):
    assert fraction_interval(values, seed=1) == share_interval(int(sum(values)), len(values))
    # Sums of parts may miss the whole by rounding, on either side.
    near = np.array(values) + 1e-15 * np.array([(-1) ** n for n in range(len(values))])
    assert fraction_interval(near, seed=1) == share_interval(int(sum(values)), len(values))


def test_what_lies_between_is_drawn():
    values = [1.0, 0.25, 1.0, 0.5]
    assert fraction_interval(values, seed=1) == mean_interval(values, seed=1)


def test_what_is_no_share():
    with pytest.raises(ValueError, match="hits must be 0 to 3; there are 4"):
        share_interval(4, 3)
    with pytest.raises(TooFewError, match="a share is of at least 1 item"):
        share_interval(0, 0)
    for wrong in ([0.5, 1.1], [0.5, -0.1], [0.5, np.nan], [[0.5], [0.5]]):
        with pytest.raises(ValueError, match=r"one number in 0…1 an item"):
            fraction_interval(wrong, seed=1)
    with pytest.raises(TooFewError, match="at least 2 items; there is 1"):
        fraction_interval([1.0], seed=1)
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        fraction_interval([1.0, 1.0], seed=1, level=95)
