"""A recording as the windows that CLAP hears: ten seconds each, all of them, never a random one.

Shapes: C channels, N samples.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

WINDOW_S = 10.0

Array = npt.NDArray[np.float32]


def windows(samples: Array, rate_hz: int, to_rate_hz: int) -> Iterator[Array]:
    """Yield windows (n,) of the channels' mean at `to_rate_hz`, one beside the other.

    The last one ends with the recording, so that it is whole as well; a recording shorter than a window is one
    window, as long as it is.

    Args:
        samples: (C, N), N ≥ 1.
        rate_hz: their rate.
        to_rate_hz: the rate wanted.
    """
    from muzecli.audio.resample import resample

    length = round(WINDOW_S * rate_hz)
    last = max(samples.shape[1] - length, 0)
    for start in [*range(0, last, length), last]:
        window = samples[:, start : start + length].mean(axis=0, keepdims=True, dtype=np.float32)
        yield resample(window, rate_hz, to_rate_hz)[0]
