"""Fit a form to a duration: whole bars that add up exactly, in proportion, and regular where it can be.

1. The song gets the number of bars nearest to the duration, so it is within half a bar of what was asked.
2. Of the ways to leave sections out of the form, or to play some again, the few are kept whose sections come
   nearest to the length they are written with.
3. For each of these, dynamic programming over the sections finds the lengths that add up to the bars and
   cost least: far from proportion costs, and so does an irregular number of bars (five, seven) in a long
   section. Sections of a kind get the same length where that is possible.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from muze_plan.lengths import lengths_for, shared_out
from muze_plan.templates import FormSection, More, Template
from muzecli.errors import UsageError
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import MOST_BARS

_KEPT_FORMS = 6
"""How many forms are tried out bar by bar."""

_DROPPED = 0.3
_REPEATED = 0.02
"""What it costs to leave out sections of one number, and to play a group once more."""


@dataclass(frozen=True)
class FittedSection:
    """A section of a form and the bars that it got."""

    section: FormSection
    bars: int


def bars_for(duration_s: float, tempo_bpm: float, metre: TimeSignature) -> int:
    """Return the whole bars that come nearest to a duration, at least one.

    Raises:
        UsageError: they are more than a song may have.
    """
    bars = max(1, math.floor(duration_s / metre.bar_s(tempo_bpm) + 0.5))
    if bars > MOST_BARS:
        raise UsageError(
            f"a song has at most {MOST_BARS} bars, and {duration_s:g} s at {tempo_bpm:g} bpm in {metre} are {bars}",
            hint="ask for a shorter song, a slower one, or longer bars",
        )
    return bars


def too_short(duration_s: float, tempo_bpm: float, metre: TimeSignature) -> str | None:
    """Say that a song is longer than was asked, for it has at least one bar; None where it is not."""
    bar_s = metre.bar_s(tempo_bpm)
    if duration_s >= bar_s / 2:
        return None
    return f"a song has at least one bar, which lasts {bar_s:.3g} s here; {duration_s:g} s are less than half of it"


def fit(template: Template, bars: int) -> tuple[FittedSection, ...]:
    """Fit a form to a number of bars.

    Args:
        template: the form.
        bars: at least 1; the lengths returned add up to it.
    """
    return _fit(template, bars)


@lru_cache(maxsize=512)
def _fit(template: Template, bars: int) -> tuple[FittedSection, ...]:
    forms = sorted(_forms(template, bars), key=lambda form: form[0])[:_KEPT_FORMS]
    best: tuple[float, tuple[FormSection, ...], tuple[int, ...]] | None = None
    for cost, sections in forms:
        lengths = lengths_for(sections, bars)
        if lengths is not None and (best is None or cost + lengths[0] < best[0]):
            best = (cost + lengths[0], sections, lengths[1])
    if best is None:
        sections = _shortest(template, bars)
        best = (0.0, sections, shared_out(sections, bars))
    return tuple(FittedSection(s, length) for s, length in zip(best[1], best[2], strict=True))


def _forms(template: Template, bars: int) -> list[tuple[float, tuple[FormSection, ...]]]:
    """Return forms with what their shape costs: sections left out, sections repeated, far from as written."""
    forms: list[tuple[float, tuple[FormSection, ...]]] = []
    seen: set[tuple[FormSection, ...]] = set()
    for steps, dropped in _drops(template):
        rigid = any(s.rigid for s in template.sections)
        for times in range(_most(template, bars) + 1 if rigid or not steps else 1):
            sections = _expanded(template, dropped, times)
            if not sections or sections in seen or sum(s.min_bars for s in sections) > bars:
                continue
            seen.add(sections)
            cost = _DROPPED * steps + _REPEATED * times
            forms.append((cost + _scale_cost(sections, bars, template.stretch, more=times > 0), sections))
    return forms


def _drops(template: Template) -> list[tuple[int, frozenset[int]]]:
    """Return the sets of sections that may be left out, with the number of steps that each takes.

    Those of one number go together, lower numbers first. Where sections are rigid, and so cannot give way,
    any of the numbers may go.
    """
    ranks: dict[int, set[int]] = {}
    for index, item in enumerate(template.items):
        if isinstance(item, FormSection) and item.drop is not None:
            ranks.setdefault(item.drop, set()).add(index)
    order = sorted(ranks)
    steps = range(len(order) + 1)
    if any(s.rigid for s in template.sections) and len(order) <= 6:
        chosen = [subset for count in steps for subset in combinations(order, count)]
    else:
        chosen = [tuple(order[:count]) for count in steps]
    return [(len(numbers), frozenset().union(*(ranks[n] for n in numbers))) for numbers in chosen]


def _most(template: Template, bars: int) -> int:
    """Return how often groups are repeated at most, all groups together."""
    groups = [item for item in template.items if isinstance(item, More)]
    shortest = min((sum(s.bars for s in group.sections) for group in groups), default=0)
    return min(sum(group.most for group in groups), 2 + 2 * bars // shortest) if groups else 0


def _expanded(template: Template, dropped: frozenset[int], times: int) -> tuple[FormSection, ...]:
    """Return the form without some sections and with `times` repetitions, shared out among its groups."""
    rounds = [0] * len(template.items)
    groups = [index for index, item in enumerate(template.items) if isinstance(item, More)]
    left = times
    while left > 0 and groups:
        for index in list(groups):
            item = template.items[index]
            if isinstance(item, More) and rounds[index] < item.most and left > 0:
                rounds[index] += 1
                left -= 1
            else:
                groups.remove(index)
    sections: list[FormSection] = []
    for index, item in enumerate(template.items):
        if isinstance(item, More):
            sections += item.sections * rounds[index]
        elif index not in dropped:
            sections.append(item)
    return tuple(sections)


def _scale_cost(
    sections: Sequence[FormSection], bars: int, stretch: tuple[float, float], *, more: bool
) -> float:
    """Return what it costs that the sections are not as long as written: little within the stretch.

    With `more` sections than written they must not be shorter than written, or they would better be fewer.
    """
    rigid = sum(s.bars for s in sections if s.rigid)
    written = sum(s.bars for s in sections if not s.rigid)
    if not written or rigid >= bars:
        scale = bars / (rigid + written)
        return 0.0 if bars == rigid + written else 0.3 + 3.0 * abs(math.log2(scale))
    scale = (bars - rigid) / written
    low, high = stretch
    if more and not rigid:
        low = 0.85
    outside = max(0.0, math.log2(low / scale), math.log2(scale / high))
    return 0.1 * abs(math.log2(scale)) + 3.0 * outside


def _shortest(template: Template, bars: int) -> tuple[FormSection, ...]:
    """Return what is left of a form when not even its shortest fits: its weightiest sections."""
    kept = sorted(
        range(len(template.sections)),
        key=lambda index: (
            template.sections[index].drop is not None,
            -(template.sections[index].drop or 0),
            -template.sections[index].bars,
            index,
        ),
    )[:bars]
    return tuple(template.sections[index] for index in sorted(kept))
