"""The floor: what the same measurements come to against the plans of other songs.

A set's songs are put into a drawn order and shifted against their plans, by one, by two and so on: each shift is a
derangement, which gives every song another one's plan. Comparing lasts as long as both plans do, for nobody could
follow a plan beyond its end.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from muze_evaluate.control.aspects import ASPECTS, values
from muze_evaluate.control.measured import Measured
from muze_evaluate.control.planned import Planned
from muze_evaluate.statistics.bootstrap import generator

SHIFTS = 10
"""Other plans that each song is held against, at most: their mean is less of an accident than one of them."""


def shifts(count: int, *, seed: int) -> tuple[tuple[int, ...], ...]:
    """Return derangements of `count` songs: for each song the place of the one whose plan it gets.

    Args:
        count: songs; fewer than two have none.
        seed: decides the order.

    Returns:
        at most `SHIFTS`, all different everywhere.
    """
    order = generator(seed, "chance").permutation(count)
    found = []
    for step in range(1, min(count - 1, SHIFTS) + 1):
        other = np.empty(count, np.intp)
        other[order] = np.roll(order, -step)
        found.append(tuple(int(place) for place in other))
    return tuple(found)


def chance_values(
    planned: Sequence[Planned], measured: Sequence[Measured], *, seed: int
) -> list[dict[str, float | None]]:
    """Return for each song every aspect by name, the mean over other songs' plans.

    Plans equal to a song's own, as those of its other takes are, are no other plans.

    Args:
        planned: one for each song.
        measured: as many.
        seed: decides which plans.

    Returns:
        None for an aspect that no other plan defines, and for those without a meaning here.
    """
    others = shifts(len(planned), seed=seed)
    found = []
    for place, (own, heard) in enumerate(zip(planned, measured, strict=True)):
        foreign = [planned[other[place]] for other in others if planned[other[place]] != own]
        rows = [_against(plan, own, heard) for plan in foreign]
        found.append(
            {
                aspect.name: _mean([row[aspect.name] for row in rows]) if aspect.by_chance else None
                for aspect in ASPECTS
            }
        )
    return found


def _against(plan: Planned, own: Planned, heard: Measured) -> dict[str, float | None]:
    return values(plan.until(own.duration_s), heard)


def _mean(numbers: Sequence[float | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return float(np.mean(known)) if known else None
