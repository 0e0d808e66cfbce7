"""Delay: echoes with damping and ping-pong. numpy around pedalboard's low-pass.

pedalboard's Delay has neither a filter in its loop nor a cross-over between channels. A feedback loop of D
samples can be computed D samples at a time, since what comes back within a chunk of D is already known:

    input ──(+)── line of D samples ── low-pass ──┬── echoes
             └──────────── × feedback ────────────┘        (ping-pong: crossed between left and right)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from muze_fx.effects.base import Effect, number, switch
from muze_fx.effects.parts.hosted import Host
from muze_fx.effects.parts.processor import Processor, Samples, mixed

_OPEN_HZ = 20_000.0


@dataclass(frozen=True)
class Delay(Effect):
    """Echoes; each repeat is darker by the high cut and quieter by the feedback."""

    name: ClassVar[str] = "delay"
    summary: ClassVar[str] = "echoes"
    order: ClassVar[int] = 110

    time_s: float = number("time between echoes", 0.35, low=0.01, high=5, unit="s")
    feedback: float = number("level of each echo against the one before", 0.35, low=0, high=0.95)
    high_cut_hz: float = number(
        "cut-off of the low-pass (6 dB an octave) that each echo passes",
        6000,
        low=200,
        high=_OPEN_HZ,
        unit="Hz",
        scale="ratio",
    )
    ping_pong: bool = switch("echoes alternate between left and right", False)
    mix: float = number("share of the echoes", 0.3, low=0, high=1, neutral=0)

    def notes(self, rate_hz: int, channels: int) -> tuple[str, ...]:
        """Ping-pong needs two sides."""
        if not self.ping_pong or channels == 2:
            return ()
        return (
            f"delay: ping_pong needs stereo, this has {channels} channel{'s' * (channels > 1)}; left out",
        )

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        return mixed(_Echoes(self, rate_hz, channels), self.mix, channels)


class _Echoes:
    """Echoes without the direct sound."""

    latency_samples = 0

    def __init__(self, setting: Delay, rate_hz: int, channels: int) -> None:
        length = max(1, round(setting.time_s * rate_hz))
        self._line = np.zeros((channels, length), np.float32)  # ring; the oldest sample is at `_at`
        self._at = 0
        self._feedback = np.float32(setting.feedback)
        self._crossed = setting.ping_pong and channels == 2
        self._rate_hz = float(rate_hz)
        # One filter a channel, fed one-dimensional: chunks may be narrower than there are channels.
        self._filters = self._make_filters(setting.high_cut_hz, channels)
        repeats = math.log(1e-4) / math.log(setting.feedback) if setting.feedback > 1e-4 else 0.0
        self.tail_samples = math.ceil(length * (1.0 + repeats))

    def _make_filters(self, cutoff_hz: float, channels: int) -> list[Host]:
        if cutoff_hz >= min(_OPEN_HZ, 0.45 * self._rate_hz):
            return []
        import pedalboard

        return [Host(pedalboard.LowpassFilter(cutoff_hz), self._rate_hz) for _ in range(channels)]

    def process(self, block: Samples) -> Samples:
        """Return the echoes that sound during the next (C, N) samples."""
        out = np.empty_like(block)
        length = self._line.shape[1]
        done, count = 0, block.shape[1]
        if self._crossed:
            block = np.stack([block.mean(axis=0), np.zeros(count, np.float32)])
        while done < count:
            step = min(length - self._at, count - done)
            slot = self._line[:, self._at : self._at + step]
            echo = out[:, done : done + step]
            if self._filters:
                for channel, low_pass in enumerate(self._filters):
                    echo[channel] = low_pass(slot[channel])
            else:
                echo[:] = slot
            returned = echo[::-1] if self._crossed else echo
            np.add(block[:, done : done + step], self._feedback * returned, out=slot)
            self._at = (self._at + step) % length
            done += step
        return out
