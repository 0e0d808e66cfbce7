"""Vinyl: clicks, surface noise, rumble, a warped disc, the band that a record holds. numpy.

pedalboard has nothing of it. Surface noise and clicks pass the same band limits as the music; rumble comes
from the turntable and does not.

    + hiss + crackle ── band limits ── + rumble ── warp (once a revolution, 33⅓ rpm)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from muze_fx.biquad import Band, impulse_response
from muze_fx.effects.base import Effect, number
from muze_fx.effects.parts.processor import Processor, Samples, Series, mixed

if TYPE_CHECKING:
    from muze_fx.effects.parts.noise import Rumble

_OFF_DB = -120.0
_OPEN_HZ = 20_000.0
_REVOLUTION_HZ = 100.0 / 3.0 / 60.0
_WARP_DEVIATION = 0.008  # of the speed, at warp 1
_BOTTOM = Band("high_pass", 28.0)
_CARTRIDGE = Band("peak", 2600.0, -1.0, 0.5)  # the ear's edge taken off, as soft styli do


@dataclass(frozen=True)
class Vinyl(Effect):
    """A record and its player."""

    name: ClassVar[str] = "vinyl"
    summary: ClassVar[str] = "a record: crackle, surface noise, rumble, warp"
    order: ClassVar[int] = 140

    crackle: float = number("clicks and pops", 0.3, low=0, high=1, neutral=0)
    hiss_db: float = number(
        "surface noise; -120 is off", -66, low=_OFF_DB, high=-20, unit="dBFS", neutral=_OFF_DB, scale="level"
    )
    rumble_db: float = number(
        "bearing noise around 30 Hz; -120 is off",
        -60,
        low=_OFF_DB,
        high=-20,
        unit="dBFS",
        neutral=_OFF_DB,
        scale="level",
    )
    warp: float = number(
        "wander of the pitch with each revolution; 1 is 0.8 %", 0.1, low=0, high=1, neutral=0
    )
    bandwidth_hz: float = number(
        "where the treble ends; 20000 is open",
        15_000,
        low=1000,
        high=_OPEN_HZ,
        unit="Hz",
        neutral=_OPEN_HZ,
        scale="ratio",
    )
    mix: float = number("share of the record's sound", 1, low=0, high=1)

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        import numpy as np

        from muze_fx.effects.parts.filtering import Filtered
        from muze_fx.effects.parts.noise import Rumble
        from muze_fx.effects.parts.varispeed import Varispeed, wander

        stages: list[Processor] = []
        bands = [_BOTTOM, _CARTRIDGE]
        if self.bandwidth_hz < _OPEN_HZ:
            bands.append(Band("low_pass", self.bandwidth_hz))
        stages.append(_Surface(self, rate_hz, channels, seed))
        stages.append(Filtered(impulse_response(bands, rate_hz), channels))
        if self.rumble_db > _OFF_DB:
            stages.append(_Rumbling(Rumble(self.rumble_db, rate_hz, seed)))
        if self.warp:
            sway = wander(
                [(_REVOLUTION_HZ, _WARP_DEVIATION * self.warp)],
                np.random.default_rng((seed, 3)),
                spread=(1.0, 2.0),
            )
            stages.append(Varispeed(sway, rate_hz, channels))
        return mixed(Series(stages), self.mix, channels)


class _Surface:
    """Adds surface noise and clicks."""

    latency_samples = 0
    tail_samples = 0

    def __init__(self, setting: Vinyl, rate_hz: int, channels: int, seed: int) -> None:
        from muze_fx.effects.parts.noise import Crackle, Hiss

        self._hiss = Hiss(setting.hiss_db, channels, seed) if setting.hiss_db > _OFF_DB else None
        self._crackle = Crackle(setting.crackle, rate_hz, channels, seed) if setting.crackle else None

    def process(self, block: Samples) -> Samples:
        if self._hiss is not None:
            block = block + self._hiss.next(block.shape[1])
        if self._crackle is not None:
            block = block + self._crackle.next(block.shape[1])
        return block


class _Rumbling:
    """Adds rumble, the same to every channel."""

    latency_samples = 0
    tail_samples = 0

    def __init__(self, rumble: Rumble) -> None:
        self._rumble = rumble

    def process(self, block: Samples) -> Samples:
        result: Samples = block + self._rumble.next(block.shape[1])
        return result
