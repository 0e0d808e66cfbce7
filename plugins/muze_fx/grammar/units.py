"""Numbers with units: "3 dB", "2-4 kHz", "250 ms", "20 %", "4:1", "a whole step", "dotted eighth".

Every quantity is held in the base unit of its dimension: dB, Hz, seconds, a share of 1 for percent, semitones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from muze_fx.grammar.numbers import Number, read_number
from muze_fx.grammar.tokens import Kind, Token


class Dimension(Enum):
    """What a quantity measures, with its base unit."""

    LEVEL = "dB"
    FREQUENCY = "Hz"
    TIME = "s"
    SHARE = "of 1"
    RATIO = ":1"
    PITCH = "semitones"
    BITS = "bits"
    TEMPO = "bpm"
    NOTE = "beats"
    LENGTH = "m"
    FACTOR = "times"
    PAIR = "a/b"
    BARE = ""
    FOREIGN = "a unit that no effect has"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit.

    Args:
        dimension: what it measures.
        value: its size in the base unit, without the sign.
        sign: -1 or 1 where one is written, else 0.
        loose: the sign may be a dash.
        upper: the upper end of a range ("2-4 kHz"), of which `value` is the lower.
        pair: the two sides of "50/50" or "4:1".
        scale: what one of the written unit is in the base unit.
        vague: a word, not a figure, that is no number by itself ("one").
        start: index of its first token.
        stop: index of the token after it.
    """

    dimension: Dimension
    value: float
    sign: int
    loose: bool
    upper: float | None
    pair: tuple[float, float] | None
    vague: bool
    start: int
    stop: int
    scale: float = 1.0

    @property
    def amount(self) -> float:
        """The value with its sign; the middle of a range."""
        middle = self.value if self.upper is None else (self.value + self.upper) / 2
        return -middle if self.sign < 0 else middle


def _units(dimension: Dimension, **scales: str) -> dict[str, tuple[Dimension, float]]:
    return {word: (dimension, float(scale[1:])) for scale, words in scales.items() for word in words.split()}


UNITS: dict[str, tuple[Dimension, float]] = {
    **_units(Dimension.LEVEL, x1="db dbs decibel decibels dbfs dbtp dbu dbv"),
    **_units(Dimension.FREQUENCY, x1="hz hertz cps", x1000="khz kilohertz k kilo kilos kc"),
    **_units(Dimension.TIME, x1="s sec secs second seconds"),
    **{
        word: (Dimension.TIME, 0.001)
        for word in "ms msec msecs millisecond milliseconds milli millis".split()
    },
    **{word: (Dimension.SHARE, 0.01) for word in "% percent pct percents".split()},
    **_units(
        Dimension.PITCH, x1="semitone semitones st semi semis halftone halftones", x12="octave octaves oct"
    ),
    **{word: (Dimension.PITCH, 0.01) for word in "cent cents ct cts".split()},
    **_units(Dimension.BITS, x1="bit bits"),
    **_units(Dimension.TEMPO, x1="bpm"),
    **_units(Dimension.LENGTH, x1="m meter meters metre metres"),
    **_units(Dimension.FACTOR, x1="x times"),
    **_units(Dimension.FOREIGN, x1="lufs lu lkfs"),
}
# Read as intervals only where pitch is spoken of: "two steps up", but "one tone" may be a sound.
_STEPS = {"step": 2.0, "steps": 2.0, "tone": 2.0, "tones": 2.0, "wholetone": 2.0}
_PITCH_WORDS = frozenset(
    "up down higher lower above below pitch pitched pitching transpose transposed tune tuned tuning detune "
    "detuned shift shifted drop dropped raise raised sharp flat deeper".split()
)
_QUALITIES = {"perfect": 0, "major": 0, "minor": -1, "augmented": 1, "diminished": -1}
_INTERVALS = {
    **dict.fromkeys(("third", "3rd"), 4.0),
    **dict.fromkeys(("fourth", "4th"), 5.0),
    **dict.fromkeys(("fifth", "5th"), 7.0),
    **dict.fromkeys(("sixth", "6th"), 9.0),
    **dict.fromkeys(("seventh", "7th"), 11.0),
}
_NOTES = {
    "whole": 4.0, "half": 2.0, "quarter": 1.0, "quarters": 1.0, "eighth": 0.5, "eighths": 0.5, "8th": 0.5,
    "8ths": 0.5, "sixteenth": 0.25, "sixteenths": 0.25, "16th": 0.25, "16ths": 0.25, "4th": 1.0, "32nd": 0.125,
}  # fmt: skip
_PLAIN_NOTES = frozenset(
    {"eighth", "eighths", "8th", "8ths", "sixteenth", "sixteenths", "16th", "16ths", "32nd"}
)
_NOTE_FORMS = {
    **dict.fromkeys(("dotted", "d"), 1.5),
    **dict.fromkeys(("triplet", "triplets", "t"), 2 / 3),
}
_HIGHEST_HZ = 20_000.0


def read_quantity(tokens: Sequence[Token], start: int) -> Quantity | None:
    """Read the quantity that begins at `start`: with a unit, without one, as a note value or as an interval."""
    for read in (_read_note, _read_interval, _read_one_of_a_unit, _read_measured):
        quantity = read(tokens, start)
        if quantity is not None:
            return quantity
    return None


def _read_measured(tokens: Sequence[Token], start: int) -> Quantity | None:
    number = read_number(tokens, start)
    if number is None:
        return None
    first = _with_unit(tokens, start, number)
    second = None if first is None or first.dimension is Dimension.FOREIGN else _read_range_end(tokens, first)
    if first is not None and second is not None:
        joined = _join_range(first, second)
        if joined is not None:
            return joined
    return first


def _with_unit(tokens: Sequence[Token], start: int, number: Number) -> Quantity | None:
    bare = Quantity(
        Dimension.BARE,
        number.value,
        number.sign,
        number.loose,
        None,
        number.pair,
        number.spelled,
        start,
        number.stop,
    )
    if _text(tokens, number.stop) in ("to", "-") and number.pair is None:
        ratio = _read_ratio(tokens, bare)
        if ratio is not None:
            return ratio
    index = number.stop
    if _text(tokens, index) in ("-", "of") and _is_unit(tokens, index + 1):
        index += 1  # "8-bit", "a few of dB"
    if _text(tokens, index) in ("whole", "full", "a", "an") and _is_unit(tokens, index + 1):
        index += 1  # "one full octave", "half an octave"
    word = _text(tokens, index)
    if word == "per" and _text(tokens, index + 1) == "cent":
        return replace(bare, dimension=Dimension.SHARE, value=bare.value / 100, vague=False, stop=index + 2)
    halved = _over_hyphen(tokens, index + 1)
    if word == "half" and _text(tokens, halved) in _STEPS:  # "3 half-steps"
        return replace(bare, dimension=Dimension.PITCH, vague=False, stop=halved + 1)
    if word in _STEPS and _speaks_of_pitch(tokens):
        value = bare.value * _STEPS[word]
        return replace(bare, dimension=Dimension.PITCH, value=value, vague=False, stop=index + 1)
    if word in UNITS and not (number.needs_unit and word in ("bit", "bits")):
        return _scaled(tokens, bare, index)
    if number.needs_unit:
        return None
    if number.pair is not None:
        is_ratio = number.mark == ":" and sum(number.pair) != 100
        return replace(bare, dimension=Dimension.RATIO if is_ratio else Dimension.PAIR, vague=False)
    return bare


def _scaled(tokens: Sequence[Token], bare: Quantity, index: int) -> Quantity:
    """Apply the unit at `index`."""
    dimension, scale = UNITS[_text(tokens, index)]
    stop = index + 1
    if dimension is Dimension.FREQUENCY and scale == 1000 and _text(tokens, stop) in ("hz", "hertz"):
        stop += 1  # "2 k Hz"
    if dimension is Dimension.LEVEL and _text(tokens, stop) in ("fs", "tp"):
        stop += 1
    if dimension is Dimension.LEVEL and _text(tokens, stop) in ("/", "per") and _is_octave(tokens, stop + 1):
        return replace(bare, dimension=Dimension.FOREIGN, vague=False, stop=stop + 2)  # a slope, not a gain
    value = bare.value * scale
    if bare.pair is not None and bare.pair[1] == 100 - bare.pair[0] and dimension is Dimension.SHARE:
        return replace(bare, dimension=Dimension.PAIR, vague=False, stop=stop)  # "30/70 %"
    return replace(bare, dimension=dimension, value=value, vague=False, pair=None, stop=stop, scale=scale)


def _read_ratio(tokens: Sequence[Token], first: Quantity) -> Quantity | None:
    """Read the rest of "4 to 1" or "4-to-1"."""
    index = first.stop
    if _text(tokens, index) == "-" and _text(tokens, index + 1) == "to":
        index += 1
    index += 1
    if _text(tokens, index) == "-":
        index += 1
    if _text(tokens, first.stop) == "-" and _text(tokens, first.stop + 1) != "to":
        return None
    if _text(tokens, index) not in ("1", "one") or _is_unit(tokens, index + 1):
        return None
    return replace(first, dimension=Dimension.RATIO, pair=(first.value, 1.0), vague=False, stop=index + 1)


def _read_range_end(tokens: Sequence[Token], first: Quantity) -> Quantity | None:
    joint = _text(tokens, first.stop)
    between = "between" in (_text(tokens, first.start - 1), _text(tokens, first.start - 2))
    if joint not in ("-", "to", "and") or (joint == "and" and not between):
        return None
    if (
        joint == "-"
        and not tokens[first.stop].glued
        and first.stop + 1 < len(tokens)
        and tokens[first.stop + 1].glued
    ):
        return None  # "300 -3 dB": a sign
    number = read_number(tokens, first.stop + 1)
    if number is None or number.pair is not None or (number.sign and not first.sign):
        return None
    return _with_unit(tokens, first.stop + 1, number)


def _join_range(first: Quantity, second: Quantity) -> Quantity | None:
    """Join the ends of a range; a first end without a unit takes the second's where that makes a range."""
    low, high = first.value, second.value
    if first.dimension is Dimension.BARE and second.dimension is Dimension.FREQUENCY:
        scaled = low * 1000 if second.value >= 1000 and low * 1000 < min(high, _HIGHEST_HZ) else low
        low = scaled
    elif first.dimension is Dimension.BARE and second.dimension is not Dimension.BARE:
        low *= second.scale
    elif first.dimension is not second.dimension:
        return None
    if not low < high or second.dimension in (Dimension.RATIO, Dimension.PAIR, Dimension.FOREIGN):
        return None
    return replace(second, value=low, upper=high, sign=first.sign, loose=first.loose, start=first.start)


def _read_note(tokens: Sequence[Token], start: int) -> Quantity | None:
    """Read "1/8 note", "dotted eighth", "quarter-note triplet", "1/8t" in beats of a quarter note."""
    index, form = start, 1.0
    if _text(tokens, index) in ("dotted", "triplet"):
        form = _NOTE_FORMS[_text(tokens, index)]
        index = _over_hyphen(tokens, index + 1)
    sure = index > start
    number = read_number(tokens, index)
    word = _text(tokens, index)
    if _is_digits(tokens, index) and _text(tokens, index + 1) in ("th", "nd", "ths"):
        word, stop = word + _text(tokens, index + 1), index + 2
        beats = _NOTES.get(word)
    elif word == "thirty" and _text(tokens, _over_hyphen(tokens, index + 1)) == "second":
        stop, beats, sure = _over_hyphen(tokens, index + 1) + 1, 0.125, sure
    elif word in _NOTES:
        stop, beats = index + 1, _NOTES[word]
    elif (
        number is not None
        and number.mark == "/"
        and number.pair is not None
        and number.pair[0] == 1
        and not number.sign
    ):
        stop, beats = number.stop, 4 * number.value
        stop += _text(tokens, stop) in ("th", "ths")
    else:
        return None
    if beats is None:
        return None
    sure = sure or word in _PLAIN_NOTES
    stop, form, sure = _read_note_tail(tokens, stop, form, sure)
    if not sure or _is_unit(tokens, stop):
        return None
    return Quantity(Dimension.NOTE, beats * form, 0, False, None, None, False, start, stop)


def _read_note_tail(tokens: Sequence[Token], stop: int, form: float, sure: bool) -> tuple[int, float, bool]:
    """Read "note", "triplet", "dotted" after a note value in any order."""
    while True:
        after = _over_hyphen(tokens, stop)
        word = _text(tokens, after)
        if word in ("note", "notes"):
            sure = True
        elif word in _NOTE_FORMS and form == 1.0 and (len(word) > 1 or tokens[after].glued):
            form, sure = _NOTE_FORMS[word], True
        else:
            return stop, form, sure
        stop = after + 1


def _read_interval(tokens: Sequence[Token], start: int) -> Quantity | None:
    """Read "a perfect fifth", "a fourth" (beside "up", "down", …), "tritone"."""
    index = start + 1 if _text(tokens, start) in ("a", "an", "one") else start
    quality = _QUALITIES.get(_text(tokens, index))
    name = index + 1 if quality is not None else index
    word, stop = _text(tokens, name), name + 1
    if _is_digits(tokens, name) and _text(tokens, stop) in ("rd", "th"):
        word, stop = word + _text(tokens, stop), stop + 1
    size = (
        6.0
        if word == "tritone"
        else 2.0
        if word == "second" and quality is not None
        else _INTERVALS.get(word)
    )
    if size is None or _text(tokens, stop) in ("note", "notes"):
        return None
    beside = {_text(tokens, start - 1), _text(tokens, start - 2), _text(tokens, stop)}
    if quality is None and word != "tritone" and not beside & _PITCH_WORDS:
        return None
    return Quantity(Dimension.PITCH, size + (quality or 0), 0, False, None, None, False, start, stop)


def _read_one_of_a_unit(tokens: Sequence[Token], start: int) -> Quantity | None:
    """Read "an octave", "a whole step", "a semitone", "a dB" as one of it."""
    index = start
    if _text(tokens, index) in ("a", "an", "another"):
        index += 1
    if _text(tokens, index) in ("whole", "full", "entire"):
        index = _over_hyphen(tokens, index + 1)
    word = _text(tokens, index)
    if word == "half" or (index == start and word not in ("octave", "semitone")):
        return None
    if word in _STEPS:
        return (
            _one(_STEPS[word], Dimension.PITCH, start, index + 1)
            if _speaks_of_pitch(tokens) and index > start
            else None
        )
    if index == start:
        beside = {_text(tokens, start - 1), _text(tokens, start + 1)}
        return _one(UNITS[word][1], Dimension.PITCH, start, index + 1) if beside & _PITCH_WORDS else None
    dimension, scale = UNITS.get(word, (Dimension.BARE, 1.0))
    if dimension is Dimension.TIME and word == "second" and _text(tokens, index + 1) == "of":
        return _one(1.0, dimension, start, index + 1)
    if dimension is Dimension.LEVEL or (dimension is Dimension.PITCH and word not in ("semi", "st", "ct")):
        return _one(scale, dimension, start, index + 1)
    return None


def _one(value: float, dimension: Dimension, start: int, stop: int) -> Quantity:
    return Quantity(dimension, value, 0, False, None, None, False, start, stop)


def _speaks_of_pitch(tokens: Sequence[Token]) -> bool:
    return any(token.text in _PITCH_WORDS for token in tokens)


def _is_unit(tokens: Sequence[Token], index: int) -> bool:
    return _text(tokens, index) in UNITS or _text(tokens, index) in _STEPS


def _is_octave(tokens: Sequence[Token], index: int) -> bool:
    return _text(tokens, index) in ("octave", "oct", "o")


def _over_hyphen(tokens: Sequence[Token], index: int) -> int:
    return index + 1 if _text(tokens, index) == "-" else index


def _text(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].text if 0 <= index < len(tokens) else ""


def _is_digits(tokens: Sequence[Token], index: int) -> bool:
    return 0 <= index < len(tokens) and tokens[index].kind is Kind.NUMBER
