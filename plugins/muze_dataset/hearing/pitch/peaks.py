"""The strongest peaks of each row of a salience."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]


def strongest_peaks(rows: Array, count: int) -> tuple[Places, Array]:
    """Return where the strongest local maxima of each row lie and how high they are, both (F, `count`).

    Args:
        rows: (F, P), not negative.
        count: K; where a row has fewer, place 0 and height 0 stand in.
    """
    peaks = np.zeros_like(rows)
    inner = rows[:, 1:-1]
    peaks[:, 1:-1] = np.where((inner > rows[:, :-2]) & (inner >= rows[:, 2:]), inner, 0.0)
    places = np.argpartition(peaks, -count, axis=1)[:, -count:]
    places.sort(axis=1)  # the order among equals must not depend on the partition
    heights = np.take_along_axis(peaks, places, axis=1)
    places[heights == 0.0] = 0
    return places, heights


def peak_offsets(rows: Array, places: Places) -> Array:
    """Return how far from each place (F, K) the parabola through it and its neighbours peaks, ±½ at most."""
    at = np.clip(places, 1, rows.shape[1] - 2)
    left, middle, right = (np.take_along_axis(rows, at + step, axis=1) for step in (-1, 0, 1))
    bend = left - 2.0 * middle + right
    sharp = bend < 0.0
    offsets: Array = np.where(sharp, 0.5 * (left - right) / np.where(sharp, bend, -1.0), 0.0)
    return np.clip(offsets, -0.5, 0.5)
