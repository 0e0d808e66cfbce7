"""Memoryless saturation: the curves, their level compensation, and oversampling against aliasing.

A curve bends a wave and so adds harmonics; those above half the sample rate fold back as inharmonic tones
(aliases). Running the curve at a multiple of the rate leaves them room, and the way back filters them off:

    rate ── soxr up ── multiple of the rate ── curve ── soxr down ── rate
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_fx.effects.parts.processor import Queue, Samples

_REFERENCE_RMS = 0.15  # -16.5 dBFS, an average recording: the level at which drive keeps the level
_SOXR_DELAY = 2560  # measured up to 1910 samples up and down together, for all factors, rates and block sizes
_TUBE_BIAS = 1.6  # the lower half of a tube's curve clips this much earlier
_BASE_RATE_HZ = 44_100


@dataclass(frozen=True)
class Curve:
    """A saturation curve: unity slope at the origin for no drive, level-compensated with it.

    Attributes:
        kind: `soft` tanh; `tube` tanh whose lower half clips earlier; `hard` clipping; `fuzz` partly rectified
            and clipped almost square.
        drive_db: gain into the curve, 0 for none.
        bias: -1…1 shifts the wave on the curve: even harmonics.
    """

    kind: str
    drive_db: float
    bias: float = 0.0

    @property
    def slope(self) -> float:
        """Gain into the curve. sqrt(a² - 1) nears the drive's own a, and 0 without drive: then tanh(kx)/k is x."""
        a = math.pow(10.0, self.drive_db / 20.0)
        return a if self.kind == "hard" else math.sqrt(a * a - 1.0)

    @property
    def shift(self) -> float:
        """Offset into the curve, fading in with the drive."""
        return 0.9 * self.bias * (1.0 - math.pow(10.0, -self.drive_db / 20.0))

    @property
    def is_even(self) -> bool:
        """Whether the curve makes even harmonics, and with them an offset that must be removed."""
        return self.kind in ("tube", "fuzz") or self.shift != 0.0

    def factor(self, rate_hz: int) -> int:
        """Oversampling that keeps the aliases of a full-scale 5 kHz tone under -60 dB (hard and fuzz: -50 dB).

        Harmonic n of tanh(k sin) has the size pi n / 2k / sinh(pi n / 2k) of a square wave's: the steeper the
        curve, the further up they reach.
        """
        steep = self.slope * (_TUBE_BIAS if self.kind == "tube" else 1.0)
        if self.kind in ("hard", "fuzz"):
            needed = 4 if steep <= 2.0 else 8
        else:
            needed = 2 if steep <= 3.2 else 4 if steep <= 8.0 else 8 if steep <= 16.0 else 16
        return max(1, needed // max(1, rate_hz // _BASE_RATE_HZ))

    def compile(self) -> Callable[[Samples], Samples]:
        """Return the curve as a function that works in place on float32 of any shape."""
        if self.slope == 0.0:
            return lambda x: x
        bend = self._bend()
        k, shift = np.float32(self.slope), np.float32(self.shift)
        offset = bend(np.array([self.shift], np.float32))[0]
        makeup = np.float32(self._makeup())

        def apply(x: Samples) -> Samples:
            x *= k
            if shift:
                x += shift
            x = bend(x)
            if offset:
                x -= offset
            x *= makeup
            return x

        return apply

    def _bend(self) -> Callable[[Samples], Samples]:
        """The bare curve, in place, slope 1 at the origin."""
        if self.kind == "soft":
            return lambda u: np.tanh(u, out=u)
        if self.kind == "hard":
            return lambda u: np.clip(u, -1.0, 1.0, out=u)
        if self.kind == "tube":
            earlier = np.float32(_TUBE_BIAS)

            def tube(u: Samples) -> Samples:
                # Both halves leave the origin with slope 1 and no curvature: only large waves are uneven.
                scale = np.where(u < 0.0, earlier, np.float32(1.0))
                u *= scale
                np.tanh(u, out=u)
                u /= scale
                return u

            return tube
        rectified = np.float32(0.35 * (1.0 - 10.0 ** (-self.drive_db / 20.0)))

        def fuzz(u: Samples) -> Samples:
            u += rectified * np.abs(u)
            u *= np.float32(3.0)
            np.tanh(u, out=u)
            u /= np.float32(3.0)
            return u

        return fuzz

    def _makeup(self) -> float:
        """Factor that gives a Gaussian signal of the reference level its own level back."""
        z = np.linspace(-4.0, 4.0, 401)
        weight = np.exp(-0.5 * z * z)
        weight /= weight.sum()
        driven = (self.slope * _REFERENCE_RMS * z + self.shift).astype(np.float32)
        bent = self._bend()(driven).astype(np.float64)
        spread = math.sqrt(float(weight @ (bent - weight @ bent) ** 2))
        return _REFERENCE_RMS / spread


class Oversampled:
    """A function of single samples, run at a multiple of the sample rate.

    Args:
        function: works on float32 of any shape, in place or not.
        factor: 1, 2, 4, 8 or 16.
        rate_hz: sample rate outside.
        channels: C.
    """

    tail_samples = 0

    def __init__(
        self, function: Callable[[Samples], Samples], factor: int, rate_hz: int, channels: int
    ) -> None:
        self._function = function
        self._factor = factor
        self.latency_samples = 0
        if factor > 1:
            import soxr

            # soxr takes its own filter delay off, so its output lines up with its input sample by sample;
            # it only comes late and in uneven portions.
            self.latency_samples = _SOXR_DELAY
            self._up = soxr.ResampleStream(rate_hz, rate_hz * factor, channels, dtype="float32")
            self._down = soxr.ResampleStream(rate_hz * factor, rate_hz, channels, dtype="float32")
            self._queue = Queue(channels, _SOXR_DELAY)

    def process(self, block: Samples) -> Samples:
        """Run the next (C, N) samples through the function."""
        if self._factor == 1:
            return self._function(block.copy())
        raised: npt.NDArray[np.float32] = self._up.resample_chunk(
            np.ascontiguousarray(block.T)
        )  # (factor N, C)
        lowered = self._down.resample_chunk(np.ascontiguousarray(self._function(raised)))
        self._queue.put(np.ascontiguousarray(lowered.T))
        return self._queue.take(block.shape[1])


class DcBlock:
    """Removes the offset that an uneven curve makes, by a first-order high-pass at 5 Hz."""

    latency_samples = 0
    tail_samples = 0
    _CUTOFF_HZ = 5.0

    def __init__(self, rate_hz: int, channels: int) -> None:
        import pedalboard

        from muze_fx.effects.parts.hosted import Hosted

        self._host = Hosted(pedalboard.HighpassFilter(self._CUTOFF_HZ), rate_hz, channels)

    def process(self, block: Samples) -> Samples:
        """Filter the next (C, N) samples."""
        return self._host.process(block)
