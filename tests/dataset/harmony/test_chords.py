"""Chords made of sines must be heard as they are, in any transposition, and change where they change."""

from __future__ import annotations

import numpy as np
import pytest

from muze_dataset.extractors.chords import Chords
from muze_dataset.hearing.harmony.chords import ChordSpan, progression
from muze_dataset.hearing.harmony.classifier import NO_CHORD, QUALITIES, STATES, network, views_from_roots
from muze_dataset.hearing.harmony.semitones import semitones
from muze_dataset.hearing.harmony.tables import TABLES, tables
from muzecli.listening.heard import Finding, Heard
from muzecli.song.chord import Chord

from .tones import RATE_HZ, Floats, clicks, song, tones

SONG = ("C:maj", "A:min", "F:maj", "G:7", "C:maj", "E:min", "D:min", "G:maj")


def chords_of(mono: Floats, **beats: list[float]) -> list[ChordSpan]:
    return progression(semitones(mono, RATE_HZ), len(mono) / RATE_HZ, **beats)[0]


def heard(
    mono: Floats, beats_s: list[float] | None = None, downbeats_s: list[float] | None = None
) -> Finding:
    findings = {
        "material.mono": Finding(mono, "made"),
        "material.semitones": Finding(semitones(mono, RATE_HZ), "measured"),
    }
    for name, times in (("beat_positions", beats_s), ("downbeat_positions", downbeats_s)):
        if times is not None:
            findings[name] = Finding(times, "known")
    return Chords().extract(Heard(findings=findings))["chord_progression"]


def test_a_progression_is_heard_with_its_times() -> None:
    spans = chords_of(song(SONG, 2.0))
    assert [span.chord for span in spans] == [Chord.parse(name) for name in SONG]
    assert [span.start_s for span in spans] == pytest.approx([2.0 * i for i in range(8)], abs=0.5)


@pytest.mark.parametrize("semitones_up", [1, 4, 6, 9])
def test_transposed_audio_has_transposed_chords(semitones_up: int) -> None:
    there = [str(Chord.parse(name).transposed(semitones_up)) for name in SONG]
    spans = chords_of(song(there, 2.0))
    assert [span.chord for span in spans] == [Chord.parse(name) for name in there]


def test_the_classifier_itself_is_the_same_from_every_root() -> None:
    random = np.random.default_rng(0)
    contexts = random.random((4, 3, 84)).astype(np.float32)
    contexts[:, :, :12] = contexts[:, :, -24:] = 0.0  # so that nothing leaves the range
    whole = random.random((4, 12)).astype(np.float32)
    here = network(views_from_roots(contexts, whole), tables())
    up = network(views_from_roots(np.roll(contexts, 1, axis=2), np.roll(whole, 1, axis=1)), tables())
    chords = here[:, :NO_CHORD].reshape(4, 12, len(QUALITIES))[:, :11]
    moved = up[:, :NO_CHORD].reshape(4, 12, len(QUALITIES))[:, 1:]
    sums = (1, 2)
    assert moved / moved.sum(axis=sums, keepdims=True) == pytest.approx(
        chords / chords.sum(axis=sums, keepdims=True), abs=1e-5
    )
    assert here.shape == (4, STATES)
    assert here.sum(axis=1) == pytest.approx(1.0)


@pytest.mark.parametrize("quality", ["maj", "min", "7", "maj7", "min7", "dim", "aug", "sus4"])
def test_qualities_are_told_apart(quality: str) -> None:
    wanted = [f"D:{quality}", f"G:{quality}"]
    assert [str(span.chord) for span in chords_of(song(wanted, 3.0))] == wanted


def test_detuned_audio_has_the_same_chords() -> None:
    assert [s.chord for s in chords_of(song(SONG, 2.0, cents=35))] == [Chord.parse(name) for name in SONG]


def test_changes_lie_on_beats() -> None:
    beats = [0.2 + 0.45 * i for i in range(35)]
    found = heard(song(SONG, 4 * 0.45), beats, beats[::4])
    assert found.value and found.fallback is None
    starts = {chord["start"] for chord in found.value} - {0.0}
    assert starts <= {round(beat, 4) for beat in beats}


def test_without_beats_it_says_so() -> None:
    found = heard(song(SONG, 2.0))
    assert found.fallback == "no beats are known: chords change on half seconds"
    assert found.confidence is not None and found.confidence > 0.4


def test_silence_between_chords_is_a_gap() -> None:
    pause = np.zeros(3 * RATE_HZ, np.float32)
    spans = chords_of(np.concatenate((song(["C:maj"], 3.0), pause, song(["F:maj"], 3.0))))
    assert [str(span.chord) for span in spans] == ["C:maj", "F:maj"]
    assert spans[1].start_s - spans[0].end_s >= 2.0


@pytest.mark.parametrize(
    "mono",
    [np.zeros(2205, np.float32), np.zeros(5 * RATE_HZ, np.float32), clicks(5.0)],
    ids=["short", "silence", "clicks"],
)
def test_what_has_no_pitch_has_no_chords(mono: Floats) -> None:
    found = heard(mono)
    assert found.value is None and found.reason == "nothing that sounds is tuned to a scale"


@pytest.mark.parametrize("duration_s", [0.6, 0.9, 1.3])
def test_spans_end_with_the_audio(duration_s: float) -> None:
    mono = tones((48, 60, 64, 67), duration_s)
    spans, _ = progression(semitones(mono, RATE_HZ), duration_s, beats_s=[0.1, 0.4])
    assert spans and spans[0].start_s >= 0.0 and spans[-1].end_s <= duration_s


def test_the_tables_are_small() -> None:
    assert TABLES.stat().st_size < 200_000


def test_what_was_found_rests_on_the_tables() -> None:
    assert len(Chords().depends_on({})["tables"]) == 64
