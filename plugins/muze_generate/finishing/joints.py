"""Put new audio beside audio that stays: crossfades of 50 ms that end at a bar line, and nothing else touched.

    old   ────────────╲                ╱────────
    new             ╱──────────────────╲
                  |50 ms|            |50 ms|
                        ↑ bar line         ↑ bar line

A crossfade ends at its bar line, so that what begins on the beat begins whole.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muze_generate.finishing.levels import CEILING_DBTP
from muzecli.audio.dither import needs_dither, quantise
from muzecli.audio.formats import bit_depth
from muzecli.audio.types import AudioInfo

Samples = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

CROSSFADE_S = 0.05


def spliced(new: Samples, *, head: Samples, tail: Samples) -> Samples:
    """Return new audio faded into from what stays before it, and out of into what stays after it.

    Args:
        new: (C, n), from the beginning of the first crossfade to the end of the last.
        head: (C, f), what stays under the first crossfade; f may be 0.
        tail: (C, g), what stays under the last; g may be 0.
    """
    span = new.copy()
    into, out = head.shape[1], tail.shape[1]
    if into:
        span[:, :into] = matched_crossfade(head, span[:, :into])
    if out:
        span[:, -out:] = matched_crossfade(span[:, -out:], tail)
    return span


def matched_crossfade(before: Samples, after: Samples) -> Samples:
    """Fade from one piece into another of the same length with constant power, however alike they are.

    Equal-power curves make equal sides louder, linear ones make unrelated sides softer. Both curves are scaled by
    what the correlation r of the sides asks for, 1 / √(1 + r·sin 2θ): M. Fink, M. Holters, U. Zölzer, "Signal-matched
    power-complementary cross-fading and dry-wet mixing", DAFx 2016. Where that would lift a peak over the ceiling
    they are scaled as for equal sides: then they add up to 1 at most, and no sample is higher than those it comes from.

    Args:
        before: (C, F), what fades out.
        after: (C, F), what fades in.
    """
    x, y = before.astype(np.float64), after.astype(np.float64)
    power = float(np.sqrt(np.sum(x * x) * np.sum(y * y)))
    likeness = min(1.0, max(0.0, float(np.sum(x * y)) / power)) if power > 0 else 0.0
    mixed = _faded(x, y, likeness)
    if np.abs(mixed).max(initial=0.0) > 10.0 ** (CEILING_DBTP / 20.0):
        mixed = _faded(x, y, 1.0)
    out: Samples = mixed.astype(np.float32)
    return out


def _faded(x: Floats, y: Floats, likeness: float) -> Floats:
    frames = x.shape[1]
    theta = (np.arange(frames) + 0.5) / max(frames, 1) * (np.pi / 2)
    scale = 1.0 / np.sqrt(1.0 + likeness * np.sin(2.0 * theta))
    mixed: Floats = (x * np.cos(theta) + y * np.sin(theta)) * scale
    return mixed


def on_grid(span: Samples, subtype: str, source: AudioInfo, seed: int) -> Samples:
    """Return new samples rounded to a depth, with dither where that is coarse: written, they stay as they are.

    What is not new must not be dithered again, and so the writer is told to dither nothing.
    """
    bits = bit_depth(subtype)
    if bits is None or not needs_dither(subtype, source=source, processed=True):
        return span
    steps = quantise(
        span, bits, np.random.Generator(np.random.PCG64(seed))
    )  # 16 bit, the value in the upper bits
    rounded: Samples = (steps.T / np.float32(2**15)).astype(np.float32)
    return rounded
