"""Secondary dominants and borrowed chords: at most one of each in a cycle of chords."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from muze_plan.harmony.roman import Bar, Numeral

# Chords that may be tonicised, by degree: those a dominant leads to without leaving the key for good.
_TARGETS = {
    "major": frozenset({("ii", "min"), ("IV", "maj"), ("V", "maj"), ("vi", "min")}),
    "minor": frozenset({("iv", "min"), ("V", "maj"), ("bIII", "maj"), ("bVI", "maj")}),
}
_TRIAD = {
    **{"maj": "maj", "maj6": "maj", "maj7": "maj", "maj9": "maj", "add9": "maj", "7": "maj", "sus2": "maj"},
    **{"min": "min", "min6": "min", "min7": "min", "min9": "min", "minmaj7": "min"},
}


def with_secondary_dominant(bars: Sequence[Bar], mode: str, rng: random.Random) -> tuple[Bar, ...]:
    """Return the cycle with one chord prepared by its own dominant, in the second half of the bar before."""
    places = []
    for index, bar in enumerate(bars):
        target = bars[(index + 1) % len(bars)][0]
        if len(bar) == 1 and _may_prepare(bar[0], target, mode):
            places.append((index, target))
    if not places:
        return tuple(bars)
    index, target = rng.choice(places)
    plain = replace(target, quality="min" if target.minor else "maj", bass=0, pedal=False)
    dominant = Numeral(4, 0, "7", of=plain)
    return (*bars[:index], (bars[index][0], dominant), *bars[index + 1 :])


def _may_prepare(chord: Numeral, target: Numeral, mode: str) -> bool:
    if target.of is not None or target.bass or target.pedal or chord.of is not None or chord.dominant:
        return False
    triad = _TRIAD.get(target.quality)
    plain = str(replace(target, quality="min" if target.minor else "maj"))
    # The chord must not stand a fifth above its successor already, nor be the successor itself.
    leads = (chord.step - target.step) % 12
    return (plain, triad) in _TARGETS[mode] and leads not in (0, 7)


def with_borrowed_chord(bars: Sequence[Bar], mode: str, rng: random.Random) -> tuple[Bar, ...]:
    """Return the cycle with a chord of the parallel mode: IV darkens to iv in major, iv brightens in minor."""
    wanted = "IV" if mode == "major" else "iv"
    places = [
        index
        for index, bar in enumerate(bars)
        if len(bar) == 1
        and str(replace(bar[0], quality="min" if bar[0].minor else "maj")) == wanted
        and bar[0].quality in _TRIAD
    ]
    if not places:
        return tuple(bars)
    index = rng.choice(places)
    chord = bars[index][0]
    if mode == "major":
        dark = Numeral(3, 0, "min6" if chord.quality in ("maj7", "maj9", "maj6") else "min", minor=True)
        return (*bars[:index], (chord, dark), *bars[index + 1 :])
    bright = Numeral(3, 0, "9" if chord.quality in ("min7", "min9") else "maj")
    return (*bars[:index], (bright,), *bars[index + 1 :])
