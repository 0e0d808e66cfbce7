"""Sampled instruments: FluidSynth in this process, without its reverb and chorus.

All parts sound in one pass, each on a MIDI channel and an output of its own (an "audio group"), which costs no
more than playing them together and gives every part as a stem.

Time. FluidSynth works in blocks of 64 frames, and a note begins with a block. Each event goes to the nearest block:
at most 32 frames from its place, 1.0 ms at 32 kHz and 0.73 ms at 44.1 kHz. Events of one moment stay together.

Release. SoundFonts let pads and bells ring for seconds; in quick notes that piles up to mud, and to hundreds of
voices. A part that strikes more than four times a second has half the release, as a player damps the strings.

Determinism. What a voice played before colours the first block of what it plays next, so every pass has a fresh
synthesiser, and a part sounds a hair otherwise alone than among others. Samples are loaded when a preset asks for
them: a pass costs some 20 ms before its first note, instead of half a second for the whole file.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from muze_synth.play import Samples
from muze_synth.soundfont import DRUM_BANK, SoundFont, load_fluidsynth
from muzecli.errors import BadDataError, BugError
from muzecli.song.score import Part, Score

BLOCK_FRAMES = 64
RATES_HZ = (8000, 96_000)

_GROUPS = 64  # parts in one pass; FluidSynth allows 128
_VOICES = 256  # beyond, FluidSynth ends what is oldest and softest; bells and pads in quick notes reach it
_RELEASE = 38  # number of the generator "release of the volume envelope" (SoundFont 2.04, §8.1.3)
_QUICK_HZ = 4.0  # strokes a second from which a player damps the notes behind
_DAMPED_CENTS = -1200.0  # half the release, in time cents
_GAIN = 0.5  # a loud chord of one part stays below full scale
_LOG_LEVELS = 5
_ONE_AT_A_TIME = threading.RLock()


class FluidPlayer:
    """Plays parts with the instruments of a SoundFont.

    Args:
        font: the SoundFont.

    Attributes:
        name: "sampler".

    Raises:
        UnavailableError: the FluidSynth library is not installed.
    """

    name = "sampler"

    def __init__(self, font: SoundFont) -> None:
        self.font = font
        self._fluid = load_fluidsynth()
        self._library = self._fluid._fl
        for level in range(
            _LOG_LEVELS
        ):  # it writes to standard error from C; what fails is told by its codes
            self._library.fluid_set_log_function(level, None, None)

    def play(self, parts: Sequence[Part], score: Score, *, rate_hz: int, frames: int) -> dict[str, Samples]:
        """Return a stem (2, frames) for each part by its name.

        Raises:
            BadDataError: FluidSynth cannot use the SoundFont.
        """
        assert RATES_HZ[0] <= rate_hz <= RATES_HZ[1]
        stems: dict[str, Samples] = {}
        for start in range(0, len(parts), _GROUPS):
            some = parts[start : start + _GROUPS]
            with self._synth(rate_hz, len(some)) as (synth, font_id):
                for channel, part in enumerate(some):
                    bank, program = self.preset(part)
                    self._check(
                        self._fluid.fluid_synth_program_select(synth, channel, font_id, bank, program),
                        f"select preset {bank}:{program}",
                    )
                sound = self._render(synth, some, score, rate_hz, frames)
            stems |= {part.name: sound[index] for index, part in enumerate(some)}
        return stems

    def preset(self, part: Part) -> tuple[int, int]:
        """Return the (bank, program) that plays a part: its own, or the nearest that the SoundFont has.

        Kits fall back on the standard kit, programs on the nearest of their family of eight, then on any.

        Raises:
            BadDataError: the SoundFont has no kit, or nothing but kits.
        """
        bank = DRUM_BANK if part.is_drum else 0
        if (bank, part.program) in self.font.presets:
            return bank, part.program
        have = sorted(program for b, program in self.font.presets if b == bank)
        if not have:
            what = "drum kit" if part.is_drum else "instrument"
            raise BadDataError(
                f"the SoundFont {self.font.path} has no {what} for '{part.instrument}'",
                hint="take a General MIDI SoundFont, such as FluidR3_GM.sf2",
            )
        if part.is_drum:
            return bank, have[0]
        family = part.program // 8
        return bank, min(have, key=lambda p: (p // 8 != family, abs(p - part.program)))

    def substitutions(self, score: Score) -> tuple[str, ...]:
        """Say which programs of a score the SoundFont lacks, and what plays instead, a line each."""
        return tuple(
            f"{self.font.path.name} has no {'kit' if part.is_drum else 'program'} {part.program} for"
            f" '{part.instrument}'; {chosen} plays instead"
            for part in score.parts
            if (chosen := self.preset(part)[1]) != part.program
        )

    @contextmanager
    def _synth(self, rate_hz: int, groups: int) -> Iterator[tuple[Any, int]]:
        """Make a fresh synthesiser with the SoundFont in it; delete it afterwards."""
        fluid = self._fluid
        settings = fluid.new_fluid_settings()
        synth = None
        try:
            for name, value in (
                ("synth.dynamic-sample-loading", 1),
                ("synth.reverb.active", 0),
                ("synth.chorus.active", 0),
                ("synth.lock-memory", 0),
                ("synth.threadsafe-api", 0),
                ("synth.polyphony", _VOICES),
                ("synth.midi-channels", -(-groups // 16) * 16),  # must be a multiple of 16
                ("synth.audio-groups", groups),
                ("synth.audio-channels", groups),
            ):
                fluid.fluid_settings_setint(settings, name.encode(), value)
            fluid.fluid_settings_setnum(settings, b"synth.sample-rate", float(rate_hz))
            fluid.fluid_settings_setnum(settings, b"synth.gain", _GAIN)
            synth = fluid.new_fluid_synth(settings)
            if not synth:
                raise BugError(f"FluidSynth makes no synthesiser of {groups} outputs at {rate_hz} Hz")
            with _silent_stderr():
                font_id = fluid.fluid_synth_sfload(synth, str(self.font.path).encode(), 0)
            self._check(font_id, "load it")
            yield synth, font_id
        finally:
            if synth:
                fluid.delete_fluid_synth(synth)
            fluid.delete_fluid_settings(settings)

    def _check(self, code: int, task: str) -> None:
        if code < 0:
            raise BadDataError(
                f"FluidSynth must be able to use the SoundFont {self.font.path}; it failed to {task}",
                hint="take another SoundFont, such as FluidR3_GM.sf2",
            )

    def _render(self, synth: Any, parts: Sequence[Part], score: Score, rate_hz: int, frames: int) -> Samples:
        """Return (parts, 2, frames)."""
        blocks = -(-frames // BLOCK_FRAMES)
        out = np.zeros((len(parts), 2, blocks * BLOCK_FRAMES), np.float32)
        # FluidSynth adds to 2 · parts buffers, left and right by turns; it is told where each goes on.
        places = out.ctypes.data + np.arange(2 * len(parts), dtype=np.uintp) * out.strides[1]
        process = self._library.fluid_synth_process
        process.argtypes = [
            *(ctypes.c_void_p, ctypes.c_int),
            *(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p),
        ]
        damp = self._library.fluid_synth_set_gen
        damp.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_float]
        for channel, part in enumerate(parts):
            if _is_quick(part, score):
                damp(synth, channel, _RELEASE, _DAMPED_CENTS)
        note_on, note_off = self._fluid.fluid_synth_noteon, self._fluid.fluid_synth_noteoff
        at = 0
        for block, _, channel, pitch, velocity in _events(parts, score, rate_hz, blocks):
            if block > at:
                count = (block - at) * BLOCK_FRAMES
                process(synth, count, 0, None, len(places), places.ctypes.data)
                places += np.uintp(count * out.itemsize)
                at = block
            if velocity:
                note_on(synth, channel, pitch, velocity)
            else:
                note_off(synth, channel, pitch)
        process(synth, (blocks - at) * BLOCK_FRAMES, 0, None, len(places), places.ctypes.data)
        return out[:, :, :frames]


@contextmanager
def _silent_stderr() -> Iterator[None]:
    """Keep file descriptor 2 shut for one C call: libraries behind FluidSynth print why they refuse a file.

    It belongs to the whole process: what another thread prints in these milliseconds is lost.
    """
    with _ONE_AT_A_TIME:
        try:
            real = os.dup(2)
        except OSError:  # standard error is closed: nothing can be printed there anyway
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(real, 2)
            os.close(nowhere)
            os.close(real)


def _is_quick(part: Part, score: Score) -> bool:
    """Whether a part strikes so often that notes with a long release would pile up."""
    if part.is_drum or not part.notes:
        return False
    length_s = score.seconds(part.notes[-1].end - part.notes[0].start)
    return len({note.start for note in part.notes}) > _QUICK_HZ * max(length_s, 1.0)


def _events(
    parts: Sequence[Part], score: Score, rate_hz: int, blocks: int
) -> list[tuple[int, bool, int, int, int]]:
    """Return (block, is_start, channel, pitch, velocity) in order; a note's end has velocity 0 and comes first."""
    per_tick = score.seconds(1) * rate_hz / BLOCK_FRAMES
    events = []
    for channel, part in enumerate(parts):
        for note in part.notes:
            start = round(note.start * per_tick)
            end = max(start + 1, round(note.end * per_tick))
            if end <= blocks:
                events.append((end, False, channel, note.pitch, 0))
            if start < blocks:
                events.append((start, True, channel, note.pitch, note.velocity))
    return sorted(events)
