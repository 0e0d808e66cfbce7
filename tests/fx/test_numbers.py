from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muze_fx.grammar.numbers import ONES, TENS, Number, read_number
from muze_fx.grammar.tokens import tokenise


def read(text: str, start: int = 0) -> Number:
    number = read_number(tokenise(text), start)
    assert number is not None, text
    return number


def signed(text: str) -> float:
    number = read(text)
    return -number.value if number.sign < 0 else number.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("3.5", 3.5),
        ("3,5", 3.5),
        (".5", 0.5),
        ("2,500", 2500),
        ("12,000", 12000),
        ("0,250", 0.25),
        ("2k5", 2500),
        ("12 000", 12000),
        ("1'000", 1000),
        ("-3", -3),
        ("−3", -3),
        ("–3", -3),
        ("+3", 3),
        ("- 3", -3),
        ("minus 3", -3),
        ("minus three", -3),
        ("negative two point five", -2.5),
        ("plus two", 2),
        ("½", 0.5),
        ("1½", 1.5),
        ("1 1/2", 1.5),
        ("2 and a half", 2.5),
        ("two and a half", 2.5),
        ("one and three quarters", 1.75),
        ("point five", 0.5),
        ("zero point two five", 0.25),
        ("twelve", 12),
        ("twenty five", 25),
        ("twenty-five", 25),
        ("three hundred", 300),
        ("three hundred and fifty", 350),
        ("two fifty", 250),
        ("one twenty", 120),
        ("fifteen hundred", 1500),
        ("twelve thousand", 12000),
        ("three thousand five hundred", 3500),
        ("a hundred", 100),
        ("3 hundred", 300),
        ("a couple of", 2),
        ("a few", 3),
        ("half", 0.5),
        ("half a", 0.5),
        ("a quarter of a", 0.25),
        ("three quarters of a", 0.75),
    ],
)
def test_number(text: str, value: float) -> None:
    assert signed(text) == pytest.approx(value)
    assert read(text).stop == len(tokenise(text))


@pytest.mark.parametrize(
    ("text", "pair", "mark"),
    [
        ("4:1", (4, 1), ":"),
        ("2.5:1", (2.5, 1), ":"),
        ("four : one", (4, 1), ":"),
        ("50/50", (50, 50), "/"),
        ("1/4", (1, 4), "/"),
    ],
)
def test_pair(text: str, pair: tuple[float, float], mark: str) -> None:
    number = read(text)
    assert (number.pair, number.mark) == (pair, mark)
    assert number.value == pytest.approx(pair[0] / pair[1])


@pytest.mark.parametrize(
    "text", ["", "warm", "-", "minus", "minus the mud", "point", "a", "a bit", "and a half", "%"]
)
def test_no_number(text: str) -> None:
    assert read_number(tokenise(text), 0) is None


def test_a_hyphen_inside_a_word_is_no_sign() -> None:
    tokens = tokenise("lo-3 x")
    assert read_number(tokens, 1) is None


def test_a_hyphen_behind_a_unit_is_a_sign() -> None:
    number = read("300Hz-3dB", start=2)
    assert (number.sign, number.value) == (-1, 3)


def test_a_dash_that_stands_apart_is_a_loose_sign() -> None:
    assert read("- 3").loose
    assert not read("-3").loose
    assert not read("minus 3").loose


def test_plus_minus_is_no_sign() -> None:
    for text in ("±3", "+/-3", "± 3"):
        assert (read(text).sign, read(text).value, read(text).tolerance) == (0, 3, True)


def test_half_and_few_need_a_unit() -> None:
    assert read("half").needs_unit and read("a few").needs_unit
    assert not read("three").needs_unit and not read("0.5").needs_unit


def test_a_division_by_zero_and_an_endless_number_are_not_read_as_such() -> None:
    assert read("1/0").value == 1
    assert read_number(tokenise("9" * 400), 0) is None


@settings(deadline=None)
@given(st.integers(0, 9999))
def test_words_and_figures_agree(value: int) -> None:
    assert signed(in_words(value)) == value == signed(str(value))


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=999, places=2))
def test_a_decimal_comma_is_a_point(value: object) -> None:
    written = f"{value:.2f}"
    assert signed(written) == signed(written.replace(".", ",")) == float(written)


def in_words(value: int) -> str:
    """Spell a number below 10 000, the reference for the reader."""
    if value >= 1000:
        rest = f" {in_words(value % 1000)}" if value % 1000 else ""
        return f"{in_words(value // 1000)} thousand{rest}"
    if value >= 100:
        rest = f" and {in_words(value % 100)}" if value % 100 else ""
        return f"{in_words(value // 100)} hundred{rest}"
    names = {number: word for word, number in (*ONES.items(), *TENS.items())}
    if value in names:
        return names[value]
    return f"{names[value // 10 * 10]}-{names[value % 10]}"
