"""Weighted means of what was measured since the last row of the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Sums = dict[str, tuple[float, float]]
"""By name: the sum of the values times their weights, and the sum of the weights."""


class Means:
    """Sums that become means; a name that is not always there is averaged over where it is."""

    def __init__(self, sums: Mapping[str, tuple[float, float]] | None = None) -> None:
        self.sums: Sums = dict(sums or {})

    def add(self, values: Mapping[str, float], weight: float = 1.0) -> None:
        """Take in values that stand for `weight` of a step."""
        for name, value in values.items():
            total, weights = self.sums.get(name, (0.0, 0.0))
            self.sums[name] = (total + value * weight, weights + weight)

    def means(self) -> dict[str, float]:
        """Return the mean of each name."""
        return {name: total / weights for name, (total, weights) in self.sums.items()}

    @staticmethod
    def together(each: Iterable[Mapping[str, tuple[float, float]]]) -> Means:
        """Return the means over what several processes have measured."""
        whole = Means()
        for sums in each:
            for name, (total, weights) in sums.items():
                before, weights_before = whole.sums.get(name, (0.0, 0.0))
                whole.sums[name] = (before + total, weights_before + weights)
        return whole
