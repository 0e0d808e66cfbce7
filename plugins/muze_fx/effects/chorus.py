"""Chorus: pedalboard's (JUCE), wet only, mixed here. Short delays make it a flanger."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from muze_fx.effects.base import Effect, number
from muze_fx.effects.parts.hosted import Hosted
from muze_fx.effects.parts.processor import Processor, mixed

_TAIL_FROM_S = 0.05  # shorter ends are part of the sound


@dataclass(frozen=True)
class Chorus(Effect):
    """A copy of the sound whose delay wavers: detuned, doubled."""

    name: ClassVar[str] = "chorus"
    summary: ClassVar[str] = "doubles the sound with a wavering copy"
    order: ClassVar[int] = 80

    rate_hz: float = number("waverings a second", 0.8, low=0.01, high=20, unit="Hz")
    depth: float = number("how far the delay wavers", 0.25, low=0, high=1)
    centre_delay_ms: float = number("delay of the copy", 7, low=1, high=100, unit="ms")
    feedback: float = number("share of the copy fed back", 0, low=-0.95, high=0.95)
    mix: float = number("share of the copy", 0.5, low=0, high=1, neutral=0)

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        import pedalboard

        plugin = pedalboard.Chorus(self.rate_hz, self.depth, self.centre_delay_ms, self.feedback, mix=1.0)
        # Each pass through the delay keeps `feedback` of the sound; -80 dB is a factor of 1e-4.
        passes = math.log(1e-4) / math.log(abs(self.feedback)) if abs(self.feedback) > 1e-4 else 0.0
        tail_s = passes * self.centre_delay_ms / 1000.0
        tail = round(tail_s * rate_hz) if tail_s > _TAIL_FROM_S else 0
        return mixed(Hosted(plugin, rate_hz, channels, tail_samples=tail), self.mix, channels)
