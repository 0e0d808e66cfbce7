"""Numbers and effects as text; how many echoes and how much tail are worth writing out."""

from __future__ import annotations

import math
from collections.abc import Iterable

from muze_fx.effects import Effect
from muze_fx.effects.delay import Delay
from muze_fx.effects.reverb import Reverb

ECHO_FLOOR = 1e-3  # repeats under -60 dB are not written out
REVERB_TAIL_RT60 = 1.25  # room for a decay of 75 dB


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


def echoes(effect: Delay, most: int) -> int:
    """Number of repeats down to -60 dB, `most` at most."""
    if effect.feedback <= ECHO_FLOOR:
        return 1
    return min(most, 1 + math.floor(math.log(ECHO_FLOOR) / math.log(effect.feedback)))


def tail_s(chain: Iterable[Effect], most_echoes: int) -> float:
    """Time that reverbs and echoes sound beyond the input's end, in series."""
    total = 0.0
    for effect in chain:
        if isinstance(effect, Reverb):
            total += REVERB_TAIL_RT60 * effect.rt60_s + effect.pre_delay_ms / 1000.0
        elif isinstance(effect, Delay):
            total += effect.time_s * echoes(effect, most_echoes)
    return total


def comment(text: str) -> str:
    """Return text as lines of a comment, whatever it holds."""
    return "\n".join(
        f"# {''.join(c if c.isprintable() else ' ' for c in line)}".rstrip() for line in text.splitlines()
    )
