"""Sections as classes, songs as numbers: what stands between forms and the network, and the baselines too.

A section is predicted in four parts, in this order: type, bars, energy, vocals. Since the length of the song is
given, so are the bars that are left before each section, and a song ends exactly when none are left. The bars of
a section are one of `BAR_CLASSES`, or REST: all that is left, which makes it the last section.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from muze_plan.model.forms import Form, FormSection, type_index
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import SECTION_TYPES

PARTS = ("type", "bars", "energy", "vocals")

BAR_CLASSES = (*range(1, 33), 36, 40, 44, 48, 56, 64, 72, 80, 96, 112, 128, 160, 192, 256)
"""Lengths that a section which is not the last can have; others count as the nearest."""
REST = len(BAR_CLASSES)
ENERGY_BINS = 10
"""Tenths of the range 0…1."""

TYPES = len(SECTION_TYPES)
SIZES = {"type": TYPES, "bars": REST + 1, "energy": ENERGY_BINS, "vocals": 2}
"""Classes of each part."""
MISSING = -1
"""The class of a part that was not measured; it is neither learned nor counted."""

METRES = ("4/4", "3/4", "6/8", "2/4", "12/8", "5/4", "7/8", "other")


@dataclass(frozen=True)
class Codes:
    """One section as classes.

    Attributes:
        type: 0…12.
        bars: index in `BAR_CLASSES`, or REST.
        energy: 0…9, or MISSING.
        vocals: 0 or 1, or MISSING.
    """

    type: int
    bars: int
    energy: int
    vocals: int


def encode(form: Form) -> tuple[Codes, ...]:
    """Return the classes of a form's sections."""
    codes, left = [], form.bars
    for section in form.sections:
        codes.append(encode_section(section, left))
        left -= section.bars
    return tuple(codes)


def encode_section(section: FormSection, left: int) -> Codes:
    """Return the classes of one section before which `left` bars are left, its own among them."""
    return Codes(
        type_index(section.type),
        bars_class(section.bars, left),
        MISSING if section.energy is None else energy_bin(section.energy),
        MISSING if section.has_vocals is None else int(section.has_vocals),
    )


def bars_class(bars: int, left: int) -> int:
    """Return the class of a number of bars: REST where it is all that is left, else the nearest that leaves some."""
    if bars >= left:
        return REST
    after = bisect_left(BAR_CLASSES, bars)
    if after == len(BAR_CLASSES):
        return after - 1
    if BAR_CLASSES[after] == bars:
        return after
    below, above = BAR_CLASSES[after - 1], BAR_CLASSES[after]
    return after if above - bars < bars - below and above < left else after - 1


def open_classes(left: int) -> int:
    """Return how many of `BAR_CLASSES`, from the first, leave at least one bar; REST always fits."""
    return bisect_left(BAR_CLASSES, left)


def energy_bin(energy: float) -> int:
    """Return the bin 0…9 of an energy 0…1."""
    return min(int(energy * ENERGY_BINS), ENERGY_BINS - 1)


def metre_index(metre: TimeSignature) -> int:
    """Return the index of a metre; those that are rare share the last."""
    name = str(metre)
    return METRES.index(name) if name in METRES else len(METRES) - 1


def genre_index(genre: str | None, genres: Sequence[str]) -> int:
    """Return the index of a genre among those that a model knows, counted from 1; 0 for any other."""
    return genres.index(genre) + 1 if genre in genres else 0


def known_genres(forms: Sequence[Form], *, at_least: int) -> tuple[str, ...]:
    """Return the genres that at least so many forms have, sorted."""
    counts: dict[str, int] = {}
    for form in forms:
        if form.genre is not None:
            counts[form.genre] = counts.get(form.genre, 0) + 1
    return tuple(sorted(genre for genre, count in counts.items() if count >= at_least))
