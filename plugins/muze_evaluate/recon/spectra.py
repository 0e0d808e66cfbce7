"""Short-time Fourier transforms a block at a time, in float64.

Centred as torch.stft's are, with zeros beyond both ends: column t is about sample t · hop, T = 1 + N // hop columns.

Shapes: N samples, T columns, K columns of a block, F = n_fft/2 + 1 bins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

_BLOCK_VALUES = 1 << 21
"""Samples of all windows of a block: 16 MB."""


@dataclass(frozen=True)
class Stft:
    """A transform.

    Attributes:
        n_fft: its length in samples, even.
        hop_samples: from one column to the next.
        window_samples: of the periodic Hann window, at most `n_fft`, in the middle of which it stands.
    """

    n_fft: int
    hop_samples: int
    window_samples: int

    @property
    def window(self) -> Doubles:
        """The window with zeros to either side, (n_fft,)."""
        hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(self.window_samples) / self.window_samples)
        before = (self.n_fft - self.window_samples) // 2
        return np.pad(hann, (before, self.n_fft - self.window_samples - before))

    def columns(self, count: int) -> int:
        """Return T of so many samples."""
        return 1 + count // self.hop_samples


def magnitudes(samples: Floats, stft: Stft) -> Iterator[Doubles]:
    """Yield the magnitudes of a channel (N,) in blocks (K, F), first to last."""
    window, columns = stft.window, stft.columns(len(samples))
    size = max(1, _BLOCK_VALUES // stft.n_fft)
    for start in range(0, columns, size):
        stop = min(columns, start + size)
        first = start * stft.hop_samples - stft.n_fft // 2
        last = (stop - 1) * stft.hop_samples + stft.n_fft // 2
        piece = np.zeros(last - first)
        inside = samples[max(0, first) : last]
        piece[max(0, -first) : max(0, -first) + len(inside)] = inside
        frames = np.lib.stride_tricks.sliding_window_view(piece, stft.n_fft)[
            :: stft.hop_samples
        ]  # (K, n_fft)
        yield np.abs(np.fft.rfft(frames * window, axis=1))
