"""Numbers as people read them, axes that hold them, and which is best."""

from __future__ import annotations

import pytest

from muze_evaluate.document import Better, Figure
from muze_evaluate.report.numbers import (
    cell,
    clock,
    counted,
    decimals_for,
    duration,
    number,
    ranked,
    rounded,
    short_hash,
    size,
    span_of,
)


def test_numbers_have_four_digits_and_a_real_minus() -> None:
    assert [number(value) for value in (0.0, 0.95123, -12.3456, 123456.0, 1e-7)] == [
        "0",
        "0.9512",
        "−12.35",
        "1.235e+05",
        "1e−07",
    ]


def test_cells_are_words_where_they_are_no_numbers() -> None:
    assert [cell(value) for value in (None, True, False, -3, 0.5, "C major")] == [
        "–",
        "yes",
        "no",
        "−3",
        "0.5",
        "C major",
    ]


def test_times_and_sizes() -> None:
    assert [duration(value) for value in (9.6, 59.9, 60.0, 192.4)] == ["9.6 s", "59.9 s", "1:00", "3:12"]
    assert clock(59.9) == "0:59"
    assert [size(count) for count in (1234, 999_499, 999_500, 12_345_678)] == [
        "1 kB",
        "999 kB",
        "1.0 MB",
        "12.3 MB",
    ]
    assert [counted(1, "song"), counted(2, "song")] == ["1 song", "2 songs"]


def test_hashes_are_known_by_their_look() -> None:
    assert short_hash("ab" * 32) == "ababababab…"
    assert short_hash("AB" * 32) is None
    assert short_hash("a song") is None


def test_a_row_has_the_decimals_that_its_intervals_deserve() -> None:
    wide, narrow = Figure("f", 0.9, 0.8, 1.0), Figure("f", 0.3, 0.2852, 0.3348)
    assert decimals_for([wide]) == 2
    assert decimals_for([wide, narrow]) == 3
    assert decimals_for([Figure("f", 1200.0, 1100.0, 1300.0)]) == 0
    assert decimals_for([Figure("f", 1.0)]) is None
    assert decimals_for([Figure("f", 1.0, 1.0, 1.0)]) is None
    assert decimals_for([Figure("f", 1.0, 1.0, 1.0 + 1e-9)]) is None
    assert [rounded(0.3, 3), rounded(-0.3, 1), rounded(1 / 3, None)] == ["0.300", "−0.3", "0.3333"]


def test_an_axis_holds_all_and_begins_at_zero_where_that_is_cheap() -> None:
    assert span_of([Figure("f", None)]) is None
    assert span_of([Figure("f", 0.9, 0.8, 0.95, unit="share")]) == (0.0, 1.0)
    assert span_of([Figure("f", 3.0)]) == (0.0, pytest.approx(3.18))
    assert span_of([Figure("f", 1.0), Figure("f", 3.0)]) == (0.0, pytest.approx(3.18))
    assert span_of([Figure("f", 9.0), Figure("f", 10.0)]) == (pytest.approx(8.94), pytest.approx(10.06))
    assert span_of([Figure("f", -2.0), Figure("f", -20.0)]) == (pytest.approx(-21.2), 0.0)
    assert span_of([Figure("f", -1.0), Figure("f", 1.0)]) == (pytest.approx(-1.12), pytest.approx(1.12))
    assert span_of([Figure("f", 0.0)]) == (-0.5, 0.5)
    assert span_of([Figure("f", 1.0), Figure("f", 1.0)]) == (0.5, 1.5)
    assert span_of([Figure("f", -4.0), Figure("f", -4.0)]) == (-6.0, -2.0)


@pytest.mark.parametrize(("better", "best"), [("higher", "b"), ("lower", "a")])
def test_the_best_is_marked_and_who_comes_near(better: Better, best: str) -> None:
    cells = {
        "a": Figure("f", 1.0, 0.5, 1.5, better=better),
        "b": Figure("f", 2.0, 1.4, 2.6, better=better),
        "c": Figure("f", None, better=better),
    }
    other = "b" if best == "a" else "a"
    assert ranked(cells) == ({best}, {other})
    apart = cells | {other: Figure("f", cells[other].value, better=better)}
    assert ranked(apart) == ({best}, set())


def test_nothing_is_best_without_a_contest() -> None:
    one, two = Figure("f", 1.0, better="higher"), Figure("f", 2.0, better="higher")
    assert ranked({"a": one}) == (set(), set())
    assert ranked({"a": one, "b": one}) == (set(), set())
    assert ranked({"a": Figure("f", 1.0), "b": Figure("f", 2.0)}) == (set(), set())
    assert ranked({"a": one, "b": Figure("f", 2.0, better="lower")}) == (set(), set())
    assert ranked({"a": one, "b": two, "c": two}) == ({"b", "c"}, set())
