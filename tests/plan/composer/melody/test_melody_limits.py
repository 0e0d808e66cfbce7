"""What holds for any song: metres, chords, instruments, lengths."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.plan.composer.melody.songs import GENRES, song

from muze_plan.composer.melody import write_melodies
from muzecli.song.chord import QUALITIES, Chord
from muzecli.song.instruments import instruments
from muzecli.song.plan import SectionType
from muzecli.song.score import Role

METRES = (
    "4/4",
    "3/4",
    "6/8",
    "12/8",
    "5/4",
    "7/8",
    "2/4",
    "2/2",
    "9/8",
    "5/8",
    "3/8",
    "7/4",
    "11/8",
    "1/16",
    "15/16",
)
TEMPOS = (20, 60, 118, 174, 400)
ROLES = (Role.LEAD, Role.COUNTER, Role.ARPEGGIO, Role.VOCALS)
PLAYERS = {role: sorted(n for n, i in instruments().items() if role in i.roles) for role in ROLES}
TYPES = [str(type_) for type_ in SectionType]
WORDS = (
    "",
    "La",
    "Walking down the empty street\n[chorus]\nEvery window has a broken light\n\nOh",
    "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n" * 6,
    "w niebie z tobą, supercalifragilisticexpialidocious 24/7",
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 10**6),
    st.sampled_from(METRES),
    st.sampled_from(GENRES),
    st.sampled_from((20, 60, 118, 174, 400)),
)
def test_any_song_is_playable(seed: int, metre: str, genre: str, tempo: float) -> None:
    rng = random.Random(seed)
    form = [
        (rng.choice(TYPES), rng.choice((1, 2, 3, 4, 5, 8)), rng.random(), rng.random() < 0.6)
        for _ in range(rng.randint(1, 6))
    ]
    chords = {
        name: [
            Chord(rng.randrange(12), rng.choice(list(QUALITIES))) if rng.random() < 0.9 else Chord(None)
            for _ in range(3)
        ]
        for name in TYPES
    }
    band = {
        role: tuple(rng.sample(PLAYERS[role], min(len(PLAYERS[role]), rng.choice((1, 2))))) for role in ROLES
    }
    written = song(
        genre,
        seed,
        key=rng.choice(("C", "F#", "Bb", "D minor", "Eb minor")),
        metre=metre,
        tempo=tempo,
        form=form,
        lyrics={name: rng.choice(WORDS) for name in TYPES},
        band=band,
        chords=chords,
    )
    for (role, name), notes in write_melodies(written).items():
        player = instruments()[name]
        assert role in ROLES
        for note in notes:
            assert 0 <= note.start < note.end <= written.end
            assert player.low <= note.pitch <= player.high
            assert 1 <= note.velocity <= 127
        for one, other in pairwise(notes):
            assert one.end <= other.start


@pytest.mark.parametrize("metre", METRES)
def test_every_metre_has_a_melody(metre: str) -> None:
    written = song("pop", 4, metre=metre, tempo=100)
    found = write_melodies(written)
    assert {role for role, _ in found} == set(ROLES)
    bars = {note.start // written.metre.bar_ticks for notes in found.values() for note in notes}
    assert len(bars) >= 0.9 * written.plan.bars


def test_entries_and_exits_are_kept() -> None:
    written = song("pop", 3)
    intro = written.sections[0]
    late = replace(intro, entries={"synth_pluck": intro.start + intro.bar_ticks * 2})
    found = write_melodies(replace(written, sections=(late, *written.sections[1:])))
    assert found[Role.ARPEGGIO, "synth_pluck"][0].start >= intro.bar_ticks * 2


def test_a_song_of_one_bar() -> None:
    written = song("pop", 1, form=(("chorus", 1, 0.5, True),))
    assert write_melodies(written)[Role.VOCALS, "female_vocals"]


def test_nobody_to_play() -> None:
    assert write_melodies(song("pop", 1, band={})) == {}


def test_the_last_note_of_an_instrumental_is_the_tonic() -> None:
    chords = {"outro": [Chord(5), Chord(7), Chord(0), Chord(0)]}
    home = 0
    for seed in range(8):
        written = song("folk", seed, band={Role.LEAD: ("fiddle",)}, chords=chords)
        last = write_melodies(written)[Role.LEAD, "fiddle"][-1]
        home += last.pitch % 12 == 0
        assert last.pitch % 12 in (0, 4, 7)
    assert home >= 6


def test_two_singers_share_the_song() -> None:
    band = {Role.VOCALS: ("female_vocals", "male_vocals")}
    form = (("verse", 8, 0.4, True), ("verse", 8, 0.4, True), ("chorus", 8, 0.8, True))
    written = song("pop", 2, band=band, form=form)
    found = write_melodies(written)
    she, he = found[Role.VOCALS, "female_vocals"], found[Role.VOCALS, "male_vocals"]
    first, second, chorus = written.sections
    assert not any(first.start <= note.start < first.end for note in he)
    assert not any(second.start <= note.start < second.end for note in she)
    assert {n.start for n in she if n.start >= chorus.start} & {
        n.start for n in he if n.start >= chorus.start
    }
