"""Find the pitches of a phrase: the cheapest line by the rules of melody, by beam search.

Each note's pitch costs something by itself (is it of the chord, is it near the phrase's arch, does it end the
phrase well) and by what came before it (the interval, the motif's wish, a leap that must be recovered, a
dissonance that must be resolved by step). The sum over the phrase is minimised over paths, so that a note is
chosen with what follows in sight.

Rules of leaps and dissonance: K. Jeppesen, "Counterpoint", part II; D. Huron, "Sweet Anticipation", chapter 5
(post-skip reversal, step inertia, arch).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from muze_plan.composer.melody.phrases import Close
from muze_plan.composer.melody.scales import AVOID, BLUE, CHORD

# Semitones 0…12 → cost of the interval, at a middling liking of leaps and repeats.
_INTERVALS = (0.45, 0.0, 0.0, 0.35, 0.45, 0.9, 2.2, 1.1, 1.9, 2.1, 3.2, 3.6, 2.0)

_BEAM = 14
_WIDEST = 12
_PEAK = 6.0  # cost of a climax that stays low: less than that of wild leaps there and back


@dataclass(frozen=True)
class Taste:
    """How a line likes to move.

    Attributes:
        repeated: 0…1, as in `MelodyStyle`.
        leaps: 0…1.
        dissonance: 0…1.
        wander: size of the random share of each note's cost.
    """

    repeated: float
    leaps: float
    dissonance: float
    wander: float = 0.5

    def intervals(self) -> tuple[float, ...]:
        """Return the cost of each interval, 0…12 semitones."""
        ease = 1.6 - 1.2 * self.leaps
        costs = [cost * ease for cost in _INTERVALS]
        costs[0] = 0.9 - 0.8 * self.repeated
        return tuple(costs)


@dataclass(slots=True)
class Target:
    """A note that wants a pitch.

    Attributes:
        kinds: what each pitch class is to the chord, as `scales.palette` says.
        tonic: pitch class of the key.
        strength: metrical weight, 0…1.
        length: in pulses.
        anchor: MIDI pitch around which the line lies here.
        wish: semitones from the note before that the motif wants; None where it does not say.
        remembered: pitch it had the last time; None for something new.
        close: how it ends a phrase; None inside one.
        held: what pitch classes are to the next chord, where the note lasts into it.
        ceiling: pitch that is left to the climax; notes near it or above cost more.
        climax: whether it is the section's highest note, near the ceiling.
    """

    kinds: Sequence[int | None]
    tonic: int
    strength: float
    length: float
    anchor: float
    wish: float | None = None
    remembered: int | None = None
    close: Close | None = None
    held: Sequence[int | None] | None = None
    ceiling: float | None = None
    climax: bool = False


def find_pitches(
    targets: Sequence[Target],
    *,
    low: int,
    high: int,
    taste: Taste,
    rng: random.Random,
    before: tuple[int, ...] = (),
) -> list[int]:
    """Return a MIDI pitch for each target.

    Args:
        targets: the notes in order.
        low: lowest pitch, at least an octave below `high`.
        high: highest pitch.
        taste: how the line likes to move.
        rng: breaks ties, differently for each seed.
        before: the pitches that were sung last, oldest first; up to two count.
    """
    intervals = taste.intervals()
    # A path: (cost, last pitch, the one before, whether the last is dissonant, whole path)
    last = before[-1] if before else None
    earlier = before[-2] if len(before) > 1 else None
    paths: list[tuple[float, int | None, int | None, bool, tuple[int, ...]]] = [
        (0.0, last, earlier, False, ())
    ]
    for target in targets:
        single = _alone(target, low, high, taste, rng)
        best: dict[tuple[int, int | None], tuple[float, int | None, int | None, bool, tuple[int, ...]]] = {}
        wish, strong = target.wish, target.strength >= 0.5
        for cost, p1, p2, loose, path in paths:
            leap = 0 if p1 is None or p2 is None else p1 - p2
            for pitch, own, dissonant in single:
                total = cost + own
                if p1 is not None:
                    move = pitch - p1
                    size = move if move >= 0 else -move
                    if size > _WIDEST:
                        continue
                    total += intervals[size]
                    if wish is not None:
                        total += 0.3 * abs(move - wish)
                        if wish * move < 0:
                            total += 0.6
                    if leap:
                        total += _after(leap, move, size)
                    elif p2 is not None and size == 0:
                        total += 0.7 - 0.5 * taste.repeated
                    if size and pitch == p2:
                        total += 0.2
                    if loose and (size > 2 or size == 0):
                        total += 3.0 if size else 1.2
                    if dissonant:
                        if size > 4:
                            total += 2.5 if strong else 1.5
                        elif size > 2:
                            total += 1.2 if strong else 0.4
                key = (pitch, p1)
                known = best.get(key)
                if known is None or total < known[0]:
                    best[key] = (total, pitch, p1, dissonant, (*path, pitch))
        if not best:  # every way is too wide: begin anew from the best path, as after a rest
            cost, _, _, _, path = paths[0]
            for pitch, own, dissonant in single:
                best[(pitch, None)] = (cost + own, pitch, None, dissonant, (*path, pitch))
        paths = sorted(best.values(), key=lambda found: found[0])[:_BEAM]
    return list(paths[0][4])


def _after(leap: int, move: int, size: int) -> float:
    """Return what a move costs after another one: leaps turn back by step."""
    wide = leap if leap >= 0 else -leap
    if wide < 5:
        return 0.7 if wide > 2 and size > 2 and leap * move > 0 else 0.0
    far = wide > 7
    if size == 0:
        return 4.5 if far else 0.3
    if leap * move > 0:
        return 6.0 if far else 1.8
    if size > 4:
        return 4.5 if far else 0.8
    return 0.0


def _alone(
    target: Target, low: int, high: int, taste: Taste, rng: random.Random
) -> list[tuple[int, float, bool]]:
    """Return (pitch, cost by itself, whether dissonant) of every pitch that may be sung."""
    found = []
    kinds, held, anchor = target.kinds, target.held, target.anchor
    remembered, ceiling = target.remembered, target.ceiling
    on_strong = target.strength >= 0.5
    sharp = 2.3 - 2.2 * taste.dissonance
    for pitch in range(low, high + 1):
        pc = pitch % 12
        kind = kinds[pc]
        if kind is None:
            continue
        cost = rng.random() * taste.wander
        away = pitch - anchor if pitch > anchor else anchor - pitch
        if target.climax and ceiling is not None:
            below = ceiling - 1 - pitch
            cost += min(1.6 * below, _PEAK) if below > 0 else -0.6 * min(below + 2, 0)
        else:
            cost += 0.07 * away + (0.2 * (away - 4) if away > 4 else 0.0)
            if ceiling is not None and pitch >= ceiling - 1:
                cost += 2.5 + 0.6 * (pitch - ceiling + 1)
        dissonant = kind != CHORD
        if dissonant:
            cost += sharp if on_strong else 0.25
            if target.length > 1.0:
                cost += 1.0 if target.length <= 1.5 else 2.2
            if kind == AVOID:
                cost += 0.8
            elif kind == BLUE:
                cost += 0.5
        if held is not None and held[pc] != CHORD:
            cost += 0.9 if held[pc] is not None else 2.5
        if remembered is not None:
            apart = abs(pitch - remembered)
            cost += 0.9 * apart if apart < 4 else 3.0 + 0.2 * apart
        if target.close is not None:
            cost += _closing(target.close, (pc - target.tonic) % 12, dissonant)
        found.append((pitch, cost, dissonant))
    return found


def _closing(close: Close, degree: int, dissonant: bool) -> float:
    """Return what a pitch costs as the end of a phrase, by its distance above the tonic."""
    cost = 6.0 if dissonant else 0.0
    if close is Close.OPEN:
        return cost + (0.9 if degree == 0 else 0.0)
    if degree == 0:
        return cost
    if close is Close.FINAL:
        return cost + (2.0 if degree in (3, 4, 7) else 4.0)
    return cost + (0.5 if degree in (3, 4) else 0.7 if degree == 7 else 1.6)
