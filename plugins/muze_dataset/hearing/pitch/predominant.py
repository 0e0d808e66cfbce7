"""The pitch of the lead voice in a mix, where nobody has taken the mix apart.

The path through the peaks of `salience.py` that is strong and does not leap is taken for the voice; whether there is
one is for those to say who listen for voices. Other lead instruments look the same to this method.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.pitch.contour import Contour
from muze_dataset.hearing.pitch.framing import Signal, frame_blocks
from muze_dataset.hearing.pitch.paths import Costs, best_path
from muze_dataset.hearing.pitch.peaks import peak_offsets, strongest_peaks
from muze_dataset.hearing.pitch.salience import CENTS_PER_PITCH, LOG2_HZ, WINDOW, salience

_CANDIDATES = 8
_POWER = 15.0  # of the salience in a likelihood
_COSTS = Costs(octave=30.0, leap=20.0, switch=3.0)
_WEAKEST = 0.5  # of the median salience of the path: below there is a pause

Array = npt.NDArray[np.float32]


def predominant(middle: Signal, side: Signal | None, count: int, sung: npt.NDArray[np.bool_]) -> Contour:
    """Return the pitch of the strongest melody of a mix where somebody sings.

    Args:
        middle: (N,) at `framing.RATE_HZ`, the mean of the channels.
        side: (N,) half the difference of left and right; None for mono.
        count: F.
        sung: (F,) where a voice is.
    """
    pitches, heights, shares = _candidates(middle, side, count)
    heard = sung & (heights.max(axis=1) > 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = _POWER * np.log(heights / heights.max(axis=1, keepdims=True))
    gains[~heard] = -np.inf
    path = best_path(pitches, gains, np.where(heard, -1e6, 0.0).astype(np.float32), _COSTS)
    rows, chosen = np.arange(count), np.minimum(path, _CANDIDATES - 1)
    strength = np.where(heard, heights[rows, chosen], np.float32(0.0))
    voiced = heard & (strength > _WEAKEST * np.median(strength[heard])) if heard.any() else heard
    hz = np.where(voiced, np.exp2(pitches[rows, chosen]), 0.0)
    return Contour(hz.astype(np.float32), np.where(voiced, shares[rows, chosen], 0.0).astype(np.float32))


def _candidates(middle: Signal, side: Signal | None, count: int) -> tuple[Array, Array, Array]:
    """Return log₂ Hz, salience and share of the frame's candidates' salience, each (F, K)."""
    pitches, heights = (np.zeros((count, _CANDIDATES), dtype=np.float32) for _ in range(2))
    beside = None if side is None else frame_blocks(side, count, WINDOW, before=WINDOW // 2)
    for first, frames in frame_blocks(middle, count, WINDOW, before=WINDOW // 2):
        found = salience(frames, None if beside is None else next(beside)[1])
        places, high = strongest_peaks(found, _CANDIDATES)
        rows = slice(first, first + len(frames))
        pitches[rows] = LOG2_HZ[places] + peak_offsets(found, places) * (CENTS_PER_PITCH / 1200.0)
        heights[rows] = high
    return pitches, heights, heights / np.maximum(heights.sum(axis=1, keepdims=True), 1e-12)
