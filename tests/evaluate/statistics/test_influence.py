import numpy as np
import pytest

from muze_evaluate.statistics.frechet import Gaussian, frechet_distance, gaussian
from muze_evaluate.statistics.influence import distance_and_influence, distance_interval
from muze_evaluate.statistics.samples import TooFewError

WIDTH = 12
ROOTS = np.sqrt(1 / np.arange(1, WIDTH + 1))
REFERENCE = Gaussian(np.zeros(WIDTH), np.diag(ROOTS), 10**9)


def drawn(random, songs, windows=1, alike=0.0):
    """Songs of another spread and mean than the reference; `alike` is the share of variance between songs."""
    between = random.standard_normal((songs, 1, WIDTH)) * np.sqrt(alike)
    within = random.standard_normal((songs, windows, WIDTH)) * np.sqrt(1 - alike)
    return ((between + within) * ROOTS * 1.3 + 0.1).reshape(-1, WIDTH)


def weighted_distance(samples, share):
    """The distance with a share of the weight for each sample."""
    mean = share @ samples
    count = len(samples)
    factor = (samples - mean) * np.sqrt(count / (count - 1) * share)[:, None]
    return frechet_distance(Gaussian(mean, factor, count), REFERENCE)


@pytest.mark.parametrize("count", [2, 7, 12, 13, 60])
def test_the_derivative_to_each_weight(count):
    samples = drawn(np.random.default_rng(count), count)
    value, influence = distance_and_influence(REFERENCE, samples)
    assert value == pytest.approx(frechet_distance(gaussian(samples), REFERENCE), rel=1e-12)
    assert influence.sum() == pytest.approx(0, abs=1e-10)
    even, step = np.full(count, 1 / count), 1e-6 / count
    for i in range(count):
        towards = np.eye(count)[i] - even
        slope = (
            weighted_distance(samples, even + step * towards)
            - weighted_distance(samples, even - step * towards)
        ) / (2 * step)
        assert slope == pytest.approx(influence[i], abs=1e-5)


def test_the_interval_holds_the_distance_and_is_the_same_for_the_same_seed():
    samples = drawn(np.random.default_rng(1), 40)
    found = distance_interval(REFERENCE, samples, seed=3)
    assert found.value == pytest.approx(frechet_distance(gaussian(samples), REFERENCE), rel=1e-12)
    assert 0 <= found.low < found.value < found.high
    assert found == distance_interval(REFERENCE, samples, seed=3)
    assert found != distance_interval(REFERENCE, samples, seed=4)


def test_alike_windows_of_a_song_count_as_one():
    songs = drawn(np.random.default_rng(2), 30)
    windows, names = np.repeat(songs, 4, axis=0), np.repeat([f"song {i}" for i in range(30)], 4).tolist()
    together = distance_interval(REFERENCE, windows, seed=1, groups=names)
    apart = distance_interval(REFERENCE, windows, seed=1)
    assert together.high - together.low == pytest.approx(2 * (apart.high - apart.low), rel=0.1)


def test_no_distance_is_below_nought():
    samples = np.random.default_rng(3).standard_normal((300, 2)) * ROOTS[:2]
    own = Gaussian(samples.mean(axis=0) + 0.01, gaussian(samples).factor, 300)
    assert distance_interval(own, samples, seed=1).low == 0


def test_one_song_has_no_interval():
    with pytest.raises(TooFewError, match="an interval takes at least 2 items; there is 1"):
        distance_interval(REFERENCE, drawn(np.random.default_rng(4), 5), seed=1, groups=["one"] * 5)
    with pytest.raises(ValueError, match="the same number of dimensions; they have 12 and 3"):
        distance_interval(REFERENCE, np.eye(3), seed=1)


def coverage(songs, windows, alike, trials, seed):
    """Share of intervals that hold the expected distance of so many songs."""
    random = np.random.default_rng(seed)
    expected = np.mean(
        [
            frechet_distance(gaussian(drawn(random, songs, windows, alike)), REFERENCE)
            for _ in range(4 * trials)
        ]
    )
    names = np.repeat(np.arange(songs), windows).tolist()
    held = 0
    for trial in range(trials):
        found = distance_interval(REFERENCE, drawn(random, songs, windows, alike), seed=trial, groups=names)
        held += found.low <= expected <= found.high
    return held / trials


def test_holds_the_expected_distance_where_drawing_with_repeats_never_does():
    assert coverage(30, 1, 0.0, trials=100, seed=5) >= 0.88
    random = np.random.default_rng(6)
    samples = drawn(random, 30)
    value = frechet_distance(gaussian(samples), REFERENCE)
    repeats = [frechet_distance(gaussian(samples[random.integers(0, 30, 30)]), REFERENCE) for _ in range(200)]
    assert np.quantile(repeats, 0.025) > value


@pytest.mark.slow
@pytest.mark.parametrize(("windows", "alike"), [(1, 0.0), (8, 0.6)])
@pytest.mark.parametrize("songs", [10, 30, 100])
def test_coverage_with_few_and_many_songs(songs, windows, alike):
    assert 0.92 <= coverage(songs, windows, alike, trials=400, seed=songs) <= 1.0
