"""The samples in which there is a voice, put one after another.

Shapes: C channels, N samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


def voiced_samples(samples: Array, rate_hz: int, spans: Iterable[Sequence[float]], to_rate_hz: int) -> Array:
    """Return the spans one after another, one channel, (N',) at `to_rate_hz`.

    Args:
        samples: (C, N).
        rate_hz: their rate.
        spans: [start, end] in seconds, in order; what lies past the end is left out.
        to_rate_hz: the rate wanted.
    """
    from muzecli.audio.resample import resample

    pieces = [
        samples[:, round(start_s * rate_hz) : round(end_s * rate_hz)].mean(axis=0) for start_s, end_s in spans
    ]
    joined = np.concatenate([*pieces, np.zeros(0, np.float32)]).astype(np.float32)
    return resample(joined[None], rate_hz, to_rate_hz)[0] if joined.size else joined
