"""Choosing among patterns: by metre, by energy, by weight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp
from typing import Protocol, TypeVar

from muze_plan.composer.context import SongContext
from muze_plan.composer.styles import Energies, for_metre
from muzecli.song.plan import SectionType


class Choice(Protocol):
    """Something that is written for a metre and played at some energies."""

    @property
    def energy(self) -> Energies:
        """Lowest and highest energy."""
        ...

    @property
    def weight(self) -> float:
        """How often it is chosen among others."""
        ...

    @property
    def metre(self) -> str:
        """What it is written for."""
        ...


C = TypeVar("C", bound=Choice)

_LENIENCE = 1.1  # how much denser than in a section of more energy is still taken for no denser
_LEANING = 1.5  # exponent by which energy favours dense options


def choose_by_type(
    options: Sequence[C],
    song: SongContext,
    density: Callable[[C], float],
    *names: str,
) -> dict[SectionType, C]:
    """Return what is played in each type of section of a song, so that more energy never means fewer notes.

    The types choose in turn, that of the most energy first; each may take what is no denser than the choice
    before. High energies prefer the dense options, low ones the sparse.

    Args:
        options: at least one for 4/4.
        song: its sections and its metre.
        density: notes a bar of an option.
        names: of the decision.
    """
    wanted = for_metre(song.metre, {option.metre for option in options})
    fitting = [option for option in options if option.metre == wanted]
    densities = [density(option) for option in fitting]
    most = max(densities, default=1.0) or 1.0
    limit, found = float("inf"), {}
    types = sorted({section.type for section in song.sections}, key=lambda t: (-song.usual_energy(t), t))
    for type_ in types:
        energy = song.usual_energy(type_)
        nearest = min(distance(option.energy, energy) for option in fitting)
        near = [i for i, option in enumerate(fitting) if distance(option.energy, energy) <= nearest + 1e-9]
        allowed = [i for i in near if densities[i] <= limit * _LENIENCE]
        allowed = allowed or [min(near, key=lambda i: densities[i])]
        leaning = _LEANING * (2.0 * energy - 1.0)
        weights = [fitting[i].weight * exp(leaning * densities[i] / most) for i in allowed]
        index = song.rng(*names, type_).choices(allowed, weights if any(weights) else None)[0]
        found[type_] = fitting[index]
        limit = min(limit, densities[index])
    return found


def distance(energies: Energies, energy: float) -> float:
    """Return how far an energy lies outside a range, 0 inside."""
    low, high = energies
    return max(low - energy, energy - high, 0.0)
