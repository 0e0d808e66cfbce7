"""Tape: saturation that starts in the treble, head bump, bandwidth, hiss, wow and flutter. numpy and soxr.

pedalboard has nothing of it. The way of the signal is that of a machine:

    treble up ── saturation (oversampled) ── + hiss ── treble down, head bump, bandwidth ── wow and flutter

Treble is raised before the saturation and lowered after, as recording equalisers do: loud treble is the
first to saturate, and soft sound passes unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from muze_fx.biquad import Band, impulse_response
from muze_fx.effects.base import Effect, number
from muze_fx.effects.parts.processor import Processor, Samples, Series, mixed

if TYPE_CHECKING:
    from muze_fx.effects.parts.noise import Hiss

_EMPHASIS = Band("high_shelf", 3000.0, 5.0, 0.6)
_BUMP_HZ, _BUMP_Q = 75.0, 0.8
_OPEN_HZ = 20_000.0
_OFF_DB = -120.0
_WOW_HZ, _WOW_DEVIATION = 0.6, 0.01  # deviation of the speed at wow 1: a worn cassette deck
_FLUTTER_HZ, _FLUTTER_DEVIATION = 6.5, 0.004


@dataclass(frozen=True)
class Tape(Effect):
    """Analogue tape; `wow`, `flutter` and `hiss_db` are off unless asked for."""

    name: ClassVar[str] = "tape"
    summary: ClassVar[str] = "analogue tape: soft saturation, warmth, unsteady speed, hiss"
    order: ClassVar[int] = 60

    drive_db: float = number(
        "level into the tape; loudness is compensated", 4, low=0, high=24, unit="dB", neutral=0
    )
    wow: float = number("slow unsteadiness; 1 is 1 % of the speed", 0, low=0, high=1, neutral=0)
    flutter: float = number("fast unsteadiness; 1 is 0.4 % of the speed", 0, low=0, high=1, neutral=0)
    hiss_db: float = number(
        "level of the hiss; -120 is off",
        _OFF_DB,
        low=_OFF_DB,
        high=-20,
        unit="dBFS",
        neutral=_OFF_DB,
        scale="level",
    )
    head_bump_db: float = number("boost around 75 Hz", 1.5, low=-6, high=9, unit="dB", neutral=0)
    bandwidth_hz: float = number(
        "where the treble ends; 20000 is open",
        16_000,
        low=1000,
        high=_OPEN_HZ,
        unit="Hz",
        neutral=_OPEN_HZ,
        scale="ratio",
    )
    mix: float = number("share of the tape's sound", 1, low=0, high=1)

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        import numpy as np
        import pedalboard

        from muze_fx.effects.parts.filtering import Filtered
        from muze_fx.effects.parts.hosted import Hosted
        from muze_fx.effects.parts.noise import Hiss
        from muze_fx.effects.parts.saturation import Curve, Oversampled
        from muze_fx.effects.parts.varispeed import Varispeed, wander

        stages: list[Processor] = []
        bands: list[Band] = []
        if self.drive_db:
            curve = Curve("soft", self.drive_db)
            if _EMPHASIS.fitted(rate_hz) is not None:
                up = pedalboard.HighShelfFilter(_EMPHASIS.freq_hz, _EMPHASIS.gain_db, _EMPHASIS.q)
                stages.append(Hosted(up, rate_hz, channels))
            stages.append(Oversampled(curve.compile(), curve.factor(rate_hz), rate_hz, channels))
            bands.append(Band(_EMPHASIS.type, _EMPHASIS.freq_hz, -_EMPHASIS.gain_db, _EMPHASIS.q))
        if self.hiss_db > _OFF_DB:
            stages.append(_Added(Hiss(self.hiss_db, channels, seed)))
        if self.head_bump_db:
            bands.append(Band("peak", _BUMP_HZ, self.head_bump_db, _BUMP_Q))
        if self.bandwidth_hz < _OPEN_HZ:
            bands.append(Band("low_pass", self.bandwidth_hz))
        if bands:
            stages.append(Filtered(impulse_response(bands, rate_hz), channels))
        if self.wow or self.flutter:
            parts = [(_WOW_HZ, _WOW_DEVIATION * self.wow), (_FLUTTER_HZ, _FLUTTER_DEVIATION * self.flutter)]
            sway = wander([part for part in parts if part[1]], np.random.default_rng((seed, 3)))
            stages.append(Varispeed(sway, rate_hz, channels))
        return mixed(Series(stages), self.mix, channels)


class _Added:
    """Adds noise to what passes."""

    latency_samples = 0
    tail_samples = 0

    def __init__(self, noise: Hiss) -> None:
        self._noise = noise

    def process(self, block: Samples) -> Samples:
        result: Samples = block + self._noise.next(block.shape[1])
        return result
