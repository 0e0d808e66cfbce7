import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.evaluate.statistics.truth import orthogonal, root_trace, stretch, stretched_distance

from muze_evaluate.statistics import frechet
from muze_evaluate.statistics.frechet import frechet_distance, gaussian, gaussian_of, rank_warning
from muze_evaluate.statistics.samples import TooFewError

numbers = st.floats(-100, 100, width=32).map(lambda x: 0.0 if abs(x) < 1e-6 else x)


@st.composite
def sets(draw, count=2):
    """Sets of the same width, of ranks full and not, with rows and columns that repeat."""
    width = draw(st.integers(1, 6))
    return [
        draw(arrays(np.float64, (draw(st.integers(2, 9)), width), elements=numbers)) for _ in range(count)
    ]


def distance(first, second):
    return frechet_distance(gaussian(first), gaussian(second))


def scale(*sets):
    """What rounding is measured by: the squares that the distance is made of."""
    return sum(gaussian(one).trace + np.square(one.mean(axis=0)).sum() for one in sets) + 1e-300


@given(sets())
@settings(deadline=None)
def test_never_negative_and_the_same_to_the_last_bit_either_way_round(pair):
    first, second = pair
    value = distance(first, second)
    assert value >= 0
    assert value == distance(second, first)


@given(sets(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_nothing_between_a_set_and_itself_in_another_order(pair, random):
    first, _ = pair
    shuffled = first[random.sample(range(len(first)), len(first))]
    assert distance(first, first) <= 1e-24 * scale(first)
    assert distance(first, shuffled) <= 1e-24 * scale(first)


@given(sets(), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_a_rotation_of_both_changes_nothing(pair, seed):
    turn = orthogonal(np.random.default_rng(seed), pair[0].shape[1])
    first, second = pair
    assert distance(first @ turn, second @ turn) == pytest.approx(
        distance(first, second), rel=1e-9, abs=1e-12 * scale(first, second)
    )


@given(sets(), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_moving_one_set_adds_what_the_means_move(pair, seed):
    first, second = pair
    by = np.random.default_rng(seed).standard_normal(first.shape[1])
    apart = first.mean(axis=0) - second.mean(axis=0)
    more = np.square(apart + by).sum() - np.square(apart).sum()
    assert distance(first + by, second) == pytest.approx(
        distance(first, second) + more, rel=1e-9, abs=1e-12 * scale(first + by, second)
    )
    assert distance(first + by, second + by) == pytest.approx(
        distance(first, second), rel=1e-9, abs=1e-12 * scale(first + by, second + by)
    )


@given(sets(), st.floats(1e-3, 1e3))
@settings(deadline=None)
def test_scaling_both_scales_the_distance_by_the_square(pair, by):
    first, second = pair
    assert distance(by * first, by * second) == pytest.approx(
        by**2 * distance(first, second), rel=1e-9, abs=1e-12 * by**2 * scale(first, second)
    )


@given(sets(count=3))
@settings(deadline=None)
def test_its_root_takes_no_detours(three):
    a, b, c = three
    roundabout = np.sqrt(distance(a, c)) + np.sqrt(distance(c, b))
    assert np.sqrt(distance(a, b)) <= roundabout + 1e-9 * np.sqrt(scale(*three))


@pytest.mark.parametrize("count", [2, 10, 40, 41, 60, 500])
@pytest.mark.parametrize("steepness", [1.0, 1e3, 1e7])
@pytest.mark.parametrize("ratio", [1.01, 30.0])
def test_a_known_distance_at_any_number_of_samples(count, steepness, ratio):
    random = np.random.default_rng([count, int(steepness), int(ratio)])
    width = 40
    samples = (
        random.standard_normal((count, width)) * np.geomspace(1, steepness, width) @ orthogonal(random, width)
    )
    by = stretch(random, width, ratio)
    expected = stretched_distance(samples, by)
    assert distance(samples, samples @ by) == pytest.approx(expected, rel=1e-9)


def test_ten_samples_in_512_dimensions_agree_with_extended_precision():
    random = np.random.default_rng(6)
    mixing = random.standard_normal((512, 512)) * np.geomspace(1, 1e-3, 512)
    many = random.standard_normal((1500, 512)) @ mixing
    few = random.standard_normal((10, 512)) @ mixing.T + 0.1
    ours = distance(few, many)
    a = (few - few.mean(axis=0)) / 3
    covariance = np.cov(many, rowvar=False)
    apart = np.square(few.mean(axis=0) - many.mean(axis=0)).sum()
    exact = float(apart + np.square(a).sum() + np.trace(covariance) - 2 * root_trace(a, covariance))
    assert ours == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_the_usual_form_at_full_rank(seed):
    random = np.random.default_rng(seed)
    first = random.standard_normal((300, 24)) @ random.standard_normal((24, 24))
    second = random.standard_normal((200, 24)) @ random.standard_normal((24, 24)) + 0.3
    covariances = [np.cov(one, rowvar=False) for one in (first, second)]
    apart = np.square(first.mean(axis=0) - second.mean(axis=0)).sum()
    usual = (
        apart
        + sum(map(np.trace, covariances))
        - 2 * np.trace(scipy.linalg.sqrtm(covariances[0] @ covariances[1]))
    )
    assert distance(first, second) == pytest.approx(float(usual.real), rel=1e-6)


@given(st.integers(1, 8), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_covariances_that_commute_have_a_closed_form(width, seed):
    random = np.random.default_rng(seed)
    turn = orthogonal(random, width)
    variances = np.where(random.random((2, width)) < 0.3, 0.0, 10 ** random.uniform(-2, 2, (2, width)))
    means = random.standard_normal((2, width))
    first, second = (
        gaussian_of(mean, (turn * one) @ turn.T, 9) for mean, one in zip(means, variances, strict=True)
    )
    expected = np.square(means[0] - means[1]).sum() + np.square(np.diff(np.sqrt(variances), axis=0)).sum()
    assert frechet_distance(first, second) == pytest.approx(expected, rel=1e-9, abs=1e-11)


def test_samples_and_their_moments_are_the_same_gaussian():
    random = np.random.default_rng(2)
    other = gaussian(random.standard_normal((30, 9)))
    for count in (4, 9, 30):  # of lower rank, too: the noise of np.cov must not count
        samples = random.standard_normal((count, 9)) * np.geomspace(1, 1e-3, 9)
        from_moments = gaussian_of(samples.mean(axis=0), np.cov(samples, rowvar=False), count)
        assert frechet_distance(from_moments, other) == pytest.approx(
            distance(samples, samples) + frechet_distance(gaussian(samples), other), rel=1e-11
        )
        assert frechet_distance(from_moments, gaussian(samples)) <= 1e-15 * from_moments.trace


def test_an_ill_conditioned_set_goes_by_qr_and_is_as_exact():
    random = np.random.default_rng(3)
    samples = random.standard_normal((200, 20)) * np.geomspace(1, 1e9, 20)
    fitted = gaussian(samples)
    assert fitted.factor.shape == (20, 20)
    assert frechet_distance(fitted, gaussian(samples[::-1])) <= 20 * np.finfo(np.float64).eps * fitted.trace
    by = stretch(random, 20, 3)
    expected = stretched_distance(samples, by)
    assert distance(samples, samples @ by) == pytest.approx(expected, rel=1e-12)
    constant = np.column_stack([samples, np.full(200, 7.0)])
    assert gaussian(constant).trace == pytest.approx(fitted.trace, rel=1e-12)


def test_small_numbers_are_widened():
    random = np.random.default_rng(4)
    for kind in (np.float32, np.float16):
        small = random.standard_normal((50, 7)).astype(kind)
        fitted = gaussian(small)
        assert fitted.factor.dtype == fitted.mean.dtype == np.float64
        np.testing.assert_array_equal(fitted.mean, gaussian(small.astype(np.float64)).mean)
    assert distance(np.arange(6).reshape(3, 2), np.arange(6.0).reshape(3, 2)) == 0


def test_far_from_the_origin_the_spread_keeps_its_digits():
    random = np.random.default_rng(5)
    samples = random.standard_normal((400, 5))
    assert gaussian(samples + 1e6).trace == pytest.approx(gaussian(samples).trace, rel=1e-9)


def test_sets_of_unlike_sizes_are_aligned_the_same_either_way_round():
    random = np.random.default_rng(7)
    first, second = gaussian(random.standard_normal((9, 30))), gaussian(random.standard_normal((80, 30)))
    assert frechet_distance(first, second) == frechet_distance(second, first)
    turned, back = frechet.aligned(first, second), frechet.aligned(second, first)
    assert turned.remainder == back.remainder
    np.testing.assert_array_equal(turned.sizes, back.sizes)


def test_one_sample_has_no_covariance():
    with pytest.raises(TooFewError, match="samples must hold at least 2 samples; there is 1"):
        gaussian(np.zeros((1, 4)))


def test_rows_that_are_not_finite_are_named():
    samples = np.zeros((30, 3))
    samples[[4, 17], [0, 2]] = np.nan, np.inf
    with pytest.raises(ValueError, match=r"the songs must be finite; 2 of 30 rows are not: 4, 17$"):
        gaussian(samples, name="the songs")
    samples[:] = np.nan
    with pytest.raises(ValueError, match=r"30 of 30 rows are not: 0, 1, 2, 3, 4, 5, 6, 7, …$"):
        gaussian(samples)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros(4), r"matrix, samples × dimensions; its shape is \(4,\)"),
        (np.zeros((4, 0)), r"its shape is \(4, 0\)"),
        (np.zeros((4, 2), dtype=complex), "real numbers; they are complex128"),
        ([["a"], ["b"]], "real numbers; they are <U1"),
        (np.array([[1e200], [-1e200]]), "whose squares can be summed"),
    ],
)
def test_what_is_no_set_of_samples(values, message):
    with pytest.raises(ValueError, match=message):
        gaussian(values)


def test_sets_of_different_widths():
    with pytest.raises(ValueError, match="the same number of dimensions; they have 2 and 3"):
        distance(np.eye(2), np.eye(3))


def test_what_is_no_covariance():
    mean = np.zeros(2)
    with pytest.raises(ValueError, match=r"symmetric; entries differ by 0\.5 "):
        gaussian_of(mean, [[1, 0.5], [0, 1]], 9)
    with pytest.raises(ValueError, match="no negative variance; its eigenvalues go from -1 to 3"):
        gaussian_of(mean, [[1, 2], [2, 1]], 9)
    with pytest.raises(ValueError, match="no negative variance"):
        gaussian_of(mean, -np.eye(2), 9)
    with pytest.raises(ValueError, match=r"must be 2 × 2 as the mean is; it is \(3, 3\)"):
        gaussian_of(mean, np.eye(3), 9)
    with pytest.raises(ValueError, match=r"the mean must be one number a dimension; its shape is \(2, 2\)"):
        gaussian_of(np.zeros((2, 2)), np.eye(2), 9)
    with pytest.raises(ValueError, match="covariance must be finite"):
        gaussian_of(mean, np.full((2, 2), np.nan), 9)


def test_rounding_of_a_stored_covariance_is_no_fault():
    samples = np.random.default_rng(8).standard_normal((6, 12))
    covariance = np.cov(samples, rowvar=False).astype(np.float32)
    covariance[0, 1] *= 1 + 1e-7
    stored = gaussian_of(samples.mean(axis=0), covariance, 6)
    assert frechet_distance(stored, gaussian(samples)) < 1e-5 * stored.trace
    assert gaussian_of(np.zeros(3), np.zeros((3, 3)), 5).trace == 0


def test_a_gaussian_without_spread_is_a_point():
    point, other = (
        gaussian_of([1.0, 0.0], np.zeros((2, 2)), 1),
        gaussian_of([0.0, 0.0], np.diag([4.0, 9.0]), 9),
    )
    assert (
        frechet_distance(point, other) == frechet_distance(other, point) == pytest.approx(1 + 13, rel=1e-15)
    )
    assert frechet_distance(point, point) == 0


def test_few_samples_are_warned_of():
    assert rank_warning(513, 512) is None
    assert "512 samples in 512 dimensions: the distance is exact for these samples" in str(
        rank_warning(512, 512)
    )


def test_the_covariance_is_that_of_its_samples():
    samples = np.random.default_rng(9).standard_normal((30, 6))
    for part in (samples, samples[:4]):
        np.testing.assert_allclose(gaussian(part).covariance, np.cov(part, rowvar=False), atol=1e-14)
