"""Tokens to quantities: "3 dB", "2-4 kHz", "250 ms", "20 %", "4 to 1", "8-bit", "half an octave"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from muze_fx.grammar.intervals import ORDINALS, read_interval, read_note, read_one_of_a_unit, read_part
from muze_fx.grammar.numbers import Number, read_number
from muze_fx.grammar.tokens import Token, is_number_at, skip, text_at
from muze_fx.grammar.units import STEPS, UNITS, Dimension, Quantity, is_unit_at, speaks_of_pitch

_HIGHEST_HZ = 20_000.0
_NO_RANGES = frozenset({Dimension.RATIO, Dimension.PAIR, Dimension.SLOPE})
_OCTAVE = frozenset({"octave", "oct", "octaves"})
_DB_PER_ORDER = 6.0
#: "80/12k" and "10/100 ms" are two numbers, "1/2 kHz" and "3/4 s" are fractions.
_LEAST_OF_TWO = {Dimension.FREQUENCY: 20.0, Dimension.TIME: 5.0}
_RATIO_WORDS = frozenset({"ratio", "compress", "compression", "compressor", "comp"})


def read_quantity(tokens: Sequence[Token], start: int) -> Quantity | None:
    """Read the quantity that begins at `start`: a note value, an interval, or a number with or without a unit."""
    for read in (_read_order, read_note, read_interval, read_one_of_a_unit, _read_measure):
        quantity = read(tokens, start)
        if quantity is not None:
            return _with_smaller_unit(tokens, quantity)
    return None


def _read_order(tokens: Sequence[Token], start: int) -> Quantity | None:
    """Read the order of a filter as its slope: "4th-order", "second order"."""
    order, stop = ORDINALS.get(text_at(tokens, start)), start + 1
    if is_number_at(tokens, start) and text_at(tokens, stop) in ("st", "nd", "rd", "th"):
        order, stop = tokens[start].value, stop + 1
    stop = skip(tokens, stop, "-")
    if order is None or text_at(tokens, stop) != "order":
        return None
    return Quantity(Dimension.SLOPE, order * _DB_PER_ORDER, start, stop + 1)


def _with_smaller_unit(tokens: Sequence[Token], first: Quantity) -> Quantity:
    """Add the rest of an interval in two units: "an octave and a fifth", "3 st & 20 ct"."""
    if first.dimension is not Dimension.PITCH or first.upper is not None:
        return first
    start = skip(tokens, first.stop, "and", "&", "plus")
    if start == first.stop:
        return first
    second = read_interval(tokens, start, sure=True) or _read_measure(tokens, start)
    if (
        second is None
        or second.dimension is not Dimension.PITCH
        or second.sign
        or second.scale >= first.scale
    ):
        return first
    return replace(first, value=first.value + second.value, stop=second.stop)


def _read_measure(tokens: Sequence[Token], start: int) -> Quantity | None:
    """Read a number with its unit, and the other end where it begins a range."""
    number = read_number(tokens, start)
    first = None if number is None else _read_unit(tokens, start, number)
    if first is None:
        return None
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
        tolerance=number.tolerance,
    )
    ratio = _read_ratio(tokens, bare)
    if ratio is not None:
        return ratio
    index = number.stop
    if text_at(tokens, index) in ("-", "of", "whole", "full", "a", "an") and is_unit_at(tokens, index + 1):
        index += 1  # "8-bit", "a couple of dB", "one full octave", "half an octave"
    word, following = text_at(tokens, index), skip(tokens, index + 1, "-")
    if word == "b" and tokens[index].glued:
        return replace(bare, dimension=Dimension.BITS, vague=False, stop=index + 1)
    if word == "per" and text_at(tokens, following) == "cent":
        return replace(
            bare, dimension=Dimension.SHARE, value=bare.value / 100, vague=False, stop=following + 1
        )
    if (
        word == "beats"
        and text_at(tokens, following) in ("per", "a")
        and text_at(tokens, following + 1) == "minute"
    ):
        return replace(bare, dimension=Dimension.TEMPO, vague=False, stop=following + 2)
    if word == "half" and text_at(tokens, following) in STEPS:  # "3 half-steps"
        return replace(bare, dimension=Dimension.PITCH, vague=False, stop=following + 1)
    if word in STEPS and speaks_of_pitch(tokens, index):
        value = bare.value * STEPS[word]
        return replace(bare, dimension=Dimension.PITCH, value=value, vague=False, stop=index + 1)
    if number.mark == "/" and number.pair is not None and not number.spelled:
        least = _LEAST_OF_TWO.get(UNITS.get(word, (Dimension.BARE,))[0])
        if least is not None and number.pair[0] >= least:
            return replace(bare, value=number.pair[0], pair=None, stop=number.stop - 2)
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
        behind = text_at(tokens, stop)
        if behind in ("/", "per") and text_at(tokens, stop + 1) in _OCTAVE:
            return replace(bare, dimension=Dimension.SLOPE, vague=False, stop=stop + 2)
        if behind in ("tp", "lufs", "lkfs", "slope"):
            dimension = {"tp": Dimension.TRUE_PEAK, "slope": Dimension.SLOPE}.get(behind, Dimension.LOUDNESS)
            return replace(bare, dimension=dimension, vague=False, stop=stop + 1)
        stop = skip(tokens, stop, "fs")
    if dimension is Dimension.FREQUENCY and text_at(tokens, stop) == "per":
        stop = skip(tokens, stop, "per", "second")  # "cycles per second"
    if dimension is Dimension.SHARE and bare.pair is not None and sum(bare.pair) == 100:
        return replace(bare, dimension=Dimension.PAIR, vague=False, stop=stop)  # "30/70 %"
    more, stop = read_part(tokens, stop)
    value = (bare.value + more) * scale
    return replace(bare, dimension=dimension, value=value, pair=None, vague=False, stop=stop, scale=scale)


def _read_ratio(tokens: Sequence[Token], first: Quantity) -> Quantity | None:
    """Read the rest of "4 to 1" or "4-to-1"."""
    joint = skip(tokens, first.stop, "-")
    second = skip(tokens, joint + 1, "-")
    is_ratio = text_at(tokens, joint) == "to" and text_at(tokens, second) in ("1", "one")
    if joint > first.stop and text_at(tokens, joint) == "1" and not first.sign:  # "ratio 4-1"
        is_ratio, second = (
            not _RATIO_WORDS.isdisjoint({text_at(tokens, first.start - 1), text_at(tokens, joint + 1)}),
            joint,
        )
    if not is_ratio or first.pair is not None or is_unit_at(tokens, second + 1):
        return None
    return replace(first, dimension=Dimension.RATIO, pair=(first.value, 1.0), vague=False, stop=second + 1)


def _read_range_end(tokens: Sequence[Token], first: Quantity) -> Quantity | None:
    """Read the number behind "to", "-", "..." or, after "between", "and"."""
    joint, start = text_at(tokens, first.stop), first.stop + 1
    if joint == "." and text_at(tokens, start) == ".":
        joint, start = "to", skip(tokens, start, ".")
    if joint == "and":
        if "between" not in (text_at(tokens, first.start - 1), text_at(tokens, first.start - 2)):
            return None
    elif joint == "-":
        following = first.stop + 1
        if following < len(tokens) and tokens[following].glued and not tokens[first.stop].glued:
            return None  # "300 -3 dB": a sign
    elif joint != "to":
        return None
    number = read_number(tokens, start)
    if number is None or number.pair is not None or (number.sign and not first.sign):
        return None
    return _read_unit(tokens, start, number)


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
    if first.sign < 0 and second.sign < 0 and low > high:
        low, high = high, low  # "-16 to -14 LUFS"
    if second.dimension in _NO_RANGES or not low < high:
        return None
    return replace(second, value=low, upper=high, sign=first.sign, loose=first.loose, start=first.start)
