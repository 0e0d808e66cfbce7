"""Bit-crush: fewer bits, fewer samples. numpy.

pedalboard's Bitcrush knows bits only, and its Resample with zero-order hold neither streams without delay
nor takes any rate; both together are a few lines here and as fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from muze_fx.effects.base import Effect, number
from muze_fx.effects.parts.processor import Processor, Samples, mixed

_ALL_BITS = 24.0
_FULL_RATE_HZ = 48_000.0


@dataclass(frozen=True)
class Bitcrush(Effect):
    """Quantises and holds samples, without any filter: the roughness is the effect."""

    name: ClassVar[str] = "bitcrush"
    summary: ClassVar[str] = "fewer bits and samples: rough, digital, lo-fi"
    order: ClassVar[int] = 70

    bits: float = number("resolution; 24 is full", 8, low=1, high=_ALL_BITS, unit="bit", neutral=_ALL_BITS)
    rate_hz: float = number(
        "sample rate it sounds like; 48000 is full",
        _FULL_RATE_HZ,
        low=100,
        high=_FULL_RATE_HZ,
        unit="Hz",
        neutral=_FULL_RATE_HZ,
        scale="ratio",
    )
    mix: float = number("share of the crushed sound", 1, low=0, high=1)

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        return mixed(_Crusher(self, rate_hz, channels), self.mix, channels)


class _Crusher:
    latency_samples = 0
    tail_samples = 0

    def __init__(self, setting: Bitcrush, rate_hz: int, channels: int) -> None:
        # b bits hold 2^(b-1) steps up to full scale; rounding keeps silence silent and adds no DC.
        self._steps = np.float32(2.0 ** (setting.bits - 1.0)) if setting.bits < _ALL_BITS else None
        self._ratio = setting.rate_hz / rate_hz if setting.rate_hz < min(rate_hz, _FULL_RATE_HZ) else None
        self._held = np.zeros((channels, 1), np.float32)
        self._at = 0  # samples so far

    def process(self, block: Samples) -> Samples:
        """Crush the next (C, N) samples."""
        if self._ratio is not None:
            block = self._hold(block, self._ratio)
        if self._steps is not None:
            block = np.rint(block * self._steps) / self._steps
        return block

    def _hold(self, block: Samples, ratio: float) -> Samples:
        """Repeat each sample until the slower clock ticks."""
        count = block.shape[1]
        numbers = self._at + np.arange(-1, count)
        self._at += count
        ticks = np.diff(np.floor(numbers * ratio)) > 0.0
        if self._at == count:
            ticks[0] = True
        # Position in (held, block) of the sample that each output repeats: the latest tick, else the held.
        source = np.maximum.accumulate(np.where(ticks, np.arange(1, count + 1), 0))
        out: Samples = np.concatenate([self._held, block], axis=1)[:, source]
        self._held = out[:, -1:].copy()
        return out
