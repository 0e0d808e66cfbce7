"""Noise gate: pedalboard's, with one gain for all channels (`LinkedGain`), as in the compressor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muze_fx.effects.base import Effect, number
from muze_fx.effects.parts.hosted import LinkedGain
from muze_fx.effects.parts.processor import Processor


@dataclass(frozen=True)
class NoiseGate(Effect):
    """Downward expander: what is below the threshold gets quieter."""

    name: ClassVar[str] = "noise_gate"
    summary: ClassVar[str] = "quietens what is below the threshold"
    order: ClassVar[int] = 10

    threshold_db: float = number("level below which it works", -50, low=-90, high=0, unit="dBFS")
    ratio: float = number("decibels out for one decibel in below it", 4, low=1, high=60, unit=":1", neutral=1)
    attack_ms: float = number("time to open", 2, low=0.1, high=500, unit="ms")
    release_ms: float = number("time to close", 150, low=5, high=3000, unit="ms")

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        import pedalboard

        plugin = pedalboard.NoiseGate(self.threshold_db, self.ratio, self.attack_ms, self.release_ms)
        return LinkedGain(plugin, rate_hz)
