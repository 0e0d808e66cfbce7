from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from tests.plan.composer import measures, plans

from muze_plan.composer.bass import figure_of
from muze_plan.composer.compose import HarmonicComposer
from muze_plan.composer.degrees import degree_pitch, place
from muzecli.song.chord import Chord
from muzecli.song.pitch import Key
from muzecli.song.score import Role

COMPOSER = HarmonicComposer(lambda song: {})
LOCKED = ["rock", "metal", "trap", "funk", "disco", "reggae", "blues", "jazz", "synthwave", "ballad"]


def bass_of(genre: str, seed: int = 1) -> tuple:
    score = COMPOSER.compose(plans.plan(genre, seed=seed))
    return score, score.parts_of(Role.BASS)[0]


@pytest.mark.parametrize("genre", plans.GENRES)
def test_the_bass_is_playable_and_plays_one_note_at_a_time(genre: str) -> None:
    _, part = bass_of(genre)
    instrument = COMPOSER.song(plans.plan(genre)).instruments[part.instrument]
    assert all(instrument.low <= note.pitch <= instrument.high for note in part.notes)
    assert all(a.end <= b.start for a, b in pairwise(part.notes))
    assert max(note.pitch for note in part.notes) - min(note.pitch for note in part.notes) <= 31


@pytest.mark.parametrize("genre", plans.GENRES)
def test_every_note_is_the_chords_the_keys_or_leads_by_step_or_fifth(genre: str) -> None:
    score, part = bass_of(genre)
    unexplained = 0
    for note, following in pairwise(part.notes):
        pcs = {pc for tick in (note.start, note.start + 60) for pc in _pcs(score, tick)} | set(
            score.key.scale
        )
        leads = abs(following.pitch - note.pitch) in (1, 2, 5, 7)
        unexplained += note.pitch % 12 not in pcs and not leads
    assert unexplained <= 0.02 * len(part.notes)


def _pcs(score, tick: int) -> set[int]:
    chord = measures.chord_of(score, tick).chord
    return {*chord.pitch_classes, *(() if chord.bass_pc is None else (chord.bass_pc,))}


@pytest.mark.parametrize("genre", [g for g in plans.GENRES if g not in ("latin", "jazz")])
def test_new_chords_begin_with_their_bass(genre: str) -> None:
    composer = HarmonicComposer(lambda song: {})
    song = composer.song(plans.plan(genre))
    lines = composer.lines(song)
    notes = next(lines[key] for key in lines if key[0] is Role.BASS)
    starts = {note.start: note.pitch % 12 for note in notes if note.end - note.start > 60}
    heard = right = 0
    for section in song.sections:
        for event in section.chords:
            first = next((pc for tick, pc in sorted(starts.items()) if event.start <= tick < event.end), None)
            if first is not None:
                heard += 1
                right += first == event.chord.bass_pc
    assert right >= 0.9 * heard


def test_inversions_are_heard() -> None:
    plan = plans.plan("ballad")
    composer = HarmonicComposer(lambda song: {})
    song = composer.song(plan)
    notes = composer.lines(song)[Role.BASS, "electric_bass"]
    slash = [e for s in song.sections for e in s.chords if str(e.chord) == "G:maj/B" and s.plays(Role.BASS)]
    downbeats = {note.start: note.pitch % 12 for note in notes}
    heard = [downbeats[e.start] for e in slash if e.start in downbeats]
    assert heard
    assert set(heard) == {11}


@pytest.mark.parametrize("genre", LOCKED)
def test_bass_and_bass_drum_are_locked(genre: str) -> None:
    scores = [COMPOSER.compose(plans.plan(genre, seed=seed)) for seed in range(4)]
    assert sum(map(measures.kick_bass, scores)) / 4 >= 0.65


def test_trance_bass_leaves_the_beat_to_the_bass_drum() -> None:
    assert measures.kick_bass(COMPOSER.compose(plans.plan("trance"))) <= 0.2


def test_jazz_walks() -> None:
    song = COMPOSER.song(plans.plan("jazz"))
    section = next(s for s in song.sections if s.type == "verse")
    assert figure_of(song, section).walk
    _, part = bass_of("jazz")
    steps = [abs(b.pitch - a.pitch) for a, b in pairwise(part.notes)]
    assert sum(step <= 4 for step in steps) / len(steps) >= 0.6
    assert sum(step == 0 for step in steps) / len(steps) <= 0.15


@pytest.mark.parametrize(
    ("symbol", "chord", "interval"),
    [
        ("R", "C:maj", 0),
        ("O", "C:maj", 12),
        ("5", "C:maj", 7),
        ("5", "B:dim", 6),
        ("f", "C:maj", -5),
        ("3", "A:min", 3),
        ("3", "C:5", 7),
        ("7", "C:7", 10),
        ("7", "C:maj", 11),
        ("6", "A:min", 8),
        ("T", "C:maj", 16),
    ],
)
def test_degrees(symbol: str, chord: str, interval: int) -> None:
    parsed = Chord.parse(chord)
    bass = place(parsed.bass_pc or 0, 36, 40)
    assert degree_pitch(symbol, parsed, Key(0), bass) - bass == interval


def test_degrees_of_an_inversion_lie_above_its_bass() -> None:
    chord = Chord.parse("C:maj/E")
    assert degree_pitch("5", chord, Key(0), 40) == 43
    assert degree_pitch("3", chord, Key(0), 40) == 40


def test_a_bass_solo_plan_with_two_basses_has_both() -> None:
    plan = replace(plans.plan("house"), instruments=("electronic_drums", "synth_bass", "sub_bass", "piano"))
    assert {part.instrument for part in COMPOSER.compose(plan).parts_of(Role.BASS)} == {
        "synth_bass",
        "sub_bass",
    }
