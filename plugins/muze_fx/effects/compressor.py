"""Compressor: pedalboard's, with one gain for all channels (`LinkedGain`).

pedalboard's own follows every channel apart and so shifts the stereo image; the algorithm (JUCE's peak
follower, hard knee) is good and fast, so it computes the gain, and numpy applies it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muze_fx.effects.base import Effect, number
from muze_fx.effects.parts.hosted import LinkedGain
from muze_fx.effects.parts.processor import Processor, mixed


@dataclass(frozen=True)
class Compressor(Effect):
    """Feed-forward peak compressor with a hard knee; mix below 1 is parallel compression."""

    name: ClassVar[str] = "compressor"
    summary: ClassVar[str] = "evens out level: what is above the threshold grows less"
    order: ClassVar[int] = 30

    threshold_db: float = number("level above which it works", -18, low=-60, high=0, unit="dBFS")
    ratio: float = number("decibels in for one decibel out above it", 3, low=1, high=60, unit=":1", neutral=1)
    attack_ms: float = number("time to react to a louder sound", 10, low=0.1, high=500, unit="ms")
    release_ms: float = number("time to let go afterwards", 120, low=5, high=3000, unit="ms")
    makeup_db: float = number("gain after compression", 0, low=-24, high=24, unit="dB", neutral=0)
    mix: float = number("share of the compressed sound", 1, low=0, high=1)

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        import pedalboard

        plugin = pedalboard.Compressor(self.threshold_db, self.ratio, self.attack_ms, self.release_ms)
        wet = LinkedGain(plugin, rate_hz, makeup=10.0 ** (self.makeup_db / 20.0))
        return mixed(wet, self.mix, channels)
