"""Change the sampling rate, whole or block by block (soxr)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt
import soxr

Quality = Literal["QQ", "LQ", "MQ", "HQ", "VHQ"]
"""soxr's grades: HQ is exact to 20 bit and VHQ to 28; the others are for previews."""

Mix = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]

_SECONDS_AT_ONCE = 8


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


def resample_mix(
    samples: npt.NDArray[np.float32], rate_hz: int, to_rate_hz: int, mix: Mix, *, channels: int = 1
) -> npt.NDArray[np.float32]:
    """Return a mix of samples `(C, N)` at another rate as `(channels, M)`: what `resample` gives of the whole mix.

    It is made block by block, so that of an hour at full rate no copy is needed at once.

    Args:
        samples: `(C, N)`.
        rate_hz: their rate.
        to_rate_hz: the rate wanted.
        mix: makes `(channels, n)` of a block `(C, n)`.
        channels: of the mix.
    """
    resampler = Resampler(rate_hz, to_rate_hz, channels)
    block = _SECONDS_AT_ONCE * rate_hz
    parts = [
        resampler.process(mix(samples[:, start : start + block]), last=start + block >= samples.shape[1])
        for start in range(0, max(samples.shape[1], 1), block)
    ]
    return np.concatenate(parts, axis=1)


def mixed_down(samples: npt.NDArray[np.float32], rate_hz: int, to_rate_hz: int) -> npt.NDArray[np.float32]:
    """Return the mean of the channels of samples `(C, N)` at another rate as `(M,)`."""
    mono: npt.NDArray[np.float32] = resample_mix(samples, rate_hz, to_rate_hz, _mean)[0]
    return mono


def _mean(block: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(block.mean(axis=0, keepdims=True), np.float32)


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
