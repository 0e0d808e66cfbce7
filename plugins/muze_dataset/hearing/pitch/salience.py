"""How strongly each pitch sounds in a mix: whitened spectral peaks, summed over harmonics.

    stereo ─▶ spectra of middle and side ─▶ what lies in the middle ─▶ whitened ─▶ peaks
           ─▶ placed on a grid of 20 cents ─▶ Σ over harmonics ─▶ salience

After Salamon and Gómez, "Melody extraction from polyphonic music signals using pitch contour characteristics",
IEEE TASLP 20(6), 2012 (peaks and harmonic summation), with the whitening of Klapuri, "Multiple fundamental
frequency estimation by summing harmonic amplitudes", ISMIR 2006. Lead voices are mixed into the middle, so what
differs between the channels counts less.

Shapes: B frames, Q bins of the spectrum, G grid points, P pitches.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.pitch.framing import RATE_HZ, Frames

CENTS_PER_PITCH = 20.0
LOWEST_HZ = 65.4
PITCHES = 255  # up to 1240 Hz: five octaves less a bit
WINDOW = 1024  # 64 ms: parts the harmonics of 65 Hz, and blurs a vibrato little
_SIZE = 2048
_HARMONICS = 12
_DECAY = 0.75  # of the weight from harmonic to harmonic
_WHITENING = 0.4  # 0: levels as they are; 1: every region equally strong
_SMOOTHED_OCTAVES = 1.0 / 3.0
_GRID = PITCHES + round(1200.0 * np.log2(_HARMONICS) / CENTS_PER_PITCH) + 1
_HIGHEST_HZ = 6000.0
_LOWEST_BIN = 6  # 47 Hz
_SPREAD = 4  # grid points on either side that a peak reaches
_MIDDLE_POWER = 2.0
_REGISTER_HZ, _REGISTER_OCTAVES = 260.0, 1.5  # where voices sing: middle and deviation of a broad bell
_DEEPEST_DB = 60.0  # peaks further below the loudest of the frame are ripples of the window

Array = npt.NDArray[np.float32]

_ANALYSIS = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
_BIN_HZ = RATE_HZ / _SIZE
LOG2_HZ = np.log2(LOWEST_HZ) + np.arange(PITCHES) * (CENTS_PER_PITCH / 1200.0)
"""(P,) binary logarithm of each pitch's frequency."""
_REGISTER = np.exp(-0.5 * ((LOG2_HZ - np.log2(_REGISTER_HZ)) / _REGISTER_OCTAVES) ** 2).astype(np.float32)


def salience(middle: Frames, side: Frames | None) -> Array:
    """Return the salience of each pitch, (B, P), 0 where silent.

    Args:
        middle: (B, `WINDOW`) half the sum of the channels.
        side: (B, `WINDOW`) half their difference; None for mono.
    """
    magnitude: Array = np.abs(np.fft.rfft(middle * _ANALYSIS, _SIZE)).astype(np.float32)
    if side is not None:
        beside = np.abs(np.fft.rfft(side * _ANALYSIS, _SIZE)).astype(np.float32)
        magnitude *= _centred(magnitude, beside)
    found: Array = _harmonic_sum(_on_grid(magnitude)) * _REGISTER
    return found


def _centred(middle: Array, side: Array) -> Array:
    """Return the weight 0…1 of each bin: 1 where both channels are the same, 0 where only one sounds."""
    inside, beside = np.square(middle), np.square(side)
    share = np.maximum(inside - beside, 0.0) / np.maximum(inside + beside, 1e-20)
    weight: Array = share**_MIDDLE_POWER
    return weight


def _whitened(magnitude: Array) -> Array:
    """Return magnitudes divided by a power of their local mean, a third of an octave wide."""
    bins = magnitude.shape[1]
    at = np.arange(bins)
    reach = np.maximum(at * (2.0 ** (_SMOOTHED_OCTAVES / 2.0) - 1.0), 6.0).astype(int)
    low, high = np.maximum(at - reach, 0), np.minimum(at + reach + 1, bins)
    sums = np.zeros((len(magnitude), bins + 1))
    np.cumsum(np.square(magnitude, dtype=np.float64), axis=1, out=sums[:, 1:])
    local = np.sqrt(np.maximum((sums[:, high] - sums[:, low]) / (high - low), 0.0)).astype(np.float32)
    white: Array = magnitude / np.maximum(local, 1e-7) ** _WHITENING
    return white


def _on_grid(magnitude: Array) -> Array:
    """Return the spectral peaks on the grid of pitches, (B, G)."""
    white = _whitened(magnitude)
    top = min(int(_HIGHEST_HZ / _BIN_HZ), magnitude.shape[1] - 2)
    inner = magnitude[:, _LOWEST_BIN:top]
    loud = inner > inner.max(axis=1, keepdims=True) * np.float32(10.0 ** (-_DEEPEST_DB / 20.0))
    peak = (inner > magnitude[:, _LOWEST_BIN - 1 : top - 1]) & (
        inner >= magnitude[:, _LOWEST_BIN + 1 : top + 1]
    )
    rows, columns = np.nonzero(peak & loud)
    columns += _LOWEST_BIN
    left, centre, right = (np.log(np.maximum(magnitude[rows, columns + d], 1e-12)) for d in (-1, 0, 1))
    bend = np.minimum(left - 2.0 * centre + right, -1e-6)
    exact = columns + np.clip(0.5 * (left - right) / bend, -0.5, 0.5)
    place = np.log2(exact * (_BIN_HZ / LOWEST_HZ)) * (1200.0 / CENTS_PER_PITCH)
    nearest = np.rint(place).astype(np.intp)
    strength = white[rows, columns]
    grid = np.zeros(len(magnitude) * _GRID)
    for shift in range(-_SPREAD, _SPREAD + 1):
        at = nearest + shift
        inside = (at >= 0) & (at < _GRID)
        weight = np.cos(np.clip((at - place) / (_SPREAD + 1), -1.0, 1.0) * (np.pi / 2.0)) ** 2
        index = rows[inside] * _GRID + at[inside]
        grid += np.bincount(index, (strength * weight)[inside], minlength=grid.size)
    return grid.reshape(len(magnitude), _GRID).astype(np.float32)


def _harmonic_sum(grid: Array) -> Array:
    total = np.zeros((len(grid), PITCHES), dtype=np.float32)
    for harmonic in range(1, _HARMONICS + 1):
        shift = round(1200.0 * np.log2(harmonic) / CENTS_PER_PITCH)
        total += np.float32(_DECAY ** (harmonic - 1)) * grid[:, shift : shift + PITCHES]
    return total
