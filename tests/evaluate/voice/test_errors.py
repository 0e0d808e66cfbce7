"""Errors against the definition by recursion, and the properties of a distance."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from muze_evaluate.voice.errors import distance, errors_between


def by_definition(wanted: str, heard: str) -> int:
    @cache
    def cost(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        same = wanted[i - 1] == heard[j - 1]
        return min(cost(i - 1, j) + 1, cost(i, j - 1) + 1, cost(i - 1, j - 1) + (not same))

    return cost(len(wanted), len(heard))


def test_it_is_the_least_number_of_changes() -> None:
    random = np.random.default_rng(0)
    for _ in range(200):
        wanted, heard = ("".join(random.choice(list("abc"), random.integers(0, 9))) for _ in range(2))
        found = errors_between(wanted, heard)
        assert found.count == distance(wanted, heard) == by_definition(wanted, heard)
        assert distance(heard, wanted) == found.count
        assert len(heard) - len(wanted) == found.insertions - found.deletions
        assert len(found.listed) == found.count


@pytest.mark.parametrize(
    ("wanted", "heard", "listed"),
    [
        ("the night is long", "the knight is long", ["night→knight"]),
        ("the night is long", "night is long", ["−the"]),
        ("the night", "oh the night", ["+oh"]),
        ("a b c", "", ["−a", "−b", "−c"]),
        ("", "a", ["+a"]),
        ("a b", "a b", []),
        ("a b c d", "b c x d", ["−a", "+x"]),
    ],
)
def test_errors_are_listed_in_order(wanted: str, heard: str, listed: list[str]) -> None:
    assert list(errors_between(wanted.split(), heard.split()).listed) == listed


def test_rates() -> None:
    found = errors_between(["a", "b", "c", "d"], ["a", "x", "c", "d", "e"])
    assert (found.substitutions, found.deletions, found.insertions, found.rate) == (1, 0, 1, 0.5)
    assert errors_between([], ["a"]).rate is None
    assert errors_between(["a"], ["b", "c"]).rate == 2.0
