"""Set a line of a lyric to the rhythm of a phrase: one note a syllable, stress on strong beats.

Where each syllable begins is found by dynamic programming over the places of the metre: near the rhythm that the
phrase has anyway, stressed syllables on strong places, no holes inside words, the last syllable long.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from muze_plan.composer.melody.pulse import BarGrid
from muze_plan.composer.melody.strokes import Stroke
from muze_plan.composer.melody.syllables import Syllable


@dataclass(frozen=True)
class Room:
    """The time that a line may take.

    Attributes:
        upbeat: ticks before the phrase in which it may begin.
        ticks: length of the phrase.
        breath: ticks of silence at the end.
        shortest: ticks between two syllables, at least.
    """

    upbeat: int
    ticks: int
    breath: int
    shortest: int


def set_line(
    strokes: Sequence[Stroke], line: Sequence[Syllable], grid: BarGrid, room: Room
) -> tuple[Stroke, ...]:
    """Return strokes for the syllables of a line.

    A line that is short for its phrase is sung in the first bars of it. One that is too long for the metre's
    places is sung evenly; syllables that would last less than a 64th note share notes.

    Args:
        strokes: the phrase's own rhythm.
        line: at least one syllable.
        grid: of the metre.
        room: the time it may take.
    """
    dense = max(len(strokes) / max(room.ticks / grid.ticks, 1), 1.5)
    bars = ceil(len(line) / dense - 0.3)
    ends = sorted({min(max(bars, 1) * grid.ticks, room.ticks), room.ticks})
    for end in ends:
        for places in (grid.coarse, grid.fine):
            starts = _places(places, grid, room, end)
            if len(line) > 1.15 * len(starts) or len(starts) < len(line):
                continue
            found = _best(strokes, line, starts, grid, room, end)
            if found is not None:
                return _sung(strokes, line, found, grid, end - room.breath)
    return _even(strokes, line, room)


def _places(places: Sequence[int], grid: BarGrid, room: Room, end: int) -> list[int]:
    """Return where a syllable may begin: from the upbeat to where the last one has time to sound."""
    last = end - room.breath - grid.pulse_ticks // 2
    bars = range(-1, end // grid.ticks + 1)
    every = (bar * grid.ticks + place for bar in bars for place in places)
    starts: list[int] = []
    for place in every:
        if -room.upbeat <= place <= last and (not starts or place - starts[-1] >= room.shortest):
            starts.append(place)
    return starts


def _best(
    strokes: Sequence[Stroke],
    line: Sequence[Syllable],
    starts: Sequence[int],
    grid: BarGrid,
    room: Room,
    end: int,
) -> list[int] | None:
    """Return the best places of the syllables, or None where they do not fit."""
    own = {stroke.offset for stroke in strokes}
    first = strokes[0].offset
    finals = [stroke.offset for stroke in strokes if stroke.offset <= starts[-1]]
    final = min(finals[-1], end - room.breath - grid.pulse_ticks) if finals else starts[-1]
    pulse = grid.pulse_ticks
    weights = [grid.strength(place) for place in starts]
    at_home = [0.9 if place in own else -0.2 for place in starts]
    count = len(line)
    worst = -1e9
    scores = [
        at_home[j] + _fits(line[0].stress, weights[j]) - 0.7 * abs(place - first) / pulse
        for j, place in enumerate(starts)
    ]
    back: list[list[int]] = []
    for i in range(1, count):
        widest = pulse * (1.05 if line[i - 1].continues else 2.05)
        usual = pulse * (0.8 if line[i - 1].continues else 1.2)
        new, origin = [worst] * len(starts), [-1] * len(starts)
        for j in range(i, len(starts)):
            place, top, came = starts[j], worst, -1
            k = j - 1
            while k >= 0:
                gap = place - starts[k]
                if gap > widest and j - k > 1:
                    break
                score = scores[k] - (0.9 * (gap - usual) / pulse if gap > usual else 0.0)
                if score > top:
                    top, came = score, k
                k -= 1
            if came >= 0:
                new[j] = top + at_home[j] + _fits(line[i].stress, weights[j])
                origin[j] = came
        scores = new
        back.append(origin)
    for j, place in enumerate(starts):
        scores[j] -= 0.5 * abs(place - final) / pulse
    j = max(range(len(starts)), key=lambda index: scores[index])
    if scores[j] <= worst / 2:
        return None
    chosen = [j]
    for origin in reversed(back):
        j = origin[j]
        chosen.append(j)
    return [starts[j] for j in reversed(chosen)]


def _fits(stress: float, weight: float) -> float:
    """Return how well a stress fits a metrical weight."""
    return 1.6 * (stress - 0.35) * (weight - 0.3)


def _sung(
    strokes: Sequence[Stroke], line: Sequence[Syllable], starts: Sequence[int], grid: BarGrid, end: int
) -> tuple[Stroke, ...]:
    """Return strokes that begin at given places and take their shape from the phrase's own."""
    offsets = [stroke.offset for stroke in strokes]
    made = []
    for index, (start, syllable) in enumerate(zip(starts, line, strict=True)):
        source = strokes[max(bisect_right(offsets, start) - 1, 0)]
        longest = 2 * grid.pulse_ticks
        until = starts[index + 1] if index + 1 < len(starts) else end
        if index + 1 == len(starts):
            longest = max(longest, 3 * grid.ticks // 4)
        made.append(
            replace(
                source,
                offset=start,
                length=min(until - start, longest),
                lyric=syllable.text,
                stress=syllable.stress,
            )
        )
    return tuple(made)


_LEAST_TICKS = 30


def _even(strokes: Sequence[Stroke], line: Sequence[Syllable], room: Room) -> tuple[Stroke, ...]:
    """Return strokes of equal length for a line that no rhythm can hold."""
    ticks = max(room.ticks - room.breath, room.ticks // 2, 1)
    count = max(min(len(line), ticks // _LEAST_TICKS), 1)
    bounds = [ticks * i // count for i in range(count + 1)]
    offsets = [stroke.offset for stroke in strokes]
    made = []
    for i in range(count):
        part = line[len(line) * i // count : len(line) * (i + 1) // count]
        source = strokes[max(bisect_right(offsets, bounds[i]) - 1, 0)]
        made.append(
            replace(
                source,
                offset=bounds[i],
                length=bounds[i + 1] - bounds[i],
                lyric=_joined(part),
                stress=max(syllable.stress for syllable in part),
            )
        )
    return tuple(made)


def _joined(part: Sequence[Syllable]) -> str:
    text = "".join(s.text.removesuffix("-") + ("" if s.continues else " ") for s in part).strip()
    return text + "-" if part[-1].continues else text
