"""Accuracies against mir_eval's."""

from __future__ import annotations

import mir_eval
import numpy as np
import pytest

from muze_evaluate.voice.pitch import melody_of, pitch_accuracy
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.score import Note, Part, Role, Score


def test_it_is_what_mir_eval_says() -> None:
    random = np.random.default_rng(0)
    wanted = np.where(random.random(500) < 0.7, 220 * 2 ** random.uniform(-1, 1, 500), 0.0)
    off = random.choice([0.0, 20.0, 49.0, 51.0, 600.0, 1200.0, -1230.0, 2400.0], 500)
    heard = np.where(random.random(500) < 0.8, np.maximum(wanted, 200.0) * 2 ** (off / 1200), 0.0)
    found = pitch_accuracy(wanted, heard)
    assert found is not None
    times = np.arange(500) / 100
    arrays = mir_eval.melody.to_cent_voicing(times, wanted, times, heard)
    assert found.raw_pitch == pytest.approx(mir_eval.melody.raw_pitch_accuracy(*arrays))
    assert found.raw_chroma == pytest.approx(mir_eval.melody.raw_chroma_accuracy(*arrays))
    assert found.frames == np.count_nonzero(wanted)


def test_what_is_not_heard_is_missed_and_nothing_to_sing_says_nothing() -> None:
    found = pitch_accuracy([220.0] * 10, [220.0] * 4)
    assert found is not None and found.raw_pitch == found.raw_chroma == 0.4
    assert pitch_accuracy([220.0] * 3, []) is not None
    assert pitch_accuracy([0.0] * 3, [220.0] * 3) is None


def test_a_scores_melody_is_its_singers() -> None:
    def part(name: str, role: Role, *notes: Note) -> Part:
        return Part(name, role, "female_vocals" if role is Role.VOCALS else "piano", 52, False, notes)

    metre = TimeSignature(4, 4)
    quarter = metre.bar_ticks // 4
    sung = part(
        "female_vocals", Role.VOCALS, Note(0, quarter, 69, 90), Note(2 * quarter, 3 * quarter, 81, 90)
    )
    played = part("piano", Role.CHORDS, Note(quarter, 2 * quarter, 60, 90))
    score = Score(120.0, metre, Key(0, "major"), 1, (sung, played), ())
    hz = melody_of(score)
    assert len(hz) == 200
    assert hz[:50] == pytest.approx(440.0)
    assert not hz[50:100].any() and not hz[150:].any()
    assert hz[100:150] == pytest.approx(880.0)
    assert np.array_equal(melody_of(score, start_s=0.5)[50:], hz)
