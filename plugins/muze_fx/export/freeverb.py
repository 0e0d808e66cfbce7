"""Settings of Freeverb for a reverberation time: pedalboard's Reverb and sox's reverb are both that algorithm.

Freeverb (Jezar Wakefield, 2000) is eight comb filters in parallel, then all-passes. A comb's loop has the
gain g = feedback · |low-pass(f)|, so its sound falls by 60 dB in

    RT60(f) = 3 T / -log10 g(f),        T the time once round the loop,

and feedback and damping follow from the RT60 wanted at two frequencies. T below is that of the slowest combs,
which carry the end of the decay; it makes the formula agree with measured impulse responses of both programs
within 6 % from 0.2 to 10 s (T30 of ISO 3382 in the octave around 1 kHz).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

LOOP_S = 0.0329
_MID_HZ, _HIGH_HZ = 1000.0, 4000.0
_DAMPED_FROM_HZ, _DAMPED_POWER = 1400.0, 0.6  # how muze's own rooms lose treble; see `effects.parts.room`
_RATE_HZ = 44_100.0  # at which the loop's low-pass is laid out, whatever rate it runs at


@dataclass(frozen=True)
class Limits:
    """What a program allows: lowest and highest feedback, and the same for the loop's low-pass coefficient."""

    feedback: tuple[float, float]
    damping: tuple[float, float]


PEDALBOARD = Limits(feedback=(0.70, 0.98), damping=(0.0, 0.4))
SOX = Limits(feedback=(0.30, 0.98), damping=(0.2, 0.5))


@dataclass(frozen=True)
class Comb:
    """A comb's loop.

    Attributes:
        feedback: gain once round.
        damping: coefficient d of the low-pass (1 - d) / (1 - d z^-1) in it.
        loop_s: time once round.
    """

    feedback: float
    damping: float
    loop_s: float = LOOP_S

    def rt60_s(self, freq_hz: float = _MID_HZ) -> float:
        """Time to fall by 60 dB."""
        return 3.0 * self.loop_s / -math.log10(self.feedback * _low_pass(self.damping, freq_hz))

    def power(self, freq_hz: float = _MID_HZ) -> float:
        """Power gain at a frequency, over that of one time round: the sum 1 + g² + g⁴ + …"""
        gain = self.feedback * _low_pass(self.damping, freq_hz)
        return 1.0 / (1.0 - gain * gain)


def mid_power(damping: float, rate_hz: float) -> float:
    """Power gain at 1 kHz of muze's rooms, whose gain for white noise is 1.

    Power at a frequency is in proportion to the reverberation time there, which falls in the treble.
    """
    steps = 512
    freqs = [rate_hz / 2.0 * (i + 0.5) / steps for i in range(steps)]
    shares = [(max(f, _DAMPED_FROM_HZ) / _DAMPED_FROM_HZ) ** (-_DAMPED_POWER * damping) for f in freqs]
    return float(steps / sum(shares))


def comb_for(rt60_s: float, damping: float, limits: Limits, *, loop_s: float = LOOP_S) -> Comb:
    """Find the loop whose RT60 is nearest to a room's.

    Args:
        rt60_s: at 1 kHz.
        damping: 0…1 as in muze's reverb: 1 makes RT60 fall with the frequency's power of 0.6 above 1.4 kHz.
        limits: what the program can do.
        loop_s: time once round, where a program can change it.
    """
    high_s = rt60_s / (_HIGH_HZ / _DAMPED_FROM_HZ) ** (_DAMPED_POWER * damping)
    wanted = 3.0 * loop_s * (1.0 / high_s - 1.0 / rt60_s)  # decades by which g must fall from 1 to 4 kHz
    low, high = limits.damping
    for _ in range(40):  # the fall grows with the coefficient: bisection
        middle = (low + high) / 2.0
        fall = math.log10(_low_pass(middle, _MID_HZ) / _low_pass(middle, _HIGH_HZ))
        low, high = (middle, high) if fall < wanted else (low, middle)
    coefficient = (low + high) / 2.0
    feedback = 10.0 ** (-3.0 * loop_s / rt60_s) / _low_pass(coefficient, _MID_HZ)
    return Comb(min(max(feedback, limits.feedback[0]), limits.feedback[1]), coefficient, loop_s)


def _low_pass(coefficient: float, freq_hz: float) -> float:
    """Gain of the loop's low-pass."""
    w = 2.0 * math.pi * freq_hz / _RATE_HZ
    return (1.0 - coefficient) / math.sqrt(1.0 + coefficient**2 - 2.0 * coefficient * math.cos(w))
