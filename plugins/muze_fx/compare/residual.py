"""What is left of two recordings after their levels are matched: a - g · b, without knowing g beforehand.

    |a - g b|² = |a|² - 2 g ⟨a, b⟩ + g² |b|²

so three sums over the samples give the residual for any gain. Both must start at the same moment.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

_EXACT = 1e-13  # relative rounding of the sums: below it the two are the same


class Residual:
    """Sums over two streams that arrive in blocks of any sizes.

    Where one stream ends earlier, silence follows it. Streams with different channel counts are compared as
    the mean of their channels.

    Args:
        channels: C of a and of b.
    """

    def __init__(self, channels: tuple[int, int]) -> None:
        self._mono = channels[0] != channels[1]
        count = 1 if self._mono else channels[0]
        self._waiting = [np.zeros((count, 0)), np.zeros((count, 0))]
        self._ended = [False, False]
        self._sums = np.zeros(3)  # |a|², |b|², ⟨a, b⟩

    def add(self, index: int, block: Samples) -> None:
        """Take the next (C, N) samples of a (index 0) or b (index 1)."""
        exact = block.astype(np.float64)
        if self._mono:
            exact = exact.mean(axis=0, keepdims=True)
        self._waiting[index] = np.concatenate([self._waiting[index], exact], axis=1)
        self._count()

    def end(self, index: int) -> None:
        """Say that nothing more comes of a (index 0) or b (index 1)."""
        self._ended[index] = True
        self._count()

    def _count(self) -> None:
        """Sum over what both have, and over what one has beyond the other's end."""
        count = min(part.shape[1] for part in self._waiting)
        a, b = (part[:, :count] for part in self._waiting)
        self._sums += np.vdot(a, a), np.vdot(b, b), np.vdot(a, b)
        self._waiting = [part[:, count:] for part in self._waiting]
        for index in (0, 1):
            if self._ended[1 - index]:
                rest = self._waiting[index]
                self._sums[index] += np.vdot(rest, rest)
                self._waiting[index] = rest[:, :0]

    def level_db(self, gain_db: float) -> float | None:
        """Level of a - g · b over that of a; -inf where nothing is left, None where a is silent."""
        aa, bb, ab = self._sums
        if aa <= 0.0:
            return None
        gain = 10.0 ** (gain_db / 20.0)
        left = aa - 2.0 * gain * ab + gain * gain * bb
        return 10.0 * math.log10(left / aa) if left > _EXACT * aa else -math.inf

    @property
    def similarity(self) -> float | None:
        """Correlation of the two waveforms: 1 the same but for level, 0 unrelated, -1 inverted."""
        aa, bb, ab = self._sums
        return float(ab / math.sqrt(aa * bb)) if aa > 0.0 and bb > 0.0 else None
