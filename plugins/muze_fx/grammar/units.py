"""Dimensions, units, and the quantity that a number with a unit makes.

Every quantity is held in the base unit of its dimension: dB, Hz, seconds, a share of 1 for percent, semitones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from muze_fx.grammar.tokens import Token, text_at


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
    SLOPE = "dB per octave"
    LOUDNESS = "LUFS"
    TRUE_PEAK = "dBTP"
    BARE = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit.

    Args:
        dimension: what it measures.
        value: its size in the base unit, without the sign.
        start: index of its first token.
        stop: index of the token after it.
        sign: -1 or 1 where one is written, else 0.
        loose: the sign may be a dash.
        upper: the upper end of a range ("2-4 kHz"), of which `value` is the lower.
        pair: the two sides of "50/50" or "4:1".
        scale: what one of the written unit is in the base unit.
        vague: a word without a unit, which may be no number at all ("one").
        tolerance: written "±", so that behind another number it says nothing.
    """

    dimension: Dimension
    value: float
    start: int
    stop: int
    sign: int = 0
    loose: bool = False
    upper: float | None = None
    pair: tuple[float, float] | None = None
    scale: float = 1.0
    vague: bool = False
    tolerance: bool = False

    @property
    def amount(self) -> float:
        """The value with its sign; the middle of a range."""
        middle = self.value if self.upper is None else (self.value + self.upper) / 2
        return -middle if self.sign < 0 else middle


def _units(dimension: Dimension, scale: float, *words: str) -> dict[str, tuple[Dimension, float]]:
    return dict.fromkeys(words, (dimension, scale))


#: Dimension of every unit, and what one of it is in the base unit.
UNITS: dict[str, tuple[Dimension, float]] = {
    **_units(Dimension.LEVEL, 1, "db", "dbs", "decibel", "decibels", "dbfs", "dbu", "dbv", "lu"),
    **_units(Dimension.FREQUENCY, 1, "hz", "hertz", "cps", "cycle", "cycles"),
    **_units(Dimension.FREQUENCY, 1000, "khz", "kilohertz", "k", "kilo", "kilos", "kc"),
    **_units(Dimension.TIME, 1, "s", "sec", "secs", "second", "seconds"),
    **_units(Dimension.TIME, 0.001, "ms", "msec", "msecs", "millisecond", "milliseconds", "milli", "millis"),
    **_units(Dimension.SHARE, 0.01, "%", "percent", "percents", "pct"),
    **_units(Dimension.PITCH, 1, "semitone", "semitones", "st", "semi", "semis", "halftone", "halftones"),
    **_units(Dimension.PITCH, 12, "octave", "octaves", "oct"),
    **_units(Dimension.PITCH, 0.01, "cent", "cents", "ct", "cts"),
    **_units(Dimension.BITS, 1, "bit", "bits"),
    **_units(Dimension.TEMPO, 1, "bpm"),
    **_units(Dimension.LENGTH, 1, "m", "meter", "meters", "metre", "metres"),
    **_units(Dimension.FACTOR, 1, "x", "times"),
    **_units(Dimension.LOUDNESS, 1, "lufs", "lkfs"),
    **_units(Dimension.TRUE_PEAK, 1, "dbtp"),
    **_units(Dimension.SLOPE, 6, "pole", "poles"),
}
#: Semitones of what is an interval only where pitch is spoken of: "two steps up", but "one tone" may be a sound.
STEPS = {"step": 2.0, "steps": 2.0, "tone": 2.0, "tones": 2.0, "wholetone": 2.0}
#: How many tokens away a word is still near.
_NEAR = 24
#: What speaks of pitch.
PITCH_WORDS = frozenset(
    {
        "up", "down", "higher", "lower", "above", "below", "pitch", "pitched", "pitching", "transpose", "transposed",
        "tune", "tuned", "tuning", "detune", "detuned", "shift", "shifted", "drop", "dropped", "raise", "raised",
        "sharp", "flat", "deeper",
    }
)  # fmt: skip


def is_unit_at(tokens: Sequence[Token], index: int) -> bool:
    """Whether there is a unit at `index`."""
    return text_at(tokens, index) in UNITS or text_at(tokens, index) in STEPS


def speaks_of_pitch(tokens: Sequence[Token], index: int) -> bool:
    """Whether steps and tones are intervals near `index`."""
    near = tokens[max(0, index - _NEAR) : index + _NEAR]
    return any(token.text in PITCH_WORDS for token in near)
