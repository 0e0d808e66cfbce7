"""True peak: the highest value of the continuous signal that the samples stand for (ITU-R BS.1770-4, annex 2)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

_TAPS = 24  # samples that each value between two samples is made from
_KAISER_BETA = 6.0
_ROW = 32  # samples interpolated by one matrix row
# Rows in one product: for larger ones OpenBLAS starts threads, whose waiting costs more than the product.
_STACK = 48


class TruePeakMeter:
    """Follow the true peak of a stream by interpolation.

    Interpolates 4 times below 96 kHz, 2 times up to 192 kHz, and not at all above, so that the search is at
    least at 192 kHz as BS.1770-4 asks. The interpolation filter is a Kaiser-windowed sinc; as a banded matrix it
    turns a row of samples into the values between them, which is one matrix product a block. Rows that cannot
    beat the peak so far are skipped: no interpolated value is higher than the highest sample times the sum of
    the filter's magnitudes.

    Args:
        rate_hz: sampling rate.
        channels: channel count.
    """

    def __init__(self, rate_hz: int, channels: int) -> None:
        factor = 4 if rate_hz < 96_000 else 2 if rate_hz < 192_000 else 1
        self._peak = 0.0
        self._matrix, self._bound = _interpolation_matrix(factor)
        self._past = np.zeros((channels, _TAPS - 1), dtype=np.float32)

    @property
    def dbtp(self) -> float:
        """The true peak so far in dB over full scale, as if silence followed; −inf for silence."""
        self._search(np.pad(self._past, ((0, 0), (0, _TAPS - 1))))
        return 20 * math.log10(self._peak) if self._peak > 0 else -math.inf

    def add(self, block: npt.NDArray[np.float32]) -> None:
        """Measure the next `(C, n)` samples."""
        samples = np.concatenate((self._past, block), axis=1)
        self._past = samples[:, block.shape[1] :].copy()
        self._search(samples)

    def _search(self, samples: npt.NDArray[np.float32]) -> None:
        """Raise the peak to the highest value at and between the samples `(C, _TAPS − 1 + n)`."""
        rows = -(-(samples.shape[1] - _TAPS + 1) // _ROW)
        # whole rows, and one more because a row's taps reach into the next
        samples = np.pad(samples, ((0, 0), (0, (rows + 1) * _ROW - samples.shape[1])))
        per_row = samples.reshape(len(samples), rows + 1, _ROW)
        highest = np.maximum(per_row.max(axis=2), -per_row.min(axis=2))  # (C, rows + 1)
        self._peak = max(self._peak, float(highest.max()))
        within_reach = np.maximum(highest[:, :-1], highest[:, 1:]) * self._bound > self._peak
        windows = np.lib.stride_tricks.sliding_window_view(samples, _ROW + _TAPS - 1, axis=1)[:, ::_ROW]
        for channel, chosen in zip(windows, within_reach, strict=True):
            if chosen.any():
                picked = channel[: len(chosen)][chosen]
                stack = np.zeros((-(-len(picked) // _STACK), _STACK, picked.shape[1]), dtype=np.float32)
                stack.reshape(-1, picked.shape[1])[: len(picked)] = picked
                between = stack @ self._matrix  # (stacks, _STACK, _ROW · (factor − 1))
                self._peak = max(self._peak, float(between.max()), -float(between.min()))


def _interpolation_matrix(factor: int) -> tuple[npt.NDArray[np.float32], float]:
    """Return the matrix `(_ROW + _TAPS − 1, _ROW · (factor − 1))` and the most by which it can exceed a sample.

    Column (i, p) holds the filter for the point p/factor after the middle sample of the taps that begin at i.
    """
    if factor == 1:
        return np.zeros((_ROW + _TAPS - 1, 0), dtype=np.float32), 0.0
    half = _TAPS // 2
    matrix = np.zeros((_ROW + _TAPS - 1, _ROW, factor - 1))
    bound = 0.0
    for phase in range(1, factor):
        at = np.arange(_TAPS) - (half - 1) - phase / factor  # distance of each tap from the point, in samples
        taps = np.sinc(at) * np.i0(_KAISER_BETA * np.sqrt(np.clip(1 - (at / half) ** 2, 0, None)))
        taps /= taps.sum()
        bound = max(bound, float(np.abs(taps).sum()))
        for i in range(_ROW):
            matrix[i : i + _TAPS, i, phase - 1] = taps
    return matrix.reshape(_ROW + _TAPS - 1, -1).astype(np.float32), bound
