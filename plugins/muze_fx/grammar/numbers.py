"""Numbers in digits and in words.

-3   minus three   2,5   1½   1 1/2   two and a half   point five   twenty five   two fifty
4:1   50/50   a couple of   a few   half a
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from muze_fx.grammar.tokens import Kind, Token, is_number_at, skip, text_at

ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
PARTS = {"half": 0.5, "quarter": 0.25, "quarters": 0.25}
VAGUE = {"couple": 2.0, "few": 3.0}
SIGNS = {"minus": -1, "negative": -1, "plus": 1, "positive": 1}
_POWERS = {"hundred": 100.0, "thousand": 1000.0}
_MARKS = {"-": -1, "+": 1}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written.

    Args:
        value: its size, without the sign.
        sign: -1 or 1 where one is written, else 0.
        loose: the sign stands apart ("tape - 3 dB") and may be a dash.
        pair: the two sides of "4:1" or "50/50".
        mark: ":" or "/" for a pair, else "".
        needs_unit: a word such as "half" or "few" that is a number only in front of a unit.
        spelled: written in words.
        stop: index of the token after it.
    """

    value: float
    sign: int
    loose: bool
    pair: tuple[float, float] | None
    mark: str
    needs_unit: bool
    spelled: bool
    stop: int


def read_number(tokens: Sequence[Token], start: int) -> Number | None:
    """Read the number that begins at `start`, or return None where none does."""
    sign, loose, index = _read_sign(tokens, start)
    digits = _read_digits(tokens, index)
    if digits is not None:
        value, pair, mark, stop = digits
        return _finite(Number(value, sign, loose, pair, mark, False, False, stop))
    words = _read_words(tokens, index)
    if words is None:
        return None
    value, needs_unit, stop = words
    pair, mark = None, ""
    if text_at(tokens, stop) in (":", "/"):
        other = _read_words(tokens, stop + 1)
        if other is not None and other[0] > 0:
            pair, mark, stop = (value, other[0]), tokens[stop].text, other[2]
            value = pair[0] / pair[1]
    return _finite(Number(value, sign, loose, pair, mark, needs_unit, True, stop))


def _finite(number: Number) -> Number | None:
    """Drop what is too long to be a number that anyone means."""
    return number if math.isfinite(number.value) else None


def _read_sign(tokens: Sequence[Token], index: int) -> tuple[int, bool, int]:
    """Return (sign, loose, index of what follows); a hyphen inside a compound or a range is no sign."""
    text = text_at(tokens, index)
    if text in SIGNS:
        return SIGNS[text], False, index + 1
    if text not in _MARKS or index + 1 >= len(tokens):
        return 0, False, index
    previous = tokens[index - 1] if index else None
    inside = (
        tokens[index].glued
        and previous is not None
        and (previous.kind is not Kind.MARK or previous.text == "%")
    )
    if inside and not _ends_quantity(tokens, index):
        return 0, False, index
    return _MARKS[text], not tokens[index + 1].glued, index + 1


def _ends_quantity(tokens: Sequence[Token], index: int) -> bool:
    """Whether a number with its unit stands right before, as in "300Hz-3dB"."""
    unit = index > 1 and tokens[index - 1].kind is Kind.WORD and tokens[index - 1].glued
    return unit and tokens[index - 2].kind is Kind.NUMBER and tokens[index + 1].kind is Kind.NUMBER


def _read_digits(
    tokens: Sequence[Token], index: int
) -> tuple[float, tuple[float, float] | None, str, int] | None:
    if not is_number_at(tokens, index):
        return None
    value, stop = tokens[index].value, index + 1
    mark = text_at(tokens, stop)
    if mark in (":", "/") and is_number_at(tokens, stop + 1) and tokens[stop + 1].value > 0:
        second = tokens[stop + 1].value
        return value / second, (value, second), mark, stop + 2
    if is_number_at(tokens, stop) and tokens[stop].value < 1 and "." not in tokens[stop].text:
        return value + tokens[stop].value, None, "", stop + 1  # 1½
    if (
        is_number_at(tokens, stop)
        and text_at(tokens, stop + 1) == "/"
        and is_number_at(tokens, stop + 2)
        and 0 < tokens[stop].value < tokens[stop + 2].value
        and value == int(value) < 20
    ):
        return value + tokens[stop].value / tokens[stop + 2].value, None, "", stop + 3  # 1 1/2
    if text_at(tokens, stop) in _POWERS:
        return value * _POWERS[text_at(tokens, stop)], None, "", stop + 1
    half = _and_a_part(tokens, stop)
    return (value, None, "", stop) if half is None else (value + half[0], None, "", half[1])


def _read_words(tokens: Sequence[Token], index: int) -> tuple[float, bool, int] | None:
    """Return (value, needs a unit, stop) of a number in words."""
    start = index
    if text_at(tokens, index) in ("a", "an", "another") and text_at(tokens, index + 1) in (
        *PARTS,
        *VAGUE,
        "hundred",
        "dozen",
    ):
        index += 1
    text = text_at(tokens, index)
    if text in VAGUE:
        return VAGUE[text], True, skip(tokens, index + 1, "of")
    if text == "dozen" and index > start:
        return 12.0, True, index + 1
    if text in PARTS:
        return PARTS[text], True, skip(tokens, index + 1, "of", "a", "an")
    if text == "point":
        decimals = _decimals(tokens, index + 1)
        return None if decimals is None else (decimals[0], False, decimals[1])
    whole = _read_whole(tokens, index)
    if whole is None:
        return None
    value, stop = whole
    if text_at(tokens, stop) == "point":
        decimals = _decimals(tokens, stop + 1)
        if decimals is not None:
            return value + decimals[0], False, decimals[1]
    if text_at(tokens, stop) in PARTS and value in (1.0, 3.0) and text_at(tokens, stop) != "half":
        return value * 0.25, True, skip(tokens, stop + 1, "of", "a", "an")  # three quarters of a
    half = _and_a_part(tokens, stop)
    return (value, False, stop) if half is None else (value + half[0], False, half[1])


def _read_whole(tokens: Sequence[Token], index: int) -> tuple[float, int] | None:
    """Read a cardinal: "twelve", "twenty-five", "three hundred and fifty", "two fifty", "fifteen hundred"."""
    small = _below_hundred(tokens, index)
    if small is None and text_at(tokens, index) not in ("hundred", "thousand"):
        return None
    value, stop = small or (1.0, index)
    if text_at(tokens, stop) == "hundred":
        value, stop = value * 100, stop + 1
    elif 0 < value < 10 and text_at(tokens, stop) in TENS:
        value, stop = value * 100, stop  # "two fifty": the tens are read below
    if value >= 100:
        rest = _below_hundred(tokens, skip(tokens, stop, "and"))
        if rest is not None:
            value, stop = value + rest[0], rest[1]
    if text_at(tokens, stop) == "thousand":
        value, stop = value * 1000, stop + 1
        rest = _read_whole(tokens, stop) if text_at(tokens, stop) in (*ONES, *TENS) else None
        if rest is not None and rest[0] < 1000:
            value, stop = value + rest[0], rest[1]
    return value, stop


def _below_hundred(tokens: Sequence[Token], index: int) -> tuple[float, int] | None:
    text = text_at(tokens, index)
    if text in ONES:
        return float(ONES[text]), index + 1
    if text not in TENS:
        return None
    follower = skip(tokens, index + 1, "-")
    unit = text_at(tokens, follower)
    if unit in ONES and 0 < ONES[unit] < 10:
        return float(TENS[text] + ONES[unit]), follower + 1
    return float(TENS[text]), index + 1


def _decimals(tokens: Sequence[Token], index: int) -> tuple[float, int] | None:
    """Read "five" or "two five" after "point"."""
    written = ""
    while ONES.get(text_at(tokens, index), 10) < 10:
        written += str(ONES[text_at(tokens, index)])
        index += 1
    return (float(f"0.{written}"), index) if written else None


def _and_a_part(tokens: Sequence[Token], index: int) -> tuple[float, int] | None:
    """Read "and a half" or "and three quarters"."""
    if text_at(tokens, index) != "and":
        return None
    if text_at(tokens, index + 1) in ("a", "one") and text_at(tokens, index + 2) in PARTS:
        return PARTS[text_at(tokens, index + 2)], index + 3
    if text_at(tokens, index + 1) == "three" and text_at(tokens, index + 2) == "quarters":
        return 0.75, index + 3
    return None
