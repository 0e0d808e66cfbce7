import numpy as np
import pytest

from muze_evaluate.statistics.frechet import Gaussian, frechet_distance, gaussian
from muze_evaluate.statistics.frechet_inf import extrapolated
from muze_evaluate.statistics.samples import TooFewError

WIDTH = 16
ROOTS = np.sqrt(1 / np.arange(1, WIDTH + 1))
REFERENCE = Gaussian(np.zeros(WIDTH), np.diag(ROOTS), 10**9)
SPREAD, SHIFT = 1.2, 0.1
TRUE = WIDTH * SHIFT**2 + np.square((SPREAD - 1) * ROOTS).sum()
ENOUGH = 4 * (WIDTH + 1)


def drawn(random, songs, windows=1, alike=0.0):
    between = random.standard_normal((songs, 1, WIDTH)) * np.sqrt(alike)
    within = random.standard_normal((songs, windows, WIDTH)) * np.sqrt(1 - alike)
    return ((between + within) * ROOTS * SPREAD + SHIFT).reshape(-1, WIDTH)


@pytest.mark.parametrize("factor", [1, 3])
def test_errs_less_than_the_plain_distance(factor):
    random = np.random.default_rng(factor)
    sets = [drawn(random, factor * ENOUGH) for _ in range(20)]
    plain = np.array([frechet_distance(gaussian(one), REFERENCE) for one in sets]) - TRUE
    endless = np.array([extrapolated(REFERENCE, one, seed=1).value for one in sets]) - TRUE
    assert plain.mean() > 0
    assert abs(endless.mean()) < 0.25 * plain.mean()
    assert np.sqrt(np.square(endless).mean()) < 0.6 * np.sqrt(np.square(plain).mean())


def test_subsets_of_fewer_would_go_far_below_the_truth():
    """Why there is a refusal: two samples a dimension, taken as if they were four."""
    random = np.random.default_rng(3)
    errors, plain = [], []
    for _ in range(20):
        samples = drawn(random, ENOUGH // 2)
        whole = frechet_distance(gaussian(samples), REFERENCE)
        half = [
            frechet_distance(gaussian(random.permutation(samples)[: ENOUGH // 4]), REFERENCE)
            for _ in range(8)
        ]
        errors.append(2 * whole - np.mean(half) - TRUE)
        plain.append(whole - TRUE)
    assert np.mean(errors) < -0.1 * np.mean(plain)


def test_what_is_told_of_the_line():
    samples = drawn(np.random.default_rng(4), 200)
    found = extrapolated(REFERENCE, samples, seed=1, points=5, draws=6)
    assert found.sizes == (100, 114, 133, 160, 200)
    assert found.draws == 6
    assert found.distances[-1] == pytest.approx(frechet_distance(gaussian(samples), REFERENCE), rel=1e-12)
    assert found.slope > 0
    assert found.value < found.distances[-1] < found.distances[0]
    assert found.low < found.value < found.high
    assert 0.5 < found.r_squared <= 1
    line = np.polyfit(1 / np.array(found.sizes), found.distances, 1)
    assert (found.slope, found.value) == pytest.approx(tuple(line), rel=1e-9)


def test_seeded_and_the_order_of_rows_is_the_only_other_thing():
    samples = drawn(np.random.default_rng(5), ENOUGH)
    assert extrapolated(REFERENCE, samples, seed=1) == extrapolated(REFERENCE, samples, seed=1)
    assert extrapolated(REFERENCE, samples, seed=1) != extrapolated(REFERENCE, samples, seed=2)
    assert extrapolated(REFERENCE, samples, seed=1) == extrapolated(
        REFERENCE, samples, seed=1, groups=[f"song {i}" for i in range(ENOUGH)]
    )


def test_whole_songs_are_drawn():
    """Windows that are all the same hide how few samples there are, unless they are drawn together."""
    random = np.random.default_rng(6)
    together, apart = [], []
    for _ in range(10):
        windows = np.repeat(drawn(random, ENOUGH), 3, axis=0)
        songs = np.repeat(np.arange(ENOUGH), 3).tolist()
        together.append(
            extrapolated(REFERENCE, windows, seed=1, groups=songs, points=4, draws=4).value - TRUE
        )
        apart.append(extrapolated(REFERENCE, windows, seed=1, points=4, draws=4).value - TRUE)
    assert abs(np.mean(together)) < 0.3 * np.mean(apart)


def test_too_little_is_refused_with_what_would_be_enough():
    random = np.random.default_rng(7)
    half = 2 * (WIDTH + 1)
    with pytest.raises(
        TooFewError,
        match=f"must hold at least {half} samples in 16 dimensions, .*of 66 samples the smallest half holds 33",
    ):
        extrapolated(REFERENCE, drawn(random, ENOUGH - 2), seed=1)
    uneven = ["long"] * (ENOUGH - 8) + [f"short {i}" for i in range(8)]
    with pytest.raises(TooFewError, match="of 68 samples the smallest half holds 5"):
        extrapolated(REFERENCE, drawn(random, ENOUGH), seed=1, groups=uneven)
    with pytest.raises(TooFewError, match="subsets of whole items take at least 8 items; there are 7"):
        extrapolated(REFERENCE, drawn(random, 7, 50), seed=1, groups=np.repeat(np.arange(7), 50).tolist())


def test_what_makes_no_sense():
    samples = drawn(np.random.default_rng(8), ENOUGH)
    with pytest.raises(ValueError, match="a line takes at least 2 points of 1 draw; got 1 of 8"):
        extrapolated(REFERENCE, samples, seed=1, points=1)
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        extrapolated(REFERENCE, samples, seed=1, level=2)
    with pytest.raises(ValueError, match="the same number of dimensions; they have 16 and 3"):
        extrapolated(REFERENCE, samples[:, :3], seed=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("songs", "windows", "alike"), [(ENOUGH, 1, 0.0), (10 * WIDTH, 1, 0.0), (4 * WIDTH, 8, 0.6)]
)
def test_the_interval_holds_the_true_distance(songs, windows, alike):
    random = np.random.default_rng(songs)
    names = np.repeat(np.arange(songs), windows).tolist()
    held = 0
    for trial in range(300):
        found = extrapolated(REFERENCE, drawn(random, songs, windows, alike), seed=trial, groups=names)
        held += found.low <= TRUE <= found.high
    assert held / 300 >= 0.9
