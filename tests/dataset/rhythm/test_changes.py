import numpy as np

from muze_dataset.hearing.rhythm.bands import RATE_HZ
from muze_dataset.hearing.rhythm.changes import CHANGES_HZ, harmonic_changes


def chord(pitches, seconds):
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    notes = [np.sin(2 * np.pi * 440 * 2 ** ((p - 69) / 12) * time) for p in pitches]
    return np.sum(notes, axis=0).astype(np.float32)


def test_change_is_where_the_chord_changes():
    sound = np.concatenate([chord((48, 60, 64, 67), 2.0), chord((41, 60, 65, 69), 2.0)])
    changes = harmonic_changes(sound)
    assert changes.min() >= 0.0 and changes.max() <= 1.0
    inner = changes[10:-10]  # beginning and end of the audio are changes, too
    assert np.abs((inner.argmax(axis=0) + 10) / CHANGES_HZ - 2.0).max() <= 0.1


def test_a_chord_struck_again_is_no_change():
    sound = np.concatenate([chord((48, 60, 64, 67), 0.5)] * 8)
    assert harmonic_changes(sound)[40:60].max() < 0.05


def test_silence_does_not_change():
    assert not harmonic_changes(np.zeros(RATE_HZ, np.float32)).any()
