"""Give the sections of a form whole numbers of bars that add up: in proportion, and regular where it can be.

Dynamic programming over the sections finds the lengths of least cost: far from proportion costs, and so does
an irregular number of bars (five, seven). Sections of a kind get the same length where that is possible.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from muze_plan.templates import FormSection
from muzecli.song.plan import SectionType

_ELASTIC = {
    SectionType.OUTRO: 0.5,
    SectionType.INTRO: 0.7,
    SectionType.BREAKDOWN: 0.8,
    SectionType.BRIDGE: 0.8,
    SectionType.CHORUS: 1.3,
    SectionType.DROP: 1.3,
}
"""How much an irregular length hurts, against 1 for the other types."""

_WHOLE = (SectionType.VERSE, SectionType.CHORUS, SectionType.SOLO, SectionType.INSTRUMENTAL)
_UNEQUAL = 0.12
_UNEQUAL_CHANGES = 0.5
"""What it costs when a section is not as long as others of its kind; as others over the same changes, by letter."""


def lengths_for(sections: Sequence[FormSection], bars: int) -> tuple[float, tuple[int, ...]] | None:
    """Return what it costs to give sections lengths that add up to `bars`, and the lengths.

    None where they cannot: more than `bars` stand fixed, or are needed at least.
    """
    rigid = sum(s.bars for s in sections if s.rigid)
    keep_rigid = rigid < bars or all(s.rigid for s in sections)
    written = sum(s.bars for s in sections if not (s.rigid and keep_rigid))
    scale = (bars - rigid * keep_rigid) / written if written else 1.0
    kinds: dict[tuple[str, int, int], list[int]] = {}
    for index, section in enumerate(sections):
        kind = (_changes(section) or section.type, section.bars, section.min_bars)
        kinds.setdefault(kind, []).append(index)
    costs = [_length_costs(s, s.bars if s.rigid and keep_rigid else s.bars * scale, bars) for s in sections]
    if keep_rigid:
        costs = [{s.bars: 0.0} if s.rigid else cost for s, cost in zip(sections, costs, strict=True)]
    equal = _cheapest([(_shared(costs, members), len(members)) for members in kinds.values()], bars)
    alone = _cheapest([(cost, 1) for cost in costs], bars)
    found: list[tuple[float, tuple[int, ...]]] = []
    if equal is not None:
        lengths = [0] * len(sections)
        for members, length in zip(kinds.values(), equal[1], strict=True):
            for index in members:
                lengths[index] = length
        found.append((equal[0], tuple(lengths)))
    if alone is not None:
        unequal = 0.0
        for members in kinds.values():
            own = [alone[1][index] for index in members]
            cost = _UNEQUAL_CHANGES if _changes(sections[members[0]]) else _UNEQUAL
            unequal += cost * (len(own) - max(own.count(length) for length in own))
        found.append((alone[0] + unequal, alone[1]))
    return min(found, default=None)


def _changes(section: FormSection) -> str | None:
    """Return the letter of a section that goes once through its changes, as a solo does over those of the head."""
    return section.letter if section.type in _WHOLE else None


def _shared(costs: Sequence[dict[int, float]], members: Sequence[int]) -> dict[int, float]:
    """Return the lengths that all sections of a kind may get, with what each costs a section on average."""
    lengths = set.intersection(*(set(costs[index]) for index in members))
    return {
        length: sum(costs[index][length] for index in members) / len(members) for length in sorted(lengths)
    }


def _length_costs(section: FormSection, target: float, bars: int) -> dict[int, float]:
    """Return the lengths a section may get, with what each costs."""
    near = {math.floor(target) + step for step in (-2, -1, 0, 1, 2)}
    regular = {4 * four for four in range(math.floor(target / 6.8), math.ceil(target * 0.45) + 1)}
    elasticity = _ELASTIC.get(section.type, 1.0)
    return {
        length: elasticity * (4.0 * math.log(length / target) ** 2 + _irregular(length))
        for length in sorted(near | regular | {section.min_bars})
        if section.min_bars <= length <= bars
    }


def _irregular(bars: int) -> float:
    """Return how odd a number of bars is to the ear: phrases come in twos, fours, eights and sixteens."""
    if bars in (1, 2, 4, 8, 16, 32):
        return 0.0
    if bars % 8 == 0:
        return 0.04
    if bars in (3, 6, 12):
        return 0.08
    if bars % 4 == 0:
        return 0.12
    if bars % 2 == 0:
        return 0.2
    return 0.3 if bars < 9 else 0.5


def _cheapest(
    items: Sequence[tuple[dict[int, float], int]], bars: int
) -> tuple[float, tuple[int, ...]] | None:
    """Choose a length for each item so that lengths times counts add up to `bars` at the least cost."""
    reached: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]  # bars so far → cost, the last length
    for costs, count in items:
        row: dict[int, tuple[float, int]] = {}
        for so_far, (cost, _) in reached[-1].items():
            for length, own in costs.items():
                total = so_far + count * length
                new = cost + count * own
                if total <= bars and (total not in row or new < row[total][0]):
                    row[total] = (new, length)
        reached.append(row)
    if bars not in reached[-1]:
        return None
    lengths: list[int] = []
    left = bars
    for row, (_, count) in zip(reversed(reached[1:]), reversed(items), strict=True):
        lengths.append(row[left][1])
        left -= count * row[left][1]
    return reached[-1][bars][0], tuple(reversed(lengths))


def shared_out(sections: Sequence[FormSection], bars: int) -> tuple[int, ...]:
    """Share out bars in proportion, at least one each (largest remainders)."""
    total = sum(s.bars for s in sections)
    spare = bars - len(sections)
    exact = [spare * s.bars / total for s in sections]
    lengths = [1 + math.floor(share) for share in exact]
    order = sorted(range(len(sections)), key=lambda index: (math.floor(exact[index]) - exact[index], index))
    for index in order[: bars - sum(lengths)]:
        lengths[index] += 1
    return tuple(lengths)
