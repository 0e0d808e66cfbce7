"""The path through lengths: clear evidence wins, and of unclear evidence what makes regular lengths."""

from __future__ import annotations

import numpy as np

from muze_dataset.hearing.form.boundaries import best_lines


def odds_at(strong: dict[int, float], bars: int = 32) -> np.ndarray:
    odds = np.full(bars + 1, -5.0)
    for line, value in strong.items():
        odds[line] = value
    return odds


def test_without_evidence_there_is_one_section() -> None:
    assert best_lines(odds_at({}), barred=True).tolist() == [0, 32]
    assert best_lines(np.array([0.0, -5.0]), barred=True).tolist() == [0, 1]


def test_clear_evidence_is_followed_wherever_it_is() -> None:
    assert best_lines(odds_at({5: 6.0, 16: 6.0}), barred=True).tolist() == [0, 5, 16, 32]


def test_of_two_equal_lines_the_one_that_makes_eight_bars_is_chosen() -> None:
    assert best_lines(odds_at({7: 1.0, 8: 1.0}, 16), barred=True).tolist() == [0, 8, 16]


def test_where_bars_are_not_those_of_the_music_their_number_counts_for_nothing() -> None:
    chosen = best_lines(odds_at({7: 1.1, 8: 1.0}, 16), barred=False).tolist()
    assert chosen == [0, 7, 16]
    assert best_lines(odds_at({7: 1.1, 8: 1.0}, 16), barred=True).tolist() == [0, 8, 16]


def test_longer_than_the_longest_is_still_covered() -> None:
    lines = best_lines(odds_at({}, 300), barred=True)
    assert lines[0] == 0 and lines[-1] == 300
