"""Limiter: pedalboard's BrickwallLimiter, whose look-ahead keeps every sample at or under the ceiling.

Not pedalboard's `Limiter`: that one raises the level and lets full scale through whatever its threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from muze_fx.effects.base import Effect, number
from muze_fx.effects.parts.hosted import Hosted
from muze_fx.effects.parts.processor import Mapped, Processor, Series

_LOOKAHEAD_MS = 5.0


@dataclass(frozen=True)
class Limiter(Effect):
    """Guaranteed ceiling; `gain_db` drives into it for loudness."""

    name: ClassVar[str] = "limiter"
    summary: ClassVar[str] = "no sample above the ceiling"
    order: ClassVar[int] = 160

    ceiling_db: float = number("highest level let through", -1, low=-40, high=0, unit="dBFS")
    release_ms: float = number("time to let go after a peak", 100, low=1, high=2000, unit="ms")
    gain_db: float = number("gain before the ceiling", 0, low=0, high=24, unit="dB", neutral=0)

    @property
    def is_neutral(self) -> bool:
        """Never: even without gain the ceiling holds."""
        return False

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        import pedalboard

        plugin = pedalboard.BrickwallLimiter(self.ceiling_db, self.release_ms, _LOOKAHEAD_MS)
        stages: list[Processor] = []
        if self.gain_db:
            factor = np.float32(10.0 ** (self.gain_db / 20.0))
            stages.append(Mapped(lambda block: block * factor))
        lookahead = int(_LOOKAHEAD_MS / 1000.0 * rate_hz)
        stages.append(Hosted(plugin, rate_hz, channels, latency_samples=lookahead))
        return Series(stages) if len(stages) > 1 else stages[0]
