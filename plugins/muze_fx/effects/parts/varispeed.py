"""Uneven speed: a delay that moves, read between samples by a windowed sinc.

Linear or cubic reading would dull the treble by an amount that moves with the delay; 16 taps keep it level
up to about 0.42 of the sample rate.

    out[n] = in[n - centre - offset(n)],    offset(n) smooth, |offset| < centre
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_fx.effects.parts.processor import Samples

_TAPS = 16
_PHASES = 2048  # steps between two samples; the error of the nearest step is below -70 dB at 10 kHz
_GRID = 64  # the offset is computed every 64 samples and drawn straight in between
_CHUNK = 8192


@dataclass(frozen=True)
class Sway:
    """A slow, quasi-random wander: sines whose frequencies have no common period.

    Attributes:
        freqs_hz: (K,) frequencies.
        deviations: (K,) largest relative change of speed by each sine.
        phases: (K,) radians.
    """

    freqs_hz: npt.NDArray[np.float64]
    deviations: npt.NDArray[np.float64]
    phases: npt.NDArray[np.float64]

    @property
    def reach_s(self) -> float:
        """Upper bound of the offset. A sine of the speed with size d moves the time by d / (2 pi f)."""
        return float((self.deviations / (2.0 * math.pi * self.freqs_hz)).sum())

    def offset_s(self, times_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Offset of the time at (N,) times."""
        angles = 2.0 * math.pi * np.outer(times_s, self.freqs_hz) + self.phases
        result: npt.NDArray[np.float64] = np.sin(angles) @ (self.deviations / (2.0 * math.pi * self.freqs_hz))
        return result


def wander(
    parts: list[tuple[float, float]],
    rng: np.random.Generator,
    *,
    spread: tuple[float, ...] = (1.0, 1.618, 2.41),
) -> Sway:
    """Make a sway of several kinds of unsteadiness.

    Args:
        parts: pairs of a frequency in Hz and the largest relative change of speed around it.
        rng: decides phases and exact frequencies.
        spread: each part becomes sines at these multiples of its frequency, weaker upwards.
    """
    ratios = np.array(spread)
    weights = 1.0 / ratios
    weights /= weights.sum()
    freqs = np.concatenate([freq * ratios * rng.uniform(0.93, 1.07, ratios.size) for freq, _ in parts])
    deviations = np.concatenate([deviation * weights for _, deviation in parts])
    return Sway(freqs, deviations, rng.uniform(0.0, 2.0 * math.pi, freqs.size))


class Varispeed:
    """Play at a speed that sways around 1; all channels alike.

    Args:
        sway: the wander of time.
        rate_hz: sample rate.
        channels: C.
    """

    tail_samples = 0

    def __init__(self, sway: Sway, rate_hz: int, channels: int) -> None:
        self._sway = sway
        self._rate_hz = rate_hz
        reach = math.ceil(sway.reach_s * rate_hz)
        self.latency_samples = reach + _TAPS // 2 + 1
        self._behind = self.latency_samples + reach + _TAPS  # oldest sample that may be read
        self._past = np.zeros((channels, self._behind), np.float32)
        self._table = _sinc_table()
        self._at = 0  # samples so far

    def process(self, block: Samples) -> Samples:
        """Read the next (C, N) samples at the swaying speed."""
        count = block.shape[1]
        joined = np.concatenate([self._past, block], axis=1)
        self._past = joined[:, count:].copy()
        out = np.empty_like(block)
        windows = np.lib.stride_tricks.sliding_window_view(joined, _TAPS, axis=1)  # (C, …, taps)
        for start in range(0, count, _CHUNK):
            stop = min(start + _CHUNK, count)
            offset = self._offsets(self._at + start, stop - start)
            place = self._behind - self.latency_samples + np.arange(start, stop) - offset
            whole = np.floor(place)
            phase = np.rint((place - whole) * _PHASES).astype(np.intp)
            weights = self._table[phase]  # (n, taps)
            first = whole.astype(np.intp) - (_TAPS // 2 - 1)
            for channel in range(block.shape[0]):
                np.einsum("nt,nt->n", windows[channel][first], weights, out=out[channel, start:stop])
        self._at += count
        return out

    def _offsets(self, start: int, count: int) -> npt.NDArray[np.float64]:
        """Offsets in samples of `count` samples from number `start` on."""
        first = start // _GRID
        knots = np.arange(first, (start + count) // _GRID + 2)
        values = self._sway.offset_s(knots.astype(np.float64) * (_GRID / self._rate_hz)) * self._rate_hz
        line = values[:-1, None] + np.diff(values)[:, None] * (np.arange(_GRID) / _GRID)
        skip = start - first * _GRID
        return line.reshape(-1)[skip : skip + count]


def _sinc_table() -> Samples:
    """(phases + 1, taps): weights for reading at a fraction of a sample past the middle tap."""
    fraction = np.arange(_PHASES + 1)[:, None] / _PHASES
    distance = np.arange(_TAPS)[None] - (_TAPS // 2 - 1) - fraction
    window = np.i0(8.0 * np.sqrt(np.maximum(0.0, 1.0 - (distance / (_TAPS / 2)) ** 2))) / np.i0(8.0)
    table = np.sinc(distance) * window
    table /= table.sum(axis=1, keepdims=True)
    return table.astype(np.float32)
