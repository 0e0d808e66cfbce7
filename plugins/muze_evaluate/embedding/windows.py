"""A recording as windows at a fixed hop: all of them, never a random one.

    recording  |------------------------------------|
    hop 10 s   |---- 10 s ----|
                              |---- 10 s ----|
                                      |---- 10 s ----|   the last one ends with the recording

Shapes: C channels, N samples, n = window_s · rate samples a window.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from muzecli.audio.resample import mixed_down

Array = npt.NDArray[np.float32]


def windows(
    samples: Array, rate_hz: int, *, to_rate_hz: int, window_s: float, hop_s: float
) -> Iterator[Array]:
    """Yield windows (n,) of the mean of a recording's channels at `to_rate_hz`.

    Every sample is in a window, and every window is whole; but a recording shorter than one is one window, as long
    as it is.

    Args:
        samples: (C, N), N ≥ 1.
        rate_hz: their rate.
        to_rate_hz: the rate wanted; resampled before it is cut, so that only the recording's own ends are ends.
        window_s: length of a window, > 0.
        hop_s: from the beginning of one to that of the next, > 0.
    """
    mono = mixed_down(samples, rate_hz, to_rate_hz)
    yield from cut(mono, to_rate_hz, window_s=window_s, hop_s=hop_s)


def cut(mono: Array, rate_hz: int, *, window_s: float, hop_s: float) -> Iterator[Array]:
    """Yield windows (n,) of audio (N,), views of it, as `windows` does of a recording."""
    length, hop = max(1, round(window_s * rate_hz)), max(1, round(hop_s * rate_hz))
    last = max(len(mono) - length, 0)
    for start in [*range(0, last, hop), last]:
        yield mono[start : start + length]


def count(samples: int, rate_hz: int, *, window_s: float, hop_s: float) -> int:
    """Return how many windows `cut` makes of so many samples at `rate_hz`."""
    length, hop = max(1, round(window_s * rate_hz)), max(1, round(hop_s * rate_hz))
    return len(range(0, max(samples - length, 0), hop)) + 1
