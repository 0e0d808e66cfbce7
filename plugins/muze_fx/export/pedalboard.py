"""A preset as a Python script of its own that uses pedalboard: `python script.py in.wav out.wav`.

Each step becomes a line that calls pedalboard's plugins, or functions of `script_parts` that join plugins to
what pedalboard has not; only those that are used are copied into the script.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

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
from muze_fx.export import script_parts
from muze_fx.export.freeverb import PEDALBOARD, comb_for, mid_power
from muze_fx.export.waveshape import Waveshape
from muze_fx.export.wording import comment, described, number
from muze_fx.export.writer import Writer

_LOOKAHEAD_MS = 5.0  # of muze's limiter
# Power of pedalboard's Reverb at wet level 1 over that of one of its combs, measured for room sizes 0 to 1.
_REVERB_DB = -3.25

_NEEDS = {  # functions that functions of `script_parts` call
    "equalizer": ("run",),
    "saturate": ("run", "bend"),
    "room": ("run", "equalizer"),
    "echoes": ("run",),
    "vibrato": ("run",),
    "rumble": ("run",),
}

_SCRIPT = '''\
{header}
#     python script.py in.wav out.wav
#
# Needs pedalboard 0.9.25 or later (and numpy, which comes with it): pip install "pedalboard>=0.9.25"
{warnings}
import math
import sys

import numpy as np
import numpy.typing as npt
import pedalboard
from pedalboard.io import AudioFile{resampler}

Samples = npt.NDArray[np.float32]  # (channels, samples), full scale ±1

TAIL_S = {tail}  # how much is rendered beyond the input's end


def treat(audio: Samples, rate_hz: float) -> Samples:
    """Return the audio after the chain."""
{steps}
    return audio


{functions}def main() -> None:
    """Read, treat, write; never let the result clip."""
    if len(sys.argv) != 3:
        sys.exit(f"usage: python {{sys.argv[0]}} in.wav out.wav")
    with AudioFile(sys.argv[1]) as source:
        audio, rate_hz = source.read(source.frames), source.samplerate
    audio = np.pad(audio, ((0, 0), (0, round(TAIL_S * rate_hz))))
    audio = treat(audio, rate_hz).astype(np.float32)
    peak = float(np.abs(audio).max(initial=0))
    if peak > 1:
        print(f"peaks over full scale: lowered by {{20 * math.log10(peak):.1f}} dB", file=sys.stderr)
        audio /= peak
    bits = 24 if sys.argv[2].lower().endswith((".wav", ".flac", ".aiff")) else 16
    with AudioFile(sys.argv[2], "w", rate_hz, audio.shape[0], bit_depth=bits) as result:
        result.write(audio)


if __name__ == "__main__":
    main()
'''


class PedalboardWriter(Writer):
    """Writes the script."""

    target = "pedalboard"
    most_echoes = 200

    def __init__(self, rate_hz: int, channels: int) -> None:
        super().__init__(rate_hz, channels)
        self._lines: list[str] = []
        self._used: set[str] = set()
        self._seed = 0
        self._depth = 0

    def text(self, title: str, tail_s: float) -> str:
        """Return the script."""
        functions = (part for name, part in vars(script_parts).items() if name in self._used)
        sources = [inspect.getsource(part) for part in functions]
        warnings = ["#", "# What differs from muze's own rendering:", *(f"# - {w}" for w in self.warnings)]
        return _SCRIPT.format(
            header=comment(title),
            warnings="\n".join(warnings if self.warnings else ["#"]),
            resampler=", StreamResampler" if "saturate" in self._used else "",
            tail=number(tail_s, 4),
            steps="\n".join(f"    {line}" for line in self._lines),
            functions="".join(f"{source}\n\n" for source in sources),
        )

    def _call(self, name: str, *arguments: str) -> str:
        """Return a call of one of the functions, and see to it that the script has it."""
        self._used |= {name, *_NEEDS.get(name, ())}
        return f"{name}({', '.join(arguments)})"

    def _set(self, expression: str) -> None:
        self._lines.append(f"audio = {expression}")

    def _run(self, *plugins: str) -> None:
        self._set(self._call("run", f"[{', '.join(f'pedalboard.{p}' for p in plugins)}]", "audio", "rate_hz"))

    def _next_seed(self) -> str:
        self._seed += 1
        return f"seed={self._seed}"

    def add(self, effect: Effect) -> None:
        """Write one effect under a comment that names it."""
        if effect.skipped(self.channels) is None:
            self._lines.append(f"# {described(effect)}")
        super().add(effect)

    # ---- steps ----

    @contextmanager
    def mixed(self, mix: float) -> Iterator[None]:
        """Keep the dry sound in a variable of its own."""
        if mix >= 1.0:
            yield
            return
        self._depth += 1
        dry = "dry" if self._depth == 1 else f"dry_{self._depth}"
        self._lines.append(f"{dry} = audio")
        yield
        self._set(self._call("mixed", dry, "audio", number(mix)))
        self._depth -= 1

    def bands(self, bands: Sequence[Band]) -> None:
        """The passes, which pedalboard lacks in second order, are put together from what it has."""
        if not bands:
            return
        self._used |= {"equalizer", "run"}
        self._lines.append("bands = [")
        for band in bands:
            values = ", ".join(number(v) for v in (band.freq_hz, band.gain_db, band.q))
            self._lines.append(f'    ("{band.type}", {values}),')
        self._lines.append("]")
        self._set("equalizer(audio, rate_hz, bands)")

    def gain(self, gain_db: float) -> None:
        """One plugin."""
        self._run(f"Gain({number(gain_db)})")

    def saturate(self, effect: Effect, shape: Waveshape) -> None:
        """A formula in numpy: pedalboard's Distortion has no bias, no kinds and no oversampling."""
        settings = [
            f"{key}={number(getattr(shape, key))}" for key in ("slope", "shift", "makeup", "rectified")
        ]
        oversampling = f"oversampling={shape.oversampling}"
        self._set(self._call("saturate", "audio", "rate_hz", f'"{shape.kind}"', *settings, oversampling))

    def hiss(self, effect: Effect, level_db: float) -> None:
        """Noise from numpy."""
        self._set("audio + " + self._call("hiss", "audio", number(level_db), self._next_seed()))

    def rumble(self, effect: Effect, level_db: float) -> None:
        """Noise from numpy, filtered by pedalboard."""
        self._set("audio + " + self._call("rumble", "audio", "rate_hz", number(level_db), self._next_seed()))

    def crackle(self, effect: Effect, amount: float) -> None:
        """Clicks from numpy."""
        self._set("audio + " + self._call("crackle", "audio", "rate_hz", number(amount), self._next_seed()))

    def vibrato(self, effect: Effect, parameter: str, freq_hz: float, deviation: float) -> None:
        """A chorus without its dry sound."""
        self.warn(effect, f"{parameter} swings evenly at {freq_hz:.3g} Hz and dulls the top octave a little")
        settings = f"freq_hz={number(freq_hz, 4)}", f"deviation={number(deviation, 4)}"
        self._set(self._call("vibrato", "audio", "rate_hz", *settings))

    def compressor(self, effect: Compressor) -> None:
        """The same plugin as in muze, its gain applied to all channels."""
        values = effect.threshold_db, effect.ratio, effect.attack_ms, effect.release_ms
        plugin = f"pedalboard.Compressor({', '.join(map(number, values))})"
        self._set(self._call("linked", "audio", "rate_hz", plugin))
        if effect.makeup_db:
            self.gain(effect.makeup_db)

    def noise_gate(self, effect: NoiseGate) -> None:
        """The same plugin as in muze."""
        values = effect.threshold_db, effect.ratio, effect.attack_ms, effect.release_ms
        plugin = f"pedalboard.NoiseGate({', '.join(map(number, values))})"
        self._set(self._call("linked", "audio", "rate_hz", plugin))

    def limiter(self, effect: Limiter) -> None:
        """The same plugin as in muze."""
        values = effect.ceiling_db, effect.release_ms, _LOOKAHEAD_MS
        before = [f"Gain({number(effect.gain_db)})"] if effect.gain_db else []
        self._run(*before, f"BrickwallLimiter({', '.join(map(number, values))})")

    def reverb(self, effect: Reverb) -> None:
        """Freeverb, set for the same reverberation time and treble loss, at the same level."""
        comb = comb_for(effect.rt60_s, effect.damping, PEDALBOARD)
        reached_s = comb.rt60_s()
        if abs(reached_s / effect.rt60_s - 1.0) > 0.02:
            self.warn(
                effect, f"rt60_s {effect.rt60_s:g} is beyond pedalboard's Reverb; {reached_s:.2g} s is used"
            )
        self.leave_out(effect, "size_m", "diffusion", "early_db")
        # A narrow room is one signal, a wide one two that have nothing in common.
        power = comb.power() / mid_power(effect.damping, self.rate_hz) * (1.0 + effect.width**2) / 2.0
        (low, high), (_, most) = PEDALBOARD.feedback, PEDALBOARD.damping
        settings = {
            "room_size": (comb.feedback - low) / (high - low),
            "damping": comb.damping / most,
            "width": effect.width,
            "gain_db": -_REVERB_DB - 10.0 * math.log10(power),
            "pre_delay_s": effect.pre_delay_ms / 1000.0,
            "low_cut_hz": effect.low_cut_hz,
        }
        written = [f"{key}={number(value, 4)}" for key, value in settings.items()]
        self._set(self._call("room", "audio", "rate_hz", *written))

    def delay(self, effect: Delay, count: int) -> None:
        """pedalboard's Delay has no filter in its loop; the repeats are made one by one."""
        settings = f"time_s={number(effect.time_s)}", f"feedback={number(effect.feedback)}"
        more = (
            f"high_cut_hz={number(effect.high_cut_hz)}",
            f"ping_pong={effect.ping_pong}",
            f"count={count}",
        )
        self._set(self._call("echoes", "audio", "rate_hz", *settings, *more))

    def chorus(self, effect: Chorus) -> None:
        """The same plugin as in muze."""
        values = effect.rate_hz, effect.depth, effect.centre_delay_ms, effect.feedback
        self._run(f"Chorus({', '.join(map(number, values))}, mix=1)")

    def phaser(self, effect: Phaser) -> None:
        """The same plugin as in muze."""
        values = effect.rate_hz, effect.depth, min(effect.centre_hz, 0.45 * self.rate_hz), effect.feedback
        self._run(f"Phaser({', '.join(map(number, values))}, mix=1)")

    def tremolo(self, effect: Tremolo) -> None:
        """A formula in numpy."""
        settings = (
            f"freq_hz={number(effect.rate_hz)}",
            f"depth={number(effect.depth)}",
            f'shape="{effect.shape}"',
        )
        self._set(self._call("tremolo", "audio", "rate_hz", *settings))

    def stereo_width(self, effect: StereoWidth) -> None:
        """A formula in numpy."""
        self._set(self._call("widen", "audio", number(effect.width)))

    def pitch(self, effect: Pitch) -> None:
        """Rubber Band, in which formants move with the pitch, as in muze."""
        if effect.semitones:
            self._run(f"PitchShift({number(effect.semitones)})")
            if effect.mix < 1.0:
                self.warn(effect, "the shifted sound may come up to 15 ms early or late against the dry one")
        if effect.formant_semitones:
            self.leave_out(effect, "formant_semitones")

    def bitcrush(self, effect: Bitcrush) -> None:
        """A formula in numpy."""
        settings = f"bits={number(effect.bits)}", f"slower_hz={number(effect.rate_hz)}"
        self._set(self._call("crush", "audio", "rate_hz", *settings))
