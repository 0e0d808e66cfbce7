"""Numbers in digits and in words.

-3   minus three   2,5   1½   1 1/2   two and a half   point five   twenty five   two fifty
4:1   50/50   a couple of   a few   half a
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

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
        stop: index of the token after it.
        sign: -1 or 1 where one is written, else 0.
        loose: the sign stands apart ("tape - 3 dB") and may be a dash.
        pair: the two sides of "4:1" or "50/50".
        mark: ":" or "/" for a pair, else "".
        needs_unit: a word such as "half" or "few" that is a number only in front of a unit.
        spelled: written in words.
        tolerance: written "±".
    """

    value: float
    stop: int
    sign: int = 0
    loose: bool = False
    pair: tuple[float, float] | None = None
    mark: str = ""
    needs_unit: bool = False
    spelled: bool = False
    tolerance: bool = False


def read_number(tokens: Sequence[Token], start: int) -> Number | None:
    """Read the number that begins at `start`, or return None where none does."""
    tolerance = _skip_plus_minus(tokens, start)
    sign, loose, index = _read_sign(tokens, start) if tolerance == start else (0, False, tolerance)
    number = _read_digits(tokens, index) or _read_words(tokens, index)
    if number is None or not math.isfinite(number.value):  # too long to be a number that anyone means
        return None
    return replace(number, sign=sign, loose=loose, tolerance=tolerance > start)


def _skip_plus_minus(tokens: Sequence[Token], index: int) -> int:
    """Return the index behind "±" or "+/-", `index` itself where neither stands."""
    if text_at(tokens, index) == "±":
        return index + 1
    written = [text_at(tokens, index + offset) for offset in range(3)]
    return index + 3 if written == ["+", "/", "-"] else index


def _read_sign(tokens: Sequence[Token], index: int) -> tuple[int, bool, int]:
    """Return (sign, loose, index of what follows); a hyphen inside a compound or a range is no sign."""
    text = text_at(tokens, index)
    if text in SIGNS:
        return SIGNS[text], False, index + 1
    if text not in _MARKS or index + 1 >= len(tokens):
        return 0, False, index
    joined = index > 0 and tokens[index].glued
    after_word = joined and (tokens[index - 1].kind is not Kind.MARK or tokens[index - 1].text == "%")
    if after_word and not _ends_quantity(tokens, index):
        return 0, False, index
    return _MARKS[text], not tokens[index + 1].glued, index + 1


def _ends_quantity(tokens: Sequence[Token], index: int) -> bool:
    """Whether a number with its unit stands right before, as in "300Hz-3dB"."""
    unit = tokens[index - 1].kind is Kind.WORD and tokens[index - 1].glued
    return unit and is_number_at(tokens, index - 2) and is_number_at(tokens, index + 1)


def _read_digits(tokens: Sequence[Token], index: int) -> Number | None:
    """Read figures: "3", "4:1", "1/4", "1½", "1 1/2", "3 hundred", "2 and a half"."""
    if not is_number_at(tokens, index):
        return None
    value, stop = tokens[index].value, index + 1
    mark, following = text_at(tokens, stop), tokens[stop].value if is_number_at(tokens, stop) else None
    if mark in (":", "/") and is_number_at(tokens, stop + 1) and tokens[stop + 1].value > 0:
        second = tokens[stop + 1].value
        return Number(value / second, stop + 2, pair=(value, second), mark=mark)
    if following is not None and following < 1 and not set(".,") & set(tokens[stop].text):
        return Number(value + following, stop + 1)  # 1½
    if following is not None and text_at(tokens, stop + 1) == "/" and is_number_at(tokens, stop + 2):
        below = tokens[stop + 2].value
        if 0 < following < below and value == int(value):
            return Number(value + following / below, stop + 3)  # 1 1/2
    if mark in _POWERS:
        return Number(value * _POWERS[mark], stop + 1)
    return _with_part(tokens, Number(value, stop))


def _read_words(tokens: Sequence[Token], index: int) -> Number | None:
    """Read a number in words, alone or as a pair ("four : one")."""
    first = _read_spelled(tokens, index)
    if first is None or text_at(tokens, first.stop) not in (":", "/"):
        return first
    second = _read_spelled(tokens, first.stop + 1)
    if second is None or second.value <= 0:
        return first
    pair, mark = (first.value, second.value), text_at(tokens, first.stop)
    return Number(pair[0] / pair[1], second.stop, pair=pair, mark=mark, spelled=True)


def _read_spelled(tokens: Sequence[Token], index: int) -> Number | None:
    article = text_at(tokens, index) in ("a", "an", "another")
    word = text_at(tokens, index + article)
    after = index + article + 1
    if word in VAGUE:
        return Number(VAGUE[word], skip(tokens, after, "of"), needs_unit=True, spelled=True)
    if word in PARTS:
        return Number(PARTS[word], skip(tokens, after, "of", "a", "an"), needs_unit=True, spelled=True)
    if word == "point" and not article:
        return _with_decimals(tokens, Number(0.0, index, spelled=True))
    whole = _read_whole(tokens, index + article if word in _POWERS else index)
    if whole is None:
        return None
    value, stop = whole
    if text_at(tokens, stop) in ("quarter", "quarters") and value in (1.0, 3.0):  # "three quarters of a"
        return Number(value / 4, skip(tokens, stop + 1, "of", "a", "an"), needs_unit=True, spelled=True)
    number = Number(value, stop, spelled=True)
    return _with_decimals(tokens, number) or _with_part(tokens, number)


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


def _with_decimals(tokens: Sequence[Token], number: Number) -> Number | None:
    """Add "point two five", or return None where there is none."""
    if text_at(tokens, number.stop) != "point":
        return None
    written, index = "", number.stop + 1
    while ONES.get(text_at(tokens, index), 10) < 10:
        written += str(ONES[text_at(tokens, index)])
        index += 1
    return replace(number, value=number.value + float(f"0.{written}"), stop=index) if written else None


def _with_part(tokens: Sequence[Token], number: Number) -> Number:
    """Add "and a half" or "and three quarters" where it follows."""
    words = [text_at(tokens, number.stop + offset) for offset in range(3)]
    if words[0] == "and" and words[1] in ("a", "one") and words[2] in PARTS:
        return replace(number, value=number.value + PARTS[words[2]], stop=number.stop + 3)
    if words == ["and", "three", "quarters"]:
        return replace(number, value=number.value + 0.75, stop=number.stop + 3)
    return number
