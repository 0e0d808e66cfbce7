"""Stereo width: mid and side. numpy, since pedalboard has none.

The mid is never touched, so a mono fold-down is the same at every width.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from muze_fx.effects.base import Effect, number
from muze_fx.effects.parts.processor import Mapped, Processor, Samples


@dataclass(frozen=True)
class StereoWidth(Effect):
    """Level of the difference between left and right."""

    name: ClassVar[str] = "stereo_width"
    summary: ClassVar[str] = "narrower or wider stereo"
    order: ClassVar[int] = 130

    width: float = number("0 mono, 1 as it is, 2 twice the difference", 1, low=0, high=3, neutral=1)

    def skipped(self, channels: int) -> str | None:
        """Only two channels have a width."""
        if channels == 2:
            return None
        return f"stereo_width: needs stereo, this has {channels} channel{'s' * (channels > 1)}; left out"

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        # out = mid ± width · side, written per channel: left = a · left + b · right.
        a, b = np.float32((1.0 + self.width) / 2.0), np.float32((1.0 - self.width) / 2.0)

        def widen(block: Samples) -> Samples:
            widened: Samples = a * block + b * block[::-1]
            return widened

        return Mapped(widen)
