"""Where the harmony changes: chords and bass notes that are others than a moment ago.

Bars begin with new chords far more often than other beats do (Goto, "An audio-based real-time beat tracking
system", JNMR 2001), and music without drums tells its beat in no other way.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.rhythm.bands import RATE_HZ

Floats = npt.NDArray[np.float32]

CHANGES_HZ = 25
"""Frames a second."""
SPANS_S = (0.32, 1.28)
"""How much before and after a moment is compared."""
CHANGES = 2 * len(SPANS_S)

_WINDOW_SAMPLES = 4096  # 0.19 s: tells semitones apart down to 90 Hz
_HOP_SAMPLES = RATE_HZ // CHANGES_HZ
_BLOCK = 64
_BASS_HZ, _CHORD_HZ = (38.0, 220.0), (130.0, 2100.0)


def harmonic_changes(mono: Floats) -> Floats:
    """Return how much the pitch classes change at each moment, (frames, 4), each 0…1.

    For both spans first the chord's pitch classes (130–2100 Hz), then the bass's (38–220 Hz): one minus the
    cosine of what sounds after and what sounded before, where both are loud enough to tell.

    Args:
        mono: (N,) samples at 22 050 Hz.
    """
    classes = _pitch_classes(mono)
    result = np.empty((len(classes), CHANGES), np.float32)
    for column, (span_s, which) in enumerate((s, w) for s in SPANS_S for w in (0, 1)):
        result[:, column] = _change(classes[:, 12 * which : 12 * which + 12], round(span_s * CHANGES_HZ))
    return result


def _pitch_classes(mono: Floats) -> Floats:
    """Return the compressed magnitudes of chord and bass by pitch class, (frames, 24)."""
    frames = len(mono) // _HOP_SAMPLES + 1
    padded = np.zeros(frames * _HOP_SAMPLES + _WINDOW_SAMPLES, np.float32)
    padded[_WINDOW_SAMPLES // 2 : _WINDOW_SAMPLES // 2 + len(mono)] = mono
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW_SAMPLES)[::_HOP_SAMPLES][:frames]
    taper = np.hanning(_WINDOW_SAMPLES + 1)[:-1].astype(np.float32)
    folding = _folding()
    classes = np.empty((frames, folding.shape[1]), np.float32)
    for start in range(0, frames, _BLOCK):
        spectrum = np.fft.rfft(windows[start : start + _BLOCK] * taper, axis=1)[:, : len(folding)]
        classes[start : start + _BLOCK] = np.abs(spectrum) @ folding
    return np.sqrt(classes)


def _change(classes: Floats, span: int) -> Floats:
    sums = np.concatenate([np.zeros((1, classes.shape[1])), np.cumsum(classes, axis=0, dtype=np.float64)])
    at = np.arange(len(classes))
    after = sums[np.minimum(at + span, len(classes))] - sums[at]
    before = sums[at] - sums[np.maximum(at - span, 0)]
    for part in (after, before):
        part -= part.min(axis=1, keepdims=True)  # what all twelve have is noise
    lengths = np.linalg.norm(after, axis=1) * np.linalg.norm(before, axis=1)
    floor = 1e-3 * float(np.max(lengths, initial=0.0))
    alike = np.where(lengths > floor, (after * before).sum(axis=1) / np.maximum(lengths, floor + 1e-12), 1.0)
    change: Floats = np.clip(1.0 - alike, 0.0, 1.0).astype(np.float32)
    return change


@lru_cache(maxsize=1)
def _folding() -> Floats:
    """Return how much of each bin belongs to each pitch class of chord and bass, (bins to 2100 Hz, 24)."""
    bins = int(_CHORD_HZ[1] * _WINDOW_SAMPLES / RATE_HZ) + 1
    frequencies = np.maximum(np.arange(bins) * RATE_HZ / _WINDOW_SAMPLES, 1.0)
    semitone = 12.0 * np.log2(frequencies / 440.0)
    distance = (semitone[:, None] - np.arange(12) + 6.0) % 12.0 - 6.0
    share = np.clip(1.0 - np.abs(distance), 0.0, None)
    folding = np.zeros((bins, 24), np.float32)
    for which, (low, high) in enumerate((_CHORD_HZ, _BASS_HZ)):
        within = (frequencies >= low) & (frequencies <= high)
        folding[within, 12 * which : 12 * which + 12] = share[within]
    return folding
