"""The bass player: figures of the genre, walking lines, notes on the bass drum, approaches to the next chord."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from muze_plan.composer.choosing import choose_by_type
from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.degrees import degree_pitch, fifth, place
from muze_plan.composer.drums import last_chord, loudness
from muze_plan.composer.patterns import HOLD, REST, Hit, felt_quarter
from muze_plan.composer.styles import Figure
from muze_plan.composer.walking import walk
from muzecli.song.score import ChordEvent, Note, Role

_LOWEST = 28  # E1: below it small loudspeakers give nothing
_GHOST_TICKS = 50
_MIDDLE = 6  # semitones above the lowest root towards which the hand returns
_SPAN = 22  # semitones above the lowest root that a figure may reach


@dataclass(frozen=True)
class Low:
    """One note of a bass line before it has a length that suits an instrument."""

    start: int
    end: int
    pitch: int
    force: float


def bass_line(song: SongContext, section: SectionContext, kicks: Sequence[int]) -> dict[str, list[Note]]:
    """Return the notes of each bass player of a section.

    Args:
        song: the song.
        section: the section.
        kicks: ticks of the bass drum, for figures that lock with it.
    """
    names = section.players.get(Role.BASS, ())
    if not names:
        return {}
    figure = figure_of(song, section)
    low = _low(song, names[0])
    line = _walked(song, section, low) if figure.walk else _played(song, section, figure, low, kicks)
    line = _with_ending(song, section, line, low)
    return {name: _for_player(song, section, name, line) for name in names}


def figure_of(song: SongContext, section: SectionContext) -> Figure:
    """Return what the bass plays in a type of section; its returns play the same."""
    return choose_by_type(song.style.bass.figures, song, _density, "bass")[section.type]


def _density(figure: Figure) -> float:
    """Return about how many notes a figure has in a bar."""
    if figure.play is None:
        return 4.0 if figure.walk else 3.5
    return sum(step not in (REST, HOLD) for bar in figure.play.bars for step in bar) / len(figure.play.bars)


def _low(song: SongContext, name: str) -> int:
    instrument = song.instruments[name]
    wanted = song.style.bass.low
    return max(instrument.low, _LOWEST if wanted is None else wanted)


def _played(
    song: SongContext, section: SectionContext, figure: Figure, low: int, kicks: Sequence[int]
) -> list[Low]:
    usual, turns = (
        song.rng("bass line", section.type),
        song.rng("bass turns", section.type, section.occurrence),
    )
    hits = _locked(song, section, kicks) if figure.lock else _figured(song, section, figure)
    line: list[Low] = []
    near, last_event, foretold = low + _MIDDLE, None, False
    for i, (start, hit) in enumerate(hits):
        event = section.chord_at(start)
        chord = event.chord
        if chord.root is None:
            continue
        following = hits[i + 1][0] if i + 1 < len(hits) else section.end
        end = min(following, start + section.bar_ticks) if figure.legato else start + hit.ticks
        end = min(end, following)
        symbol = hit.symbol
        rng = turns if (start - section.start) // section.bar_ticks % 4 == 3 else usual
        if event is not last_event and not foretold and symbol not in "Rgn":
            symbol = "R"
        foretold, last_event = False, event
        root = place(chord.bass_pc or 0, low, near)
        if symbol in "an" or (_leads(figure, start, end, event) and rng.random() < figure.approach):
            pitch = _towards(song, symbol, start, end, event, root, low, rng)
            foretold = symbol == "n"
        elif symbol == "g":
            line.append(Low(start, min(start + _GHOST_TICKS, end), root, 0.55))
            continue
        else:
            pitch = degree_pitch(symbol, chord, song.key, root)
            pitch -= 12 if pitch > low + _SPAN else 0
        near = (root + low + _MIDDLE) // 2
        force = 1.04 if (start - section.start) % section.bar_ticks == 0 else 1.0
        sounding = start + max(int((end - start) * figure.gate), 1)
        line += _split(song, section, Low(start, sounding, pitch, force), event, low, foretold)
    return line


def _figured(song: SongContext, section: SectionContext, figure: Figure) -> list[tuple[int, Hit]]:
    assert figure.play is not None
    found = []
    for bar, start in enumerate(section.bar_starts):
        pattern = figure.turn if figure.turn is not None and bar % 4 == 3 else figure.play
        found += [(start + hit.tick, hit) for hit in pattern.hits(bar, song.metre, song.plan.tempo_bpm)]
    return found


def _locked(song: SongContext, section: SectionContext, kicks: Sequence[int]) -> list[tuple[int, Hit]]:
    """Return a root for each stroke of the bass drum and for each new chord."""
    ticks = sorted({*kicks, *(event.start for event in section.chords)})
    ticks = [tick for tick in ticks if section.start <= tick < section.end] or list(section.bar_starts)
    ends = [*ticks[1:], section.end]
    longest = section.bar_ticks
    return [
        (start, Hit((start - section.start) % longest, min(end - start, longest), "R"))
        for start, end in zip(ticks, ends, strict=True)
    ]


def _leads(figure: Figure, start: int, end: int, event: ChordEvent) -> bool:
    """Whether a note is the last one before a new chord, and not the first of its own."""
    return figure.approach > 0.0 and end >= event.end and start > event.start


def _towards(
    song: SongContext,
    symbol: str,
    start: int,
    end: int,
    event: ChordEvent,
    root: int,
    low: int,
    rng: random.Random,
) -> int:
    """Return a note that leads to the chord after this one: its root early, or a step away from it."""
    following = song.chord_at(max(end, start + 1))
    if following.start <= event.start or following.chord.bass_pc is None:
        return root if symbol == "n" else _in_range(root + fifth(event.chord) - 12, root, low)
    target = place(following.chord.bass_pc, low, root)
    if symbol == "n":
        return target
    choices = [target - 1, target + 1 if root > target else target - 2, target - 5]
    scale = song.key.scale
    diatonic = [pitch for pitch in choices if pitch % 12 in scale]
    return _in_range(rng.choice(diatonic + choices[:1]), target, low)


def _in_range(pitch: int, instead: int, low: int) -> int:
    return pitch if pitch >= low else pitch + 12 if pitch + 12 - instead < 10 else instead


def _split(
    song: SongContext, section: SectionContext, note: Low, event: ChordEvent, low: int, foretold: bool
) -> list[Low]:
    """Return a note, struck anew on the next chord's root where it would sound into that chord."""
    if note.end <= event.end or foretold:
        return [note]
    first = Low(note.start, event.end, note.pitch, note.force)
    quarter = felt_quarter(song.metre, song.plan.tempo_bpm)
    chord = section.chord_at(event.end).chord
    if note.end - event.end < quarter // 2 or chord.bass_pc is None or event.end >= section.end:
        return [first]
    return [first, Low(event.end, note.end, place(chord.bass_pc, low, note.pitch), note.force)]


def _walked(song: SongContext, section: SectionContext, low: int) -> list[Low]:
    rng = song.rng("walking", section.type, section.occurrence)  # nobody walks the same way twice
    return [
        Low(start, start + int(0.92 * (end - start)), pitch, force)
        for start, end, pitch, force in walk(song, section, low, rng)
    ]


def _with_ending(song: SongContext, section: SectionContext, line: list[Low], low: int) -> list[Low]:
    """Return the line with the song's last root held to the end."""
    if section.next is not None:
        return line
    at = last_chord(song)
    kept = [
        note if note.end <= at else Low(note.start, at, note.pitch, note.force)
        for note in line
        if note.start < at
    ]
    pc = section.chord_at(at).chord.bass_pc
    if pc is None:
        return kept
    near = kept[-1].pitch if kept else low + 5
    return [*kept, Low(at, section.end, place(pc, low, min(near, low + 9)), 1.0)]


def _for_player(song: SongContext, section: SectionContext, name: str, line: Sequence[Low]) -> list[Note]:
    instrument = song.instruments[name]
    level = song.style.bass.velocity * loudness(section.energy)
    enters, leaves = section.span(name)
    notes = []
    for low in line:
        if not enters <= low.start < leaves:
            continue
        pitch = low.pitch
        while pitch < instrument.low:
            pitch += 12
        while pitch > instrument.high:
            pitch -= 12
        velocity = min(max(round(level * low.force), 1), 127)
        notes.append(Note(low.start, max(low.end, low.start + 1), pitch, velocity))
    return notes
