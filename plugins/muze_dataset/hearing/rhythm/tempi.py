"""Which tempi a recording may have: where the beat's opinions repeat, and what the network thinks of the whole."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.rhythm.network import STEPS_HZ, TEMPI_BPM, Opinions

SLOWEST_BPM, FASTEST_BPM = 40.0, 240.0

_GRID = 480  # tempi looked at: 0.4 % apart
_APART = 0.1  # candidates of one tempo are none of another
_REPETITION_TRUST = 4.0  # log-odds of a perfect repetition
_RAREST = -8.0


def likely_tempi(opinions: Opinions, count: int = 4) -> tuple[float, ...]:
    """Return up to `count` tempi in beats a minute, the likeliest first, at least 10 % apart.

    A tempo is likely when the beat's probability repeats after one of its beats and after two, and when the
    network hears it in the whole.
    """
    grid = np.geomspace(SLOWEST_BPM, FASTEST_BPM, _GRID)
    lags = STEPS_HZ * 60.0 / grid
    repeats = repetition(opinions, int(2 * lags[0]) + 2)
    at = np.arange(len(repeats))
    likely = _REPETITION_TRUST * (np.interp(lags, at, repeats) + np.interp(2 * lags, at, repeats)) / 2
    likely += opinion_of(opinions, grid)
    chosen: list[float] = []
    for _ in range(count):
        index = int(likely.argmax())
        if likely[index] == -np.inf:
            break
        chosen.append(float(grid[index]))
        likely[np.abs(np.log(grid / grid[index])) < _APART] = -np.inf
    return tuple(chosen)


def opinion_of(opinions: Opinions, bpm: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the network's log-probability of tempi, interpolated."""
    heard: npt.NDArray[np.float64] = np.interp(
        np.log(bpm), np.log(TEMPI_BPM), np.maximum(opinions.tempo, _RAREST)
    )
    return heard


def repetition(opinions: Opinions, longest: int) -> npt.NDArray[np.float64]:
    """Return the autocorrelation of the beat's probability for lags 0…longest, 1 at lag 0."""
    probability = 1.0 / (1.0 + np.exp(-opinions.beat.astype(np.float64)))
    probability -= probability.mean()
    steps = len(probability)
    size = 1 << int(np.ceil(np.log2(steps + longest + 1)))
    power = np.abs(np.fft.rfft(probability, size)) ** 2
    sums = np.fft.irfft(power)[: longest + 1]
    overlap = np.maximum(steps - np.arange(longest + 1), 0.1 * steps)
    means = sums / overlap
    result: npt.NDArray[np.float64] = means / max(float(means[0]), 1e-12)
    return result
