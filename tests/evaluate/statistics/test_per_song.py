import numpy as np
import pytest

from muze_evaluate.statistics.frechet import frechet_distance, gaussian
from muze_evaluate.statistics.per_song import distances

RANDOM = np.random.default_rng(1)
REFERENCE = gaussian(RANDOM.standard_normal((90, 8)) * np.geomspace(1, 0.1, 8))


def test_each_song_has_a_gaussian_of_its_own():
    songs = [RANDOM.standard_normal((count, 8)).astype(np.float32) for count in (2, 5, 40)]
    found = distances(REFERENCE, songs)
    expected = [frechet_distance(gaussian(song), REFERENCE) for song in songs]
    np.testing.assert_array_equal(found, expected)


def test_one_window_is_a_point_and_the_limit_of_windows_that_become_alike():
    window = RANDOM.standard_normal(8)
    expected = np.square(window - REFERENCE.mean).sum() + REFERENCE.trace
    alike = np.array([window, window, window])
    found = distances(REFERENCE, [window[None], alike, alike + 1e-8 * RANDOM.standard_normal((3, 8))])
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert found[0] == pytest.approx(expected, rel=1e-14)


def test_no_songs():
    assert distances(REFERENCE, []).shape == (0,)


@pytest.mark.parametrize(
    ("song", "message"),
    [
        (np.zeros((0, 8)), "item 1 must hold at least 1 sample; there are 0"),
        (np.full((3, 8), np.nan), "item 1 must be finite; 3 of 3 rows are not"),
        (np.zeros((3, 7)), "item 1 must have 8 dimensions as the reference has; it has 7"),
    ],
)
def test_says_which_song_is_at_fault(song, message):
    with pytest.raises(ValueError, match=message):
        distances(REFERENCE, [np.zeros((2, 8)), song])
