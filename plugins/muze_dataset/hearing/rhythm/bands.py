"""Where notes and strokes begin, in bands: one short-time spectrum, compressed, and what is new in it.

Symbols of this package: N samples, F frames (100 a second), B bands.

The measure is the superflux (Böck and Widmer, "Maximum filter vibrato suppression for onset detection", DAFx
2013): a band counts as new only by what it exceeds the loudest of its neighbours 20 ms ago by, so that a voice
that glides or trembles from band to band starts no note.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

RATE_HZ = 22_050
"""Sampling rate that all of this is made for."""
FRAMES_HZ = 100
"""Frames a second: one every 220.5 samples, its middle at most half a sample beside."""
WINDOW_SAMPLES = 1024
PER_OCTAVE = 6
LOWEST_HZ, HIGHEST_HZ = 40.0, 10_000.0

_LAG_FRAMES = 2
_PAIR_SAMPLES = 441  # two frames
_BLOCK = 256  # frames transformed at once: 1 MB, so that it stays in the cache
_COMPRESSION = 20.0  # how far above the average magnitude the logarithm takes over
_GATE = 0.01  # quieter than this share of the loudest frame (−40 dB), a frame does not count in the average


def band_levels(mono: Floats) -> Floats:
    """Return compressed magnitudes, (F + 2, B): log₁₀(1 + 20 m / m̄), two frames of silence first.

    m̄ is the average over bands and all frames but the quiet ones, so that neither gain nor pauses matter.

    Args:
        mono: (N,) samples at 22 050 Hz.
    """
    frames = frame_count(len(mono)) + _LAG_FRAMES
    before = WINDOW_SAMPLES // 2 + _PAIR_SAMPLES * _LAG_FRAMES // 2
    needed = (frames // 2 + 1) * _PAIR_SAMPLES + WINDOW_SAMPLES
    padded = np.zeros(max(needed, before + len(mono)), np.float32)
    padded[before : before + len(mono)] = mono
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_SAMPLES)
    taper = np.hanning(WINDOW_SAMPLES + 1)[:-1].astype(np.float32)
    bank = filterbank()
    levels = np.empty((frames, bank.shape[1]), np.float32)
    for parity in (0, 1):  # frames lie 220.5 samples apart: every second one on whole samples
        rows = windows[parity * (_PAIR_SAMPLES // 2) :: _PAIR_SAMPLES][: len(levels[parity::2])]
        for start in range(0, len(rows), _BLOCK):
            spectrum = np.fft.rfft(rows[start : start + _BLOCK] * taper, axis=1)
            chunk = slice(2 * start + parity, 2 * (start + _BLOCK) + parity, 2)
            levels[chunk] = np.abs(spectrum) @ bank
    return _compressed(levels)


def new_in(levels: Floats) -> Floats:
    """Return what is new in each band, (F, B), never negative, from levels (F + 2, B)."""
    before = levels[:-_LAG_FRAMES]
    loudest = before.copy()
    np.maximum(loudest[:, 1:], before[:, :-1], out=loudest[:, 1:])
    np.maximum(loudest[:, :-1], before[:, 1:], out=loudest[:, :-1])
    flux = levels[_LAG_FRAMES:] - loudest
    np.maximum(flux, 0.0, out=flux)
    return flux


def frame_count(samples: int) -> int:
    """Return F: frames whose middle lies within the audio."""
    return samples * 2 // _PAIR_SAMPLES + 1


@lru_cache(maxsize=1)
def centres_hz() -> tuple[float, ...]:
    """Return the bands' middle frequencies: single bins below 180 Hz, six an octave above, (B,)."""
    bin_hz = RATE_HZ / WINDOW_SAMPLES
    steps = int(np.log2(HIGHEST_HZ / LOWEST_HZ) * PER_OCTAVE) + 1
    wanted = LOWEST_HZ * 2.0 ** (np.arange(steps) / PER_OCTAVE)
    return tuple(float(b) * bin_hz for b in np.unique(np.round(wanted / bin_hz)))


@lru_cache(maxsize=1)
def filterbank() -> Floats:
    """Return overlapping triangles from middle to middle, each of area 1, (513, B)."""
    bin_hz = RATE_HZ / WINDOW_SAMPLES
    middles = np.array(centres_hz()) / bin_hz
    edges = np.concatenate([[middles[0] - 1.0], middles, [middles[-1] * 2.0 ** (1.0 / PER_OCTAVE)]])
    bins = np.arange(WINDOW_SAMPLES // 2 + 1)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    bank = np.clip(np.minimum(rising, falling), 0.0, None)
    scaled: Floats = (bank / bank.sum(axis=0)).astype(np.float32)
    return scaled


def _compressed(magnitudes: Floats) -> Floats:
    by_frame = magnitudes.mean(axis=1)
    loudest = float(by_frame.max(initial=0.0))
    if loudest <= 0.0:
        return magnitudes
    average = float(by_frame[by_frame > _GATE * loudest].mean())
    np.multiply(magnitudes, _COMPRESSION / average, out=magnitudes)
    np.log1p(magnitudes, out=magnitudes)
    np.multiply(magnitudes, np.float32(1.0 / np.log(10.0)), out=magnitudes)
    return magnitudes
