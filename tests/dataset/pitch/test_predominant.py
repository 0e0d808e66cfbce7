"""In a mix, the melody in the middle must be followed, and only where somebody sings."""

from __future__ import annotations

import numpy as np
import pytest

from muze_dataset.hearing.pitch.peaks import peak_offsets, strongest_peaks
from muze_dataset.hearing.pitch.periodicity import find_candidates
from muze_dataset.hearing.pitch.predominant import predominant
from muze_dataset.hearing.pitch.solo import is_solo, periodic_share

from .voices import RATE_HZ, Samples, cents, silence, swinging, voice


def accompaniment(duration_s: float) -> Samples:
    chord = sum(voice(hz, duration_s, level=0.05) for hz in (131.0, 164.8, 207.7, 277.2))
    noise = 0.01 * np.random.default_rng(2).standard_normal(len(chord))
    return (chord + noise).astype(np.float32)


def test_the_louder_melody_over_chords_is_followed() -> None:
    line = np.concatenate([swinging(hz, 5.5, 30.0, 0.5) for hz in (330.0, 392.0, 349.2)])
    middle = voice(line, 1.5, level=0.3) + accompaniment(1.5)
    found = predominant(middle, None, 150, np.ones(150, dtype=bool))
    error = cents(found.hz, line[::160])
    assert (np.abs(error) < 50.0).mean() > 0.9
    assert found.confidence is not None and 0.0 < found.confidence < 1.0


def test_what_lies_in_the_middle_wins_over_what_is_beside_it() -> None:
    centre, left = voice(330.0, 0.6, level=0.1), voice(247.0, 0.6, level=0.4)
    found = predominant(centre + 0.5 * left, 0.5 * left, 60, np.ones(60, dtype=bool))
    assert (np.abs(cents(found.hz[5:-5], 330.0)) < 50.0).all()
    without = predominant(centre + 0.5 * left, None, 60, np.ones(60, dtype=bool))
    assert (np.abs(cents(without.hz[5:-5], 247.0)) < 50.0).all()


def test_nothing_is_told_where_nobody_sings() -> None:
    sung = np.zeros(60, dtype=bool)
    assert not predominant(voice(330.0, 0.6), None, 60, sung).hz.any()
    sung[20:40] = True
    found = predominant(voice(330.0, 0.6), None, 60, sung).hz
    assert (found > 0.0).tolist() == sung.tolist()


def test_silence_has_no_melody() -> None:
    found = predominant(silence(0.3), silence(0.3), 30, np.ones(30, dtype=bool))
    assert found.confidence is None and not np.isnan(found.voicing).any()


@pytest.mark.parametrize(
    ("signal", "solo"),
    [
        (np.concatenate([voice(220.0, 0.8), silence(0.3)]), True),
        (voice(swinging(440.0, 6.0, 80.0, 0.8), 0.8), True),
        (voice(330.0, 0.8, level=0.1) + accompaniment(0.8), False),
        (np.random.default_rng(1).standard_normal(RATE_HZ).astype(np.float32), False),
        (silence(0.5), False),
    ],
    ids=["tone", "vibrato", "mix", "noise", "silence"],
)
def test_a_voice_alone_is_told_from_a_mix(signal: Samples, solo: bool) -> None:
    found = find_candidates(signal, len(signal) // 160)
    assert is_solo(signal, found) is solo
    assert 0.0 <= periodic_share(signal, found) <= 1.0


def test_peaks_are_the_highest_and_between_the_samples() -> None:
    row = np.array([[0.0, 1.0, 0.0, 5.0, 4.0, 0.0, 3.0, 0.0]], dtype=np.float32)
    places, heights = strongest_peaks(row, 2)
    assert places.tolist() == [[3, 6]] and heights.tolist() == [[5.0, 3.0]]
    assert 0.0 < peak_offsets(row, places)[0, 0] <= 0.5
    places, heights = strongest_peaks(np.zeros((1, 8), dtype=np.float32), 2)
    assert not heights.any() and not places.any()
