"""Vibrato of a sung line: how fast, how deep, how much of the time.

    contour ─▶ stretches of pitch ─▶ windows ─▶ parabola + sine at each rate, by least squares ─▶ best rate

A window swings when one sine of an audible depth explains most of what the parabola (the note's own slow course)
leaves, in both its halves, while that course stays near one note. Windows that swing and overlap are one vibrato:
its rate is the mean of theirs, its depth the greatest, as vibrato sets in gradually. Depth is from the middle to the
peak, half of what peak to peak would be; 4…8 Hz and 20…100 cents are usual (Prame, "Measurements of the vibrato rate
of ten singers", JASA 96, 1994).

Shapes: F frames every 10 ms, W windows, n frames a window, R rates.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
import numpy.typing as npt

SLOWEST_HZ, FASTEST_HZ = 2.0, 12.0
SHALLOWEST_CENTS, DEEPEST_CENTS = 8.0, 300.0
_FRAMES_HZ = 100
_RATE_STEP_HZ = 0.1
_HOP = 4  # frames from window to window
# Frames of a window, the rates it is good for, and the least share of the swing that the sine explains there: two
# cycles are the fewest that can be told from a bend, and slow ones may still be a melody.
_WINDOWS = ((44, 4.4, FASTEST_HZ, 0.75), (120, SLOWEST_HZ, 4.6, 0.9))
_HALVES = 0.8  # of that share, at least so much in each half of the window
_COURSE_CENTS = 130.0  # how far the note's own course may move within a window
_RATE_SPREAD = 0.2  # how far from the usual rate a vibrato may be, as a share of it
_LEAST_FRAMES = 60  # of vibrato in all: less may be chance
_SMOOTHED = 3  # frames of the median that takes out single wrong frames

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Vibrato:
    """The vibrato of a recording.

    Attributes:
        rate_hz: mean rate; None where there is none.
        depth_cents: mean depth from the middle to the peak; None where there is none.
        extent: share of the voiced time that has vibrato, 0…1.
        confidence: how much of the swing a sine explains, 0…1; None where there is none.
    """

    rate_hz: float | None
    depth_cents: float | None
    extent: float
    confidence: float | None


@dataclass(frozen=True)
class _Swings:
    """Windows that swing: first and last frame + 1, rate, depth and share explained, each (W,)."""

    start: npt.NDArray[np.intp]
    stop: npt.NDArray[np.intp]
    rate_hz: Array
    depth_cents: Array
    explained: Array


def find_vibrato(hz: npt.NDArray[np.float32]) -> Vibrato:
    """Return the vibrato of a contour (F,) in Hz, one value every 10 ms, 0 where there is no pitch."""
    voiced = int(np.count_nonzero(hz > 0.0))
    found = [swings for start, cents in _stretches(hz) for swings in _swings(cents, start)]
    if not found:
        return Vibrato(None, None, 0.0, None)
    merged = _Swings(
        *(np.concatenate([getattr(swings, field.name) for swings in found]) for field in fields(_Swings))
    )
    return _summary(merged, hz.size, voiced)


def _stretches(hz: npt.NDArray[np.float32]) -> list[tuple[int, Array]]:
    """Return the first frame and the pitch in cents of each stretch of pitch without a leap of an octave's half."""
    cents = 1200.0 * np.log2(np.maximum(hz, 1.0).astype(np.float64))
    sounding = hz > 0.0
    joined = sounding[1:] & sounding[:-1] & (np.abs(np.diff(cents)) < 600.0)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], joined, [False]]).astype(np.int8)))
    return [
        (int(start), _median(cents[start : stop + 1]))
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
    ]


def _median(cents: Array) -> Array:
    if cents.size < _SMOOTHED:
        return cents
    padded = np.pad(cents, _SMOOTHED // 2, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, _SMOOTHED), axis=1)


def _swings(cents: Array, first: int) -> list[_Swings]:
    """Return the windows of one stretch that swing, one entry a window size."""
    found = []
    for length, slowest_hz, fastest_hz, least in _WINDOWS:
        if cents.size < length:
            continue
        starts = np.unique(np.append(np.arange(0, cents.size - length + 1, _HOP), cents.size - length))
        windows = np.lib.stride_tricks.sliding_window_view(cents, length)[starts]
        swings = _fitted(windows, starts + first, (slowest_hz, fastest_hz), least)
        if swings.start.size:
            found.append(swings)
    return found


def _fitted(
    windows: Array, starts: npt.NDArray[np.intp], range_hz: tuple[float, float], least: float
) -> _Swings:
    """Fit windows (W, n) and return those that swing."""
    length = windows.shape[1]
    course, rates, bases, solving = _bases(length, *range_hz)
    level = windows.mean(axis=1, keepdims=True)
    slow = (windows - level) @ course.T @ course  # the parabola, (W, n)
    rest = windows - level - slow
    power = np.square(rest).sum(axis=1)
    parts = np.einsum("wn,rpn->wrp", rest, bases)
    gained = np.square(parts).sum(axis=2)  # what the sine at each rate explains, (W, R)
    best = gained.argmax(axis=1)
    rows = np.arange(len(windows))
    rate = rates[best] + _refined(gained, best) * _RATE_STEP_HZ
    amplitude = np.einsum("wpq,wq->wp", solving[best], parts[rows, best])
    depth = np.hypot(amplitude[:, 0], amplitude[:, 1])
    left = np.square(rest - np.einsum("wp,wpn->wn", parts[rows, best], bases[best]))
    explained = 1.0 - left.sum(axis=1) / np.maximum(power, 1e-9)
    half = length // 2
    halves = [
        1.0 - left[:, part].sum(axis=1) / np.maximum(np.square(rest[:, part]).sum(axis=1), 1e-9)
        for part in (slice(0, half), slice(half, length))
    ]
    swinging = (
        (explained >= least)
        & (np.minimum(*halves) >= _HALVES * least)
        & (depth >= SHALLOWEST_CENTS)
        & (depth <= DEEPEST_CENTS)
        & (np.ptp(slow, axis=1) <= _COURSE_CENTS)
        & (best > 0)  # at the ends of the range the best rate lies beyond it
        & (best < len(rates) - 1)
    )
    return _Swings(
        starts[swinging], starts[swinging] + length, rate[swinging], depth[swinging], explained[swinging]
    )


@lru_cache(maxsize=4)
def _bases(length: int, slowest_hz: float, fastest_hz: float) -> tuple[Array, Array, Array, Array]:
    """Return what windows of n frames are projected on.

    Returns:
        the parabolas' orthonormal basis (3, n); the rates (R,); an orthonormal basis (R, 2, n) of what cosine and
        sine of each rate add to them; and the (R, 2, 2) that turn coordinates in it into those of cosine and sine.
    """
    times = (np.arange(length) - (length - 1) / 2.0) / _FRAMES_HZ
    course = np.linalg.qr(np.stack([np.ones(length), times, times**2], axis=1))[0].T
    rates = np.arange(slowest_hz - _RATE_STEP_HZ, fastest_hz + 1.5 * _RATE_STEP_HZ, _RATE_STEP_HZ)
    angles = 2.0 * np.pi * rates[:, None] * times
    pair = np.stack([np.cos(angles), np.sin(angles)], axis=2)  # (R, n, 2)
    pair = pair - np.einsum("kn,km,rmp->rnp", course, course, pair)
    basis, triangle = np.linalg.qr(pair)
    return course, rates, np.swapaxes(basis, 1, 2).copy(), np.linalg.inv(triangle)


def _refined(gained: Array, best: npt.NDArray[np.intp]) -> Array:
    """Return how far from the best rate the parabola through it and its neighbours peaks, in steps."""
    at = np.clip(best, 1, gained.shape[1] - 2)
    rows = np.arange(len(gained))
    left, middle, right = gained[rows, at - 1], gained[rows, at], gained[rows, at + 1]
    bend = left - 2.0 * middle + right
    offset: Array = np.where(bend < 0.0, 0.5 * (left - right) / np.where(bend < 0.0, bend, -1.0), 0.0)
    return np.clip(offset, -1.0, 1.0)


def _summary(swings: _Swings, frames: int, voiced: int) -> Vibrato:
    """Put windows together; what is far from the usual rate is a turn or a trill, as singers hardly change theirs."""
    weight = swings.explained * (swings.stop - swings.start)
    usual_hz = _weighted_median(swings.rate_hz, weight)
    usual = np.abs(swings.rate_hz - usual_hz) <= _RATE_SPREAD * usual_hz
    swings = _Swings(*(getattr(swings, field.name)[usual] for field in fields(_Swings)))
    swinging = np.zeros(frames, dtype=bool)
    for start, stop in zip(swings.start, swings.stop, strict=True):
        swinging[start:stop] = True
    if np.count_nonzero(swinging) < _LEAST_FRAMES:
        return Vibrato(None, None, 0.0, None)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], swinging.astype(np.int8), [0]])))
    rates, depths, explained, lengths = [], [], [], []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        within = (swings.start >= first) & (swings.stop <= last)
        weight = swings.explained[within] * np.square(swings.depth_cents[within])
        rates.append(np.average(swings.rate_hz[within], weights=weight))
        depths.append(swings.depth_cents[within].max())
        explained.append(np.average(swings.explained[within], weights=weight))
        lengths.append(last - first)
    return Vibrato(
        rate_hz=float(np.average(rates, weights=lengths)),
        depth_cents=float(np.average(depths, weights=lengths)),
        extent=min(float(np.count_nonzero(swinging)) / max(voiced, 1), 1.0),
        confidence=float(np.average(explained, weights=lengths)),
    )


def _weighted_median(values: Array, weights: Array) -> float:
    order = np.argsort(values, kind="stable")
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, 0.5 * sums[-1])])
