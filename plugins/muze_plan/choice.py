"""Weighted choices, each decision with a generator of its own, so that one never moves another."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TypeVar

from muzecli.seeds import item_seed

T = TypeVar("T")


def generator(seed: int, decision: str) -> random.Random:
    """Return the generator of one decision of one song."""
    return random.Random(item_seed(seed, decision))


def choose(rng: random.Random, weights: Mapping[T, float]) -> T:
    """Return one of the keys, as often as its weight says.

    Args:
        rng: where chance comes from.
        weights: at least one above 0; their order counts.
    """
    return rng.choices(list(weights), list(weights.values()))[0]
