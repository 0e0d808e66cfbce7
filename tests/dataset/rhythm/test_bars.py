import numpy as np
import pytest

from muze_dataset.hearing.rhythm.bars import walk
from muze_dataset.hearing.rhythm.network import METRES, TEMPI_BPM, Opinions
from muze_dataset.hearing.rhythm.tempi import likely_tempi


def opinions_of(beats_s, downbeats_s, *, seconds, missing=()):
    """Return what a network would say of these beats that hears them well, but for the missing ones."""
    marks = np.full((2, int(seconds * 50)), -5.0, np.float32)
    for row, times in enumerate((beats_s, downbeats_s)):
        steps = np.round(np.asarray(times) * 50).astype(int)
        marks[row, np.delete(steps, list(missing)) if row == 0 else steps] = 3.0
    even = np.full(len(METRES), -np.log(len(METRES)), np.float32)
    return Opinions(marks[0], marks[1], np.full(len(TEMPI_BPM), -np.log(len(TEMPI_BPM)), np.float32), even)


@pytest.mark.parametrize("beats_in_bar", [2, 3, 4, 5, 7])
@pytest.mark.parametrize("bpm", [61.0, 117.3, 190.0])
def test_bars_of_any_length_are_followed(beats_in_bar, bpm):
    beats = np.arange(0.3, 40.0, 60 / bpm)
    found = walk(opinions_of(beats, beats[1::beats_in_bar], seconds=40.0), 50 * 60 / bpm)
    assert found.beats_in_bar == beats_in_bar
    assert len(found.steps) == len(beats)
    assert np.abs(found.steps / 50 - beats).max() <= 0.0101
    assert (np.flatnonzero(found.places == 0) == np.arange(1, len(beats), beats_in_bar)).all()


def test_beats_that_nobody_plays_are_there():
    beats = np.arange(0.0, 30.0, 0.5)
    found = walk(opinions_of(beats, beats[::4], seconds=30.0, missing=range(20, 27)), 25.0)
    assert np.abs(found.steps / 50 - beats).max() <= 0.04


def test_drift_of_ten_per_cent_is_followed():
    intervals = 0.5 * (1 + 0.1 * np.sin(np.arange(80) / 12))
    beats = np.cumsum(intervals)
    found = walk(opinions_of(beats, beats[::4], seconds=float(beats[-1]) + 0.3), 25.0)
    inner = found.steps[(found.steps >= 25)] / 50
    assert np.abs(inner[:, None] - beats).min(axis=1).max() <= 0.04
    assert abs(len(found.steps) - len(beats)) <= 1


def test_a_walk_at_another_level_scores_less():
    beats = np.arange(0.2, 30.0, 0.5)
    opinions = opinions_of(beats, beats[::4], seconds=30.0)
    right, half, double = (walk(opinions, period).score for period in (25.0, 50.0, 12.5))
    assert right > half and right > double


def test_repetition_proposes_the_tempo():
    beats = np.arange(0.2, 30.0, 60 / 97)
    tempi = likely_tempi(opinions_of(beats, beats[::4], seconds=30.0))
    assert min(abs(tempo / 97 - 1) for tempo in tempi) < 0.01
    assert all(abs(np.log(a / b)) >= 0.099 for i, a in enumerate(tempi) for b in tempi[:i])


def test_one_step_is_enough_to_walk():
    assert len(walk(opinions_of([0.0], [0.0], seconds=0.02), 25.0).steps) == 1
