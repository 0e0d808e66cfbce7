"""What scorers that hear windows have in common: how the vectors of windows become those of recordings, and scores."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


class WindowScorer(ABC):
    """A scorer whose figures of a recording are means over its windows (see `muzecli.plugin.Scorer`)."""

    @abstractmethod
    def embed_texts(self, texts: Sequence[str]) -> Array:
        """Return (B, D) vectors of length 1."""

    @abstractmethod
    def _mean(self, samples: Array, rate_hz: int) -> npt.NDArray[np.float64]:
        """Return the mean (D,) of the vectors of all windows, which is no longer than 1.

        Args:
            samples: (C, N).
            rate_hz: their rate.

        Raises:
            BadDataError: N is 0.
        """

    def embed_audio(self, audio: Sequence[tuple[Array, int]]) -> Array:
        """Return (B, D) vectors of length 1, each the direction of the mean over all windows.

        Raises:
            BadDataError: an audio is empty.
        """
        means = self._means(audio)
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        return np.asarray(means / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)

    def score(self, texts: Sequence[str], audio: Sequence[tuple[Array, int]]) -> Array:
        """Return (B,) means over the windows of the cosine between text and window.

        Raises:
            BadDataError: an audio is empty.
        """
        return np.asarray((self.embed_texts(texts) * self._means(audio)).sum(axis=1), np.float32)

    def _means(self, audio: Sequence[tuple[Array, int]]) -> npt.NDArray[np.float64]:
        return np.stack([self._mean(samples, rate_hz) for samples, rate_hz in audio])


def check_windows(windows: Sequence[Array] | Array, longest: int) -> None:
    """Check that windows, (n,) each, hold 1 to `longest` samples.

    Raises:
        ValueError: one does not.
    """
    for window in windows:
        if not 0 < len(window) <= longest:
            raise ValueError(f"a window must have 1 to {longest} samples; it has {len(window)}")
