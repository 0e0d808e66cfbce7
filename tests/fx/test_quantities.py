from __future__ import annotations

import pytest

from muze_fx.grammar.quantities import read_quantity
from muze_fx.grammar.tokens import tokenise
from muze_fx.grammar.units import Dimension, Quantity

LEVEL, HZ, TIME, SHARE = Dimension.LEVEL, Dimension.FREQUENCY, Dimension.TIME, Dimension.SHARE
PITCH, NOTE, BARE = Dimension.PITCH, Dimension.NOTE, Dimension.BARE


def read(text: str, start: int = 0) -> Quantity:
    quantity = read_quantity(tokenise(text), start)
    assert quantity is not None, text
    return quantity


@pytest.mark.parametrize(
    ("text", "dimension", "amount"),
    [
        ("3 dB", LEVEL, 3),
        ("-3dB", LEVEL, -3),
        ("3 decibels", LEVEL, 3),
        ("-18 dBFS", LEVEL, -18),
        ("-1 dB TP", Dimension.TRUE_PEAK, -1),
        ("-1 dBTP", Dimension.TRUE_PEAK, -1),
        ("3 LU", LEVEL, 3),
        ("60 cycle", HZ, 60),
        ("60 cycles per second", HZ, 60),
        ("an octave and a half", PITCH, 18),
        ("two and a half octaves", PITCH, 30),
        ("an octave and a fifth", PITCH, 19),
        ("3 st & 20 ct", PITCH, 3.2),
        ("a second and a half", TIME, 1.5),
        ("100 beats per minute", Dimension.TEMPO, 100),
        ("-2...-4 dB", LEVEL, -3),
        ("±10 cents", PITCH, 0.1),
        ("a couple of dB", LEVEL, 2),
        ("a few dB", LEVEL, 3),
        ("half a dB", LEVEL, 0.5),
        ("a dB", LEVEL, 1),
        ("2-3 dB", LEVEL, 2.5),
        ("300 Hz", HZ, 300),
        ("2.5 kHz", HZ, 2500),
        ("12k", HZ, 12000),
        ("2 k Hz", HZ, 2000),
        ("2k5", BARE, 2500),
        ("250 ms", TIME, 0.25),
        ("1.2 s", TIME, 1.2),
        ("two seconds", TIME, 2),
        ("half a second", TIME, 0.5),
        ("two-second", TIME, 2),
        ("20 %", SHARE, 0.2),
        ("20 percent", SHARE, 0.2),
        ("20 per cent", SHARE, 0.2),
        ("2 semitones", PITCH, 2),
        ("50 cents", PITCH, 0.5),
        ("two octaves", PITCH, 24),
        ("half an octave", PITCH, 6),
        ("an octave", PITCH, 12),
        ("a semitone", PITCH, 1),
        ("8-bit", Dimension.BITS, 8),
        ("120 bpm", Dimension.TEMPO, 120),
        ("10 m", Dimension.LENGTH, 10),
        ("4:1", Dimension.RATIO, 4),
        ("4 to 1", Dimension.RATIO, 4),
        ("four to one", Dimension.RATIO, 4),
        ("4-to-1", Dimension.RATIO, 4),
        ("50/50", Dimension.PAIR, 1),
        ("30/70 %", Dimension.PAIR, 3 / 7),
        ("2x", Dimension.FACTOR, 2),
        ("-14 LUFS", Dimension.LOUDNESS, -14),
        ("-16 to -14 LUFS", Dimension.LOUDNESS, -15),
        ("24 dB/oct", Dimension.SLOPE, 24),
        ("24 dB per octave", Dimension.SLOPE, 24),
        ("4th-order", Dimension.SLOPE, 24),
        ("second order", Dimension.SLOPE, 12),
        ("4-pole", Dimension.SLOPE, 24),
        ("5", BARE, 5),
    ],
)
def test_number_with_unit(text: str, dimension: Dimension, amount: float) -> None:
    quantity = read(text)
    assert quantity.dimension is dimension
    assert quantity.amount == pytest.approx(amount)
    assert quantity.stop == len(tokenise(text))


@pytest.mark.parametrize(
    ("text", "start", "low", "high"),
    [
        ("2-4 kHz", 0, 2000, 4000),
        ("2 to 4k", 0, 2000, 4000),
        ("200-500 Hz", 0, 200, 500),
        ("200 Hz to 2 kHz", 0, 200, 2000),
        ("800 to 2k", 0, 800, 2000),
        ("20 to 20k", 0, 20, 20000),
        ("8k-12k", 0, 8000, 12000),
        ("between 200 and 500 Hz", 1, 200, 500),
        ("between 300 Hz and 3 kHz", 1, 300, 3000),
    ],
)
def test_range(text: str, start: int, low: float, high: float) -> None:
    quantity = read(text, start)
    assert quantity.dimension is HZ
    assert (quantity.value, quantity.upper) == (low, high)


@pytest.mark.parametrize(
    "text", ["300 -3 dB", "300 Hz -3 dB", "300Hz-3dB", "3 dB to 300 Hz", "300 and 500 Hz", "5-3 dB"]
)
def test_no_range(text: str) -> None:
    assert read(text).upper is None


@pytest.mark.parametrize(
    ("text", "beats"),
    [
        ("quarter note", 1),
        ("1/4 note", 1),
        ("eighth", 0.5),
        ("8th note", 0.5),
        ("1/8th note", 0.5),
        ("sixteenth", 0.25),
        ("half note", 2),
        ("whole-note", 4),
        ("dotted eighth", 0.75),
        ("dotted 1/8", 0.75),
        ("1/8 dotted", 0.75),
        ("1/8d", 0.75),
        ("triplet eighth", 1 / 3),
        ("eighth note triplet", 1 / 3),
        ("1/8t", 1 / 3),
        ("thirty-second note", 0.125),
        ("dotted quarter", 1.5),
    ],
)
def test_note_value(text: str, beats: float) -> None:
    quantity = read(text)
    assert quantity.dimension is NOTE
    assert quantity.value == pytest.approx(beats)
    assert quantity.stop == len(tokenise(text))


@pytest.mark.parametrize(
    ("text", "start", "semitones"),
    [
        ("up a fifth", 1, 7),
        ("a fifth higher", 0, 7),
        ("a perfect fourth", 0, 5),
        ("minor third", 0, 3),
        ("major third", 0, 4),
        ("major second", 0, 2),
        ("tritone", 0, 6),
        ("down a 4th", 1, 5),
        ("down a whole step", 1, 2),
        ("down a half step", 1, 1),
        ("down half-step", 1, 1),
        ("down 3 half steps", 1, 3),
        ("up two whole tones", 1, 4),
        ("octave down", 0, 12),
    ],
)
def test_interval(text: str, start: int, semitones: float) -> None:
    quantity = read(text, start)
    assert quantity.dimension is PITCH
    assert quantity.value == pytest.approx(semitones)


@pytest.mark.parametrize(
    "text", ["a bit", "a few bits", "a fifth", "step", "tone", "a tone", "half", "quarter", "warm"]
)
def test_no_quantity(text: str) -> None:
    assert read_quantity(tokenise(text), 0) is None


def test_a_slash_pair_is_no_note_value_by_itself() -> None:
    assert read("1/4").dimension is Dimension.PAIR
    assert read("1/4 s").amount == pytest.approx(0.25)


def test_a_spelled_number_without_unit_is_vague() -> None:
    assert read("one").vague
    assert not read("one dB").vague
    assert not read("1").vague


def test_a_point_behind_a_fraction_is_a_dot_where_the_sentence_goes_on() -> None:
    assert read("1/4. at 120").value == pytest.approx(1.5)
    assert read("1/8. delay").value == pytest.approx(0.75)
    assert read("1/4. Add reverb").dimension is Dimension.PAIR


@pytest.mark.parametrize(("text", "first"), [("80/12k", 80), ("10/100 ms", 10)])
def test_a_slash_between_two_sizes_is_no_fraction(text: str, first: float) -> None:
    quantity = read(text)
    assert (quantity.dimension, quantity.value, quantity.stop) == (BARE, first, 1)
