"""Pitch and formants: a phase vocoder of our own (`parts.phase_vocoder`). numpy and soxr.

Not pedalboard's PitchShift: called block by block it loses a second of audio at every call, it moves sound
by some 230 samples, and it cannot move formants. This one streams, keeps its place and costs less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muze_fx.effects.base import Effect, number
from muze_fx.effects.parts.processor import Processor, mixed


@dataclass(frozen=True)
class Pitch(Effect):
    """Pitch up or down at the same speed, formants apart.

    Formants move with the pitch, as on a tape, unless `formant_semitones` moves them back: +5 semitones with
    formants at -5 is the same voice singing higher.
    """

    name: ClassVar[str] = "pitch"
    summary: ClassVar[str] = "higher or lower at the same speed; formants apart"
    order: ClassVar[int] = 20

    semitones: float = number("change of pitch", 0, low=-24, high=24, unit="semitones", neutral=0)
    formant_semitones: float = number(
        "change of formants, on top of the pitch's", 0, low=-12, high=12, unit="semitones", neutral=0
    )
    mix: float = number("share of the shifted sound", 1, low=0, high=1)

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        from muze_fx.effects.parts.phase_vocoder import PitchShifter

        shifter = PitchShifter(
            2.0 ** (self.semitones / 12), 2.0 ** (self.formant_semitones / 12), rate_hz, channels
        )
        return mixed(shifter, self.mix, channels)
