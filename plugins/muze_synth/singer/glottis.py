"""The voice source: glottal pulses of the LF model, read from band-limited tables.

Fant, Liljencrants and Lin, "A four-parameter model of glottal flow" (STL-QPSR 4/1985); its shape follows one
parameter, Rd, by Fant, "The LF-model revisited" (STL-QPSR 2-3/1995): about 0.5 is a pressed voice, 1 a
full one, 2.5 a slack and airy one.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

TABLE = 4096
_FINE = 16384
_LOWEST_HZ = 40.0
_LEVELS_PER_OCTAVE = 3
_LEVELS = 24


@dataclass(frozen=True)
class PulseTables:
    """One period of the flow's derivative, once for each third of an octave.

    Attributes:
        periods: (levels, TABLE + 1) float32, each with the harmonics that stay below the Nyquist frequency; the
            last column repeats the first.
        harmonics: (K,) amplitude of every harmonic of the unlimited pulse; the whole has unit power.
    """

    periods: npt.NDArray[np.float32]
    harmonics: npt.NDArray[np.float64]

    def read(self, phase: npt.NDArray[np.float64], f0_hz: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
        """Return the source (N,) for a phase in cycles and a frequency, both (N,)."""
        position = (phase - np.floor(phase)) * TABLE
        index = position.astype(np.int64)
        share = (position - index).astype(np.float32)
        level = np.log2(f0_hz.astype(np.float32) / np.float32(_LOWEST_HZ)) * _LEVELS_PER_OCTAVE
        index += np.clip(level, 0, _LEVELS - 1).astype(np.int64) * (TABLE + 1)
        flat = self.periods.ravel()
        before = flat[index]
        result: npt.NDArray[np.float32] = before + share * (flat[index + 1] - before)
        return result


@functools.lru_cache(maxsize=32)
def pulse_tables(rd: float, rate_hz: int) -> PulseTables:
    """Return the tables of one pulse shape at one sampling rate.

    Args:
        rd: 0.4…2.7.
        rate_hz: sampling rate.
    """
    spectrum = np.fft.rfft(lf_period(rd, _FINE))
    spectrum[0] = 0.0
    power = 2.0 * np.sum(np.abs(spectrum) ** 2) / _FINE**2
    spectrum /= math.sqrt(power)
    periods = np.empty((_LEVELS, TABLE + 1), dtype=np.float32)
    for level in range(_LEVELS):
        highest_f0 = _LOWEST_HZ * 2.0 ** ((level + 1) / _LEVELS_PER_OCTAVE)
        kept = max(1, min(int(0.48 * rate_hz / highest_f0), TABLE // 2 - 1))
        limited = np.zeros(TABLE // 2 + 1, dtype=np.complex128)
        limited[1 : kept + 1] = spectrum[1 : kept + 1]
        periods[level, :TABLE] = np.fft.irfft(limited, TABLE) * (TABLE / _FINE)
        periods[level, TABLE] = periods[level, 0]
    return PulseTables(periods, 2.0 * np.abs(spectrum[1 : TABLE // 2]) / _FINE / math.sqrt(2.0))


def lf_period(rd: float, samples: int) -> npt.NDArray[np.float64]:
    """Return one period (samples,) of the derivative of glottal flow, its steepest fall at −1.

    Args:
        rd: Fant's shape parameter, 0.4…2.7.
        samples: length.
    """
    ra = (-1.0 + 4.8 * rd) / 100.0
    rk = (22.4 + 11.8 * rd) / 100.0
    rg = rk / (4.0 * (0.11 * rd / (0.5 + 1.2 * rk) - ra))
    te = (1.0 + rk) / (2.0 * rg)
    omega, ta, rest = 2.0 * math.pi * rg, max(ra, 1e-3), 1.0 - te
    epsilon = _return_rate(ta, rest)
    growth = _balance(omega, te, epsilon, ta, rest)
    t = np.arange(samples) / samples
    opening = -np.exp(growth * (t - te)) * np.sin(omega * t) / math.sin(omega * te)
    closing = -(np.exp(-epsilon * (t - te)) - math.exp(-epsilon * rest)) / (epsilon * ta)
    return np.where(t < te, opening, closing)


def _return_rate(ta: float, rest: float) -> float:
    """Solve ε·ta = 1 − exp(−ε·rest) by fixed-point steps."""
    epsilon = 1.0 / ta
    for _ in range(200):
        epsilon = (1.0 - math.exp(-epsilon * rest)) / ta
    return epsilon


def _balance(omega: float, te: float, epsilon: float, ta: float, rest: float) -> float:
    """Find the growth of the opening phase at which the flow returns to zero, by bisection."""
    closing = -((1.0 - math.exp(-epsilon * rest)) / epsilon - rest * math.exp(-epsilon * rest)) / (
        epsilon * ta
    )

    def area(growth: float) -> float:
        whole = growth * math.sin(omega * te) - omega * math.cos(omega * te) + omega * math.exp(-growth * te)
        return -whole / (growth**2 + omega**2) / math.sin(omega * te) + closing

    low, high = -200.0, 400.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if area(low) * area(middle) <= 0.0:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)
