"""Hypothesis strategies for every noun, and one song made by hand."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from muzecli.song import (
    QUALITIES,
    SECTION_TYPES,
    Chord,
    ChordEvent,
    Key,
    Note,
    Part,
    Plan,
    Role,
    Score,
    Section,
    SectionSpan,
    SectionType,
    TimeSignature,
)
from muzecli.song.documents.plans import parse_bar
from muzecli.song.instruments import instruments
from muzecli.song.tidy import tidied

NAMES = tuple(instruments())
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
KEYS = st.builds(Key.from_index, st.integers(0, 23))
METRES = st.sampled_from(
    [TimeSignature(*pair) for pair in ((4, 4), (3, 4), (6, 8), (12, 8), (5, 4), (7, 8), (2, 2), (7, 16))]
)
TEMPOS = st.floats(20, 400) | st.integers(20, 400).map(float)
ENERGIES = st.floats(0, 1)
PITCH_CLASSES = st.integers(0, 11)
CHORDS = st.just(Chord(None)) | st.builds(
    Chord, PITCH_CLASSES, st.sampled_from(sorted(QUALITIES)), st.none() | PITCH_CLASSES, st.booleans()
)


@st.composite
def sections(draw: st.DrawFn, players: tuple[str, ...] = ()) -> Section:
    bars = draw(st.integers(1, 6))
    bar = st.lists(CHORDS, min_size=1, max_size=3).map(tuple)
    chords = draw(st.just(()) | st.lists(bar, min_size=bars, max_size=bars).map(tuple))
    some = st.lists(st.sampled_from(players), unique=True).map(tuple) if players else st.just(())
    return Section(
        draw(st.sampled_from(SECTION_TYPES)),
        bars,
        draw(ENERGIES),
        draw(st.booleans()),
        chords,
        draw(st.none() | TEXTS),
        draw(st.none() | some),
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    players = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=5).map(tuple))
    words = st.lists(TEXTS, max_size=3).map(tuple)
    return Plan(
        prompt=draw(TEXTS),
        genre=draw(TEXTS),
        tempo_bpm=draw(TEMPOS),
        key=draw(KEYS),
        time_signature=draw(METRES),
        seed=draw(st.integers(0, 2**32 - 1)),
        sections=tuple(draw(st.lists(sections(players), min_size=1, max_size=5))),
        instruments=players,
        mood=draw(words),
        style_positive=draw(words),
        style_negative=draw(words),
        language=draw(st.none() | st.sampled_from(["en", "pl"])),
        template=draw(st.none() | TEXTS),
    )


@st.composite
def parts(draw: st.DrawFn, name: str, ticks: int) -> Part:
    is_drum = draw(st.booleans())
    notes = st.builds(
        lambda start, length, pitch, velocity, lyric: Note(start, start + length, pitch, velocity, lyric),
        st.integers(0, ticks - 1),
        st.integers(1, 2000),
        st.integers(0, 127) | st.integers(60, 62),
        st.integers(1, 127),
        st.none() | TEXTS,
    )
    return Part(
        name,
        draw(st.sampled_from(tuple(Role))),
        draw(st.sampled_from(NAMES)),
        draw(st.integers(0, 127)),
        is_drum,
        tidied(draw(st.lists(notes, max_size=20)), end=ticks),
    )


@st.composite
def scores(draw: st.DrawFn) -> Score:
    metre, tempo_bpm = draw(METRES), draw(TEMPOS)
    lengths = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    bars = sum(lengths)
    ticks = bars * metre.bar_ticks
    names = draw(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
            max_size=4,
            unique=True,
        )
    )
    edges = [0, *sorted(draw(st.sets(st.integers(1, ticks - 1), max_size=6))), ticks]
    chords = tuple(ChordEvent(a, b, draw(CHORDS)) for a, b in pairwise(edges))
    spans, bar, bar_s = [], 0, metre.bar_s(tempo_bpm)
    for length in lengths:
        kind, energy, sung = draw(st.sampled_from(SECTION_TYPES)), draw(ENERGIES), draw(st.booleans())
        spans.append(SectionSpan(kind, bar * bar_s, (bar + length) * bar_s, bar / bars, energy, sung))
        bar += length
    return Score(
        tempo_bpm,
        metre,
        draw(KEYS),
        bars,
        tuple(draw(parts(name, ticks)) for name in names),
        draw(st.just(()) | st.just(chords)),
        draw(st.just(()) | st.just(tuple(spans))),
    )


def plan_by_hand() -> Plan:
    """Six bars of house in A minor."""
    verse = tuple(parse_bar(bar) for bar in ("A:min", "F:maj", "C:maj G:maj", "E:7"))
    return Plan(
        prompt="dark house",
        genre="house",
        tempo_bpm=120.0,
        key=Key.parse("A minor"),
        time_signature=TimeSignature(4, 4),
        seed=7,
        sections=(
            Section(SectionType.VERSE, 4, 0.4, chords=verse),
            Section(
                SectionType.CHORUS, 2, 0.9, True, verse[:2], "stay with me", ("synth_bass", "female_vocals")
            ),
        ),
        instruments=("electronic_drums", "synth_bass", "female_vocals", "saw_lead"),
        mood=("dark",),
        language="en",
    )


def score_by_hand() -> Score:
    """Two bars at 120 BPM, so that a tick is 1/960 s and a beat half a second."""
    return Score(
        120.0,
        TimeSignature(4, 4),
        Key.parse("C major"),
        2,
        (
            Part(
                "drums",
                Role.DRUMS,
                "drums",
                0,
                True,
                (
                    Note(0, 120, 36, 127),
                    Note(0, 120, 42, 64),
                    Note(480, 600, 38, 100),
                    Note(960, 1080, 36, 110),
                    Note(1440, 1560, 38, 90),
                    Note(1920, 2040, 36, 127),
                ),
            ),
            Part(
                "bass",
                Role.BASS,
                "electric_bass",
                33,
                False,
                (Note(0, 960, 36, 90), Note(1920, 2880, 43, 90)),
            ),
            Part("lead", Role.LEAD, "saw_lead", 81, False, (Note(0, 480, 72, 90), Note(1920, 2400, 100, 90))),
            Part(
                "voice",
                Role.VOCALS,
                "female_vocals",
                53,
                False,
                (Note(2160, 2640, 64, 90, "hel-"), Note(2640, 3360, 65, 90, "lo")),
            ),
        ),
        (ChordEvent(0, 1920, Chord.parse("C:maj")), ChordEvent(1920, 3840, Chord.parse("G:7/B"))),
        (
            SectionSpan(SectionType.INTRO, 0.0, 2.0, 0.0, 0.25, False),
            SectionSpan(SectionType.CHORUS, 2.0, 4.0, 0.5, 1.0, True),
        ),
    )
