"""Lines are put together from words, laid in sections, and known when they return."""

from __future__ import annotations

from muze_dataset.hearing.form.words import lines_within, returning, timed_lines
from muze_dataset.hearing.words.timed import LINE, WORD, Timed

WORDS = [
    Timed(text, float(i), i + 0.9)
    for i, text in enumerate(("Row,", "row", "your", "boat!", "Gently", "down"))
]


def test_words_make_the_lines_of_the_text() -> None:
    lines = timed_lines("Row, row your boat\nGently down", WORD, WORDS)
    assert lines == (Timed("Row, row your boat", 0.0, 3.9), Timed("Gently down", 4.0, 5.9))


def test_lines_stay_as_they_are() -> None:
    assert timed_lines("other", LINE, WORDS[:2]) == tuple(WORDS[:2])
    assert timed_lines(None, WORD, WORDS[:2]) == tuple(WORDS[:2])


def test_a_line_belongs_where_its_middle_lies() -> None:
    lines = timed_lines("Row, row your boat\nGently down", WORD, WORDS)
    assert lines_within(lines, [(0.0, 3.0), (3.0, 9.0)]) == [["Row, row your boat"], ["Gently down"]]


def test_words_return_whatever_their_marks() -> None:
    assert returning([["La la!", "One"], ["la, LA"], []]) == [0.5, 1.0, None]
