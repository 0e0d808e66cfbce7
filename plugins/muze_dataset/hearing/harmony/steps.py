"""Time in steps that a chord may hold for: beats where they are known, half seconds where not.

S steps, S + 1 edges in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]

STEP_S = 0.5
_LONGEST_S = 1.0  # a longer one is halved: with beats this slow a chord may well change between two
_SHORTEST_S = 0.05


def step_edges(duration_s: float, beats_s: Sequence[float] = ()) -> Times:
    """Return the edges of steps, from 0 to the duration.

    Args:
        duration_s: of the recording, above 0.
        beats_s: its beats, in ascending order; before the first and after the last one steps go on at their pace.
    """
    if len(beats_s) < 2:
        inner = np.arange(STEP_S, duration_s, STEP_S)
    else:
        beats = np.asarray(beats_s, np.float64)
        pace_s = float(np.median(np.diff(beats)))
        before = np.arange(beats[0] - pace_s, 0.0, -pace_s)[::-1]
        after = np.arange(beats[-1] + pace_s, duration_s, pace_s)
        inner = np.concatenate((before, beats, after))
    inner = inner[(inner > _SHORTEST_S) & (inner < duration_s - _SHORTEST_S)]
    return _halved(np.concatenate(([0.0], inner, [duration_s])))


def _halved(times: Times) -> Times:
    gaps = np.diff(times)
    long = gaps > _LONGEST_S
    return np.sort(np.concatenate((times, times[:-1][long] + gaps[long] / 2)))


def pooled(values: Floats, rate_hz: float, edges_s: Times) -> Floats:
    """Return the mean over each step, (S, …) of values (T, …); a frame holds for half its distance to both sides."""
    total = np.concatenate((np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)))
    # A step beyond the last frame has the last frame's value, so its edges need a little room between them.
    place = np.clip(edges_s * rate_hz + 0.5, 0.0, len(values))
    left = np.minimum(place[:-1], len(values) - 0.01)
    right = np.maximum(place[1:], left + 0.01)
    return np.asarray((_at(total, right) - _at(total, left)) / (right - left)[:, None], np.float32)


def _at(total: Times, place: Times) -> Times:
    below = np.minimum(place.astype(np.int64), len(total) - 2)
    share = (place - below)[:, None]
    return np.asarray(total[below] * (1.0 - share) + total[below + 1] * share, np.float64)
