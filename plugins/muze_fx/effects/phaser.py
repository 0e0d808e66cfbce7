"""Phaser: pedalboard's (JUCE's six all-pass stages), wet only, mixed here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muze_fx.effects.base import Effect, number
from muze_fx.effects.parts.hosted import Hosted
from muze_fx.effects.parts.processor import Processor, mixed


@dataclass(frozen=True)
class Phaser(Effect):
    """Notches that sweep through the spectrum."""

    name: ClassVar[str] = "phaser"
    summary: ClassVar[str] = "notches that sweep through the spectrum"
    order: ClassVar[int] = 90

    rate_hz: float = number("sweeps a second", 0.5, low=0.01, high=20, unit="Hz")
    depth: float = number("width of the sweep", 0.5, low=0, high=1)
    centre_hz: float = number("middle of the sweep", 1300, low=50, high=10_000, unit="Hz", scale="ratio")
    feedback: float = number("sharpness of the notches", 0.2, low=-0.95, high=0.95)
    mix: float = number(
        "share of the shifted sound; 0.5 has the deepest notches", 0.5, low=0, high=1, neutral=0
    )

    def notes(self, rate_hz: int, channels: int) -> tuple[str, ...]:
        """Say where the sweep's centre does not fit under half the sample rate."""
        if self.centre_hz <= _top_hz(rate_hz):
            return ()
        return (
            f"phaser: centre_hz {self.centre_hz:g} lowered to {_top_hz(rate_hz):g} for {rate_hz} Hz audio",
        )

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        import pedalboard

        centre_hz = min(self.centre_hz, _top_hz(rate_hz))
        plugin = pedalboard.Phaser(self.rate_hz, self.depth, centre_hz, self.feedback, mix=1.0)
        return mixed(Hosted(plugin, rate_hz, channels), self.mix, channels)


def _top_hz(rate_hz: int) -> float:
    return 0.45 * rate_hz
