"""What the writers for all targets share: the situation they write for, their warnings, numbers as text."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from muze_fx.effects import Effect
from muze_fx.effects.delay import Delay
from muze_fx.effects.reverb import Reverb

ECHO_FLOOR = 1e-3  # repeats under -60 dB are not written out
MOST_ECHOES = 24  # nor more of them than this
REVERB_TAIL_RT60 = 1.25  # room for a decay of 75 dB


@dataclass
class Sheet:
    """A text being written.

    Attributes:
        target: what the program is called in warnings.
        rate_hz, channels: of the audio that it is written for.
        warnings: what differs from muze's own rendering, a line each, the effect first.
    """

    target: str
    rate_hz: int
    channels: int
    warnings: list[str] = field(default_factory=list)

    def warn(self, effect: Effect, text: str) -> None:
        """Note what of an effect is missing or different; once is enough."""
        line = f"{effect.name}: {text}"
        if line not in self.warnings:
            self.warnings.append(line)

    def left_out(self, effect: Effect, *parameters: str) -> None:
        """Note parameters that have no counterpart."""
        if parameters:
            verb = "has" if len(parameters) == 1 else "have"
            self.warn(effect, f"{listed(parameters)} {verb} no counterpart in {self.target}; left out")

    def limited(self, effect: Effect, parameter: str, value: float, low: float, high: float) -> float:
        """Return the nearest value that the target can do, and note it where it is another."""
        kept = min(max(value, low), high)
        if kept != value:
            self.warn(effect, f"{parameter} {value:g} is beyond what {self.target} can do; {kept:g} is used")
        return kept


def amplitude(decibels: float) -> float:
    """Return the factor of a level in dB."""
    return float(10.0 ** (decibels / 20.0))


def number(value: float, digits: int = 6) -> str:
    """Return a number as short as its significant digits allow, never in exponent notation."""
    if value == 0.0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def listed(words: tuple[str, ...]) -> str:
    """Return words as an enumeration: `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def described(effect: Effect) -> str:
    """Return an effect and its parameters as one line of text."""
    settings = effect.to_dict()
    shown = []
    for name, value in settings.items():
        if name == "bands":
            shown.append(f"{len(value)} band{'s' * (len(value) != 1)}")
        elif name != "effect":
            shown.append(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}")
    return f"{effect.name}: {', '.join(shown)}"


def echoes(effect: Delay) -> int:
    """Number of repeats that are worth writing out, 24 at most."""
    if effect.feedback <= ECHO_FLOOR:
        return 1
    return min(MOST_ECHOES, 1 + math.floor(math.log(ECHO_FLOOR) / math.log(effect.feedback)))


def tail_s(chain: tuple[Effect, ...]) -> float:
    """Time that reverbs and echoes sound beyond the input's end, in series."""
    total = 0.0
    for effect in chain:
        if isinstance(effect, Reverb):
            total += REVERB_TAIL_RT60 * effect.rt60_s + effect.pre_delay_ms / 1000.0
        elif isinstance(effect, Delay):
            total += effect.time_s * echoes(effect)
    return total
