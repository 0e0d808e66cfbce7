import numpy as np
import pytest

from muze_dataset.hearing.rhythm.onsets import find_onsets
from muze_dataset.hearing.rhythm.timing import in_time, moved_to_onsets


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_steady_beats_come_to_lie_on_their_grid_whatever_one_of_them_does(rng):
    truth = 0.31 + 0.4957 * np.arange(100)
    heard = truth + rng.normal(0, 0.008, 100)
    heard[::17] += 0.12
    sureness = np.where(np.arange(100) % 17 == 0, 0.7, 0.9)
    found = in_time(heard, sureness, np.arange(100) % 4, 4)
    assert found.steady
    assert np.abs(found.times_s - truth).max() < 0.005
    assert (found.places == np.arange(100) % 4).all()


def test_a_walk_that_slipped_where_nothing_was_heard_is_mended():
    truth = 0.1 + 0.5 * np.arange(80)
    steps = np.concatenate([truth[:40], np.linspace(20.1, 24.1, 8)[:-1], truth[48:]])  # seven for eight beats
    sureness = np.where((np.arange(79) >= 39) & (np.arange(79) < 48), 0.01, 0.9)
    places = np.concatenate([np.arange(47) % 4, np.arange(48, 80) % 4])
    found = in_time(steps, sureness, places, 4)
    assert found.steady
    assert np.abs(found.times_s - truth).max() < 1e-6
    assert (found.places == np.arange(80) % 4).all()


def test_drift_is_kept_and_smooth(rng):
    truth = np.cumsum(0.5 * (1 + 0.05 * np.sin(np.arange(120) / 20)))
    found = in_time(truth + rng.normal(0, 0.008, 120), np.full(120, 0.9), np.arange(120) % 3, 3)
    assert not found.steady
    assert np.abs(found.times_s - truth).max() < 0.02
    assert np.std(np.diff(found.times_s) - np.diff(truth)) < 0.004


def test_beats_move_to_the_strokes_and_no_further():
    strokes = np.arange(0.5, 10.0, 0.5)
    sound = np.zeros(22_050 * 10 + 2000, np.float32)
    for stroke in strokes:
        at = round(stroke * 22_050)
        sound[at : at + 800] += np.hanning(1600)[800:] * np.sin(np.arange(800) * 0.4)
    onsets = find_onsets(sound)
    assert np.abs(moved_to_onsets(strokes - 0.012, onsets) - strokes).max() < 0.004
    assert (moved_to_onsets(strokes - 0.06, onsets) == strokes - 0.06).all()


def test_two_beats_stay_what_they_are():
    found = in_time(np.array([0.1, 0.7]), np.ones(2), np.array([0, 1]), 4)
    assert found.times_s.tolist() == [0.1, 0.7]
