"""What the voice detector sees: mel spectra of what both channels share, and of what they do not.

Singers are mixed to the middle, most accompaniment is not: where the two spectra differ lies evidence that one
channel cannot have.

Shapes: C channels, N samples, T frames of `HOP_S`, M = `BANDS` mel bands; two layers, mid and side.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from muzecli.audio.mel import MelSpec, mel_filterbank
from muzecli.audio.resample import resample_mix

RATE_HZ = 16_000
HOP_SAMPLES = 320
HOP_S = HOP_SAMPLES / RATE_HZ
BANDS = 64
FLOOR_DB = -70.0
"""Lowest level, against the recording's loud frames; noise and digital silence look the same there."""

_SPEC = MelSpec(
    RATE_HZ,
    n_fft=1024,
    hop_samples=HOP_SAMPLES,
    n_mels=BANDS,
    low_hz=60,
    high_hz=7800,
    area_norm=False,
    power=2.0,
)
_BLOCK_FRAMES = 1024
_LOUD_PERCENTILE = 95.0
_SILENT = 1e-9  # power of a loud frame: 90 dB below full scale
_DB_PER_UNIT = 10.0

Array = npt.NDArray[np.float32]


def at_detector_rate(samples: Array, rate_hz: int) -> Array:
    """Return mid and side, (2, N') at `RATE_HZ`; the side of one channel is silence."""
    return resample_mix(samples, rate_hz, RATE_HZ, _mid_side, channels=2)


def _mid_side(block: Array) -> Array:
    left, right = block[0], block[-1]
    return np.stack([(left + right) * np.float32(0.5), (left - right) * np.float32(0.5)])


def mel_powers(mid_side: Array) -> Array:
    """Return the power in each band, (2, M, T), T = ⌈N / hop⌉; frame t is about sample t · hop."""
    frames = -(-mid_side.shape[1] // HOP_SAMPLES)
    bands = mel_filterbank(_SPEC)  # (M, F)
    window = _window()
    half = _SPEC.n_fft // 2
    padded = np.pad(mid_side, ((0, 0), (half, half + HOP_SAMPLES)))
    powers = np.empty((2, BANDS, frames), dtype=np.float32)
    for first in range(0, frames, _BLOCK_FRAMES):
        last = min(first + _BLOCK_FRAMES, frames)
        piece = padded[:, first * HOP_SAMPLES : (last - 1) * HOP_SAMPLES + _SPEC.n_fft]
        cut = np.lib.stride_tricks.sliding_window_view(piece, _SPEC.n_fft, axis=1)[:, ::HOP_SAMPLES]
        spectrum = np.fft.rfft(cut * window, axis=-1)  # (2, t, F)
        energy = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
        powers[:, :, first:last] = bands @ energy.transpose(0, 2, 1)
    return powers


def detector_input(powers: Array, *, against: Array | None = None) -> Array:
    """Return levels (2, M, T) in tens of dB against the recording's loud frames, `FLOOR_DB` / 10 … about 1.

    Measured against the recording itself, the level it was mastered at does not matter.

    Args:
        powers: from `mel_powers`.
        against: powers of another recording to measure against, such as the mix that vocals were separated from.
    """
    total = (powers if against is None else against).sum(axis=(0, 1))
    loud = float(np.percentile(total, _LOUD_PERCENTILE)) / BANDS if total.size else 0.0
    if loud < _SILENT:
        return np.full_like(powers, FLOOR_DB / _DB_PER_UNIT)
    levels_db = 10.0 * np.log10(np.maximum(powers / np.float32(loud), np.float32(10 ** (FLOOR_DB / 10))))
    return np.asarray(levels_db / _DB_PER_UNIT, dtype=np.float32)


@functools.cache
def _window() -> Array:
    """Return a periodic Hann window of unit power sum, so that a full-scale sine is about 0 dB."""
    window = np.hanning(_SPEC.n_fft + 1)[:-1]
    return np.asarray(window / window.sum() * 2.0, dtype=np.float32)
