"""A preset as an ffmpeg command line with a filtergraph.

Equaliser bands are exact: ffmpeg uses the same cookbook. Dry and wet sound part with asplit and meet in amix.
Where no filter does what is needed, `aeval` computes each sample from an expression: waveshapers, tremolo,
bit-crushing. A room is noise that dies away, made by `aevalsrc`, and `afir` convolves with it.

acompressor and agate take times after which their level has come nearer by 1 - e^-4; pedalboard's, which muze
uses, are 2 pi time constants. So the times here are 4 / 2 pi of those in the preset.
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
from muze_fx.export.ffmpeg_graph import FilterGraph, white
from muze_fx.export.ffmpeg_room import Room
from muze_fx.export.waveshape import Waveshape
from muze_fx.export.wording import amplitude, comment, number
from muze_fx.export.writer import Writer

_TIME = 4.0 / (2.0 * math.pi)
_WHITE_RMS = 1.0 / math.sqrt(3.0)  # of noise between -1 and 1
_RELEASE = 8.0  # alimiter's gain rises in a straight line and starts earlier than muze's; fitted to music
_LOWEST_THRESHOLD_DB = 20.0 * math.log10(0.000976563)  # acompressor's
_CLICK_DB, _POP_DB = -25.0, -2.0  # impulses that ring as loud as muze's clicks and pops
_AFIR_GAIN = 2.0  # of ffmpeg 5.1's afir; see `reverb`


class FfmpegWriter(Writer):
    """Writes the command."""

    target = "ffmpeg"
    mixes_itself = (Chorus, Phaser, Reverb)

    def __init__(self, rate_hz: int, channels: int) -> None:
        super().__init__(rate_hz, channels)
        self._graph = FilterGraph(rate_hz, channels)
        self._seeds = 0
        self._notes: list[str] = []

    def text(self, title: str, tail_s: float) -> str:
        """Return the command."""
        notes = [
            title,
            f"Written for {self.rate_hz} Hz and {self.channels} channel{'s' * (self.channels != 1)}, and ffmpeg 5.1.",
            "The result is 32-bit float, which does not clip; 16 or 24 bits would where it exceeds full scale.",
            *self._notes,
        ]
        if self.warnings:
            notes += ["What differs from muze's own rendering:", *(f"- {line}" for line in self.warnings)]
        graph = self._graph.finish(tail_s)
        command = f'ffmpeg -i in.wav -filter_complex "\n  {graph}\n" -map "[out]" -c:a pcm_f32le out.wav'
        return "\n".join([*map(comment, notes), command]) + "\n"

    @contextmanager
    def mixed(self, mix: float) -> Iterator[None]:
        """Write asplit … amix around what comes."""
        if mix >= 1.0:
            yield
            return
        graph = self._graph
        dry = graph.branch()
        yield
        graph.mix((1.0 - mix, dry), (mix, graph.end()), duration="longest")

    def _noise(self, register: int = 0) -> str:
        """Expression of noise between -1 and 1 with a seed of its own."""
        return white(self._next_seed(), register)

    def _next_seed(self) -> int:
        self._seeds += 1
        return self._seeds * 7919

    # ---- steps ----

    def bands(self, bands: Sequence[Band]) -> None:
        """ffmpeg's filters are those of the cookbook."""
        kinds = {
            "peak": "equalizer",
            "low_shelf": "lowshelf",
            "high_shelf": "highshelf",
            "high_pass": "highpass",
            "low_pass": "lowpass",
        }
        for band in bands:
            fitted = band.fitted(self.rate_hz)
            if fitted is None:
                continue
            extra = f":g={number(fitted.gain_db)}" if fitted.has_gain else ":p=2"
            self._graph.add(
                f"{kinds[fitted.type]}=f={number(fitted.freq_hz)}:t=q:w={number(fitted.q)}{extra}"
            )

    def gain(self, gain_db: float) -> None:
        """The volume filter, in float."""
        self._graph.add(f"volume={number(gain_db)}dB:precision=float")

    def saturate(self, effect: Effect, shape: Waveshape) -> None:
        """The curve as an expression, at a multiple of the rate against aliases."""
        k, shift, share = number(shape.slope), number(shape.shift), number(shape.rectified)
        u = f"{k}*val(ch)+{shift}" if shape.shift else f"{k}*val(ch)"
        bent = {
            "soft": f"tanh({u})",
            "hard": f"clip({u},-1,1)",
            "tube": f"st(0,{u});if(lt(ld(0),0),tanh(1.6*ld(0))/1.6,tanh(ld(0)))",
            "fuzz": f"st(0,{u});tanh(3*(ld(0)+{share}*abs(ld(0))))/3",
        }[shape.kind]
        first, _, last = bent.rpartition(";")
        resting = -shape.at_rest
        offset = f"{resting:+.6f}" if shape.shift else ""
        rates = (f"aresample={self.rate_hz * shape.oversampling}",) if shape.oversampling > 1 else ()
        self._graph.add(*rates)
        self._graph.compute(f"{first + ';' if first else ''}{number(shape.makeup)}*({last}{offset})")
        if rates:
            self._graph.add(f"aresample={self.rate_hz}")
        if shape.is_even:
            self._graph.add("highpass=f=5:p=1")

    def hiss(self, effect: Effect, level_db: float) -> None:
        """Noise for each channel, mixed in."""
        level = number(amplitude(level_db) / _WHITE_RMS)
        self._graph.add_source([f"{level}*({self._noise()})" for _ in range(self.channels)])

    def rumble(self, effect: Effect, level_db: float) -> None:
        """Filtered noise, the same for all channels."""
        freqs = np.fft.rfftfreq(1 << 17, 1.0 / self.rate_hz)
        power = (freqs / 15) ** 2 / (1 + (freqs / 15) ** 2) / (1 + (freqs / 40) ** 2) ** 2
        level = amplitude(level_db) / (_WHITE_RMS * math.sqrt(float(power.mean())))
        same = f"{number(level)}*({self._noise()})"
        self._graph.add_source([same] * self.channels, "highpass=f=15:p=1,lowpass=f=40:p=1,lowpass=f=40:p=1")

    def crackle(self, effect: Effect, amount: float) -> None:
        """Single samples at random times, which ring: many clicks, and a few deeper pops."""
        for a_second, level_db, filters in (
            (28.0 * amount, _CLICK_DB, f"bandpass=f={number(min(3600.0, 0.3 * self.rate_hz))}:t=q:w=1.5"),
            (0.7 * amount**2, _POP_DB, "lowpass=f=700:p=2:t=q:w=2"),
        ):
            level = number(amplitude(level_db + 8.0 * (amount - 1.0)))
            share = number(a_second / self.rate_hz)
            impulses = [
                f"if(eq(n,0),0*st(0,{self._next_seed()})+0*st(1,{self._next_seed()}))"
                f"+if(lt(random(0),{share}),{level}*(2*random(1)-1),0)"
                for _ in range(self.channels)
            ]
            self._graph.add_source(impulses, filters)
        self.warn(effect, "crackle is in each channel for itself")

    def vibrato(self, effect: Effect, parameter: str, freq_hz: float, deviation: float) -> None:
        """ffmpeg's vibrato delays by up to 5 ms.

        Its first 5 ms come from memory that nobody cleared. The sound is delayed by as much before, and both
        delays are cut off after.
        """
        reach_ms = deviation / (2.0 * math.pi * freq_hz) * 1000.0
        depth = min(reach_ms / 2.5, 1.0)
        less = f", {depth * 2.5 / reach_ms:.0%} as far" if depth * 2.5 < reach_ms - 1e-9 else ""
        self.warn(
            effect, f"{parameter} swings evenly at {freq_hz:.3g} Hz{less} and dulls the top octave a little"
        )
        self._graph.add(
            "apad=pad_dur=0.005", "adelay=5:all=1", f"vibrato=f={number(freq_hz, 4)}:d={number(depth, 4)}"
        )
        self._graph.add(f"atrim=start={number(0.01 - 0.0025 * depth)}", "asetpts=N/SR/TB")

    def compressor(self, effect: Compressor) -> None:
        """A hard knee, peaks, one gain for all channels: as in muze."""
        threshold_db = self.limited(effect, "threshold_db", effect.threshold_db, _LOWEST_THRESHOLD_DB, 0.0)
        settings = {
            "threshold": amplitude(threshold_db),
            "ratio": self.limited(effect, "ratio", effect.ratio, 1.0, 20.0),
            "attack": max(effect.attack_ms * _TIME, 0.01),
            "release": effect.release_ms * _TIME,
            "knee": 1.0,
        }
        self._graph.add(f"acompressor={_settings(settings)}:detection=peak:link=maximum")
        if effect.makeup_db:
            self.gain(effect.makeup_db)

    def noise_gate(self, effect: NoiseGate) -> None:
        """As the compressor."""
        settings = {
            "threshold": amplitude(effect.threshold_db),
            "ratio": effect.ratio,
            "attack": max(effect.attack_ms * _TIME, 0.01),
            "release": effect.release_ms * _TIME,
            "range": 0.00001,
            "knee": 1.0,
        }
        self._graph.add(f"agate={_settings(settings)}:detection=peak:link=maximum")

    def limiter(self, effect: Limiter) -> None:
        """alimiter, with look-ahead; its own raising of the level is off."""
        if effect.gain_db:
            self.gain(effect.gain_db)
        ceiling_db = self.limited(effect, "ceiling_db", effect.ceiling_db, 20.0 * math.log10(0.0625), 0.0)
        settings = {
            "limit": amplitude(ceiling_db),
            "attack": 5.0,
            "release": min(_RELEASE * effect.release_ms, 8000.0),
        }
        self._graph.add(f"alimiter={_settings(settings)}:level=disabled:latency=1")

    def reverb(self, effect: Reverb) -> None:
        """Convolution with noise that dies away; see `ffmpeg_room`.

        The direct sound is the response's first sample: versions of afir differ in how loud they are, but so
        the room keeps its level against the direct sound in all of them.
        """
        self.leave_out(effect, "size_m", "diffusion", "early_db")
        room = Room.of(effect, self.rate_hz)
        graph = self._graph
        parts = []
        for band in room.bands:
            source = graph.generate(self._room_noises(effect, room.decay(band)), room.length_s)
            parts.append((1.0, graph.filtered(source, band.filters) if band.filters else source))
        direct = [f"if(eq(n,0),{number(1.0 - effect.mix)},0)"] * self.channels
        parts.append((1.0, graph.generate(direct, room.length_s)))
        main = graph.end()
        graph.mix(*parts)
        graph.join(
            main, graph.end(), "afir=maxir=60", f"volume={number(room.gain / _AFIR_GAIN)}:precision=float"
        )
        note = "afir's gain differs between versions: if all is 6 dB too low, double the volume after it."
        self._notes += [note] if note not in self._notes else []

    def _room_noises(self, effect: Reverb, decay: str) -> list[str]:
        """Expressions of decaying noise for each channel; width goes from one noise for all to one for each."""
        common = self._next_seed()
        angle = 0.5 * math.pi * min(effect.width, 1.0) if self.channels > 1 else 0.0
        noises = []
        for _ in range(self.channels):
            same = f"{number(math.cos(angle))}*({white(common, 0)})"
            own = f"({self._noise(1)})"
            both = f"({same}+{number(math.sin(angle))}*{own})"
            noises.append(f"{decay}*{same if angle == 0.0 else own if effect.width >= 1.0 else both}")
        return noises

    def delay(self, effect: Delay, count: int) -> None:
        """Each repeat is the one before, later, darker and quieter."""
        crossed = effect.ping_pong and self.channels == 2
        if crossed:
            self._graph.add("pan=stereo|c0=0.5*c0+0.5*c1|c1=0*c0")
        parts: list[tuple[float, str]] = []
        for repeat in range(count):
            self._graph.add(f"adelay={number(1000.0 * effect.time_s)}:all=1")
            if effect.high_cut_hz < min(20_000.0, 0.45 * self.rate_hz):
                self._graph.add(f"lowpass=f={number(effect.high_cut_hz)}:p=1")
            if repeat:
                self._graph.add(f"volume={number(effect.feedback)}:precision=float")
                if crossed:
                    self._graph.add("pan=stereo|c0=c1|c1=c0")
            parts.append((1.0, self._graph.branch() if repeat < count - 1 else self._graph.end()))
        self._graph.mix(*parts)

    def chorus(self, effect: Chorus) -> None:
        """ffmpeg's flanger, or its chorus where the delay is too long for that.

        Both mix their delayed copy d with the sound x in their own way. It is taken apart again:
        flanger y = x / 2 + (1 - |f|) d / 2 at 100 % width, chorus y = x / 2 + d / 2.
        """
        swing_ms = 10.0 * effect.depth  # JUCE's, to each side
        rate_hz = self.limited(effect, "rate_hz", effect.rate_hz, 0.1, 10.0)
        feedback = 0.0
        depth_ms = min(2.0 * swing_ms, 10.0, 2.0 * max(effect.centre_delay_ms - 1.0, 0.0))
        delay_ms = effect.centre_delay_ms - depth_ms / 2.0
        if delay_ms <= 30.0:
            feedback = effect.feedback
            settings = {"delay": delay_ms, "depth": depth_ms, "regen": 100.0 * feedback, "width": 100.0}
            step = f"flanger={_settings(settings)}:speed={number(rate_hz)}:phase=0"
        else:
            if effect.feedback:
                self.leave_out(effect, "feedback of a delay this long")
            numbers = ":".join(number(value, 4) for value in (delay_ms, 0.5, rate_hz, max(depth_ms, 0.01)))
            step = f"chorus=0.5:1:{numbers}"
        if depth_ms < 2.0 * swing_ms - 0.01:
            self.warn(effect, f"depth swings the delay by {depth_ms:g} ms instead of {2.0 * swing_ms:g}")
        copy = 2.0 / (1.0 - abs(feedback))  # d = copy · (y - x / 2)
        dry = self._graph.branch()
        self._graph.add(step)
        self._graph.mix(
            (1.0 - effect.mix - effect.mix * copy / 2.0, dry), (effect.mix * copy, self._graph.end())
        )

    def phaser(self, effect: Phaser) -> None:
        """ffmpeg's phaser: a swept comb filter instead of six all-pass stages."""
        self.warn(effect, "ffmpeg sweeps a comb filter instead of all-pass stages; depth has no counterpart")
        if effect.feedback < 0.0:
            self.warn(effect, "feedback counts by its size, not its sign")
        decay = 0.4 + 0.5 * abs(effect.feedback)
        settings = {
            "in_gain": 1.0 - decay * decay,
            "out_gain": 1.0 / (1.0 + decay),  # bass, and the peaks of the comb, keep their level
            "delay": min(
                max(1000.0 / effect.centre_hz, 0.05), 5.0
            ),  # its first notch then lies at the centre
            "decay": decay,
            "speed": self.limited(effect, "rate_hz", effect.rate_hz, 0.1, 2.0),
        }
        # All-pass and dry sound in equal parts have the deepest notches; all of either has none.
        with self.mixed(1.0 - abs(1.0 - 2.0 * effect.mix)):
            self._graph.add(f"aphaser={_settings(settings)}:type=s")

    def tremolo(self, effect: Tremolo) -> None:
        """An expression: ffmpeg's own tremolo has one shape and starts in the middle."""
        phase = f"mod(t*{number(effect.rate_hz)},1)"
        triangle = f"abs(4*{phase}-2)-1"
        steep = max(1.0, 1.0 / (2.0 * effect.rate_hz * 0.002))  # each jump of a square takes two milliseconds
        wave = {
            "sine": f"cos(2*PI*{phase})",
            "triangle": f"({triangle})",
            "square": f"clip({number(steep)}*({triangle}),-1,1)",
        }[effect.shape]
        self._graph.compute(f"val(ch)*(1-{number(effect.depth / 2.0)}*(1-{wave}))")

    def stereo_width(self, effect: StereoWidth) -> None:
        """pan adds the channels with factors."""
        own, other = number((1.0 + effect.width) / 2.0), number((1.0 - effect.width) / 2.0)
        self._graph.add(f"pan=stereo|c0={own}*c0+{other}*c1|c1={other}*c0+{own}*c1")

    def pitch(self, effect: Pitch) -> None:
        """Rubber Band; it can keep formants, and nothing in between."""
        kept = abs(effect.semitones + effect.formant_semitones) < 0.01
        if effect.formant_semitones and not kept:
            self.leave_out(effect, "formant_semitones")
        if effect.semitones:
            formant = "preserved" if kept else "shifted"
            self._graph.add(f"rubberband=pitch={number(2.0 ** (effect.semitones / 12.0))}:formant={formant}")
            if effect.mix < 1.0:
                self.warn(effect, "the shifted sound may come up to 25 ms early or late against the dry one")

    def bitcrush(self, effect: Bitcrush) -> None:
        """Expressions: hold a sample until the slower clock ticks, round to fewer bits."""
        if effect.rate_hz < min(self.rate_hz, 48_000):
            clock = number(effect.rate_hz / self.rate_hz, 10)
            ticks = f"gt(floor(n*{clock}),floor((n-1)*{clock}))+eq(n,0)"
            self._graph.compute(f"if({ticks},st(0,val(ch)),ld(0))")
        if effect.bits < 24.0:
            steps = number(2.0 ** (effect.bits - 1.0), 10)
            self._graph.compute(f"round(val(ch)*{steps})/{steps}")


def _settings(values: dict[str, float]) -> str:
    return ":".join(f"{key}={number(value)}" for key, value in values.items())
