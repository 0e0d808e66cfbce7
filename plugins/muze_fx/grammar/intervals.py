"""Musical intervals and note values: "a perfect fifth", "a whole step", "an octave", "dotted eighth", "1/8t"."""

from __future__ import annotations

from collections.abc import Sequence

from muze_fx.grammar.numbers import read_number
from muze_fx.grammar.tokens import Token, is_number_at, skip, text_at
from muze_fx.grammar.units import PITCH_WORDS, STEPS, UNITS, Dimension, Quantity, is_unit_at, speaks_of_pitch

_QUALITIES = {"perfect": 0, "major": 0, "minor": -1, "augmented": 1, "diminished": -1}
_INTERVALS = {
    "third": 4, "3rd": 4, "fourth": 5, "4th": 5, "fifth": 7, "5th": 7, "sixth": 9, "6th": 9, "seventh": 11, "7th": 11,
    "tritone": 6,
}  # fmt: skip
#: Beats of a quarter note.
_NOTES = {
    "whole": 4.0, "half": 2.0, "quarter": 1.0, "quarters": 1.0, "4th": 1.0, "eighth": 0.5, "eighths": 0.5, "8th": 0.5,
    "8ths": 0.5, "sixteenth": 0.25, "sixteenths": 0.25, "16th": 0.25, "16ths": 0.25, "32nd": 0.125,
}  # fmt: skip
#: Orders of filters in words.
ORDINALS = {"first": 1.0, "second": 2.0, "third": 3.0, "fourth": 4.0, "sixth": 6.0, "eighth": 8.0}
#: Parts of a unit that may follow it: "an octave and a half".
_PARTS = {"half": 0.5, "quarter": 0.25}
#: What may stand behind the point of "1/4." where it means dotted and not the end of a sentence.
_AFTER_DOT = frozenset({"at", "@", "delay", "delays", "echo", "dly", "note", "notes", "with", ",", "/", "("})
_SHORTEST_PLAIN_BEATS = 1.0  # shorter ones are note values without "note" behind them
_NOTE_FORMS = {"dotted": 1.5, "d": 1.5, "triplet": 2 / 3, "triplets": 2 / 3, "t": 2 / 3}


def read_note(tokens: Sequence[Token], start: int) -> Quantity | None:
    """Read a note value in beats: "1/8 note", "dotted eighth", "quarter-note triplet", "1/8t"; "1/4" alone is none."""
    index, form = start, 1.0
    if text_at(tokens, start) in ("dotted", "triplet"):
        index, form = skip(tokens, start + 1, "-"), _NOTE_FORMS[text_at(tokens, start)]
    read = _read_plain_note(tokens, index)
    if read is None:
        return None
    beats, stop, sure = read
    sure = sure or index > start
    if text_at(tokens, stop) == "." and text_at(tokens, index + 1) == "/" and tokens[stop].glued:
        behind = text_at(tokens, stop + 1)
        if behind in _AFTER_DOT or is_number_at(tokens, stop + 1):
            stop, form, sure = stop + 1, 1.5, True
    while True:  # "note", "dotted" and "triplet" follow in any order
        after = skip(tokens, stop, "-")
        word = text_at(tokens, after)
        if word in ("note", "notes"):
            sure = True
        elif word in _NOTE_FORMS and form == 1.0 and (len(word) > 1 or tokens[after].glued):
            form, sure = _NOTE_FORMS[word], True
        else:
            break
        stop = after + 1
    if not sure or is_unit_at(tokens, stop):
        return None
    return Quantity(Dimension.NOTE, beats * form, start, stop)


def _read_plain_note(tokens: Sequence[Token], index: int) -> tuple[float, int, bool] | None:
    """Return (beats, stop, whether it can be nothing but a note value)."""
    word, stop = text_at(tokens, index), index + 1
    if is_number_at(tokens, index) and text_at(tokens, stop) in ("th", "ths", "nd"):
        word, stop = word + text_at(tokens, stop), stop + 1
    if word == "thirty" and text_at(tokens, skip(tokens, stop, "-")) == "second":
        return 0.125, skip(tokens, stop, "-") + 1, False
    if word in _NOTES:
        return _NOTES[word], stop, _NOTES[word] < _SHORTEST_PLAIN_BEATS
    number = read_number(tokens, index)
    if number is None or number.mark != "/" or number.pair is None or number.pair[0] != 1 or number.sign:
        return None
    return 4 * number.value, skip(tokens, number.stop, "th", "ths"), False


def read_interval(tokens: Sequence[Token], start: int, *, sure: bool = False) -> Quantity | None:
    """Read "a perfect fifth", "minor third", "tritone", and "a fourth" beside "up", "down" and the like.

    Args:
        tokens: the prompt.
        start: where it begins.
        sure: pitch is spoken of, so that "a fourth" needs nothing beside it.
    """
    index = start + 1 if text_at(tokens, start) in ("a", "an", "one") else start
    quality = _QUALITIES.get(text_at(tokens, index))
    name = index if quality is None else index + 1
    word, stop = text_at(tokens, name), name + 1
    if is_number_at(tokens, name) and text_at(tokens, stop) in ("rd", "th"):
        word, stop = word + text_at(tokens, stop), stop + 1
    semitones = 2 if word == "second" and quality is not None else _INTERVALS.get(word)
    if semitones is None or text_at(tokens, stop) in ("note", "notes"):
        return None
    beside = {text_at(tokens, start - 1), text_at(tokens, start - 2), text_at(tokens, stop)}
    if not sure and quality is None and word != "tritone" and beside.isdisjoint(PITCH_WORDS):
        return None
    return Quantity(Dimension.PITCH, float(semitones + (quality or 0)), start, stop)


def read_one_of_a_unit(tokens: Sequence[Token], start: int) -> Quantity | None:
    """Read "an octave", "a whole step", "a semitone", "a dB" as one of it; "octave up" needs no article."""
    index = skip(tokens, start, "a", "an", "another")
    if text_at(tokens, index) in ("whole", "full", "entire"):
        index = skip(tokens, index + 1, "-")
    word = text_at(tokens, index)
    if index == start:
        beside = {text_at(tokens, start - 1), text_at(tokens, start + 1)}
        is_interval = word in ("octave", "semitone") and not beside.isdisjoint(PITCH_WORDS)
        return Quantity(Dimension.PITCH, UNITS[word][1], start, index + 1) if is_interval else None
    more, stop = read_part(tokens, index + 1)
    if word in STEPS:
        value = STEPS[word] * (1 + more)
        return Quantity(Dimension.PITCH, value, start, stop) if speaks_of_pitch(tokens, index) else None
    dimension, scale = UNITS.get(word, (Dimension.BARE, 1.0))
    is_time = word == "second" and (
        more > 0 or text_at(tokens, stop) == "of"
    )  # "a second delay" may be the second
    if is_time or dimension is Dimension.LEVEL or (dimension is Dimension.PITCH and len(word) > 3):
        return Quantity(dimension, scale * (1 + more), start, stop, scale=scale)
    return None


def read_part(tokens: Sequence[Token], index: int) -> tuple[float, int]:
    """Read "and a half" behind a unit: the part of one, 0 where there is none, and where it stops."""
    part = _PARTS.get(text_at(tokens, index + 2), 0.0)
    if text_at(tokens, index) in ("and", "&", "n") and text_at(tokens, index + 1) == "a" and part:
        return part, index + 3
    return 0.0, index
