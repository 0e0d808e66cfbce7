"""Phrases: how a section's bars are shared among them, which are alike, and how each ends.

8 bars, phrases of 2:   | a   | b   | a   | c   |
                          open  closed open  closed     antecedent – consequent, twice
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from muze_plan.composer.melody.style import MelodyStyle
from muzecli.song.plan import SectionType


class Close(StrEnum):
    """How a phrase ends."""

    OPEN = "open"  # on a tone that asks for more
    CLOSED = "closed"  # at rest
    FINAL = "final"  # the song is over


@dataclass(frozen=True)
class Phrase:
    """A breath of melody.

    Attributes:
        index: in its section, from 0.
        label: phrases of one label are alike.
        bar: of the section, with which it begins.
        bars: whole bars.
        close: how it ends.
    """

    index: int
    label: str
    bar: int
    bars: int
    close: Close


# Forms of four phrases. What comes back is remembered, so a hook repeats more than a verse.
_FORMS: dict[str, dict[str, float]] = {
    "verse": {"abac": 3, "aabc": 2, "abab": 2, "aabb": 1},
    "chorus": {"aaba": 3, "abab": 2, "aaac": 2, "abac": 1},
    "bridge": {"aabc": 2, "abab": 1, "abcb": 1},
    "rise": {"aaab": 2, "aabb": 1},
    "riff": {"aaab": 2, "abab": 1, "aaaa": 1},
    "solo": {"abcd": 2, "aabc": 1, "abac": 1},
}
_PAIRS = {"verse": "ab", "chorus": "ab", "bridge": "ab", "rise": "ab", "riff": "aa", "solo": "ab"}


def phrase_length(rng: random.Random, style: MelodyStyle, bar_s: float) -> int:
    """Return how many bars a phrase has, by the genre's weights; a phrase is sung in one breath, about 2…9 s."""
    names = [int(name) for name in style.phrase_bars]
    weights = []
    for bars, weight in zip(names, style.phrase_bars.values(), strict=True):
        seconds = bars * bar_s
        weights.append(weight * (1.0 if 2.0 <= seconds <= 9.0 else 0.02))
    return rng.choices(names, weights)[0]


def lengths(bars: int, phrase: int) -> tuple[int, ...]:
    """Return the lengths of a section's phrases: as asked, a remainder of one bar joined to the last."""
    whole, rest = divmod(bars, phrase)
    if whole == 0:
        return (bars,)
    if rest == 0:
        return (phrase,) * whole
    if rest * 2 < phrase or rest == 1:
        return (phrase,) * (whole - 1) + (phrase + rest,)
    return (phrase,) * whole + (rest,)


def shared(bars: int, count: int) -> tuple[int, ...]:
    """Return the lengths of `count` phrases that fill `bars`, in fours or twos where there is room."""
    unit = next(size for size in (4, 2, 1) if bars >= size * count)
    base = bars // count // unit * unit
    more, rest = divmod(bars - base * count, unit)
    sizes = [base] * (count - more) + [base + unit] * more
    sizes[-1] += rest
    return tuple(sizes)


def phrases(
    rng: random.Random, form: str, sizes: tuple[int, ...], *, last: Close, following: SectionType | None
) -> tuple[Phrase, ...]:
    """Return the phrases of a section.

    Args:
        rng: decides the form.
        form: kind of form.
        sizes: bars of each phrase.
        last: how the last one ends, where the next section does not ask for more.
        following: type of the next section.
    """
    count = len(sizes)
    four = rng.choices(list(_FORMS[form]), list(_FORMS[form].values()))[0]
    if count == 1:
        labels = "a"
    elif count == 2:
        labels = _PAIRS[form]
    elif count == 3:
        labels = rng.choices(("aab", "aba", "abc"), (5, 2, 1))[0]
    else:
        labels = (four * (count // 4 + 1))[: count - 1] + four[-1]
    leads_on = following in (SectionType.PRE_CHORUS, SectionType.CHORUS, SectionType.BUILDUP)
    if last is Close.CLOSED and leads_on and form in ("verse", "rise", "bridge"):
        last = Close.OPEN
    made, bar = [], 0
    for index, (label, size) in enumerate(zip(labels, sizes, strict=True)):
        close = last if index == count - 1 else Close.OPEN if index % 2 == 0 else Close.CLOSED
        made.append(Phrase(index, label, bar, size, close))
        bar += size
    return tuple(made)
