"""The partials of a recording: peaks of its spectrum, ten times a second.

Harmony is in what rings. A peak that stands out of the spectrum around it is a partial of a note; what lies between
the peaks, drums and noise for the most part, is left out here and troubles nobody later. The frequency of a peak is
that of a parabola through three bins (Smith and Serra, "PARSHL", ICMC 1987), which is exact to a few cents where
the bins themselves lie a semitone apart.

T frames, at 0, 0.1, 0.2 … s from the beginning; K peaks in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

FRAME_RATE_HZ = 10.0
LOWEST_PITCH, HIGHEST_PITCH = 23.5, 107.5
"""What is looked at, in MIDI pitch: C1 to B7, and half a semitone to both sides."""
_WINDOW_S = 0.37
_BACKGROUND_OCTAVES = 0.5  # how far around a peak it is compared, to both sides
_STANDS_OUT = 1.5  # times the mean magnitude around it
_FLOOR = 1e-5  # amplitude, −100 dBFS: dither and silence have peaks as well
_BLOCK_FRAMES = 256


@dataclass(frozen=True)
class Peaks:
    """Spectral peaks, in order of their frames and within a frame of their frequency.

    Attributes:
        frames: T, how many frames were looked at.
        frame: (K,) which frame a peak is in.
        pitch: (K,) MIDI pitch, fractional, at A4 = 440 Hz.
        amplitude: (K,) 1 for a sine at full scale.
    """

    frames: int
    frame: npt.NDArray[np.int64]
    pitch: Floats
    amplitude: Floats


def spectral_peaks(mono: Floats, rate_hz: int) -> Peaks:
    """Find the peaks of a recording.

    Args:
        mono: (N,) samples, at least one.
        rate_hz: sampling rate, 8 kHz or more.
    """
    size = 2 ** round(np.log2(_WINDOW_S * rate_hz))
    hop = rate_hz / FRAME_RATE_HZ
    frames = max(1, int(np.ceil(len(mono) / hop)))
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    window *= 2.0 / window.sum()
    padded = np.pad(np.nan_to_num(mono), size // 2)
    starts = np.round(np.arange(frames) * hop).astype(np.int64)
    around = _Surroundings(size, rate_hz)
    found: list[tuple[npt.NDArray[np.int64], Floats, Floats]] = []
    for first in range(0, frames, _BLOCK_FRAMES):
        at = starts[first : first + _BLOCK_FRAMES]
        cut = np.lib.stride_tricks.sliding_window_view(padded, size)[at] * window
        magnitude = np.abs(np.fft.rfft(cut, axis=1))[:, : around.bins]
        frame, pitch, amplitude = _peaks(magnitude, around)
        found.append((frame + first, pitch, amplitude))
    frame, pitch, amplitude = (np.concatenate(column) for column in zip(*found, strict=True))
    return Peaks(frames, frame, pitch, amplitude)


class _Surroundings:
    """The bins that a peak may lie in, and which of them are its surroundings."""

    def __init__(self, size: int, rate_hz: int) -> None:
        self.bin_hz = rate_hz / size
        lowest, highest = (440.0 * 2.0 ** ((pitch - 69.0) / 12.0) for pitch in (LOWEST_PITCH, HIGHEST_PITCH))
        reach = 2.0**_BACKGROUND_OCTAVES
        self.first = max(1, int(lowest / self.bin_hz))
        self.last = min(size // 2 - 1, int(np.ceil(highest / self.bin_hz)))  # of those that may be peaks
        self.bins = min(size // 2 + 1, int(self.last * reach) + 2)
        bins = np.arange(self.first, self.last + 1)
        # At least the width of the window's own lobe, or a low peak would be compared with itself alone.
        self.low = np.maximum(0, np.minimum((bins / reach).astype(np.int64), bins - 6))
        self.high = np.minimum(self.bins, np.maximum((bins * reach).astype(np.int64), bins + 6) + 1)


def _peaks(magnitude: Floats, around: _Surroundings) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    """Return frame, pitch and amplitude of the peaks of a block of spectra, (T, bins)."""
    total = np.cumsum(np.pad(magnitude, ((0, 0), (1, 0))), axis=1, dtype=np.float64)
    background = (total[:, around.high] - total[:, around.low]) / (around.high - around.low)
    here = magnitude[:, around.first : around.last + 1]
    left = magnitude[:, around.first - 1 : around.last]
    right = magnitude[:, around.first + 1 : around.last + 2]
    is_peak = (here > left) & (here >= right) & (here > _FLOOR) & (here > _STANDS_OUT * background)
    frame, column = np.nonzero(is_peak)
    a, b, c = (np.log(np.maximum(side[is_peak], 1e-12)) for side in (left, here, right))
    offset = 0.5 * (a - c) / np.minimum(a - 2.0 * b + c, -1e-9)
    pitch = 69.0 + 12.0 * np.log2((column + around.first + offset) * around.bin_hz / 440.0)
    amplitude = np.exp(b - 0.25 * (a - c) * offset)
    return frame, pitch.astype(np.float32), amplitude.astype(np.float32)
