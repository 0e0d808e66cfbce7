"""Answers: what an instrument plays in the rests of a tune, in the rhythm of what was heard last.

Where a singer leaves too few rests, long notes beside the voice take their place in the second half of each phrase,
or stabs of the chord on instruments whose notes die away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.melody.line import Tessitura, velocity
from muze_plan.composer.melody.pulse import BarGrid, bar_grid
from muze_plan.composer.melody.scales import palette
from muze_plan.composer.melody.search import Target, Taste, find_pitches
from muze_plan.composer.melody.second_voice import beside, held_line, stabs
from muze_plan.composer.melody.style import MelodyStyle
from muzecli.song.score import Note


@dataclass(frozen=True)
class _Gap:
    start: int
    end: int


_WILLING = 0.3
_SCARCE = 0.25  # share of a section's bars with answers, below which an instrument has nothing to say


def beneath(
    song: SongContext,
    style: MelodyStyle,
    section: SectionContext,
    tune: Sequence[Note],
    room: Tessitura,
    heights: Sequence[int],
    *,
    name: str,
) -> list[Note]:
    """Return what an instrument plays while somebody else has the tune: answers, or long notes beside it.

    Args:
        song: the song.
        style: how its genre sings.
        section: where.
        tune: what is heard in the section, in order.
        room: where the instrument lies.
        heights: pitches of the song's tune, in order of pitch.
        name: of the instrument.
    """
    found = answers(song, style, section, tune, room, name=name)
    bars = {(note.start - section.start) // section.bar_ticks for note in found}
    if len(bars) >= _SCARCE * section.bars:
        return found
    if not song.instruments[name].sustained:
        return stabs(song, style, section, room)
    line = held_line(song, section, tune, beside(room, heights))
    unit = 2 * section.bar_ticks if section.bars >= 4 else section.bar_ticks
    return [
        note for note in line if (note.start - section.start) // unit % 2 or note.start + unit >= section.end
    ]


def answers(
    song: SongContext,
    style: MelodyStyle,
    section: SectionContext,
    tune: Sequence[Note],
    room: Tessitura,
    *,
    name: str,
) -> list[Note]:
    """Return short answers in the rests of a tune, in the rhythm of what was heard last."""
    grid = bar_grid(song.metre, song.plan.tempo_bpm)
    rng = song.rng("melody", "answers", name, section.index)
    found: list[Note] = []
    silent = False
    for gap in _gaps(tune, section, grid):
        # A rest may pass in silence, and two in a row only where the genre hardly answers.
        silent = rng.random() >= style.answers * (0.6 + 0.6 * section.energy) and not (
            silent and style.answers >= _WILLING
        )
        if silent:
            continue
        echo = [note for note in tune if note.start < gap.start][-5:]
        starts = _echo(echo, gap, grid)
        if len(starts) < 2:
            continue
        scale = _scale_of(song, style)
        ends = [*starts[1:], min(gap.end, starts[-1] + 2 * grid.pulse_ticks)]
        middle = room.low + 0.55 * room.width
        targets = []
        for start, end in zip(starts, ends, strict=True):
            kinds = palette(song.key.tonic, scale, section.chord_at(start).chord)
            strength = grid.strength(start - section.start)
            length = (end - start) / grid.pulse_ticks
            targets.append(Target(kinds, song.key.tonic, strength, length, middle))
        for target, a, b in zip(targets[1:], echo[-len(starts) :], echo[-len(starts) + 1 :], strict=False):
            target.wish = float(b.pitch - a.pitch)
        taste = Taste(style.repeated, style.leaps, style.dissonance)
        before = (found[-1].pitch,) if found else ()
        pitches = find_pitches(targets, low=room.low, high=room.high, taste=taste, rng=rng, before=before)
        for start, end, pitch in zip(starts, ends, pitches, strict=True):
            loud = velocity(start - section.start, grid, energy=section.energy, base=50)
            found.append(Note(start, max(end - grid.pulse_ticks // 16, start + 1), pitch, loud))
    return found


def _gaps(tune: Sequence[Note], section: SectionContext, grid: BarGrid) -> list[_Gap]:
    """Return the rests of a tune that are long enough for an answer."""
    if not tune:
        return []
    gaps = []
    part = grid.pulse_ticks // 2
    for note, following in zip(tune, [*tune[1:], None], strict=True):
        end = following.start if following is not None else section.end
        start = -(-(note.end - section.start) // part) * part + section.start
        if end - start >= 2 * grid.pulse_ticks:
            gaps.append(_Gap(start, min(end, start + 2 * grid.ticks)))
    return gaps


def _echo(echo: Sequence[Note], gap: _Gap, grid: BarGrid) -> list[int]:
    """Return where the notes of an echo begin: the rhythm of the last notes, moved into the gap."""
    if len(echo) < 2:
        return []
    part = grid.pulse_ticks // 2
    starts = [gap.start + note.start - echo[0].start for note in echo]
    starts = [gap.start + round((s - gap.start) / (part / 2)) * (part // 2) for s in starts]
    return sorted({s for s in starts if s + part <= gap.end})


def _scale_of(song: SongContext, style: MelodyStyle) -> str:
    weights = style.scales[song.key.mode]
    return song.rng("melody", "scale", "tune").choices(list(weights), list(weights.values()))[0]
