"""Step patterns: one character a step, `|` between bars, spaces free.

    kick:  "x... ..x. x... ...."        sixteen steps of 4/4
    bass:  "R--5 --R- | R--- a---"      two bars

A bar's steps share it equally, so a bar adds up exactly in any metre. A pattern written for 4/4 is played in
another metre by a rule (`adapted`): each beat of the target borrows a beat of the pattern that has the same
weight, and a beat of a compound metre bends its two halves to two eighths and one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from muzecli.song.metre import TICKS_PER_QUARTER, TimeSignature

REST = "."
HOLD = "-"
COMMON = "4/4"

# Fewer bars than this a minute of the unit, and an unequal metre's unit is felt as a beat of its own.
_FAST_UNITS_PER_MINUTE = 160.0

# Beats of a 4/4 bar (0…3) that a group of beats borrows: strong first, back beats kept.
_BORROWED = {1: (0,), 2: (0, 1), 3: (0, 1, 3), 4: (0, 1, 2, 3), 5: (0, 1, 3, 2, 3), 6: (0, 1, 3, 2, 1, 3)}

# Where the steps of a simple beat fall among the six sixteenths of a compound one.
_COMPOUND = {1: (0,), 2: (0, 4), 3: (0, 2, 4), 4: (0, 2, 4, 5), 6: (0, 1, 2, 3, 4, 5)}


@dataclass(frozen=True)
class Hit:
    """One sounding step.

    Attributes:
        tick: from the beginning of the bar.
        ticks: how long it sounds, its holds included; it may reach beyond the bar's end only by `HOLD`s there.
        symbol: the step's character.
    """

    tick: int
    ticks: int
    symbol: str


@dataclass(frozen=True)
class Pattern:
    """A pattern of one or more bars.

    Attributes:
        bars: the steps of each bar.
        metre: the time signature it is written for.
    """

    bars: tuple[str, ...]
    metre: str = COMMON

    @classmethod
    def parse(cls, text: str, *, symbols: str, metre: str = COMMON) -> Pattern:
        """Read a pattern.

        Args:
            text: the steps.
            symbols: characters that may stand beside rests and holds.
            metre: its time signature.

        Raises:
            ValueError: a character is unknown, or a bar cannot be divided into so many steps.
        """
        signature = TimeSignature.parse(metre)
        bars = tuple("".join(bar.split()) for bar in text.split("|"))
        for bar in bars:
            if not bar:
                raise ValueError(f"each bar of a pattern has steps, and one of '{text}' has none")
            if unknown := sorted(set(bar) - set(symbols + REST + HOLD)):
                raise ValueError(
                    f"a pattern's steps are {symbols}{REST}{HOLD}, not {' '.join(unknown)}: '{text}'"
                )
            if signature.bar_ticks % len(bar) or (metre == COMMON and len(bar) % 4):
                raise ValueError(f"{len(bar)} steps do not share a bar of {metre} equally: '{text}'")
        return cls(bars, str(signature))

    def hits(self, bar: int, metre: TimeSignature, tempo_bpm: float) -> tuple[Hit, ...]:
        """Return what sounds in a bar of a metre; patterns begin anew after their last bar."""
        return _hits(_steps(self, bar, metre, is_fast(metre, tempo_bpm)), metre.bar_ticks)

    def bar_count(self, metre: TimeSignature) -> int:
        """Return after how many bars of a metre it begins anew."""
        return len(self.bars) * (2 if (self.metre, str(metre)) == ("12/8", "6/8") else 1)


def is_fast(metre: TimeSignature, tempo_bpm: float) -> bool:
    """Whether the beats of an unequal metre such as 7/8 pass so fast that two or three are felt as one."""
    return metre.denominator >= 8 and not metre.compound and tempo_bpm >= _FAST_UNITS_PER_MINUTE


def accents(metre: TimeSignature, tempo_bpm: float) -> tuple[int, ...]:
    """Return the ticks of a bar's felt beats, its beginning first: 7/8 in fast tempo is 2 + 2 + 3."""
    if not is_fast(metre, tempo_bpm):
        return tuple(range(0, metre.bar_ticks, metre.beat_ticks))
    unit, left, at, found = metre.beat_ticks, metre.numerator, 0, []
    while left:
        group = 2 if left not in (1, 3) else left
        found.append(at * unit)
        at, left = at + group, left - group
    return tuple(found)


def borrowed_beats(beats: int) -> tuple[int, ...]:
    """Return which beats of 4/4, 0…3, stand for the beats of a bar that has so many."""
    if beats in _BORROWED:
        return _BORROWED[beats]
    return _BORROWED[4] + borrowed_beats(beats - 4)


@lru_cache(maxsize=4096)
def _steps(pattern: Pattern, bar: int, metre: TimeSignature, fast: bool) -> str:
    """Return the steps of one bar of a pattern as the target metre has them."""
    target = str(metre)
    if pattern.metre == target:
        return pattern.bars[bar % len(pattern.bars)]
    if (pattern.metre, target) == ("12/8", "6/8"):
        steps = pattern.bars[bar // 2 % len(pattern.bars)]
        half = len(steps) // 2
        return steps[half:] if bar % 2 else steps[:half]
    if (pattern.metre, target) == ("6/8", "12/8"):
        return "".join(pattern.bars[(2 * bar + i) % len(pattern.bars)] for i in (0, 1))
    if pattern.metre != COMMON:
        raise ValueError(f"a pattern for {pattern.metre} cannot be played in {target}")
    return adapted(pattern.bars[bar % len(pattern.bars)], metre, fast=fast)


def adapted(steps: str, metre: TimeSignature, *, fast: bool = False) -> str:
    """Return the steps of a 4/4 bar as a bar of another metre.

    Args:
        steps: of 4/4, a multiple of four.
        metre: the target.
        fast: take the units of an unequal metre for eighths, and cut the bar short where it ends.
    """
    per_beat = len(steps) // 4
    beats = [steps[i : i + per_beat] for i in range(0, len(steps), per_beat)]
    if metre.denominator == 2:
        return "".join(beats[i] for i in borrowed_beats(2 * metre.numerator))
    if fast:
        wide = steps if per_beat % 2 == 0 else _doubled(steps)
        length = metre.numerator * len(wide) // 8
        return (wide * (length // len(wide) + 1))[:length]
    chosen = [beats[i] for i in borrowed_beats(metre.beats_per_bar)]
    return "".join(map(compound_beat, chosen)) if metre.compound else "".join(chosen)


def _doubled(steps: str) -> str:
    """Return the steps on a grid twice as fine."""
    return "".join(step + (REST if step == REST else HOLD) for step in steps)


def felt_quarter(metre: TimeSignature, tempo_bpm: float) -> int:
    """Return the ticks of what stands for a quarter of 4/4 in a metre."""
    return TICKS_PER_QUARTER if metre.denominator == 2 or is_fast(metre, tempo_bpm) else metre.beat_ticks


def compound_beat(beat: str) -> str:
    """Return the steps of one simple beat on the six sixteenths of a compound one."""
    places = _COMPOUND.get(len(beat))
    if places is None:  # finer than sixteenths: the nearest of the six
        places = tuple(i * 6 // len(beat) for i in range(len(beat)))
    found: list[str | None] = [None] * 6
    for place, step in zip(places, beat, strict=True):
        if found[place] in (None, REST, HOLD):
            found[place] = step
    filled: list[str] = []
    for given in found:
        held_on = bool(filled) and filled[-1] == HOLD
        filled.append(given if given is not None else HOLD if held_on else REST)
    return _held_on(filled)


def _held_on(steps: list[str]) -> str:
    """Fill the gaps between a note and its own holds, which the finer grid has opened."""
    text = "".join(steps)
    result = list(text)
    for i, step in enumerate(text):
        if step == HOLD:
            j = i - 1
            while j >= 0 and text[j] == REST:
                result[j] = HOLD
                j -= 1
    return "".join(result)


@lru_cache(maxsize=8192)
def _hits(steps: str, bar_ticks: int) -> tuple[Hit, ...]:
    step_ticks = bar_ticks // len(steps)
    found = []
    for i, symbol in enumerate(steps):
        if symbol in (REST, HOLD):
            continue
        end = i + 1
        while end < len(steps) and steps[end] == HOLD:
            end += 1
        found.append(Hit(i * step_ticks, (end - i) * step_ticks, symbol))
    return tuple(found)
