"""The pulses of a bar: where the metre is strong, and where notes may begin.

A *pulse* is what a foot taps: the beat, or in fast irregular metres a group of two or three units.

    4/4   |♩   ♩   ♩   ♩  |    12/8  |♩. ♩. ♩. ♩.|    7/8  |♪♪ ♪♪ ♪♪♪|    5/4  |♩ ♩ ♩ ♩ ♩| (3 + 2)

A pulse has two parts, or three when it is three of the denominator's notes. Offsets are ticks from the bar's
beginning unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from muze_plan.composer.patterns import accents
from muzecli.song.metre import TICKS_PER_QUARTER, TimeSignature

# Index of the pulse that is second in weight, by the number of pulses in a bar.
_SECONDARY = {2: 1, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4}


@dataclass(frozen=True)
class Pulse:
    """One pulse of a bar.

    Attributes:
        start: offset in the bar.
        length: ticks.
        parts: 2, or 3 where it is three of the denominator's notes.
        strength: metrical weight, 0.5…1.
    """

    start: int
    length: int
    parts: int
    strength: float


@dataclass(frozen=True)
class BarGrid:
    """The metre of one bar.

    Attributes:
        ticks: length of the bar.
        pulses: in order.
        weights: offset → metrical weight of every place on the fine grid.
        coarse: offsets of the pulses' parts.
        fine: offsets of the parts' halves.
    """

    ticks: int
    pulses: tuple[Pulse, ...]
    weights: Mapping[int, float]
    coarse: tuple[int, ...]
    fine: tuple[int, ...]

    @property
    def pulse_ticks(self) -> int:
        """Length of a usual pulse."""
        return self.pulses[0].length

    def strength(self, tick: int) -> float:
        """Return the metrical weight of a tick counted from any bar's beginning: 1 on a downbeat."""
        return self.weights.get(tick % self.ticks, 0.05)

    def pulse_at(self, tick: int) -> Pulse:
        """Return the pulse in which a tick, counted from any bar's beginning, lies."""
        offset = tick % self.ticks
        return next(pulse for pulse in reversed(self.pulses) if pulse.start <= offset)


@lru_cache(maxsize=64)
def bar_grid(metre: TimeSignature, tempo_bpm: float) -> BarGrid:
    """Return the grid of a metre; the tempo decides what is felt as a pulse."""
    starts = (*accents(metre, tempo_bpm), metre.bar_ticks)
    unit = TICKS_PER_QUARTER * 4 // metre.denominator
    secondary = _SECONDARY.get(len(starts) - 1)
    pulses: list[Pulse] = []
    weights: dict[int, float] = {}
    coarse: list[int] = []
    fine: list[int] = []
    for index, (start, end) in enumerate(pairwise(starts)):
        strength = 1.0 if index == 0 else 0.75 if index == secondary else 0.5
        parts = 3 if end - start == 3 * unit and metre.denominator >= 8 else 2
        pulses.append(Pulse(start, end - start, parts, strength))
        part = (end - start) // parts
        for place in range(start, end, part):
            weights[place] = strength if place == start else 0.25
            weights[place + part // 2] = 0.1
            coarse.append(place)
            fine += [place, place + part // 2]
    return BarGrid(metre.bar_ticks, tuple(pulses), weights, tuple(coarse), tuple(fine))
