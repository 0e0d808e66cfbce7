"""Second voices beside a tune: thirds and sixths below it, a held line against it, stabs of the chord.

A held line moves against the tune's direction and takes the thirds and sevenths of the chords, which say most
about them (guide tones).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.melody.line import Tessitura, velocity
from muze_plan.composer.melody.pulse import BarGrid, bar_grid
from muze_plan.composer.melody.rhythm import bar_rhythms, choose
from muze_plan.composer.melody.scales import CHORD, palette
from muze_plan.composer.melody.style import MelodyStyle
from muze_plan.composer.melody.theme import Theme
from muzecli.song.score import ChordEvent, Note

_TIRED = 3.0  # cost of a note that has been held for two bars and would be held on


def harmony(
    song: SongContext, theme: Theme, section: SectionContext, tune: Sequence[Note], room: Tessitura
) -> list[Note]:
    """Return a second voice in thirds and sixths below a tune, chord tones where the metre is strong."""
    grid, tonic = theme.grid, song.key.tonic
    found: list[Note] = []
    shift = 0
    if tune:
        middle = sum(note.pitch for note in tune) / len(tune) - 4
        while middle + shift > room.high - 3:
            shift -= 12
        while middle + shift < room.low + 3:
            shift += 12
    for note in tune:
        event = section.chord_at((note.start + note.end) // 2)
        kinds = palette(tonic, theme.scale, event.chord)
        strong = grid.strength(note.start - section.start) >= 0.5 or note.end - note.start > grid.pulse_ticks
        best, least = None, 99.0
        for below, cost in ((3, 0.0), (4, 0.0), (8, 0.6), (9, 0.6), (5, 0.8), (7, 1.5), (12, 2.0)):
            kind = kinds[(note.pitch - below) % 12]
            if kind is None:
                continue
            total = cost + (2.0 if strong and kind != CHORD else 0.0)
            if found:
                total += 0.12 * abs(note.pitch - below + shift - found[-1].pitch)
            if total < least:
                best, least = note.pitch - below + shift, total
        if best is not None:
            found.append(
                Note(note.start, note.end, room.nearest(best), max(note.velocity - 16, 20), note.lyric)
            )
    return found


def stabs(song: SongContext, style: MelodyStyle, section: SectionContext, room: Tessitura) -> list[Note]:
    """Return short notes of the chord on a riff's rhythm, in every second bar."""
    grid = bar_grid(song.metre, song.plan.tempo_bpm)
    rng = song.rng("melody", "stabs", section.type)
    rhythms = bar_rhythms(style.riffs, song.metre, song.plan.tempo_bpm)
    rhythm = choose(rng, rhythms, 3)
    found: list[Note] = []
    last = room.low + round(0.6 * room.width)
    for bar in range(1, section.bars, 2):
        for offset, length in rhythm:
            start = section.start + bar * grid.ticks + offset
            chord = section.chord_at(start).chord
            tones = [p for p in range(room.low, room.high + 1) if p % 12 in chord.pitch_classes]
            if not tones:
                continue
            last = min(tones, key=lambda pitch: (abs(pitch - last), pitch))
            loud = velocity(offset, grid, energy=section.energy, base=60, accent=0.5)
            found.append(Note(start, start + min(length, grid.pulse_ticks // 2), last, loud))
    return found


def held_line(
    song: SongContext, section: SectionContext, tune: Sequence[Note], room: Tessitura
) -> list[Note]:
    """Return a line of long notes through the chords, moving against the tune."""
    grid = bar_grid(song.metre, song.plan.tempo_bpm)
    found: list[Note] = []
    previous = room.low + round(room.width * (0.4 + 0.2 * section.energy))
    height: float | None = None
    longest = 2 * grid.ticks  # a line that stays is no line
    for event in section.chords:
        for start, end in _halves(event, grid):
            heard = [note.pitch for note in tune if note.start < end and note.end > start]
            now = sum(heard) / len(heard) if heard else height
            way = 0.0 if now is None or height is None else now - height
            height = now
            tired = bool(found) and found[-1].end == start and end - found[-1].start > longest
            pitch = _guide(event, room, previous, way, heard, stay=_TIRED if tired else 0.0)
            if pitch is None:
                continue
            previous = pitch
            loud = velocity(start - section.start, grid, energy=section.energy, base=44)
            if found and found[-1].pitch == pitch and found[-1].end == start and heard and not tired:
                found[-1] = replace(found[-1], end=end)
            else:
                found.append(Note(start, end, pitch, loud))
    return found


def _halves(event: ChordEvent, grid: BarGrid) -> list[tuple[int, int]]:
    """Return a chord's time in pieces of at most two bars."""
    piece = 2 * grid.ticks
    bounds = [*range(event.start, event.end, piece), event.end]
    return list(pairwise(bounds))


def _guide(
    event: ChordEvent, room: Tessitura, previous: int, way: float, heard: Sequence[int], *, stay: float
) -> int | None:
    """Return the tone of a chord that a line goes to: near, against the tune, gladly third or seventh.

    `stay` is what it costs not to move.
    """
    tones = event.chord.pitch_classes
    best, least = None, 99.0
    for pitch in range(room.low, room.high + 1):
        if pitch % 12 not in tones:
            continue
        place = tones.index(pitch % 12)
        move = pitch - previous
        cost = 0.3 * abs(move) + (0.0 if place in (1, 3) else 0.8)
        cost += (0.6 if way * move > 0 else 0.0) + (0.0 if move else stay)
        cost += 0.7 if any((pitch - other) % 12 == 0 for other in heard) else 0.0
        cost += 0.5 * sum(max(4 - abs(pitch - other), 0) for other in heard) / max(len(heard), 1)
        cost += 0.1 * abs(pitch - (room.low + 0.5 * room.width))
        if cost < least:
            best, least = pitch, cost
    return best


def beside(room: Tessitura, heights: Sequence[int]) -> Tessitura:
    """Return the part of an instrument's range that lies below the song's tune, or above it where it cannot."""
    if not heights:
        return room
    middle = heights[len(heights) // 2] - 9
    if middle - 6 < room.low:
        middle = heights[len(heights) // 2] + 10
    low = min(max(middle - 7, room.low), max(room.high - 14, room.low))
    return Tessitura(low, min(low + 14, room.high))
