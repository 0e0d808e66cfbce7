"""A preset as a sox command line, or as a short shell script where dry and wet sound part and meet again.

sox has one road: effects in a row. What needs two roads is rendered into temporary files that are mixed.
Inside, sox works with 32-bit integers and clips at full scale, so the sound runs 12 dB lower (which costs none
of 32 bits), and every threshold with it.

Equaliser bands are exact: sox uses the same cookbook. compand computes its gain from a level that follows the
peaks exponentially, with the maximum of all channels, as muze's compressor does; only that its times are time
constants, and pedalboard's are 2 pi of them. With no time at all it is a waveshaper.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from muze_fx.biquad import Band
from muze_fx.effects import Effect
from muze_fx.effects.bitcrush import Bitcrush
from muze_fx.effects.chorus import Chorus
from muze_fx.effects.compressor import Compressor
from muze_fx.effects.delay import Delay
from muze_fx.effects.limiter import Limiter
from muze_fx.effects.noise_gate import NoiseGate
from muze_fx.effects.phaser import Phaser
from muze_fx.effects.pitch import Pitch
from muze_fx.effects.reverb import Reverb
from muze_fx.effects.stereo_width import StereoWidth
from muze_fx.effects.tremolo import Tremolo
from muze_fx.export.freeverb import LOOP_S, SOX, comb_for, mid_power
from muze_fx.export.sox_line import SoxLine
from muze_fx.export.waveshape import Waveshape
from muze_fx.export.wording import amplitude, comment, number
from muze_fx.export.writer import Writer

HEADROOM = 4.0  # a factor; a power of two, so that bit-crushing meets whole steps
_HEADROOM_DB = 20.0 * math.log10(HEADROOM)
_LOWER, _HIGHER = f"vol {number(1.0 / HEADROOM)}", f"vol {number(HEADROOM)}"
_GATE_DEPTH_DB = 100.0
_QUIET = "0 -90"  # compand's gain, and the level it assumes before the start
# Power of sox's wet reverb over that of one of its combs, measured from 0 to 100 % reverberance.
_REVERB_MONO_DB, _REVERB_STEREO_DB = -15.35, -12.85
_WHITE_RMS = 1.0 / math.sqrt(3.0)  # of noise between -1 and 1
_RELEASE = (
    4.0  # compand's level falls to its end sooner than the gain of muze's limiter rises; fitted to music
)
_SHAPES = {
    "sine": ("sine", 25),
    "triangle": ("triangle", 50),
    "square": ("square", 25),
}  # starting at the top


class SoxWriter(Writer):
    """Writes the command."""

    target = "sox"
    mixes_itself = (Chorus, Phaser)

    def __init__(self, rate_hz: int, channels: int) -> None:
        super().__init__(rate_hz, channels)
        self._line = SoxLine()
        self._line.add(_LOWER)

    def text(self, title: str, tail_s: float) -> str:
        """Return the command, or the script."""
        notes = [
            title,
            f"Written for {self.rate_hz} Hz and {self.channels} channel{'s' * (self.channels != 1)}, and sox 14.4.2.",
            "sox clips at full scale: inside, the sound and all thresholds are 12 dB lower; the last vol",
            "raises it again. If sox warns that it clipped, lower that number.",
        ]
        if self.warnings:
            notes += ["What differs from muze's own rendering:", *(f"- {line}" for line in self.warnings)]
        self._line.add(_HIGHER)
        script = "\n".join([*map(comment, notes), *self._line.finish()]) + "\n"
        return script.replace(_LOWER, f"{_LOWER} pad 0 {number(tail_s, 4)}", 1) if tail_s else script

    @contextmanager
    def mixed(self, mix: float) -> Iterator[None]:
        """Two files and their mix."""
        if mix >= 1.0:
            yield
            return
        dry = self._line.store()
        yield
        wet = self._line.store()
        self._line.mix((1.0 - mix, dry), (mix, wet))

    # ---- steps ----

    def bands(self, bands: Sequence[Band]) -> None:
        """sox's filters are those of the cookbook."""
        for band in bands:
            fitted = band.fitted(self.rate_hz)
            if fitted is None:
                continue
            freq, gain, width = number(fitted.freq_hz), number(fitted.gain_db), f"{number(fitted.q)}q"
            written = {
                "peak": f"equalizer {freq} {width} {gain}",
                "low_shelf": f"bass {gain} {freq} {width}",
                "high_shelf": f"treble {gain} {freq} {width}",
                "high_pass": f"highpass -2 {freq} {width}",
                "low_pass": f"lowpass -2 {freq} {width}",
            }
            self._line.add(written[fitted.type])

    def gain(self, gain_db: float) -> None:
        """The effect of that name."""
        self._line.add(f"gain {number(gain_db)}")

    def saturate(self, effect: Effect, shape: Waveshape) -> None:
        """compand without time is a waveshaper for both halves of a wave alike.

        For an uneven curve the wave is first moved above zero, where compand can tell its halves apart.
        """
        alone = ",".join(["0,0"] * self.channels)  # a compander for each channel
        steps: list[str] = []
        if shape.is_odd:
            shift = _HEADROOM_DB
            table = [(level - shift, out - shift) for level, out in shape.level_table() if level <= shift]
            steps.append(f"compand {alone} {_points(table, 2)}")
        else:
            steps += [f"gain {number(-20 * math.log10(2), 10)}", "dcshift 0.5"]
            steps.append(f"compand {alone} {_points(shape.raised_table(HEADROOM), 6)}")
            steps += ["dcshift -0.5", f"gain {number(20 * math.log10(2), 10)}", "highpass -1 5"]
        if shape.oversampling > 1:
            steps = [f"rate {self.rate_hz * shape.oversampling}", *steps, f"rate {self.rate_hz}"]
        self._line.add(*steps)

    def hiss(self, effect: Effect, level_db: float) -> None:
        """Noise as long as the file, mixed in."""
        self._add_noise(amplitude(level_db) / _WHITE_RMS, "whitenoise")

    def rumble(self, effect: Effect, level_db: float) -> None:
        """Filtered noise, the same on all channels."""
        freqs = np.fft.rfftfreq(1 << 17, 1.0 / self.rate_hz)
        power = (freqs / 15) ** 2 / (1 + (freqs / 15) ** 2) / (1 + (freqs / 40) ** 2) ** 2
        factor = amplitude(level_db) / (_WHITE_RMS * math.sqrt(float(power.mean())))
        everywhere = " ".join(["1"] * self.channels)
        filters = f"lowpass -1 40 lowpass -1 40 highpass -1 15 remix {everywhere}"
        self._add_noise(factor, f"whitenoise {filters}", channels=1)

    def _add_noise(self, factor: float, noise: str, *, channels: int | None = None) -> None:
        name = self._line.store()
        made = f"sox -r {self.rate_hz} -c {channels or self.channels} -n -p synth $(soxi -D {name}) {noise}"
        self._line.mix((1.0, name), (factor / HEADROOM, f'"|{made}"'))

    def crackle(self, effect: Effect, amount: float) -> None:
        """sox makes no clicks."""
        self.leave_out(effect, "crackle")

    def vibrato(self, effect: Effect, parameter: str, freq_hz: float, deviation: float) -> None:
        """sox has no vibrato that goes on."""
        self.leave_out(effect, parameter)

    def compressor(self, effect: Compressor) -> None:
        """compand with a corner at the threshold."""
        threshold = effect.threshold_db - _HEADROOM_DB
        table = [
            (threshold - 60.0, threshold - 60.0),
            (threshold, threshold),
            (0.0, threshold * (1 - 1 / effect.ratio)),
        ]
        self._compand(effect.attack_ms, effect.release_ms, table)
        if effect.makeup_db:
            self.gain(effect.makeup_db)

    def noise_gate(self, effect: NoiseGate) -> None:
        """compand that is steep below the threshold."""
        threshold = effect.threshold_db - _HEADROOM_DB
        below = min(_GATE_DEPTH_DB / (effect.ratio - 1.0), _GATE_DEPTH_DB)
        table = [(threshold - below, threshold - below * effect.ratio), (threshold, threshold), (0.0, 0.0)]
        self._compand(effect.attack_ms, effect.release_ms, table)

    def limiter(self, effect: Limiter) -> None:
        """compand that is level above the ceiling and reacts at once; no look-ahead."""
        if effect.gain_db:
            self.gain(effect.gain_db)
        ceiling = effect.ceiling_db - _HEADROOM_DB
        table = [(ceiling - 60.0, ceiling - 60.0), (ceiling, ceiling), (0.0, ceiling)]
        self._compand(0.0, _RELEASE * effect.release_ms * 2.0 * math.pi, table)
        self.warn(effect, "reacts at once instead of looking ahead")

    def _compand(self, attack_ms: float, release_ms: float, table: list[tuple[float, float]]) -> None:
        times = ",".join(number(ms / 1000.0 / (2.0 * math.pi)) for ms in (attack_ms, release_ms))
        self._line.add(f"compand {times} {_points(table, 4)} {_QUIET}")

    def reverb(self, effect: Reverb) -> None:
        """Freeverb, set for the same reverberation time and treble loss, at the same level."""
        # Below a third of a second its loops are too long; a smaller room shortens them.
        scale = min(1.0, max(0.1, effect.rt60_s / 0.3))
        comb = comb_for(effect.rt60_s, effect.damping, SOX, loop_s=LOOP_S * scale)
        if abs(comb.rt60_s() / effect.rt60_s - 1.0) > 0.02:
            self.warn(
                effect, f"rt60_s {effect.rt60_s:g} is beyond sox's reverb; {comb.rt60_s():.2g} s is used"
            )
        self.leave_out(effect, "size_m", "diffusion", "early_db")
        if effect.low_cut_hz > 20.0:
            self.bands([Band("high_pass", effect.low_cut_hz)])
        # sox: feedback = 1 - exp((reverberance - b) / (a b)), from 0.3 at 0 to 0.98 at 100 %
        a = -1.0 / math.log(1.0 - SOX.feedback[0])
        b = 100.0 / (math.log(1.0 - SOX.feedback[1]) * a + 1.0)
        reverberance = min(max(math.log(1.0 - comb.feedback) * a * b + b, 0.0), 100.0)
        low, high = SOX.damping
        percent = [
            reverberance,
            100.0 * min(max((comb.damping - low) / (high - low), 0.0), 1.0),
            100.0 * (scale - 0.1) / 0.9,
            100.0 * effect.width if self.channels == 2 else 0.0,
            effect.pre_delay_ms,
        ]
        self._line.add(f"reverb -w {' '.join(number(value, 4) for value in percent)}")
        base_db = _REVERB_STEREO_DB if self.channels == 2 else _REVERB_MONO_DB
        power = comb.power() / mid_power(effect.damping, self.rate_hz)
        self.gain(round(-base_db - 10.0 * math.log10(power), 3))

    def delay(self, effect: Delay, count: int) -> None:
        """Each repeat is a file: the one before, later, darker and quieter."""
        time = number(effect.time_s)
        crossed = effect.ping_pong and self.channels == 2
        if crossed:
            self._line.add("remix 1v0.5,2v0.5 0")
        parts: list[tuple[float, str]] = []
        for repeat in range(count):
            self._line.add(f"pad {time}", f"trim 0 -{time}")
            if effect.high_cut_hz < min(20_000.0, 0.45 * self.rate_hz):
                self._line.add(f"lowpass -1 {number(effect.high_cut_hz)}")
            if repeat:
                self._line.add(*(["remix 2 1"] if crossed else []), f"vol {number(effect.feedback)}")
            parts.append((1.0, self._line.store()))
        self._line.mix(*parts)

    def chorus(self, effect: Chorus) -> None:
        """sox's flanger, or its chorus where the delay is too long for that.

        Both mix their delayed copy d with the sound x in their own way. It is taken apart again:
        flanger y = x / 2 + (1 - |f|) d / 2 at 100 % width, chorus y = x / 2 + d / 2.
        """
        swing_ms = 10.0 * effect.depth  # JUCE's, to each side
        rate_hz = self.limited(effect, "rate_hz", effect.rate_hz, 0.1, 5.0)
        feedback = 0.0
        if effect.centre_delay_ms - min(swing_ms, 5.0) <= 30.0:
            depth_ms = min(2.0 * swing_ms, 10.0, 2.0 * (effect.centre_delay_ms - 1.0))
            delay_ms = min(effect.centre_delay_ms - depth_ms / 2.0, 30.0)
            feedback = effect.feedback
            settings = f"{number(100.0 * feedback, 3)} 100 {number(rate_hz)} sine 0 linear"
            step = f"flanger {number(delay_ms, 4)} {number(depth_ms, 4)} {settings}"
        else:
            depth_ms = max(min(2.0 * swing_ms, 10.0), 0.01)
            delay_ms = effect.centre_delay_ms - depth_ms / 2.0
            if effect.feedback:
                self.leave_out(effect, "feedback of a delay this long")
            step = f"chorus 0.5 1 {number(delay_ms, 4)} 0.5 {number(rate_hz)} {number(depth_ms, 4)} -s"
        if depth_ms < 2.0 * swing_ms - 0.01:
            self.warn(effect, f"depth swings the delay by {depth_ms:g} ms instead of {2.0 * swing_ms:g}")
        copy = 2.0 / (1.0 - abs(feedback))  # d = copy · (y - x / 2)
        dry = self._line.store()
        self._line.add(step)
        self._line.mix(
            (1.0 - effect.mix - effect.mix * copy / 2.0, dry), (effect.mix * copy, self._line.store())
        )

    def phaser(self, effect: Phaser) -> None:
        """sox's phaser: a swept comb filter instead of six all-pass stages."""
        self.warn(effect, "sox sweeps a comb filter instead of all-pass stages; depth has no counterpart")
        if effect.feedback < 0.0:
            self.warn(effect, "feedback counts by its size, not its sign")
        rate_hz = self.limited(effect, "rate_hz", effect.rate_hz, 0.1, 2.0)
        delay_ms = min(max(1000.0 / effect.centre_hz, 0.05), 5.0)  # its first notch then lies at the centre
        decay = 0.4 + 0.5 * abs(effect.feedback)
        # All-pass and dry sound in equal parts have the deepest notches; all of either has none.
        with self.mixed(1.0 - abs(1.0 - 2.0 * effect.mix)):
            # Bass, and the peaks of the comb, keep their level.
            settings = (1.0 - decay * decay, 0.999 / (1.0 + decay), delay_ms, decay, rate_hz)
            self._line.add(f"phaser {' '.join(number(value, 4) for value in settings)} -s")

    def tremolo(self, effect: Tremolo) -> None:
        """synth multiplies by a wave; sox's tremolo is just that with a sine."""
        kind, phase = _SHAPES[effect.shape]
        offset = number(100.0 - 50.0 * effect.depth)
        self._line.add(f"synth {kind} fmod {number(effect.rate_hz)} {offset} {phase}")

    def stereo_width(self, effect: StereoWidth) -> None:
        """remix adds the channels with factors."""
        own, other = number((1.0 + effect.width) / 2.0), number((1.0 - effect.width) / 2.0)
        self._line.add(f"remix 1v{own},2v{other} 1v{other},2v{own}")

    def pitch(self, effect: Pitch) -> None:
        """Formants move with the pitch, as in muze."""
        if effect.semitones:
            self._line.add(f"pitch {number(100.0 * effect.semitones)}")
        if effect.formant_semitones:
            self.leave_out(effect, "formant_semitones")

    def bitcrush(self, effect: Bitcrush) -> None:
        """Every n-th sample held; then so low in level that only the wanted bits are left, and up again."""
        if effect.rate_hz < min(self.rate_hz, 48_000):
            every = max(2, round(self.rate_hz / effect.rate_hz))
            held_hz = self.rate_hz / every
            if abs(held_hz / effect.rate_hz - 1.0) > 0.01:
                self.warn(
                    effect, f"rate_hz {effect.rate_hz:g} becomes {held_hz:g}, a whole share of {self.rate_hz}"
                )
            taps = " ".join(
                ["0"] * (every - 1) + ["1"] * every
            )  # fir centres its taps: zeros make them causal
            self._line.add(f"downsample {every}", f"upsample {every}", f"fir {taps}")
        if effect.bits < 24.0:
            low_db = 20.0 * math.log10(2.0 ** (effect.bits - 1.0) * HEADROOM / 2.0**31)
            self._line.add(f"gain {number(low_db, 11)}", f"gain {number(-low_db, 11)}")


def _points(table: Sequence[tuple[float, float]], decimals: int) -> str:
    """compand's transfer function: in, out, in, out, … in dB."""
    digits = [f"{value:.{decimals}f}".rstrip("0").rstrip(".") for pair in table for value in pair]
    return ",".join("0" if value in ("-0", "") else value for value in digits)
