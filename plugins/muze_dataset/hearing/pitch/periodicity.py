"""How periodic a frame is at each lag, and the periods that offer themselves.

The difference function and its cumulative mean are those of YIN (de Cheveigné and Kawahara, "YIN, a fundamental
frequency estimator for speech and music", JASA 111, 2002); the probabilities of the candidates are those of pYIN
(Mauch and Dixon, "pYIN: a fundamental frequency estimator using probabilistic threshold distributions", ICASSP
2014). pYIN asks YIN again for each of a hundred thresholds s and takes the first dip below s. A dip is that one
exactly for the s between its own depth and that of the deepest dip before it, so its probability is

    P(dip) = G(deepest before) − G(own depth),      G the distribution of the threshold,

and the hundred passes are one.

Shapes: B frames, L lags, K candidates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.pitch.framing import RATE_HZ, Signal, frame_blocks

LOWEST_HZ, HIGHEST_HZ = 60.0, 1500.0
"""What voices sing, from a bass's lowest B to a soprano's highest F and a bit."""
CANDIDATES = 8
_WINDOW = (
    512  # samples that are compared with their like one lag later: 32 ms, two periods of the lowest note
)
_LONGEST = int(np.ceil(RATE_HZ / LOWEST_HZ)) + 1
_SHORTEST = int(RATE_HZ / HIGHEST_HZ)
_SIZE = 1024  # of the transform: holds the window and the longest lag without wrapping round
_USUAL_LAG = 80  # what is compared spans window and lag: of 200 Hz, it lies around the frame's time
_SHAPE = 34.0 / 3.0  # of the thresholds' distribution Beta(2, 34/3), whose mean is 0.15
_SILENCE = 1e-9  # power of a sample below which nothing is periodic

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Candidates:
    """Pitches that offer themselves in each frame.

    Attributes:
        hz: (F, K) float32, ascending lags, that is descending pitches; 0 where there are fewer than K.
        weight: (F, K) float32, what speaks for each, 0…1; 0 where there is none.
        aperiodicity: (F,) float32, the share of the power that does not repeat at the best lag; 0…1 and more.
    """

    hz: Array
    weight: Array
    aperiodicity: Array


def threshold_share(depth: Array) -> Array:
    """Return G(depth), the share of thresholds below a depth: the distribution function of Beta(2, 34/3)."""
    inside = np.clip(depth, 0.0, 1.0)
    return (1.0 - (1.0 - inside) ** _SHAPE * (1.0 + _SHAPE * inside)).astype(np.float32)


def differences(frames: Array) -> Array:
    """Return YIN's difference function (B, `_LONGEST` + 1) of frames (B, `_WINDOW` + `_LONGEST`).

        d(τ) = Σⱼ (xⱼ − xⱼ₊τ)² = Σ xⱼ² + Σ xⱼ₊τ² − 2 Σ xⱼ xⱼ₊τ,     j over the window

    (YIN, equation 6; the correlation by Fourier transform).
    """
    spectrum = np.fft.rfft(frames, _SIZE)
    window = np.fft.rfft(frames[:, :_WINDOW], _SIZE)
    correlation = np.fft.irfft(spectrum * np.conj(window), _SIZE)[:, : _LONGEST + 1]
    power = np.zeros((len(frames), frames.shape[1] + 1), dtype=np.float64)
    np.cumsum(np.square(frames, dtype=np.float64), axis=1, out=power[:, 1:])
    energy = power[:, _WINDOW : _WINDOW + _LONGEST + 1] - power[:, : _LONGEST + 1]
    result: Array = np.maximum(energy[:, :1] + energy - 2.0 * correlation, 0.0).astype(np.float32)
    return result


def normalised(difference: Array, power: Array) -> Array:
    """Return the cumulative mean normalised difference (B, L), about 1 where nothing repeats (YIN, equation 8).

    Args:
        difference: (B, L) with lag 0 first.
        power: (B,) of the window, below which frames count as silent.
    """
    lags = np.arange(1, difference.shape[1], dtype=np.float32)
    sums = np.cumsum(difference[:, 1:], axis=1)
    result = np.ones_like(difference)
    heard = power > _SILENCE
    result[heard, 1:] = difference[heard, 1:] * lags / np.maximum(sums[heard], 1e-12)
    return result


def find_candidates(signal: Signal, count: int) -> Candidates:
    """Return the candidates of each of `count` frames of a signal (N,) at `RATE_HZ`, by pYIN."""
    found = Candidates(
        np.zeros((count, CANDIDATES), np.float32),
        np.zeros((count, CANDIDATES), np.float32),
        np.ones(count, np.float32),
    )
    for first, difference, depth in _blocks(signal, count):
        rows = slice(first, first + len(depth))
        found.aperiodicity[rows] = depth[:, _SHORTEST:-1].min(axis=1)
        _choose(difference, depth, found.hz[rows], found.weight[rows])
    return found


def _blocks(signal: Signal, count: int) -> Iterator[tuple[int, Array, Array]]:
    length = _WINDOW + _LONGEST
    for first, frames in frame_blocks(signal, count, length, before=(_WINDOW + _USUAL_LAG) // 2):
        frames = frames - frames.mean(axis=1, keepdims=True)  # an offset would look periodic
        difference = differences(frames)
        power = np.einsum("bl,bl->b", frames, frames) / length
        yield first, difference, normalised(difference, power)


def _choose(difference: Array, depth: Array, hz: Array, weight: Array) -> None:
    """Fill (B, K) `hz` and `weight` with the dips that are deeper than all before them."""
    inner = depth[:, _SHORTEST:-1]
    dips = (inner < depth[:, _SHORTEST - 1 : -2]) & (inner <= depth[:, _SHORTEST + 1 :])
    deepest = np.minimum.accumulate(np.where(dips, inner, np.float32(1.0)), axis=1)
    before = np.concatenate([np.ones((len(depth), 1), np.float32), deepest[:, :-1]], axis=1)
    rows, columns = np.nonzero(dips & (inner < before))
    number = _number_from_last(rows, len(depth))
    kept = number < CANDIDATES
    rows, columns, places = rows[kept], columns[kept], CANDIDATES - 1 - number[kept]
    share = threshold_share(before[rows, columns]) - threshold_share(inner[rows, columns])
    share = np.maximum(share, 0.0)  # two nearly equal depths may differ the wrong way by rounding
    lags = columns + _SHORTEST
    hz[rows, places] = RATE_HZ / (lags + _offset(difference, rows, lags))
    weight[rows, places] = share


def _number_from_last(rows: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.intp]:
    """Number equal, sorted entries from the last of each, which is 0."""
    ends = np.cumsum(np.bincount(rows, minlength=count))
    return ends[rows] - 1 - np.arange(rows.size)


def _offset(curve: Array, rows: npt.NDArray[np.intp], at: npt.NDArray[np.intp]) -> Array:
    """Return how far from a sampled minimum the parabola through it and its neighbours has its own, ±1 at most."""
    left, middle, right = curve[rows, at - 1], curve[rows, at], curve[rows, at + 1]
    bend = left - 2.0 * middle + right
    offset: Array = np.where(bend > 0.0, 0.5 * (left - right) / np.where(bend > 0.0, bend, 1.0), 0.0)
    return np.clip(offset, -1.0, 1.0)
