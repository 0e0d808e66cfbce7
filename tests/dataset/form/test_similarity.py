"""Novelty stands where blocks meet, regrouping where what returns begins."""

from __future__ import annotations

import numpy as np
import pytest

from muze_dataset.hearing.form.similarity import Float64, alike, along_paths, checkerboard, regrouping, step


def bars(letters: str, noise: float = 0.0) -> Float64:
    random = np.random.default_rng(0)
    sounds = {letter: random.normal(size=20) for letter in sorted(set(letters))}
    return np.stack([sounds[letter] for letter in letters]) + noise * random.normal(size=(len(letters), 20))


def naive_checkerboard(similarity: Float64, line: int, reach: int) -> float:
    k = min(reach, line, len(similarity) - line)
    before, after = slice(line - k, line), slice(line, line + k)
    inside = similarity[before, before].mean() + similarity[after, after].mean()
    return float((inside - 2.0 * similarity[before, after].mean()) * np.sqrt(k / reach))


def test_equal_bars_are_alike() -> None:
    similarity = alike(bars("abab"))
    assert similarity[0, 2] == pytest.approx(1.0, abs=0.03)
    assert similarity[0, 1] < 0.0


def test_the_checkerboard_is_the_sum_that_defines_it() -> None:
    similarity = alike(bars("aaaabbbbcccc", 0.5))
    novelty = checkerboard(similarity, 4)
    assert novelty[[0, -1]].tolist() == [0.0, 0.0]
    for line in range(1, 12):
        assert novelty[line] == pytest.approx(naive_checkerboard(similarity, line, 4))
    assert set(np.argsort(novelty)[-2:].tolist()) == {4, 8}


def test_paths_survive_where_single_likenesses_do_not() -> None:
    similarity = alike(bars("abcdefgh" * 2))
    similarity[2, 5] = 1.0
    enhanced = along_paths(similarity)
    assert enhanced[2, 10] > 0.9
    assert enhanced[2, 5] < 0.5


def test_a_part_that_returns_is_noticed_though_every_bar_differs() -> None:
    change = regrouping(along_paths(alike(bars("abcdefghijklmnop" + "abcdefgh"))), 4)
    assert int(change[1:-1].argmax()) + 1 in (8, 16)


def test_a_step_is_the_distance_of_means() -> None:
    assert step(np.array([[0.0], [0.0], [3.0], [3.0]]), 2)[2] == pytest.approx(3.0)
    assert step(np.ones((5, 2)), 2).max() == 0.0
