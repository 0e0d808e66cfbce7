"""Linear filters given by their impulse response."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muze_fx.effects.parts.processor import Samples


class Filtered:
    """One impulse response on every channel, as FFT convolution.

    A filter's ringing is part of the sound, not a tail.

    Args:
        taps: (L,) impulse response.
        channels: C.
    """

    latency_samples = 0
    tail_samples = 0

    def __init__(self, taps: npt.NDArray[np.float64], channels: int) -> None:
        from muzecli.audio.convolve import Convolver

        self._convolver = Convolver(taps.astype(np.float32), channels)

    def process(self, block: Samples) -> Samples:
        """Filter the next (C, N) samples."""
        return self._convolver.process(block)
