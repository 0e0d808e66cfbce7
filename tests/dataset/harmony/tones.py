"""Sounds of known pitch: notes made of sines, chords made of notes, and clicks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from muzecli.song.chord import Chord

Floats = npt.NDArray[np.float32]
RATE_HZ = 22_050


def tones(
    pitches: Sequence[int],
    duration_s: float,
    *,
    cents: float = 0.0,
    partials: int = 6,
    amplitude: float = 0.1,
    rate_hz: int = RATE_HZ,
) -> Floats:
    """Return (N,) notes that sound together; partials fall off as 1/k."""
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    total = np.zeros(len(time_s))
    for index, pitch in enumerate(pitches):
        frequency_hz = 440.0 * 2.0 ** ((pitch - 69 + cents / 100.0) / 12.0)
        for partial in range(1, partials + 1):
            if partial * frequency_hz < rate_hz / 2:
                phase = 2.0 * np.pi * partial * frequency_hz * time_s + index
                total += amplitude / partial * np.sin(phase)
    return total.astype(np.float32)


def voiced(chord: str) -> tuple[int, ...]:
    """Return a chord's root in the bass, and all its notes within an octave and a half above middle C."""
    word = Chord.parse(chord)
    assert word.root is not None
    return (36 + word.root, 48 + word.root, *(60 + pc for pc in word.pitch_classes))


def song(chords: Sequence[str], each_s: float, *, cents: float = 0.0) -> Floats:
    """Return (N,) chords one after another."""
    return np.concatenate([tones(voiced(chord), each_s, cents=cents) for chord in chords])


def clicks(duration_s: float) -> Floats:
    """Return (N,) bursts of noise, four a second, 30 ms each."""
    random = np.random.default_rng(1)
    total = np.zeros(round(duration_s * RATE_HZ), np.float32)
    for start in range(0, len(total), RATE_HZ // 4):
        part = total[start : start + RATE_HZ * 30 // 1000]
        part += random.normal(0.0, 0.3, len(part)).astype(np.float32)
    return total
