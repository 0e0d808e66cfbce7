"""Where sections begin: evidence at each bar line, and the best path through lengths.

Each kind of evidence is taken relative to its mean in the song, and once more relative to the neighbouring bar
lines; a logistic regression (`tables.py`) weighs them. Dynamic programming then chooses the bar lines whose evidence
and whose distances are likeliest together: sections of 8 bars and their multiples are, those of 5 or 7 are not.

Shapes: B bars, B + 1 bar lines, E kinds of evidence.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.form.on_grid import BarSounds
from muze_dataset.hearing.form.similarity import alike, checkerboard, regrouping, step
from muze_dataset.hearing.form.tables import BoundaryTable

Float64 = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EVIDENCE = (
    "timbre ±2",
    "timbre ±4",
    "timbre ±8",
    "rhythm ±2",
    "rhythm ±4",
    "pitch ±4",
    "pitch ±8",
    "fullness ±1",
    "fullness ±4",
    "spectrum ±1",
    "timbre regroups",
    "pitch regroups",
    "crash",
    "fill",
)
"""Kinds of evidence, ± bars; each counts twice, by itself and above its neighbours."""

_LONGEST_BARS = 96
_EASY_BARS = 16  # up to here length costs nothing
_LENGTH_COST = 0.06  # of each bar beyond
_SHORT_BARS, _SHORT_COST = 3, 1.5  # of each bar below
_ODD_COSTS = {0: 0.0, 4: 0.12, 2: 0.6, 6: 0.6}  # of a length by its remainder of 8; of odd ones:
_ODD_COST = 1.2


def evidence(sounds: BarSounds) -> Float64:
    """Return what speaks for a section to begin at each bar line, (B + 1, 2 E); zeros below four bars."""
    lines = len(sounds.fullness) + 1
    if lines <= 4:
        return np.zeros((lines, 2 * len(EVIDENCE)))
    timbre, rhythm, pitch = alike(sounds.timbre), alike(sounds.rhythm), alike(sounds.pitch)
    bars, steps = len(sounds.timbre), sounds.timbre.shape[1]
    spectrum = sounds.timbre.reshape(bars, sounds.bar_steps, steps // sounds.bar_steps).mean(axis=1)  # (B, M)
    kinds = (
        *(checkerboard(timbre, reach) for reach in (2, 4, 8)),
        *(checkerboard(rhythm, reach) for reach in (2, 4)),
        *(checkerboard(pitch, reach) for reach in (4, 8)),
        *(step(sounds.fullness[:, None], reach) for reach in (1, 4)),
        step(spectrum, 1),
        regrouping(timbre),
        regrouping(pitch),
        _above_median(sounds.opening),
        _above_median(sounds.turning),
    )
    columns = []
    for kind in kinds:
        positive = np.maximum(kind, 0.0)
        relative = np.log1p(positive / (positive[1:-1].mean() + 1e-9))
        neighbours = np.maximum(np.append(0.0, relative[:-1]), np.append(relative[1:], 0.0))
        columns += [relative, relative - neighbours]
    return np.stack(columns, axis=1)


def strengths(found: Float64, table: BoundaryTable) -> Float64:
    """Return the log-odds that a section begins at each bar line, (B + 1,)."""
    weighed = (found - table.means) / table.spreads @ table.weights
    return np.asarray(weighed + table.bias)


def best_lines(odds: Float64, *, barred: bool) -> Ints:
    """Choose the bar lines at which sections begin; the first and the last always are.

    Args:
        odds: (B + 1,) log-odds of each.
        barred: whether the bars are those of the music, so that their number tells something.
    """
    bars = len(odds) - 1
    costs = np.array([_length_cost(n, barred=barred) for n in range(_LONGEST_BARS + 1)])
    best = np.full(bars + 1, -np.inf)
    best[0] = 0.0
    came_from = np.zeros(bars + 1, dtype=np.int64)
    for line in range(1, bars + 1):
        lengths = np.arange(1, min(line, _LONGEST_BARS) + 1)
        totals = best[line - lengths] - costs[lengths]
        choice = int(totals.argmax())
        best[line] = totals[choice] + (odds[line] if line < bars else 0.0)
        came_from[line] = line - lengths[choice]
    chosen = [bars]
    while chosen[-1] > 0:
        chosen.append(int(came_from[chosen[-1]]))
    return np.array(chosen[::-1], dtype=np.int64)


def _length_cost(bars: int, *, barred: bool) -> float:
    cost = _LENGTH_COST * max(bars - _EASY_BARS, 0) + _SHORT_COST * max(_SHORT_BARS - bars, 0)
    return cost + (_ODD_COSTS.get(bars % 8, _ODD_COST) if barred else 0.0)


def _above_median(values: Float64) -> Float64:
    return np.append(np.maximum(values - np.median(values), 0.0), 0.0)
