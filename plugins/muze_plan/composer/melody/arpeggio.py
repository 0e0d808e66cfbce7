"""Arpeggios: the notes of a chord one after the other, in a shape that goes on through the song."""

from __future__ import annotations

import random
from collections.abc import Sequence

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.melody.ending import come_to_rest
from muze_plan.composer.melody.line import Tessitura, one_at_a_time, tessitura, velocity
from muze_plan.composer.melody.pulse import BarGrid, bar_grid
from muze_plan.composer.melody.rhythm import SHORTEST_S
from muze_plan.composer.melody.style import MelodyStyle
from muzecli.song.chord import Chord
from muzecli.song.plan import SectionType
from muzecli.song.score import Note, Role

_SHAPES: dict[str, tuple[int, ...]] = {
    "up": (0, 1, 2, 3),
    "down": (3, 2, 1, 0),
    "up_down": (0, 1, 2, 3, 2, 1),
    "alberti": (0, 2, 1, 2),
    "broken": (0, 2, 1, 3),
    "skip": (0, 2, 3, 1, 2, 0, 3, 1),
}


def arpeggiate(song: SongContext, style: MelodyStyle) -> dict[str, list[Note]]:
    """Return the notes of every arpeggio, by instrument."""
    found: dict[str, list[Note]] = {}
    for section in song.sections:
        for place, name in enumerate(section.players.get(Role.ARPEGGIO, ())):
            rng = song.rng("melody", "arpeggio", place)
            shape = rng.choices(list(style.arpeggio), list(style.arpeggio.values()))[0]
            start, end = section.span(name)
            room = tessitura(song.instruments[name], width=19)
            notes = _section(song, style, section, shape, room, place)
            line = one_at_a_time(notes, start=start, end=end)
            found.setdefault(name, []).extend(
                come_to_rest(song, section, line, room) if end == section.end else line
            )
    return found


def _section(
    song: SongContext, style: MelodyStyle, section: SectionContext, shape: str, room: Tessitura, place: int
) -> list[Note]:
    grid = bar_grid(song.metre, song.plan.tempo_bpm)
    rng = song.rng("melody", "arpeggio", place, section.type)
    steps = _steps(song, style, section, grid)
    spread = 3 if section.energy < 0.35 else 4
    found: list[Note] = []
    voicing: tuple[int, ...] = ()
    for event in section.chords:
        voicing = _voicing(event.chord, room, voicing, spread)
        if not voicing:
            continue
        order = _order(shape, len(voicing), rng)
        count = 0
        for bar in range((event.start - section.start) // grid.ticks, section.bars):
            for offset, length in steps:
                start = section.start + bar * grid.ticks + offset
                if not event.start <= start < event.end:
                    continue
                pitch = voicing[order[count % len(order)]]
                count += 1
                if (
                    section.type is SectionType.BUILDUP
                    and 2 * (start - section.start) >= section.end - section.start
                ):
                    pitch = room.nearest(pitch + 12)
                loud = velocity(offset, grid, energy=section.energy, base=44)
                held = min(max(round(length * style.sustain), 1), event.end - start)
                found.append(Note(start, start + held, pitch, loud))
            if section.start + (bar + 1) * grid.ticks >= event.end:
                break
    return found


def _steps(
    song: SongContext, style: MelodyStyle, section: SectionContext, grid: BarGrid
) -> list[tuple[int, int]]:
    """Return the offsets and lengths of a bar's notes: as many a pulse as genre, energy and tempo have."""
    wanted = style.arpeggio_parts
    if section.energy < 0.3:
        wanted = max(wanted // 2, 1)
    steps = []
    for pulse in grid.pulses:
        parts = pulse.parts if wanted > 1 and pulse.parts == 3 else wanted
        while parts > 1 and (
            pulse.length // parts < song.ticks(SHORTEST_S)
            or pulse.length % parts
            or pulse.length // parts < 60
        ):
            parts -= 1
        size = pulse.length // parts
        steps += [(pulse.start + i * size, size) for i in range(parts)]
    return steps


def _order(shape: str, count: int, rng: random.Random) -> Sequence[int]:
    if shape == "wander":
        at, order = rng.randrange(count), []
        for _ in range(8):
            order.append(at)
            at = min(max(at + rng.choice((-1, 1, 1, 2, -2)), 0), count - 1)
        return order
    return [index for index in _SHAPES[shape] if index < count] or [0]


def _voicing(chord: Chord, room: Tessitura, before: Sequence[int], count: int) -> tuple[int, ...]:
    """Return the notes that an arpeggio runs through: close together, near those of the chord before."""
    tones = chord.pitch_classes[:4]
    pitches = [p for p in range(room.low, room.high + 1) if p % 12 in tones]
    if not pitches:
        return ()
    count = min(count, len(pitches))
    middle = sum(before) / len(before) if before else room.low + 0.5 * room.width
    windows = [pitches[i : i + count] for i in range(len(pitches) - count + 1)]
    return tuple(min(windows, key=lambda window: (abs(sum(window) / count - middle), window)))
