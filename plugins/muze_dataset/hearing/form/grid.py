"""The grid that form is heard on: steps of a beat over the whole recording, and the bars that they make.

Where beats were not found, and where they leave a gap, even steps take their place; so every recording has a grid,
and what stands on it need not care.

Shapes: U steps, U + 1 edges, of which the first is the recording's beginning and the last its end; B bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_STEP_S = 0.5  # where there are no beats
_SHORTEST_STEP_S = 0.12
_GAP_STEPS = 1.6  # so many usual beats without one are a gap
_FEWEST_BEATS = 8
_STEPS_IN_BAR = 4  # where nobody knows
_MOST_BARS = 1500
"""Matrices of bar by bar stay below 20 MB: of hour-long recordings several bars are taken for one."""


@dataclass(frozen=True)
class Grid:
    """Steps and bars of a recording.

    Attributes:
        edges_s: (U + 1,) where steps begin, and the end; seconds, rising.
        bars: (B + 1,) the edges at which bars begin, and the last.
        bar_steps: steps in a usual bar.
        beaten: whether the beats were found, and not laid out evenly.
        barred: whether the downbeats were found.
    """

    edges_s: Float64
    bars: Ints
    bar_steps: int
    beaten: bool
    barred: bool

    @property
    def bar_edges_s(self) -> Float64:
        """Where bars begin, and the end, (B + 1,) in seconds."""
        return self.edges_s[self.bars]


def lay_grid(duration_s: float, beats_s: Sequence[float], downbeats_s: Sequence[float]) -> Grid:
    """Lay a grid over a recording.

    Args:
        duration_s: its length, above 0.
        beats_s: where beats were found, rising; may be empty.
        downbeats_s: those that begin bars; may be empty.
    """
    beats = _spaced(beats_s, duration_s)
    if len(beats) < _FEWEST_BEATS:
        edges = np.linspace(0.0, duration_s, max(round(duration_s / _STEP_S), 1) + 1)
        return Grid(edges, _bars(edges, 0, _STEPS_IN_BAR, ()), _STEPS_IN_BAR, False, False)
    edges = _filled(beats, duration_s)
    downs = np.asarray(downbeats_s, dtype=np.float64)
    if len(downs) < 2:
        first = int(np.abs(edges - beats[0]).argmin())
        return Grid(edges, _bars(edges, first, _STEPS_IN_BAR, ()), _STEPS_IN_BAR, True, False)
    after = np.clip(np.searchsorted(edges, downs), 1, len(edges) - 1)
    nearest = np.where(edges[after] - downs < downs - edges[after - 1], after, after - 1)  # (D,)
    bar_steps = max(int(np.median(np.diff(nearest))), 1)
    bars = _bars(edges, int(nearest[0]), bar_steps, nearest.tolist())
    return Grid(edges, bars, bar_steps, True, True)


def _spaced(beats_s: Sequence[float], duration_s: float) -> list[float]:
    """Leave out beats too near to the one before or to the end."""
    kept: list[float] = []
    for beat in beats_s:
        if beat <= duration_s - _SHORTEST_STEP_S and (not kept or beat - kept[-1] >= _SHORTEST_STEP_S):
            kept.append(max(float(beat), 0.0))
    return kept


def _filled(beats: list[float], duration_s: float) -> Float64:
    """Return edges from 0 to the end; gaps get steps about as long as the median beat."""
    usual = float(np.median(np.diff(beats)))
    edges = [0.0]
    for beat in (*beats, duration_s):
        gap = beat - edges[-1]
        if gap < 1e-3:
            continue
        count = max(round(gap / usual), 1) if gap > _GAP_STEPS * usual else 1
        edges.extend((edges[-1] + gap * np.arange(1, count + 1) / count).tolist())
    return np.array(edges)


def _bars(edges: Float64, first: int, bar_steps: int, found: Sequence[int]) -> Ints:
    """Return the edges at which bars begin: those found, and regular ones before, between and after.

    What is left over at either end belongs to its neighbour where it is less than half a bar.
    """
    last = len(edges) - 1
    marks = list(range(first % bar_steps, first, bar_steps))
    for mark in found or (first,):
        while marks and mark - marks[-1] > 1.5 * bar_steps:
            marks.append(marks[-1] + bar_steps)
        marks.append(mark)
    marks.extend(range(marks[-1] + bar_steps, last, bar_steps))
    inside = sorted({m for m in marks if bar_steps / 2 <= m <= last - bar_steps / 2})
    bars = [0, *inside]
    pooled = bars[:: 1 + (len(bars) - 1) // _MOST_BARS]
    return np.array([*pooled, last], dtype=np.int64)
