"""Tempo, beats and metre against what is planned.

Beats are compared as in Davies, Degara and Plumbley, "Evaluation Methods for Musical Audio Beat Tracking
Algorithms", QMUL C4DM-TR-09-06, 2009, whose first five seconds count for nothing; tempi as in Gouyon et al., "An
Experimental Comparison of Audio Tempo Induction Algorithms", IEEE TASLP 14(5), 2006.

Legend: P planned times, Q found times, in seconds and in order.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.float64]

FIRST_S = 5.0
"""Beats before this are left out on both sides: a listener needs as long to find the pulse."""
WINDOW_S = 0.07
"""How far a beat may lie from where it is planned, and still be right."""
TEMPO_TOLERANCE = 0.04
FACTORS = (1.0, 2.0, 3.0, 1.0 / 2.0, 1.0 / 3.0)
"""Of the planned tempo, all of which a listener may take for it."""

_CONTINUITY = 0.175  # of an interval: how far phase and period may be off
_FEWEST = 2  # planned beats, without which there is no interval to measure by


def tempo_right(planned_bpm: float, found_bpm: float | None, *, factors: Sequence[float] = (1.0,)) -> float:
    """Return 1 where the tempo is within 4 % of the planned one times any of the factors, else 0."""
    if found_bpm is None:
        return 0.0
    targets = planned_bpm * np.asarray(factors)
    return float(np.any(np.abs(found_bpm - targets) <= TEMPO_TOLERANCE * targets))


def beat_f(planned_s: Sequence[float], found_s: Sequence[float] | None) -> float | None:
    """Return the F-measure of beats within 70 ms, each of them matched to one at most.

    Args:
        planned_s: (P,) times.
        found_s: (Q,) times; None where nothing was found.

    Returns:
        0…1; None where fewer than two beats are planned after the first five seconds.
    """
    planned, found = counted(planned_s), counted(() if found_s is None else found_s)
    if len(planned) < _FEWEST:
        return None
    return f_measure(planned, found, window_s=WINDOW_S)


def beats_continuous(
    planned_s: Sequence[float], found_s: Sequence[float] | None
) -> tuple[float, float] | None:
    """Return the shares of beats that go on rightly: at the planned level (CMLt), and at any level (AMLt).

    The other levels are twice and half the tempo, and the beats between the planned ones.

    Args:
        planned_s: (P,) times.
        found_s: (Q,) times; None where nothing was found.

    Returns:
        0…1 each; None where fewer than two beats are planned after the first five seconds.
    """
    planned, found = counted(planned_s), counted(() if found_s is None else found_s)
    if len(planned) < _FEWEST:
        return None
    if len(found) < _FEWEST:
        return 0.0, 0.0
    doubled = np.interp(
        np.arange(2 * len(planned) - 1) / 2.0, np.arange(len(planned), dtype=np.float64), planned
    )
    levels = (planned, doubled[1::2], doubled, planned[::2], planned[1::2])
    shares = [_continuous(level, found) for level in levels]
    return shares[0], max(shares)


def counted(times_s: Sequence[float] | Times) -> Times:
    """Return the times that count, those from `FIRST_S` on."""
    times = np.asarray(times_s, np.float64)
    return times[times >= FIRST_S]


def f_measure(planned: Times, found: Times, *, window_s: float) -> float:
    """Return the harmonic mean of precision and recall of times within a window; 0 where there are none to match."""
    hits = matched(planned, found, window_s=window_s)
    return 2.0 * hits / (len(planned) + len(found)) if hits else 0.0


def matched(planned: Times, found: Times, *, window_s: float) -> int:
    """Return how many pairs of planned and found times can be made, none in two pairs, within a window.

    Both sides are in order and the window is the same everywhere, so that pairing the earliest first is the largest
    matching.
    """
    hits = at = 0
    for time in planned:
        while at < len(found) and found[at] < time and abs(found[at] - time) > window_s:
            at += 1
        if at < len(found) and abs(found[at] - time) <= window_s:
            hits, at = hits + 1, at + 1
    return hits


def _continuous(planned: Times, found: Times) -> float:
    """Return the share of beats, of planned or found ones, whichever are more, that agree in phase and period.

    A found beat agrees where it lies within 17.5 % of an interval from the nearest planned one, and the interval
    before it (after it, for the first on either side) is within 17.5 % of the planned one.
    """
    if len(planned) < _FEWEST:
        return 0.0
    nearest = np.abs(found[:, None] - planned[None, :]).argmin(axis=1)  # (Q,)
    ahead = (nearest == 0) | (np.arange(len(found)) == 0)
    wanted = np.where(ahead, _after(planned)[nearest], _before(planned)[nearest])
    gap = np.where(ahead, _after(found), _before(found))
    phase = np.abs(found - planned[nearest]) / wanted
    period = np.abs(1.0 - gap / wanted)
    agree = (phase < _CONTINUITY) & (period < _CONTINUITY)
    return len(np.unique(nearest[agree])) / max(len(planned), len(found))  # a planned beat counts once


def _before(times: Times) -> Times:
    """Return the interval before each time; of the first, the one after it."""
    gaps = np.diff(times)
    return np.concatenate((gaps[:1], gaps))


def _after(times: Times) -> Times:
    """Return the interval after each time; of the last, the one before it."""
    gaps = np.diff(times)
    return np.concatenate((gaps, gaps[-1:]))
