"""Which take is best: the one that fits the words and follows the plan better than its sisters.

Both say something else, on scales of their own: takes of one song differ by some hundredths in one and some tenths
in the other. Each is told in deviations from the mean of the takes, and the two are added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

_ALIKE = 1e-6
"""Takes whose figures deviate by less are alike."""


@dataclass(frozen=True)
class Marks:
    """What was said of a take.

    Attributes:
        score: how well it fits the words; None where nobody was asked.
        follows: how far it follows the plan, by aspect, 0…1; empty where nobody was asked or could say.
    """

    score: float | None = None
    follows: Mapping[str, float] = field(default_factory=dict)


def adherence(takes: Sequence[Marks]) -> list[float | None]:
    """Return how far each take follows the plan: the mean of the aspects of which all takes have a figure."""
    shared = [name for name in takes[0].follows if all(name in take.follows for take in takes)]
    return [
        round(float(np.mean([take.follows[name] for name in shared])), 6) if shared else None
        for take in takes
    ]


def order(takes: Sequence[Marks]) -> list[int]:
    """Return the places of the takes, best first; of equals the one that was made first."""
    total = np.zeros(len(takes))
    for figures in ([take.score for take in takes], adherence(takes)):
        known = [figure for figure in figures if figure is not None]
        if len(known) == len(takes):
            total += _standing(np.array(known, np.float64))
    return sorted(range(len(takes)), key=lambda place: (-round(float(total[place]), 9), place))


def _standing(figures: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return figures in deviations from their mean; noughts where they are alike."""
    apart = figures - figures.mean()
    deviation = float(apart.std())
    return np.zeros_like(apart) if deviation < _ALIKE else apart / deviation
