"""Pitch of one voice alone, by pYIN; and the cheap path, YIN with a threshold.

`periodicity.py` finds candidates with probabilities, and the likeliest path through them is the pitch. The
original quantises pitch to a tenth of a tone and decodes a hidden Markov model on that grid; here the states are
the candidates themselves, which keeps their precision and costs a fraction.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.pitch.contour import Contour
from muze_dataset.hearing.pitch.framing import Signal, frame_levels_db
from muze_dataset.hearing.pitch.paths import Costs, best_path
from muze_dataset.hearing.pitch.periodicity import Candidates

FLOOR_DB = 55.0
"""How far below its loudest a voice's frames still have a pitch: rooms and noise go on below."""
YIN_THRESHOLD = 0.2
_SILENT_DB = -85.0
_LEVEL_SAMPLES = 640
_COSTS = Costs(octave=12.0, leap=8.0, switch=3.5)
_UNSURE = 0.02  # least probability of either, voiced or not


def pyin(signal: Signal, found: Candidates) -> Contour:
    """Return the pitch of a single voice, by pYIN.

    Args:
        signal: (N,) at `framing.RATE_HZ`, one voice and nothing else.
        found: its candidates, as `find_candidates` returns them, at F frames.
    """
    loud = loud_enough(signal, len(found.hz))
    probability = np.clip(found.weight.sum(axis=1), _UNSURE, 1.0 - _UNSURE)
    probability[~loud] = 0.0
    with np.errstate(divide="ignore"):
        gains = np.log(found.weight)
        pitches = np.log2(np.maximum(found.hz, 1.0))
    gains[~loud] = -np.inf
    path = best_path(pitches, gains, np.log(1.0 - probability), _COSTS)
    return _along(found, path, probability)


def yin(signal: Signal, found: Candidates) -> Contour:
    """Return the pitch of a single voice by YIN, each frame for itself; arguments as for `pyin`."""
    probability = np.clip(1.0 - found.aperiodicity, 0.0, 1.0)
    deep = (found.aperiodicity < YIN_THRESHOLD) & loud_enough(signal, len(found.hz))
    # The first dip below the threshold, which is the likeliest where the threshold is a single one.
    path = np.where(deep, found.weight.argmax(axis=1), found.hz.shape[1])
    return _along(found, path, probability)


def loud_enough(signal: Signal, count: int) -> npt.NDArray[np.bool_]:
    """Say of each of `count` frames whether it is loud enough to be of the voice, (F,)."""
    levels = frame_levels_db(signal, count, length=_LEVEL_SAMPLES)
    mask: npt.NDArray[np.bool_] = levels > max(float(levels.max()) - FLOOR_DB, _SILENT_DB)
    return mask


def _along(found: Candidates, path: npt.NDArray[np.intp], probability: npt.NDArray[np.float32]) -> Contour:
    count, width = found.hz.shape
    hz = np.where(path < width, found.hz[np.arange(count), np.minimum(path, width - 1)], np.float32(0.0))
    return Contour(hz.astype(np.float32), probability.astype(np.float32))
