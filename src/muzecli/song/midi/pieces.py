"""The pieces of a score that are read alike from muze's own files and from others'."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from muzecli.song.chord import Chord
from muzecli.song.metre import TICKS_PER_QUARTER, TimeSignature
from muzecli.song.midi.events import RawPart, RawSong
from muzecli.song.midi.guessing import guess_instrument, guess_role
from muzecli.song.pitch import Key
from muzecli.song.plan import SectionSpan, SectionType
from muzecli.song.score import ChordEvent, Note, Part, Role

DEFAULT_ENERGY = 0.5
"""Of a section that another program only named."""

Mark = tuple[int, SectionType, float, bool]
"""Where a section begins: tick, type, energy, whether somebody sings."""


def said_role(texts: tuple[str, ...]) -> Role | None:
    """Return the role that a part's own text names."""
    named = (text.removeprefix("role ") for text in texts if text.startswith("role "))
    return next((Role(name) for name in named if name in list(Role)), None)


def part_of(raw: RawPart, name: str, role: Role | None, instrument: str, notes: tuple[Note, ...]) -> Part:
    """Return a part; an empty role or instrument is guessed."""
    role = role or guess_role(notes, is_drum=raw.is_drum, program=raw.program, name=name)
    instrument = instrument or guess_instrument(raw.program, is_drum=raw.is_drum)
    return Part(name or instrument, role, instrument, raw.program, raw.is_drum, notes)


def with_unique_names(parts: list[Part]) -> list[Part]:
    """Return parts whose names are unique: a second "piano" becomes "piano 2"."""
    taken: set[str] = set()
    result = []
    for part in parts:
        name, count = part.name, 1
        while name in taken:
            count += 1
            name = f"{part.name} {count}"
        taken.add(name)
        result.append(replace(part, name=name))
    return result


def key_of(name: str) -> Key:
    """Return the key of a MIDI key signature: "Bb", "F#m"."""
    return Key.parse(name.removesuffix("m") + (" minor" if name.endswith("m") else " major"))


def beats_a_minute(microseconds_a_quarter: float, metre: TimeSignature) -> float:
    """Return beats a minute for microseconds a quarter note; it is its own inverse."""
    return 60e6 / microseconds_a_quarter * TICKS_PER_QUARTER / metre.beat_ticks


def round_tempo(microseconds_a_quarter: int, metre: TimeSignature) -> float:
    """Return the tempo with the fewest decimals that MIDI rounds to these microseconds."""
    exact = beats_a_minute(microseconds_a_quarter, metre)
    for decimals in range(7):
        tempo_bpm = round(exact, decimals)
        if tempo_bpm > 0 and round(beats_a_minute(tempo_bpm, metre)) == microseconds_a_quarter:
            return tempo_bpm
    return exact


def chords_of(song: RawSong, ticks: int) -> tuple[ChordEvent, ...]:
    """Return the chords that the first track's texts name; N before the first of them."""
    named = {tick: chord for tick, text in song.texts if (chord := _chord(text)) is not None and tick < ticks}
    if not named:
        return ()
    if min(named) > 0:
        named[0] = Chord(None)
    edges = [*sorted(named), ticks]
    return tuple(ChordEvent(start, end, named[start]) for start, end in pairwise(edges))


def _chord(text: str) -> Chord | None:
    """Return the chord that a text is; a bare letter may be anything and is none."""
    text = text.strip()
    if ":" not in text and text != "N":
        return None
    try:
        return Chord.parse(text)
    except ValueError:
        return None


def sections_of(
    marks: list[Mark], tempo_bpm: float, metre: TimeSignature, bars: int
) -> tuple[SectionSpan, ...]:
    """Return sections that begin at marks (tick, type, energy, vocals), each moved to the nearest bar."""
    by_bar = {round(mark[0] / metre.bar_ticks): mark for mark in marks if mark[0] < bars * metre.bar_ticks}
    by_bar.pop(bars, None)
    if not by_bar:
        return ()
    by_bar.setdefault(0, (0, SectionType.UNKNOWN, DEFAULT_ENERGY, False))
    bar_s = metre.bar_s(tempo_bpm)
    spans = []
    for bar, end in pairwise([*sorted(by_bar), bars]):
        _, kind, energy, has_vocals = by_bar[bar]
        spans.append(SectionSpan(kind, bar * bar_s, end * bar_s, bar / bars, energy, has_vocals))
    return tuple(spans)
