"""Reverb: convolution with the impulse response of a room made to measure (`parts.room`). numpy.

Not pedalboard's Reverb (Freeverb): it has no RT60 below half a second, no seconds at all to set, no
pre-delay, no early reflections. One FFT convolution with a response made for the asked RT60 costs the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from muze_fx.effects.base import Effect, number
from muze_fx.effects.parts.processor import Processor, Samples, mixed

if TYPE_CHECKING:
    from muze_fx.effects.parts.room import Room

_CROSSFEED = np.float32(0.5)  # a source on one side is heard from the whole room


@dataclass(frozen=True)
class Reverb(Effect):
    """A room around the sound."""

    name: ClassVar[str] = "reverb"
    summary: ClassVar[str] = "a room around the sound, by its reverberation time and size"
    order: ClassVar[int] = 120

    rt60_s: float = number("time to die away by 60 dB", 1.2, low=0.05, high=20, unit="s")
    pre_delay_ms: float = number("time before the room answers", 15, low=0, high=500, unit="ms")
    size_m: float = number("longest wall", 12, low=1, high=200, unit="m")
    damping: float = number("how much faster treble dies", 0.4, low=0, high=1)
    diffusion: float = number("0 single echoes … 1 smooth", 0.8, low=0, high=1)
    low_cut_hz: float = number("bass kept out of the room; 20 is none", 60, low=20, high=2000, unit="Hz")
    early_db: float = number("early reflections against the late field", -4, low=-40, high=20, unit="dB")
    width: float = number("0 the room is mono … 1 all around", 1, low=0, high=1)
    mix: float = number("share of the room", 0.25, low=0, high=1, neutral=0)

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        return mixed(_Wet(self, rate_hz, channels, seed), self.mix, channels)

    def room(self) -> Room:
        """Return the room that the setting describes."""
        from muze_fx.effects.parts.room import Room

        return Room(
            rt60_s=self.rt60_s,
            size_m=self.size_m,
            damping=self.damping,
            diffusion=self.diffusion,
            early_db=self.early_db,
            width=self.width,
            low_cut_hz=self.low_cut_hz,
            pre_delay_s=self.pre_delay_ms / 1000.0,
        )


class _Wet:
    """The room without the direct sound."""

    latency_samples = 0

    def __init__(self, setting: Reverb, rate_hz: int, channels: int, seed: int) -> None:
        from muzecli.audio.convolve import Convolver

        response = setting.room().response(rate_hz, channels, seed)  # (C, L)
        self._convolver = Convolver(response, channels)
        self.tail_samples = response.shape[1]

    def process(self, block: Samples) -> Samples:
        if block.shape[0] > 1:
            block = _CROSSFEED * block + (1 - _CROSSFEED) * block.mean(axis=0)
        return self._convolver.process(block)
