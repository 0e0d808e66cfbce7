"""When exactly beats are: from steps of 20 ms to an even grid or a gently bending line through what was heard.

Each beat's own time is where the network's probability is centred around its step. Musicians and programs keep
time better than single onsets tell it, so the beats of a recording are taken together: on an even grid where they
keep to one tempo, and otherwise on the smoothest curve that follows them (Whittaker's smoother, of second
differences). Where onsets stand out at the beats, all beats are then moved by one amount, so that strokes begin on
them.

K beats of a walk.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.rhythm.network import STEPS_HZ, Opinions
from muze_dataset.hearing.rhythm.onsets import Onsets

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

_AROUND_STEPS = 2
_SEARCH = 0.02  # how far a grid's period may be from the median interval, as a share
_PHASE_STEP = 0.05  # beats that the last one moves by between two periods that are tried
_STEADY_S = 0.015  # how far stretches of beats may lie off their grid, so that the tempo is called steady
_STRETCH_BEATS = 16
_STRAY = 0.25  # share of what was heard that may lie further off, as where others play across the beat
_FAR_S = 0.03  # what lies further off a line counts as good as nothing
_LINE_ROUNDS = 6
_STIFFNESS = 4.0  # of the curve, against beats that were surely heard
_LOOK_S = 0.08  # around beats, for the onsets that mark them
_FARTHEST_SHIFT_S = 0.025
_PROMINENT = 2.5  # how far those onsets must stand out
_ONSET_LEAD_S = (
    0.005  # by how much a stroke's rise in the spectrum precedes it: half of the window hears it coming
)


@dataclass(frozen=True)
class Beats:
    """Beats in time.

    Attributes:
        times_s: when.
        places: of each in its bar, 0 for downbeats.
        steady: whether they lie on an even grid.
    """

    times_s: Doubles
    places: Ints
    steady: bool


def heard_times(opinions: Opinions, steps: Ints) -> tuple[Doubles, Doubles]:
    """Return when beats were heard in seconds and how surely, 0…1, both (K,); steps (K,) says where to listen."""
    probability = 1.0 / (1.0 + np.exp(-opinions.beat.astype(np.float64)))
    around = np.arange(-_AROUND_STEPS, _AROUND_STEPS + 1)
    at = steps[:, None] + around
    within = (at >= 0) & (at < len(probability))
    weight = np.where(within, probability[np.clip(at, 0, len(probability) - 1)], 0.0)
    total = weight.sum(axis=1)
    centre = (weight * around).sum(axis=1) / np.maximum(total, 1e-9)
    return (steps + centre) / STEPS_HZ, np.clip(total / 2.0, 0.0, 1.0)


def in_time(times_s: Doubles, sureness: Doubles, places: Ints, beats_in_bar: int) -> Beats:
    """Return beats on an even grid, or on a smooth curve where they keep to none.

    On a grid a walk's slips are mended, too: there may be more or fewer beats than there were steps, and bars are
    counted as most of the steps count them.

    Args:
        times_s: (K,) when each was heard.
        sureness: (K,) how surely, 0…1.
        places: (K,) of each in its bar.
        beats_in_bar: how many places there are.
    """
    if len(times_s) < 3:
        return Beats(times_s, places, True)
    weights = sureness**2 + 1e-6
    first_s, period_s = _grid(times_s, weights)
    index = np.round((times_s - first_s) / period_s)
    off = times_s - first_s - index * period_s
    trend, weight = _averaged(off, weights)
    if weight[np.abs(trend) > _STEADY_S].sum() > _STRAY * weight.sum():
        return Beats(_curve(times_s, weights), places, False)
    grid = np.arange(index.min(), index.max() + 1)
    turns = np.bincount(((places - index) % beats_in_bar).astype(int), weights, beats_in_bar)
    return Beats(first_s + grid * period_s, ((grid + turns.argmax()) % beats_in_bar).astype(np.intp), True)


def _grid(times_s: Doubles, weights: Doubles) -> tuple[float, float]:
    """Return a beat of the even grid that fits best, and its period: the Fourier transform's largest value."""
    middle_s = float(np.median(np.diff(times_s)))
    finest = _PHASE_STEP * middle_s / max(float(np.ptp(times_s)), middle_s)
    tried = middle_s * np.arange(1.0 - _SEARCH, 1.0 + _SEARCH, finest)
    fit = np.array([np.abs((weights * np.exp(2j * np.pi * times_s / period)).sum()) for period in tried])
    period_s = float(tried[fit.argmax()])
    first_s = (
        float(np.angle((weights * np.exp(2j * np.pi * times_s / period_s)).sum())) / (2 * np.pi) * period_s
    )
    for _ in range(_LINE_ROUNDS):  # least squares, in which strays count ever less
        index = np.round((times_s - first_s) / period_s)
        near = weights / (1.0 + ((times_s - first_s - index * period_s) / _FAR_S) ** 2) ** 2
        middle, mean = np.average(index, weights=near), np.average(times_s, weights=near)
        spread = np.average((index - middle) ** 2, weights=near)
        if spread <= 0.0:
            break
        period_s = float(np.average((index - middle) * (times_s - mean), weights=near) / spread)
        first_s = float(mean - middle * period_s)
    return first_s, period_s


def moved_to_onsets(times_s: Doubles, onsets: Onsets) -> Doubles:
    """Return beats (K,) all moved by the same amount, at most 25 ms, to where the onsets around them begin."""
    reach = round(_LOOK_S * onsets.frames_hz)
    offsets = np.arange(-reach, reach + 1)
    frames = times_s[:, None] * onsets.frames_hz + offsets
    profile = np.interp(frames, np.arange(len(onsets.strength)), onsets.strength).mean(axis=0)
    highest = float(profile.max(initial=0.0))
    if highest <= 0.0 or highest < _PROMINENT * float(np.median(profile)):
        return times_s
    above = np.maximum(profile - 0.5 * highest, 0.0)
    above[np.abs(offsets - offsets[profile.argmax()]) > 3] = 0.0
    shift_s = float((above * offsets).sum() / above.sum()) / onsets.frames_hz + _ONSET_LEAD_S
    return times_s + shift_s if abs(shift_s) <= _FARTHEST_SHIFT_S else times_s


def _averaged(values: Doubles, weights: Doubles) -> tuple[Doubles, Doubles]:
    """Return the weighted means of all stretches of neighbours, and the weight of each."""
    window = np.ones(min(_STRETCH_BEATS, len(values)))
    total = np.convolve(weights, window, "valid")
    return np.convolve(values * weights, window, "valid") / total, total


def _curve(times_s: Doubles, weights: Doubles) -> Doubles:
    """Return times t that minimise Σ w (t − heard)² + stiffness Σ (second difference of t)²."""
    count = len(times_s)
    bands = np.zeros((count, 5))  # of the matrix w + stiffness DᵀD, diagonals −2…2
    bands[:, 2] = weights + 1e-3
    for offset, factor in enumerate((1.0, -2.0, 1.0)):
        for other, against in enumerate((1.0, -2.0, 1.0)):
            rows = np.arange(count - 2) + offset
            bands[rows, 2 + other - offset] += _STIFFNESS * factor * against
    return _solved(bands, (weights + 1e-3) * times_s)


def _solved(bands: Doubles, right: Doubles) -> Doubles:
    """Return x of a symmetric positive definite system with five diagonals, by elimination."""
    rows = [list(row) for row in bands]
    values = [float(value) for value in right]
    count = len(values)
    for pivot in range(count):
        for below in range(1, min(2, count - 1 - pivot) + 1):
            row = rows[pivot + below]
            share = row[2 - below] / rows[pivot][2]
            for column in range(min(3, count - pivot)):
                if 0 <= 2 - below + column < 5:
                    row[2 - below + column] -= share * rows[pivot][2 + column]
            values[pivot + below] -= share * values[pivot]
    for pivot in range(count - 1, -1, -1):
        for above in range(1, min(2, count - 1 - pivot) + 1):
            values[pivot] -= rows[pivot][2 + above] * values[pivot + above]
        values[pivot] /= rows[pivot][2]
    return np.array(values)
