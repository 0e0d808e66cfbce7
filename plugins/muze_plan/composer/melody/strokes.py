"""A phrase before it has pitches: when its notes begin, and how its motifs would have them move.

4 bars, a sentence:   | motif | the same, higher | fragment fragment | cadence   (breath) |
4 bars, a period:     | motif | second motif     | motif             | cadence   (breath) |
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from muze_plan.composer.melody.motifs import Motif
from muze_plan.composer.melody.pulse import BarGrid
from muze_plan.composer.melody.rhythm import at_rest, pushed
from muze_plan.composer.melody.style import MelodyStyle


@dataclass(frozen=True)
class Stroke:
    """A note without a pitch.

    Attributes:
        offset: ticks from the phrase's beginning; below 0 in an upbeat.
        length: ticks.
        group: which appearance of a motif it belongs to.
        degree: its height in that motif, in steps of the scale above the motif's first note.
        lift: semitones by which this appearance of the motif is moved.
        lyric: what is sung on it.
        stress: of what is sung, 0…1.
    """

    offset: int
    length: int
    group: int
    degree: int = 0
    lift: float = 0.0
    lyric: str | None = None
    stress: float = 0.0


@dataclass(frozen=True)
class Ideas:
    """What the phrases of a theme are made of.

    Attributes:
        first: the motif that opens the theme.
        second: one that contrasts with it.
        plan: how a phrase of four bars goes on: "sentence" or "period".
        reply: how a phrase of two bars goes on: "answer", "sequence" or "contrast".
        rise: semitones by which a sequence is moved.
    """

    first: Motif
    second: Motif
    plan: str
    reply: str
    rise: float


def phrase_strokes(
    rng: random.Random,
    style: MelodyStyle,
    grid: BarGrid,
    ideas: Ideas,
    label: str,
    bars: int,
    *,
    breath: int,
    upbeat: bool,
) -> tuple[Stroke, ...]:
    """Return the strokes of a phrase.

    Args:
        rng: decides where it rests, what comes early, the upbeat.
        style: of the genre.
        grid: of the metre.
        ideas: the theme's motifs.
        label: "a" is the theme's opening; "b" answers with the second motif, "c" breaks the first into
            fragments, "d" turns both upside down.
        bars: whole bars.
        breath: ticks of silence at its end.
        upbeat: whether notes may stand before its beginning.
    """
    strokes: list[Stroke] = []
    end = bars * grid.ticks - breath
    for bar, (motif, lift) in enumerate(_bars(rng, grid, ideas, label, end)):
        strokes += _placed(motif, bar * grid.ticks, len(strokes), lift)
    rhythm = pushed(
        tuple((s.offset, s.length) for s in strokes), grid, lambda: rng.random() < style.syncopation
    )
    strokes = [replace(s, offset=o, length=n) for s, (o, n) in zip(strokes, rhythm, strict=True)]
    strokes = breathed(strokes, end, grid)
    if upbeat and strokes[0].offset == 0 and rng.random() < style.pickup:
        strokes = [*_upbeat(rng, grid), *strokes]
    return tuple(strokes)


def _bars(
    rng: random.Random, grid: BarGrid, ideas: Ideas, label: str, end: int
) -> Sequence[tuple[Motif, float]]:
    """Return the motif of each bar and how far it is moved; the last one comes to rest and ends at `end`."""
    bars = max(-(-end // grid.ticks), 1)
    first, second = {
        "a": (ideas.first, ideas.second),
        "b": (ideas.second, ideas.first),
        "c": (_halved(ideas.first, grid), ideas.second),
        "d": (ideas.second.inverted(), ideas.first.inverted()),
    }[label]
    if bars == 1:
        return [(first, 0.0)]
    rise = ideas.rise if label != "c" else abs(ideas.rise)
    if bars == 2:
        middle: list[tuple[Motif, float]] = [(first, 0.0)]
    elif ideas.plan == "sentence" or label == "c":
        middle = [(first, 0.0), (first, rise), (_halved(first, grid), 1.5 * rise)]
    else:
        middle = [(first, 0.0), (second, 0.0), (first, rise)]
    while len(middle) < bars - 1:
        middle += [(second, 0.0), (first, rise)]
    middle = middle[: bars - 1]
    last = {"answer": first.inverted(), "sequence": first, "contrast": second}[ideas.reply]
    return [
        *middle,
        (last.with_rhythm(at_rest(last.rhythm, grid, rng, end - (bars - 1) * grid.ticks)), -rise / 2),
    ]


def _halved(motif: Motif, grid: BarGrid) -> Motif:
    """Return the first half of a motif, twice; a motif with little in it stays as it is."""
    if len(grid.pulses) % 2:
        return motif
    half = grid.ticks // 2
    head = motif.fragment(0, half)
    if len(head.rhythm) < 2:
        return motif
    twice = (*head.rhythm, *((offset + half, length) for offset, length in head.rhythm))
    return Motif(twice, (*head.steps, -sum(head.steps) + 1, *head.steps))


def _placed(motif: Motif, start: int, group: int, lift: float) -> list[Stroke]:
    degree, placed = 0, []
    for (offset, length), step in zip(motif.rhythm, (0, *motif.steps), strict=True):
        degree += step
        placed.append(Stroke(start + offset, length, group, degree, lift))
    return placed


def breathed(strokes: Sequence[Stroke], end: int, grid: BarGrid) -> list[Stroke]:
    """Return the strokes that leave the time from `end` on silent; the last of them is no mere dot."""
    least = grid.pulse_ticks // 2
    kept = [s for s in strokes if s.offset + least <= end] or [replace(strokes[0], length=max(end, 1))]
    last = kept[-1]
    kept[-1] = replace(last, length=max(min(last.length, end - last.offset), 1))
    if kept[-1].length < grid.pulse_ticks and end - last.offset > kept[-1].length:
        kept[-1] = replace(kept[-1], length=min(grid.pulse_ticks, end - last.offset))
    return kept


def _upbeat(rng: random.Random, grid: BarGrid) -> list[Stroke]:
    """Return one or two notes before a phrase, going up to its first."""
    part = grid.pulses[-1].length // grid.pulses[-1].parts
    count = rng.choice((1, 1, 2))
    return [Stroke(-part * i, part, -1, -i) for i in range(count, 0, -1)]
