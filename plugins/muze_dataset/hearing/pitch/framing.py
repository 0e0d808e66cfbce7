"""Frames of a signal, centred on the times at which pitch is told.

    frame f sounds at f / 100 s;  window:  ├── before ──┤ f ├── after ──┤   zeros beyond the ends

Shapes: a signal is (N,) float32 at `RATE_HZ`; F frames, one every 10 ms; L samples a frame.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from muzecli.audio.resample import mixed_down, resample_mix

RATE_HZ = 16_000
"""Rate of analysis: all that pitch needs of a voice, and what CREPE was trained at."""
HOP = RATE_HZ // 100
BLOCK_FRAMES = 1024  # frames at once: bounds memory, whatever the length of the song

Signal = npt.NDArray[np.float32]
Frames = npt.NDArray[np.float32]


def at_rate(samples: npt.NDArray[np.float32], rate_hz: int, *, side: bool = False) -> Signal:
    """Return the channels of samples (C, N) as one signal (M,) at `RATE_HZ`.

    Args:
        samples: one channel or two.
        rate_hz: their rate.
        side: half the difference of left and right, in place of the mean of the channels.
    """
    if not side:
        return mixed_down(samples, rate_hz, RATE_HZ)
    signal: Signal = resample_mix(samples, rate_hz, RATE_HZ, lambda block: 0.5 * (block[:1] - block[1:]))[0]
    return signal


def frame_blocks(
    signal: Signal, count: int, length: int, *, before: int, hop: int = HOP, block: int = BLOCK_FRAMES
) -> Iterator[tuple[int, Frames]]:
    """Yield the number of a block's first frame and the block, (≤ `block`, `length`), a read-only view.

    Args:
        signal: (N,).
        count: F, how many frames there are in all.
        length: L, samples a frame.
        before: how many of them lie before the frame's time.
        hop: samples from frame to frame.
        block: frames at once.
    """
    for first in range(0, count, block):
        frames = min(block, count - first)
        start = first * hop - before
        stop = start + (frames - 1) * hop + length
        piece = signal[max(start, 0) : max(min(stop, signal.size), 0)]
        left = max(-start, 0)
        if piece.size < stop - start:
            padded = np.zeros(stop - start, dtype=np.float32)
            padded[left : left + piece.size] = piece
            piece = padded
        yield first, np.lib.stride_tricks.sliding_window_view(piece, length)[::hop]


def frame_levels_db(signal: Signal, count: int, *, length: int = 2 * HOP, hop: int = HOP) -> Frames:
    """Return the level of each frame, (F,) in dB of full scale, at least −120."""
    levels = np.empty(count, dtype=np.float32)
    for first, frames in frame_blocks(signal, count, length, before=length // 2, hop=hop):
        power = np.einsum("fl,fl->f", frames, frames) / length
        levels[first : first + len(frames)] = 10.0 * np.log10(np.maximum(power, 1e-12))
    return levels
