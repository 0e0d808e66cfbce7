"""What all targets share: effects taken apart into steps, each of which a target writes in its own way.

A target is a subclass that knows how to write a step; what it cannot write it notes as a warning, and the
warnings stand as comments in the text too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from muze_fx.biquad import Band
from muze_fx.effects import Effect
from muze_fx.effects.bitcrush import Bitcrush
from muze_fx.effects.chorus import Chorus
from muze_fx.effects.compressor import Compressor
from muze_fx.effects.delay import Delay
from muze_fx.effects.distortion import Distortion
from muze_fx.effects.equalizer import Equalizer
from muze_fx.effects.gain import Gain
from muze_fx.effects.limiter import Limiter
from muze_fx.effects.noise_gate import NoiseGate
from muze_fx.effects.parts.saturation import Curve
from muze_fx.effects.phaser import Phaser
from muze_fx.effects.pitch import Pitch
from muze_fx.effects.reverb import Reverb
from muze_fx.effects.stereo_width import StereoWidth
from muze_fx.effects.tape import Tape
from muze_fx.effects.tremolo import Tremolo
from muze_fx.effects.vinyl import Vinyl
from muze_fx.export.waveshape import Waveshape
from muze_fx.export.wording import ECHO_FLOOR, echoes

# How `muze_fx.effects` builds distortion, tape and vinyl; a test compares what both make of the same sound.
_TILT_HZ, _TILT_DB, _TILT_Q = 900.0, 6.0, 0.45
_EMPHASIS_HZ, _EMPHASIS_DB, _EMPHASIS_Q = 3000.0, 5.0, 0.6
_BUMP_HZ, _BUMP_Q = 75.0, 0.8
_WOW_HZ, _WOW_DEVIATION = 0.6, 0.01
_FLUTTER_HZ, _FLUTTER_DEVIATION = 6.5, 0.004
_REVOLUTION_HZ, _WARP_DEVIATION = 100.0 / 3.0 / 60.0, 0.008
_RECORD_BANDS = (Band("high_pass", 28.0), Band("peak", 2600.0, -1.0, 0.5))
_OPEN_HZ = 20_000.0
_OFF_DB = -120.0


class Writer(ABC):
    """One text being written.

    Args:
        rate_hz, channels: of the audio that the text is for.

    Attributes:
        target: what the program is called in warnings.
        most_echoes: how many repeats of a delay it writes out.
        mixes_itself: effects for which the target sees to dry and wet in its own way.
        warnings: what differs from muze's own rendering, a line each, the effect first.
    """

    target: str
    most_echoes = 24
    mixes_itself: tuple[type[Effect], ...] = ()

    def __init__(self, rate_hz: int, channels: int) -> None:
        self.rate_hz = rate_hz
        self.channels = channels
        self.warnings: list[str] = []

    # ---- warnings ----

    def warn(self, effect: Effect, text: str) -> None:
        """Note what of an effect is missing or different; once is enough."""
        line = f"{effect.name}: {text}"
        if line not in self.warnings:
            self.warnings.append(line)

    def leave_out(self, effect: Effect, *parameters: str) -> None:
        """Note parameters that have no counterpart."""
        names = (
            parameters[0] if len(parameters) == 1 else f"{', '.join(parameters[:-1])} and {parameters[-1]}"
        )
        verb = "has" if len(parameters) == 1 else "have"
        self.warn(effect, f"{names} {verb} no counterpart in {self.target}; left out")

    def limited(self, effect: Effect, parameter: str, value: float, low: float, high: float) -> float:
        """Return the nearest value that the target can do, and note it where it is another."""
        kept = min(max(value, low), high)
        if kept != value:
            self.warn(effect, f"{parameter} {value:g} is beyond what {self.target} can do; {kept:g} is used")
        return kept

    # ---- effects taken apart ----

    def add(self, effect: Effect) -> None:
        """Write one effect; notes what of it cannot be written."""
        reason = effect.skipped(self.channels)
        if reason is not None:
            self.warnings.append(reason)
            return
        self.warnings += effect.notes(self.rate_hz, self.channels)
        with self.mixed(1.0 if isinstance(effect, self.mixes_itself) else getattr(effect, "mix", 1.0)):
            self._add(effect)

    def _add(self, effect: Effect) -> None:
        match effect:
            case Equalizer():
                self.bands(effect.bands)
            case Gain():
                self.gain(effect.gain_db)
            case Distortion():
                self._distortion(effect)
            case Tape():
                self._tape(effect)
            case Vinyl():
                self._vinyl(effect)
            case Compressor():
                self.compressor(effect)
            case NoiseGate():
                self.noise_gate(effect)
            case Limiter():
                self.limiter(effect)
            case Reverb():
                self.reverb(effect)
            case Delay():
                self._delay(effect)
            case Chorus():
                self.chorus(effect)
            case Phaser():
                self.phaser(effect)
            case Tremolo():
                self.tremolo(effect)
            case StereoWidth():
                self.stereo_width(effect)
            case Pitch():
                self.pitch(effect)
            case Bitcrush():
                self.bitcrush(effect)
            case _:
                self.warn(effect, f"has no counterpart in {self.target}; left out")

    def _distortion(self, effect: Distortion) -> None:
        if effect.drive_db:
            self.saturate(
                effect, Waveshape.of(Curve(effect.kind, effect.drive_db, effect.bias), self.rate_hz)
            )
        if effect.tone:
            self.bands([Band("high_shelf", _TILT_HZ, 2.0 * _TILT_DB * effect.tone, _TILT_Q)])
            self.gain(-_TILT_DB * effect.tone)

    def _tape(self, effect: Tape) -> None:
        after: list[Band] = []
        if effect.drive_db:
            self.bands([Band("high_shelf", _EMPHASIS_HZ, _EMPHASIS_DB, _EMPHASIS_Q)])
            self.saturate(effect, Waveshape.of(Curve("soft", effect.drive_db), self.rate_hz))
            after.append(Band("high_shelf", _EMPHASIS_HZ, -_EMPHASIS_DB, _EMPHASIS_Q))
        if effect.hiss_db > _OFF_DB:
            self.hiss(effect, effect.hiss_db)
        if effect.head_bump_db:
            after.append(Band("peak", _BUMP_HZ, effect.head_bump_db, _BUMP_Q))
        if effect.bandwidth_hz < _OPEN_HZ:
            after.append(Band("low_pass", effect.bandwidth_hz))
        self.bands(after)
        if effect.wow:
            self.vibrato(effect, "wow", _WOW_HZ, _WOW_DEVIATION * effect.wow)
        if effect.flutter:
            self.vibrato(effect, "flutter", _FLUTTER_HZ, _FLUTTER_DEVIATION * effect.flutter)

    def _vinyl(self, effect: Vinyl) -> None:
        if effect.hiss_db > _OFF_DB:
            self.hiss(effect, effect.hiss_db)
        if effect.crackle:
            self.crackle(effect, effect.crackle)
        open_top = effect.bandwidth_hz >= _OPEN_HZ
        self.bands([*_RECORD_BANDS, *([] if open_top else [Band("low_pass", effect.bandwidth_hz)])])
        if effect.rumble_db > _OFF_DB:
            self.rumble(effect, effect.rumble_db)
        if effect.warp:
            self.vibrato(effect, "warp", _REVOLUTION_HZ, _WARP_DEVIATION * effect.warp)

    def _delay(self, effect: Delay) -> None:
        count = echoes(effect, self.most_echoes)
        if effect.feedback**count > ECHO_FLOOR:
            self.warn(
                effect,
                f"echoes after number {count} are left out; that one is {effect.feedback**count:.0%} loud",
            )
        self.delay(effect, count)

    # ---- steps, which each target writes in its own way ----

    @contextmanager
    @abstractmethod
    def mixed(self, mix: float) -> Iterator[None]:
        """Mix what is written inside with what goes in, linearly; at 1 there is nothing to mix."""
        yield

    @abstractmethod
    def bands(self, bands: Sequence[Band]) -> None:
        """Write equaliser bands, in series."""

    @abstractmethod
    def gain(self, gain_db: float) -> None:
        """Write a change of level."""

    @abstractmethod
    def saturate(self, effect: Effect, shape: Waveshape) -> None:
        """Write a waveshaper."""

    @abstractmethod
    def hiss(self, effect: Effect, level_db: float) -> None:
        """Add white noise of an RMS level."""

    @abstractmethod
    def rumble(self, effect: Effect, level_db: float) -> None:
        """Add noise around 30 Hz of an RMS level."""

    @abstractmethod
    def crackle(self, effect: Effect, amount: float) -> None:
        """Add clicks, 28 a second at amount 1."""

    @abstractmethod
    def vibrato(self, effect: Effect, parameter: str, freq_hz: float, deviation: float) -> None:
        """Let the speed swing by a share of itself."""

    @abstractmethod
    def compressor(self, effect: Compressor) -> None:
        """Write a compressor without its mix."""

    @abstractmethod
    def noise_gate(self, effect: NoiseGate) -> None:
        """Write a noise gate."""

    @abstractmethod
    def limiter(self, effect: Limiter) -> None:
        """Write a limiter."""

    @abstractmethod
    def reverb(self, effect: Reverb) -> None:
        """Write a room without the direct sound."""

    @abstractmethod
    def delay(self, effect: Delay, count: int) -> None:
        """Write a number of echoes without the direct sound."""

    @abstractmethod
    def chorus(self, effect: Chorus) -> None:
        """Write the wavering copy without the direct sound."""

    @abstractmethod
    def phaser(self, effect: Phaser) -> None:
        """Write the phase-shifted sound without the direct sound."""

    @abstractmethod
    def tremolo(self, effect: Tremolo) -> None:
        """Write a tremolo."""

    @abstractmethod
    def stereo_width(self, effect: StereoWidth) -> None:
        """Write a change of stereo width; only called for two channels."""

    @abstractmethod
    def pitch(self, effect: Pitch) -> None:
        """Write a pitch shift without its mix."""

    @abstractmethod
    def bitcrush(self, effect: Bitcrush) -> None:
        """Write a bit crusher without its mix."""

    @abstractmethod
    def text(self, title: str, tail_s: float) -> str:
        """Return the finished text.

        Args:
            title: one line about the preset.
            tail_s: time that is rendered beyond the input's end.
        """
