"""Distortion: saturation curves, oversampled. numpy and soxr.

pedalboard's Distortion is a bare tanh at the sample rate: it aliases, and its drive is mostly loudness.
Here drive changes colour at about the same loudness, and the curve runs oversampled (`parts.saturation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from muze_fx.effects.base import Effect, choice, number
from muze_fx.effects.parts.hosted import Hosted
from muze_fx.effects.parts.processor import Mapped, Processor, Series, mixed

KINDS = ("soft", "tube", "hard", "fuzz")
_TILT_PIVOT_HZ = 900.0
_TILT_DB = 6.0  # at each end of the spectrum for tone ±1
_TILT_Q = 0.45  # a slope over several octaves, without a bump


@dataclass(frozen=True)
class Distortion(Effect):
    """Saturation from gentle warmth to fuzz."""

    name: ClassVar[str] = "distortion"
    summary: ClassVar[str] = "saturation: adds harmonics, from warmth to fuzz"
    order: ClassVar[int] = 40

    kind: str = choice("shape of the curve", "soft", choices=KINDS)
    drive_db: float = number(
        "gain into the curve; loudness is compensated", 12, low=0, high=36, unit="dB", neutral=0
    )
    bias: float = number("unevenness: even harmonics", 0, low=-1, high=1, neutral=0)
    tone: float = number("-1 dark … 1 bright", 0, low=-1, high=1, neutral=0)
    mix: float = number("share of the distorted sound", 1, low=0, high=1)

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        from muze_fx.effects.parts.saturation import Curve, DcBlock, Oversampled

        stages: list[Processor] = []
        curve = Curve(self.kind, self.drive_db, self.bias)
        if self.drive_db:
            stages.append(Oversampled(curve.compile(), curve.factor(rate_hz), rate_hz, channels))
            if curve.is_even:
                stages.append(DcBlock(rate_hz, channels))
        if self.tone:
            stages += _tilt(self.tone, rate_hz, channels)
        return mixed(Series(stages), self.mix, channels)


def _tilt(tone: float, rate_hz: int, channels: int) -> list[Processor]:
    """A high shelf of twice the tilt, lowered by the tilt: down below the pivot, up above it."""
    import pedalboard

    shelf = pedalboard.HighShelfFilter(_TILT_PIVOT_HZ, 2.0 * _TILT_DB * tone, _TILT_Q)
    level = np.float32(10.0 ** (-_TILT_DB * tone / 20.0))
    return [Hosted(shelf, rate_hz, channels), Mapped(lambda block: block * level)]
