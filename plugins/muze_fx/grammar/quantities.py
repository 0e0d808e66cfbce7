"""Tokens to quantities: "3 dB", "2-4 kHz", "250 ms", "20 %", "4 to 1", "8-bit", "half an octave"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from muze_fx.grammar.intervals import read_interval, read_note, read_one_of_a_unit
from muze_fx.grammar.numbers import Number, read_number
from muze_fx.grammar.tokens import Token, skip, text_at
from muze_fx.grammar.units import STEPS, UNITS, Dimension, Quantity, is_unit_at, speaks_of_pitch

_HIGHEST_HZ = 20_000.0
_NO_RANGES = frozenset({Dimension.RATIO, Dimension.PAIR, Dimension.FOREIGN})


def read_quantity(tokens: Sequence[Token], start: int) -> Quantity | None:
    """Read the quantity that begins at `start`: a note value, an interval, or a number with or without a unit."""
    for read in (read_note, read_interval, read_one_of_a_unit, _read_measure):
        quantity = read(tokens, start)
        if quantity is not None:
            return quantity
    return None


def _read_measure(tokens: Sequence[Token], start: int) -> Quantity | None:
    """Read a number with its unit, and the other end where it begins a range."""
    number = read_number(tokens, start)
    first = None if number is None else _read_unit(tokens, start, number)
    if first is None or first.dimension is Dimension.FOREIGN:
        return first
    second = _read_range_end(tokens, first)
    joined = None if second is None else _join_range(first, second)
    return joined or first


def _read_unit(tokens: Sequence[Token], start: int, number: Number) -> Quantity | None:
    """Read the unit behind a number; None where the number is none without one ("half")."""
    bare = Quantity(
        Dimension.BARE,
        number.value,
        start,
        number.stop,
        sign=number.sign,
        loose=number.loose,
        pair=number.pair,
        vague=number.spelled,
    )
    ratio = _read_ratio(tokens, bare)
    if ratio is not None:
        return ratio
    index = number.stop
    if text_at(tokens, index) in ("-", "of", "whole", "full", "a", "an") and is_unit_at(tokens, index + 1):
        index += 1  # "8-bit", "a couple of dB", "one full octave", "half an octave"
    word, following = text_at(tokens, index), skip(tokens, index + 1, "-")
    if word == "per" and text_at(tokens, following) == "cent":
        return replace(
            bare, dimension=Dimension.SHARE, value=bare.value / 100, vague=False, stop=following + 1
        )
    if word == "half" and text_at(tokens, following) in STEPS:  # "3 half-steps"
        return replace(bare, dimension=Dimension.PITCH, vague=False, stop=following + 1)
    if word in STEPS and speaks_of_pitch(tokens):
        value = bare.value * STEPS[word]
        return replace(bare, dimension=Dimension.PITCH, value=value, vague=False, stop=index + 1)
    if word in UNITS and not (
        number.needs_unit and UNITS[word][0] is Dimension.BITS
    ):  # "a few bits" of something
        return _scaled(tokens, bare, index)
    if number.pair is not None:
        is_ratio = number.mark == ":" and sum(number.pair) != 100
        return replace(bare, dimension=Dimension.RATIO if is_ratio else Dimension.PAIR, vague=False)
    return None if number.needs_unit else bare


def _scaled(tokens: Sequence[Token], bare: Quantity, index: int) -> Quantity:
    """Apply the unit at `index`."""
    dimension, scale = UNITS[text_at(tokens, index)]
    stop = index + 1
    if dimension is Dimension.FREQUENCY and scale == 1000:
        stop = skip(tokens, stop, "hz", "hertz")  # "2 k Hz"
    elif dimension is Dimension.LEVEL:
        stop = skip(tokens, stop, "fs", "tp")
        if text_at(tokens, stop) in ("/", "per") and text_at(tokens, stop + 1) in ("octave", "oct"):
            return replace(
                bare, dimension=Dimension.FOREIGN, vague=False, stop=stop + 2
            )  # a slope, not a gain
    if dimension is Dimension.SHARE and bare.pair is not None and sum(bare.pair) == 100:
        return replace(bare, dimension=Dimension.PAIR, vague=False, stop=stop)  # "30/70 %"
    value = bare.value * scale
    return replace(bare, dimension=dimension, value=value, pair=None, vague=False, stop=stop, scale=scale)


def _read_ratio(tokens: Sequence[Token], first: Quantity) -> Quantity | None:
    """Read the rest of "4 to 1" or "4-to-1"."""
    joint = skip(tokens, first.stop, "-")
    second = skip(tokens, joint + 1, "-")
    is_ratio = text_at(tokens, joint) == "to" and text_at(tokens, second) in ("1", "one")
    if not is_ratio or first.pair is not None or is_unit_at(tokens, second + 1):
        return None
    return replace(first, dimension=Dimension.RATIO, pair=(first.value, 1.0), vague=False, stop=second + 1)


def _read_range_end(tokens: Sequence[Token], first: Quantity) -> Quantity | None:
    """Read the number behind "to", "-" or, after "between", "and"."""
    joint = text_at(tokens, first.stop)
    if joint == "and":
        if "between" not in (text_at(tokens, first.start - 1), text_at(tokens, first.start - 2)):
            return None
    elif joint == "-":
        following = first.stop + 1
        if following < len(tokens) and tokens[following].glued and not tokens[first.stop].glued:
            return None  # "300 -3 dB": a sign
    elif joint != "to":
        return None
    number = read_number(tokens, first.stop + 1)
    if number is None or number.pair is not None or (number.sign and not first.sign):
        return None
    return _read_unit(tokens, first.stop + 1, number)


def _join_range(first: Quantity, second: Quantity) -> Quantity | None:
    """Join the ends of a range; a first end without a unit takes the second's where that makes a range."""
    low, high = first.value, second.value
    if first.dimension is Dimension.BARE and second.dimension is Dimension.FREQUENCY:
        in_unit = low * second.scale
        low = in_unit if in_unit < min(high, _HIGHEST_HZ) else low  # "2 to 4k", but "800 to 2k"
    elif first.dimension is Dimension.BARE:
        low *= second.scale
    elif first.dimension is not second.dimension:
        return None
    if second.dimension in _NO_RANGES or not low < high:
        return None
    return replace(second, value=low, upper=high, sign=first.sign, loose=first.loose, start=first.start)
