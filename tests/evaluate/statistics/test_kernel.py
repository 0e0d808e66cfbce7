import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist, pdist

from muze_evaluate.statistics import kernel
from muze_evaluate.statistics.kernel import bandwidth, kernel_distance, kernel_interval
from muze_evaluate.statistics.samples import TooFewError


def plain(reference, evaluated, sigma):
    """The unbiased MMD² term by term."""
    n, m = len(reference), len(evaluated)
    of = lambda a, b: np.exp(-cdist(a, b, "sqeuclidean") / (2 * sigma**2))  # noqa: E731
    within = [(of(one, one).sum() - len(one)) / (len(one) * (len(one) - 1)) for one in (reference, evaluated)]
    return 100 * (sum(within) - 2 * of(reference, evaluated).sum() / (n * m))


def drawn(seed, count, width=5, *, shift=0.0, spread=1.0):
    return np.random.default_rng(seed).standard_normal((count, width)) * spread + shift


@given(st.integers(2, 40), st.integers(2, 40), st.integers(1, 6), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_the_plain_formula(n, m, width, seed):
    reference, evaluated = drawn(seed, n, width), drawn(seed + 1, m, width, shift=0.4)
    sigma = float(np.median(pdist(reference)))
    assert bandwidth(reference) == pytest.approx(sigma, rel=1e-9)
    assert kernel_distance(reference, evaluated) == pytest.approx(
        plain(reference, evaluated, sigma), abs=1e-9
    )


def test_blocks_and_stretches_change_nothing(monkeypatch):
    reference, evaluated = drawn(1, 211), drawn(2, 157, spread=1.3)
    whole = bandwidth(reference), kernel_distance(reference, evaluated)
    monkeypatch.setattr(kernel, "_BLOCK", 1000)
    monkeypatch.setattr(kernel, "_DIRECT_ROWS", 20)
    monkeypatch.setattr(kernel, "_PROBE_ROWS", 60)
    for share in (0.2, 1e-9):  # the second one misses the median at first
        monkeypatch.setattr(kernel, "_PROBE_SHARE", share)
        assert bandwidth(reference) == pytest.approx(whole[0], rel=1e-13)
    assert kernel_distance(reference, evaluated) == pytest.approx(whole[1], rel=1e-12)


@pytest.mark.parametrize("count", [12, 13, 14, 15])  # even and odd numbers of pairs
def test_the_median_is_exact_though_pairs_are_not_all_held(monkeypatch, count):
    reference = np.round(drawn(count, count, 2))  # with many ties
    expected = np.median(pdist(reference))
    monkeypatch.setattr(kernel, "_BLOCK", 30)
    monkeypatch.setattr(kernel, "_DIRECT_ROWS", 4)
    monkeypatch.setattr(kernel, "_PROBE_ROWS", 6)
    assert bandwidth(reference) == pytest.approx(expected, rel=1e-12)


def test_the_bandwidth_is_of_the_reference():
    reference, evaluated = drawn(3, 60), drawn(4, 60, spread=9.0)
    ours = kernel_distance(reference, evaluated)
    assert ours == pytest.approx(plain(reference, evaluated, np.median(pdist(reference))), abs=1e-9)
    assert abs(ours - plain(reference, evaluated, np.median(pdist(evaluated)))) > 1
    assert kernel_distance(reference, evaluated, sigma=2.0) == pytest.approx(
        plain(reference, evaluated, 2.0), abs=1e-9
    )


def test_moving_and_turning_both_change_nothing():
    reference, evaluated = drawn(5, 50), drawn(6, 40, shift=0.5)
    turn, _ = np.linalg.qr(drawn(7, 5))
    expected = kernel_distance(reference, evaluated)
    assert kernel_distance(reference @ turn + 1e4, evaluated @ turn + 1e4) == pytest.approx(
        expected, abs=1e-7
    )
    assert kernel_distance(1e3 * reference, 1e3 * evaluated) == pytest.approx(expected, abs=1e-9)


def test_without_bias_also_with_few_samples():
    reference = drawn(8, 400)
    same = [kernel_distance(reference, drawn(100 + seed, 6), sigma=3.0) for seed in range(400)]
    error = np.std(same) / np.sqrt(len(same))
    assert abs(np.mean(same)) < 4 * error + 0.1  # the reference's own draw is the rest
    assert min(same) < 0 < max(same)


def test_a_set_against_itself_is_less_than_nought():
    samples = drawn(9, 30)
    own = np.exp(-cdist(samples, samples, "sqeuclidean") / (2 * bandwidth(samples) ** 2))
    different = (own.sum() - 30) / (30 * 29)
    assert kernel_distance(samples, samples) == pytest.approx(-200 * (1 - different) / 30, abs=1e-9)


def test_the_interval_is_over_items():
    reference, songs = drawn(10, 200), drawn(11, 12, shift=0.8)
    windows = np.repeat(songs, 5, axis=0) + 0.01 * drawn(12, 60)
    whole = kernel_interval(reference, windows, seed=1, groups=np.repeat(np.arange(12), 5).tolist())
    alone = kernel_interval(reference, windows, seed=1)
    assert whole.value == alone.value == kernel_distance(reference, windows)
    assert whole.low < whole.value < whole.high
    assert whole.high - whole.low > 1.8 * (alone.high - alone.low)  # √5 with windows that are all alike
    named = np.repeat(list("abcdefghijkl"), 5).tolist()
    assert whole == kernel_interval(reference, windows, seed=1, groups=named)


def test_the_influence_is_the_derivative():
    reference, evaluated = drawn(13, 20), drawn(14, 9, shift=0.3)
    sigma = 2.5
    _, ours = kernel._distance_and_influence(reference, evaluated, sigma)
    k = np.exp(-cdist(evaluated, evaluated, "sqeuclidean") / (2 * sigma**2))
    between = np.exp(-cdist(evaluated, reference, "sqeuclidean") / (2 * sigma**2)).mean(axis=1)
    np.fill_diagonal(k, 0)

    def value(share):
        return 100 * (share @ k @ share * 9 / 8 - 2 * share @ between)

    step = 1e-6
    for i in range(9):
        to = (1 - step) * np.full(9, 1 / 9) + step * np.eye(9)[i]
        back = (1 + step) * np.full(9, 1 / 9) - step * np.eye(9)[i]
        assert (value(to) - value(back)) / (2 * step) == pytest.approx(ours[i], abs=1e-6)


def test_a_reference_without_differences_is_no_ruler():
    with pytest.raises(
        ValueError, match="must differ from sample to sample; half of its pairs or more are the same"
    ):
        bandwidth(np.full((5, 3), 0.1))
    mostly = np.vstack([np.full((20, 3), 0.1), drawn(15, 4, 3)])
    with pytest.raises(ValueError, match="must differ from sample to sample"):
        kernel_distance(mostly, drawn(16, 9, 3))


def test_what_cannot_be_measured():
    with pytest.raises(TooFewError, match="the evaluated set must hold at least 2 samples; there is 1"):
        kernel_distance(drawn(1, 3), drawn(2, 1))
    with pytest.raises(ValueError, match="the same number of dimensions; they have 5 and 4"):
        kernel_distance(drawn(1, 3), drawn(2, 3, 4))
    with pytest.raises(ValueError, match="width must be positive; it is 0"):
        kernel_distance(drawn(1, 3), drawn(2, 3), sigma=0.0)
    with pytest.raises(ValueError, match="the reference must be finite; 1 of 2 rows are not: 1"):
        kernel_distance([[0.0], [np.nan]], [[0.0], [1.0]])
    with pytest.raises(ValueError, match="groups must name an item for each of 3 rows; there are 2"):
        kernel_interval(drawn(1, 3), drawn(2, 3), seed=1, groups=[0, 1])
