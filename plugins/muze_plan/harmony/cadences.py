"""Cadences: the chords that close a section, open it towards the next, or turn back to its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from muze_plan.harmony.roman import Bar, Numeral, parse_progression

_FORMULAS: dict[str, dict[str, str]] = {
    "loop": {"major": "", "minor": ""},
    "tonic": {"major": "I", "minor": "i"},
    "half": {"major": "IV | V", "minor": "iv | V"},
    "suspended": {"major": "IV | V7sus4", "minor": "bVI | V7sus4"},
    "authentic": {"major": "V7 | I", "minor": "V7 | i"},
    "jazz": {"major": "ii | V | I", "minor": "ii7b5 | V7b9 | i"},
    "two_five": {"major": "ii | V", "minor": "ii7b5 | V7b9"},
    "plagal": {"major": "IV | I", "minor": "iv | i"},
    "modal": {"major": "bVII | I", "minor": "bVI bVII | i"},
    "phrygian": {"major": "bII | I", "minor": "bII | i"},
    "backdoor": {"major": "iv | bVII7 | I", "minor": "bVI | bVII7 | i"},
    "deceptive": {"major": "V | vi", "minor": "V | bVI"},
    "turnaround": {"major": "I vi | ii V", "minor": "i bVI | ii7b5 V7"},
    "blues": {"major": "I7 IV7 | I7 V7", "minor": "i7 iv7 | i7 V7"},
}

# Plain triads become these, by what they are in the key; what has no entry stays a triad.
_SEVENTHS = {
    **{"I": "maj7", "ii": "min7", "iii": "min7", "IV": "maj7", "V": "7", "vi": "min7"},
    **{"i": "min7", "iv": "min7", "v": "min7", "bIII": "maj7", "bVI": "maj7", "bVII": "7", "bII": "maj7"},
}
_NINTHS = _SEVENTHS | {
    **{"I": "maj9", "ii": "min9", "IV": "maj9", "V": "13", "vi": "min9", "i": "min9", "iv": "min9"},
    "bVII": "13",
}
_DOMINANTS = _SEVENTHS | {"I": "7", "IV": "7", "bVII": "9", "bII": "7", "bVI": "7"}
_COLOURS = {"triads": {}, "sevenths": _SEVENTHS, "ninths": _NINTHS, "dominants": _DOMINANTS}

_PREDOMINANT = frozenset({"I", "ii", "IV", "vi", "iv", "bVI", "bII", "ii°"})


def cadence(name: str, mode: str, colour: str) -> tuple[Bar, ...]:
    """Return the bars of a cadence in a mode, coloured; none for "loop", which leaves a progression alone.

    Args:
        name: one of `muze_plan.harmony.progressions.CADENCES`.
        mode: "major" or "minor".
        colour: one of `muze_plan.harmony.progressions.COLOURS`.
    """
    formula = _FORMULAS[name][mode]
    if not formula:
        return ()
    return tuple(tuple(coloured(n, colour) for n in bar) for bar in parse_progression(formula))


def coloured(numeral: Numeral, colour: str) -> Numeral:
    """Return a plain triad in a colour; anything else as it is."""
    if colour == "power":
        if numeral.quality in ("dim", "hdim7"):  # a fifth that is not perfect is no power chord
            return numeral
        return replace(numeral, quality="5")
    if numeral.quality not in ("maj", "min"):
        return numeral
    quality = _COLOURS[colour].get(str(numeral))
    return replace(numeral, quality=quality) if quality else numeral


def closed(bars: Sequence[Bar], formula: Sequence[Bar], *, final: bool) -> tuple[Bar, ...]:
    """Return bars that end with a cadence.

    A progression that leads to the cadence's last chord of its own accord keeps its own way there.

    Args:
        bars: the section.
        formula: the cadence; empty leaves the section as it is.
        final: whether the song ends here, and so on nothing but the last chord.
    """
    if not formula:
        return tuple(bars)
    opens = formula[-1][-1].dominant
    if not final and opens and bars[-1][-1].dominant:
        return tuple(bars)
    if opens and len(formula) == 2 and len(formula[0]) == 1 and len(bars) > 1 and _leads(bars[-2][-1]):
        formula = formula[1:]
    if not opens and _same(bars[-1][-1], formula[-1][-1]):
        if not final:
            return tuple(bars)
        if len(bars) == 1 or bars[-2][-1].of is None:  # V7/V leads elsewhere
            formula = formula[-1:]
    room = len(bars) if final else max(1, len(bars) // 2)
    kept = formula[-min(len(formula), room) :]
    return (*bars[: len(bars) - len(kept)], *kept)


def _leads(numeral: Numeral) -> bool:
    plain = replace(numeral, quality="min" if numeral.minor else "maj", bass=0, pedal=False)
    return numeral.of is None and str(plain) in _PREDOMINANT


def _same(one: Numeral, other: Numeral) -> bool:
    return (one.step, one.minor, one.of) == (other.step, other.minor, other.of)
