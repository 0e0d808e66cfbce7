"""Change the sampling rate, whole or block by block (soxr)."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import soxr

Quality = Literal["QQ", "LQ", "MQ", "HQ", "VHQ"]
"""soxr's grades: HQ is exact to 20 bit and VHQ to 28; the others are for previews."""


def resample(
    samples: npt.NDArray[np.float32], rate_hz: int, to_rate_hz: int, *, quality: Quality = "HQ"
) -> npt.NDArray[np.float32]:
    """Return samples `(C, N)` at another rate as `(C, M)`, M = N · to_rate_hz / rate_hz rounded.

    Args:
        samples: `(C, N)`.
        rate_hz: their rate.
        to_rate_hz: the rate wanted.
        quality: soxr's grade.
    """
    with_ends = Resampler(rate_hz, to_rate_hz, samples.shape[0], quality=quality)
    return with_ends.process(samples, last=True)


class Resampler:
    """Change the rate of a stream; the outputs put together are what `resample` gives for the whole.

    soxr's own delay is taken out: output begins where input does.

    Args:
        rate_hz: rate of the blocks that come in.
        to_rate_hz: rate of those that go out.
        channels: channel count.
        quality: soxr's grade.
    """

    def __init__(self, rate_hz: int, to_rate_hz: int, channels: int, *, quality: Quality = "HQ") -> None:
        self._stream = (
            None
            if rate_hz == to_rate_hz
            else soxr.ResampleStream(rate_hz, to_rate_hz, channels, dtype="float32", quality=quality)
        )

    def process(self, block: npt.NDArray[np.float32], *, last: bool = False) -> npt.NDArray[np.float32]:
        """Return as much output `(C, m)` as the blocks so far determine, m ≥ 0.

        Args:
            block: `(C, n)`; n may be 0.
            last: the stream ends with this block: return all that is left.
        """
        if self._stream is None:
            return block
        out = self._stream.resample_chunk(np.ascontiguousarray(block.T), last=last)  # (m, C)
        return np.ascontiguousarray(out.reshape(-1, block.shape[0]).T)
