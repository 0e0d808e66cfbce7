"""Cosines, and how well two kinds of pairs are told apart."""

from __future__ import annotations

import numpy as np
import pytest

from muze_evaluate.voice.similarity import cosines, equal_error_rate, mismatched


def test_cosines_are_those_of_the_definition() -> None:
    assert cosines([[2.0, 0.0]], [[5.0, 0.0], [0.0, 3.0], [-1.0, 0.0]]) == pytest.approx(
        np.array([[1, 0, -1]])
    )


def test_only_pairs_of_unlike_voices_are_mismatched() -> None:
    table = np.arange(9.0).reshape(3, 3)
    assert sorted(mismatched(table, ["a", "b", "b"])) == [1, 2, 3, 6]
    assert mismatched(table, ["a", "a", "a"]).size == 0


def test_kinds_apart_have_no_errors_and_equal_kinds_are_guessed() -> None:
    assert equal_error_rate([0.8, 0.9], [0.1, 0.7]) == 0.0
    assert equal_error_rate([0.1, 0.2], [0.8, 0.9]) == 1.0
    same = np.linspace(0, 1, 101)
    assert equal_error_rate(same, same) == pytest.approx(0.5, abs=0.01)


def test_it_is_what_the_normal_distribution_says() -> None:
    """Two normal kinds two deviations apart: Φ(−1)."""
    random = np.random.default_rng(0)
    rate = equal_error_rate(random.normal(2, 1, 20_000), random.normal(0, 1, 20_000))
    assert rate == pytest.approx(0.158655, abs=0.005)
