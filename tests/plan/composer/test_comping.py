from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from tests.plan.composer import measures, plans

from muze_plan.composer.comping import comp_of
from muze_plan.composer.compose import HarmonicComposer
from muze_plan.composer.styles import VoicingKind
from muzecli.song.chord import Chord
from muzecli.song.plan import SectionType
from muzecli.song.score import Note, Role

COMPOSER = HarmonicComposer(lambda song: {})
HARMONY = (Role.CHORDS, Role.PAD)


@pytest.mark.parametrize("genre", plans.GENRES)
@pytest.mark.parametrize("seed", [1, 2])
def test_accompaniments_play_the_chords(genre: str, seed: int) -> None:
    score = COMPOSER.compose(plans.plan(genre, seed=seed))
    parts = [part for part in score.parts if part.role in HARMONY]
    assert parts
    for part in parts:
        assert measures.explained(score, part) >= 0.97
        assert measures.chordal(score, part) >= 0.75


@pytest.mark.parametrize("genre", plans.GENRES)
def test_hands_and_strings_can_play_it(genre: str) -> None:
    song = COMPOSER.song(plans.plan(genre))
    for (role, name), notes in COMPOSER.lines(song).items():
        if role not in HARMONY:
            continue
        instrument = song.instruments[name]
        assert all(instrument.low <= note.pitch <= instrument.high for note in notes)
        for chord in measures.chords_struck(notes):
            assert len(chord) <= 8


def notes_of(genre: str, role: Role, name: str) -> list[Note]:
    return COMPOSER.lines(COMPOSER.song(plans.plan(genre)))[role, name]


def test_pads_tie_common_tones() -> None:
    plan = plans.plan("electronic")
    song = COMPOSER.song(plan)
    notes = COMPOSER.lines(song)[Role.PAD, "warm_pad"]
    bar = song.metre.bar_ticks
    assert any(note.end - note.start >= 2 * bar for note in notes)
    assert all(note.end - note.start <= 4 * bar for note in notes)


def test_distortion_takes_fifths_only() -> None:
    score = COMPOSER.compose(plans.plan("metal"))
    (guitar,) = score.parts_of(Role.CHORDS)
    for chord in measures.chords_struck(guitar.notes):
        assert {(pitch - chord[0]) % 12 for pitch in chord} <= {0, 7}


def test_strums_run_across_the_strings() -> None:
    plan = plans.plan("pop")
    song = COMPOSER.song(plan)
    chorus = next(s for s in song.sections if s.type is SectionType.CHORUS)
    comp = comp_of(song, chorus, Role.CHORDS, "acoustic_guitar")
    assert comp.voicing is VoicingKind.GUITAR
    notes = [
        n
        for n in COMPOSER.lines(song)[Role.CHORDS, "acoustic_guitar"]
        if chorus.start <= n.start < chorus.end
    ]
    first = [n for n in notes if n.start < chorus.start + 100]
    assert [n.pitch for n in first] == sorted(n.pitch for n in first)
    assert len({n.start for n in first}) == len(first)


def test_two_players_share_the_work() -> None:
    plan = plans.plan("pop")
    song = COMPOSER.song(plan)
    chorus = next(s for s in song.sections if s.type is SectionType.CHORUS)
    first = comp_of(song, chorus, Role.CHORDS, "piano")
    second = comp_of(song, chorus, Role.CHORDS, "acoustic_guitar", [first.name])
    assert first.name != second.name


def test_reggae_chords_are_off_the_beat() -> None:
    notes = notes_of("reggae", Role.CHORDS, "electric_guitar")[:-6]
    assert all(note.start % 960 >= 240 for note in notes)


def test_single_voices_share_the_chord() -> None:
    plan = replace(plans.plan("classical"), instruments=("violin", "flute", "clarinet", "bassoon"))
    score = HarmonicComposer().compose(plan)
    for part in score.parts:
        assert all(a.end <= b.start for a, b in pairwise(part.notes))
    assert len(score.parts) == 4


def test_without_a_bass_the_roots_are_played() -> None:
    plan = replace(plans.plan("pop"), instruments=("electric_piano",))
    song = COMPOSER.song(plan)
    notes = COMPOSER.lines(song)[Role.CHORDS, "electric_piano"]
    for section in song.sections:
        for event in section.chords:
            low = min((n for n in notes if event.start <= n.start < event.end), key=lambda n: n.pitch)
            assert low.pitch % 12 == event.chord.bass_pc


def test_no_chord_is_silence() -> None:
    plan = plans.plan("pop")
    sections = [replace(s, chords=((Chord(None),),) * s.bars) for s in plan.sections]
    score = COMPOSER.compose(plan.with_sections(sections))
    assert {part.role for part in score.parts} == {Role.DRUMS}
