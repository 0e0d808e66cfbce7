"""Frames that lie within spans of time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FRAMES_HZ = 100


def frames_within(
    spans: Sequence[Sequence[float]] | None, count: int, *, margin_s: float = 0.0
) -> npt.NDArray[np.bool_]:
    """Return which of `count` frames, one every 10 ms, lie in spans [start, end] widened by a margin.

    All of them do where the spans are not known (None).
    """
    if spans is None:
        return np.ones(count, dtype=bool)
    inside = np.zeros(count, dtype=bool)
    for start_s, end_s in spans:
        first = max(int(np.ceil((start_s - margin_s) * FRAMES_HZ)), 0)
        last = max(int(np.floor((end_s + margin_s) * FRAMES_HZ)) + 1, 0)
        inside[first:last] = True
    return inside


def runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the first frame and the one after the last of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(first), int(stop)) for first, stop in zip(edges[::2], edges[1::2], strict=True)]
