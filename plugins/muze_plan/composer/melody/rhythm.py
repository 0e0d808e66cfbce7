"""Rhythms of a bar, and what is done to them: thinned, filled, pushed ahead, brought to rest.

A rhythm is a tuple of beats (offset, length) in ticks from the bar's beginning, sorted and free of overlaps; what
is between them is rest.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import exp

from muze_plan.composer.melody.pulse import BarGrid
from muze_plan.composer.patterns import Pattern
from muze_plan.composer.styles import for_metre
from muzecli.song.metre import TimeSignature

Rhythm = tuple[tuple[int, int], ...]

# Notes closer together than this, in seconds, are not sung or played by a melody.
SHORTEST_S = 0.11


def bar_rhythms(patterns: Sequence[Pattern], metre: TimeSignature, tempo_bpm: float) -> tuple[Rhythm, ...]:
    """Return the bars of patterns in a metre, each once, in order; those too fast to play are left out.

    Patterns written for the metre are taken alone; where there are none, those of 4/4 are adapted.
    """
    source = for_metre(metre, {pattern.metre for pattern in patterns})
    shortest = SHORTEST_S / metre.tick_s(tempo_bpm)
    found: dict[Rhythm, None] = {}
    slowest: Rhythm = ()
    for pattern in patterns:
        if pattern.metre != source:
            continue
        for bar in range(pattern.bar_count(metre)):
            rhythm = tuple((hit.tick, hit.ticks) for hit in pattern.hits(bar, metre, tempo_bpm))
            if not rhythm:
                continue
            if not slowest or len(rhythm) < len(slowest):
                slowest = rhythm
            if all(b[0] - a[0] >= shortest for a, b in pairwise(rhythm)):
                found.setdefault(rhythm)
    return tuple(found) or (slowest[:1] or ((0, metre.bar_ticks),),)


def likeness(a: Rhythm, b: Rhythm) -> float:
    """Return the share of onsets that two rhythms have in common, 0…1."""
    first, second = {offset for offset, _ in a}, {offset for offset, _ in b}
    return len(first & second) / max(len(first | second), 1)


def choose(
    rng: random.Random, rhythms: Sequence[Rhythm], notes: float, *, unlike: Sequence[Rhythm] = ()
) -> Rhythm:
    """Return one of the rhythms, gladly one of about so many notes and unlike some others."""
    weights = []
    for rhythm in rhythms:
        near = exp(-(((len(rhythm) - notes) / 1.3) ** 2)) + 1e-4
        same = max((likeness(rhythm, other) for other in unlike), default=0.0)
        weights.append(near * max(1.0 - same, 0.0) ** 2 + 1e-6)
    return rng.choices(rhythms, weights)[0]


def fitted(rhythm: Rhythm, notes: int, grid: BarGrid, *, shortest: float) -> Rhythm:
    """Return a rhythm with about so many notes: the weakest joined to their neighbours, or the longest split."""
    beats = list(rhythm)
    while len(beats) > max(notes, 1):
        weakest = min(range(1, len(beats)), key=lambda i: (grid.strength(beats[i][0]), beats[i][1]))
        offset, length = beats.pop(weakest)
        before, held = beats[weakest - 1]
        if before + held >= offset:
            beats[weakest - 1] = (before, offset + length - before)
    while len(beats) < notes:
        longest = max(range(len(beats)), key=lambda i: (beats[i][1], -i))
        offset, length = beats[longest]
        inside = [
            place
            for place in _places(grid, offset, offset + length)
            if min(place - offset, offset + length - place) >= shortest
        ]
        if not inside:
            break
        middle = offset + length / 2
        place = max(inside, key=lambda p: (grid.strength(p), -abs(p - middle)))
        beats[longest : longest + 1] = [(offset, place - offset), (place, offset + length - place)]
    return tuple(beats)


def _places(grid: BarGrid, start: int, end: int) -> list[int]:
    return [place for place in grid.fine if start < place < end]


def pushed(rhythm: Rhythm, grid: BarGrid, chance: Callable[[], bool]) -> Rhythm:
    """Return a rhythm some of whose strong notes come half a pulse early; its first note stays."""
    beats = list(rhythm[:1])
    for offset, length in rhythm[1:]:
        early = offset - grid.pulse_at(offset - 1).length // grid.pulse_at(offset - 1).parts
        last, held = beats[-1]
        if grid.strength(offset) >= 0.5 and early > last and chance():
            if last + held > early:
                beats[-1] = (last, early - last)
            offset, length = early, length + offset - early
        beats.append((offset, length))
    return tuple(beats)


def cut(rhythm: Rhythm, start: int, end: int) -> Rhythm:
    """Return what of a rhythm begins within a span, counted from the span's beginning."""
    return tuple((o - start, min(length, end - o)) for o, length in rhythm if start <= o < end)


def at_rest(rhythm: Rhythm, grid: BarGrid, rng: random.Random, end: int) -> Rhythm:
    """Return a rhythm that comes to rest: a few notes, then one on a strong pulse that is held.

    Args:
        rhythm: of a bar.
        grid: of the metre.
        rng: decides on which pulse.
        end: offset at which the note held ends.
    """
    strong = [pulse.start for pulse in grid.pulses if pulse.strength >= 0.7]
    if len(grid.pulses) > 2:
        strong.append(grid.pulses[1].start)
    places = [place for place in strong if place + grid.pulse_ticks <= end] or [0]
    weights = [0.3 if place == 0 else 1.0 if grid.strength(place) >= 0.7 else 0.35 for place in places]
    final = rng.choices(places, weights)[0]
    before = tuple((o, min(length, final - o)) for o, length in rhythm if o < final)
    return (*before, (final, max(end - final, 1)))
