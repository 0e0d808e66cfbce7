"""Gain: louder or quieter, nothing else. numpy: one multiplication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from muze_fx.effects.base import Effect, number
from muze_fx.effects.parts.processor import Mapped, Processor


@dataclass(frozen=True)
class Gain(Effect):
    """Level, in dB."""

    name: ClassVar[str] = "gain"
    summary: ClassVar[str] = "louder or quieter"
    order: ClassVar[int] = 150

    gain_db: float = number("change of level", 0, low=-60, high=40, unit="dB", neutral=0)

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        factor = np.float32(10.0 ** (self.gain_db / 20.0))
        return Mapped(lambda block: block * factor)
