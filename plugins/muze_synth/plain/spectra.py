"""Spectra of sustained tones: the amplitude of each harmonic.

A spectrum is a function of harmonic numbers k (K,), from 1 up, and the fundamental in hertz; it returns
amplitudes (K,), of which only the proportions matter. Whoever uses one leaves out what lies above the audio's
reach, so nothing here can alias.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Amplitudes = npt.NDArray[np.float64]
Spectrum = Callable[[Amplitudes, float], Amplitudes]


def slope(power: float, *, odd_only: bool = False) -> Spectrum:
    """Amplitudes that fall as k to the minus `power`: 1 is a sawtooth, or a square wave with odd harmonics only."""

    def amplitudes(k: Amplitudes, fundamental_hz: float) -> Amplitudes:
        level = k**-power
        return level * np.where(k % 2 == 1, 1.0, 0.02) if odd_only else level

    return amplitudes


def plucked(place: float, power: float) -> Spectrum:
    """A string plucked or struck at `place` of its length, 0…0.5: harmonics with a node there are missing.

    See Fletcher and Rossing, "The Physics of Musical Instruments", §2.8; `power` softens the plectrum.
    """

    def amplitudes(k: Amplitudes, fundamental_hz: float) -> Amplitudes:
        return (np.abs(np.sin(np.pi * k * place)) + 0.02) * k**-power

    return amplitudes


def listed(levels: Mapping[int, float]) -> Spectrum:
    """A few harmonics with their amplitudes: organ stops, flutes."""

    def amplitudes(k: Amplitudes, fundamental_hz: float) -> Amplitudes:
        found = np.zeros_like(k)
        for number, level in levels.items():
            found[k == number] = level
        return found

    return amplitudes


def filtered(spectrum: Spectrum, cutoff_hz: float, *, order: float = 2.0, tracking: float = 0.0) -> Spectrum:
    """A spectrum behind a low-pass.

    Args:
        spectrum: what goes in.
        cutoff_hz: where it is 3 dB down; for middle C where it tracks.
        order: 6 dB an octave each.
        tracking: 0 the cut-off stays … 1 it moves with the pitch.
    """

    def amplitudes(k: Amplitudes, fundamental_hz: float) -> Amplitudes:
        cutoff = cutoff_hz * (fundamental_hz / 261.63) ** tracking
        loss: Amplitudes = np.sqrt(1.0 + (k * fundamental_hz / cutoff) ** (2.0 * order))
        return spectrum(k, fundamental_hz) / loss

    return amplitudes


def formants(
    spectrum: Spectrum, peaks: Sequence[tuple[float, float, float]], floor: float = 0.05
) -> Spectrum:
    """A spectrum behind resonances that stay where they are, as of a vocal tract or a body.

    Args:
        spectrum: what goes in.
        peaks: centre in Hz, width in Hz, level.
        floor: level between the peaks.
    """

    def amplitudes(k: Amplitudes, fundamental_hz: float) -> Amplitudes:
        freqs = k * fundamental_hz
        gain = np.full_like(k, floor)
        for centre_hz, width_hz, level in peaks:
            gain += level / (1.0 + ((freqs - centre_hz) / (0.5 * width_hz)) ** 2)
        return spectrum(k, fundamental_hz) * gain

    return amplitudes
