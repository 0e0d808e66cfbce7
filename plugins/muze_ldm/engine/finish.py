"""From the model's mono to the song: rate, length, channels, and what stays of audio that was there before.

Shapes: N frames, C channels. Times are seconds from the beginning of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from muze_ldm.engine.chunks import fade_gains
from muze_ldm.engine.decode import CROSSFADE_S
from muze_ldm.engine.stereo import widen
from muzecli.audio.crossfade import fade_in, fade_out
from muzecli.audio.resample import resample
from muzecli.plugin import Reference

Floats = npt.NDArray[np.float32]
Spans = Sequence[tuple[float, float]]

FADE_IN_S = 0.002
"""Half of the first column's window lies before the song; what the vocoder makes of that begins with a step."""
_CEILING = 10 ** (-1 / 20)
FADE_OUT_S = 0.25
"""Notes that would ring on beyond the last bar end with it."""


def finished(
    mono: Floats, *, rate_hz: int, duration_s: float, to_rate_hz: int, stereo: bool, fade_in_s: float
) -> Floats:
    """Return the song (C, N), exactly as long as it is to be.

    Args:
        mono: (n,), at least about as long; what is missing is silence.
        rate_hz: its rate.
        duration_s: of the song.
        to_rate_hz: rate of the song.
        stereo: two channels; otherwise one.
        fade_in_s: 0 where something precedes.
    """
    frames = round(duration_s * to_rate_hz)
    sound = resample(mono[None], rate_hz, to_rate_hz)[:, :frames]
    sound = np.pad(sound, ((0, 0), (0, frames - sound.shape[1])))
    sound = fade_out(fade_in(sound, round(fade_in_s * to_rate_hz)), round(FADE_OUT_S * to_rate_hz))
    return widen(sound[0], to_rate_hz) if stereo else sound


def within_full_scale(song: Floats) -> Floats:
    """Return the song, turned down as a whole where its highest sample is over −1 dBFS."""
    highest = float(np.abs(song).max(initial=0.0))
    return song if highest <= _CEILING else song * np.float32(_CEILING / highest)


def with_kept(song: Floats, rate_hz: int, reference: Reference, kept: Spans) -> Floats:
    """Return the song with the reference's own samples where they are to stay.

    Spans begin and end with bars, and joints end there, so that no stroke falls into one:

        kept         ────────╲         ╱────────
        song                  ╲───────╱
                               ↑       ↑ edges of spans

    A reference that begins with what is kept has its joint after that.

    Args:
        song: (C, N), as rendered.
        rate_hz: its rate.
        reference: what was there.
        kept: spans that stay, ascending, apart from each other.
    """
    old = resample(np.asarray(reference.samples, np.float32), reference.rate_hz, rate_hz)
    offset = round(reference.start_s * rate_hz)  # of the reference's first frame in the song
    begin, end = max(0, offset), max(0, min(song.shape[1], offset + old.shape[1]))
    placed = song.copy()  # the reference where there is one
    placed[:, begin:end] = _channels(old[:, begin - offset : end - offset], song.shape[0])
    joint = round(CROSSFADE_S * rate_hz)
    song = song.copy()
    for from_s, to_s in kept:
        first, behind = max(begin, round(from_s * rate_hz)), min(end, round(to_s * rate_hz))
        behind = max(first, behind)
        rise, fall = _joints(first, behind, joint=joint, begin=begin, frames=song.shape[1])
        out, into = fade_gains(song[:, rise], placed[:, rise])
        song[:, rise] = song[:, rise] * out + placed[:, rise] * into
        out, into = fade_gains(placed[:, fall], song[:, fall])
        song[:, fall] = placed[:, fall] * out + song[:, fall] * into
        song[:, rise.stop : fall.start] = placed[:, rise.stop : fall.start]
    return song


def _joints(first: int, behind: int, *, joint: int, begin: int, frames: int) -> tuple[slice, slice]:
    """Return where the song passes into what is kept, and where it passes out of it; the song's ends need no joint."""
    rise = slice(first - joint, first)
    if rise.start < begin:  # the reference begins with what is kept
        rise = slice(first, min(first + joint, behind))
    if first == 0:
        rise = slice(0, 0)
    fall = slice(max(behind - joint, rise.stop), behind)
    if behind == frames:
        fall = slice(frames, frames)
    return rise, fall


def _channels(samples: Floats, count: int) -> Floats:
    """Return samples in so many channels: the mean of more, copies of one."""
    if samples.shape[0] == count:
        return samples
    mono = samples.mean(axis=0, keepdims=True, dtype=np.float32)
    return np.repeat(mono, count, axis=0)
