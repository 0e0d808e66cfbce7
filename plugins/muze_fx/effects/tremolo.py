"""Tremolo: level that swings. numpy, since pedalboard has none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from muze_fx.effects.base import Effect, choice, number
from muze_fx.effects.parts.processor import Processor, Samples

_EDGE_S = 0.002  # a square's jump takes this long, or it clicks


@dataclass(frozen=True)
class Tremolo(Effect):
    """Amplitude modulation; up to 1000 Hz, where it becomes ring-modulator-like."""

    name: ClassVar[str] = "tremolo"
    summary: ClassVar[str] = "level that swings"
    order: ClassVar[int] = 100

    rate_hz: float = number("swings a second", 5, low=0.01, high=1000, unit="Hz")
    depth: float = number("how far the level falls; 1 is to silence", 0.5, low=0, high=1, neutral=0)
    shape: str = choice("form of a swing", "sine", choices=("sine", "triangle", "square"))

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        return _Swing(self, rate_hz)


class _Swing:
    """gain = 1 - depth · (1 - wave) / 2 with wave in -1…1, starting at full level."""

    latency_samples = 0
    tail_samples = 0

    def __init__(self, setting: Tremolo, rate_hz: int) -> None:
        self._setting = setting
        self._step = setting.rate_hz / rate_hz
        self._edge = max(setting.rate_hz * _EDGE_S, 1e-6)  # as a share of a period
        self._at = 0  # samples so far

    def process(self, block: Samples) -> Samples:
        """Apply the swing to the next (C, N) samples."""
        count = block.shape[1]
        # The phase comes from the sample's number, so no error adds up over an hour.
        phase = np.mod((self._at + np.arange(count)) * self._step, 1.0).astype(np.float32)
        self._at += count
        if self._setting.shape == "sine":
            wave = np.cos(np.float32(2.0 * np.pi) * phase)
        else:
            wave = np.abs(np.float32(4.0) * phase - np.float32(2.0)) - np.float32(1.0)
            if self._setting.shape == "square":
                # A triangle, steepened and clipped: it crosses zero where the square jumps.
                wave = np.clip(wave / np.float32(min(4.0 * self._edge / 2.0, 1.0)), -1.0, 1.0)
        gain = np.float32(1.0) - np.float32(self._setting.depth / 2.0) * (np.float32(1.0) - wave)
        result: Samples = block * gain
        return result
