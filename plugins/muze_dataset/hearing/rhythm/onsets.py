"""What begins when: the strength of onsets in bands, and how much the harmony changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.rhythm.bands import FRAMES_HZ, RATE_HZ, band_levels, centres_hz, new_in
from muze_dataset.hearing.rhythm.changes import CHANGES_HZ, harmonic_changes

Floats = npt.NDArray[np.float32]

_LOW_HZ, _HIGH_HZ = 160.0, 2500.0


@dataclass(frozen=True)
class Onsets:
    """What begins when. Frame i of F is at i / 100 s, change i at i / 25 s.

    Attributes:
        duration_s: of the audio.
        bands: (F, B) what is new in each of B bands, in powers of ten of magnitude, never negative.
        strength: (F,) the mean of all bands.
        low: (F,) of those below 160 Hz: kick and bass.
        mid: (F,) of those from 160 to 2500 Hz: snare, chords, voices.
        high: (F,) of those above: cymbals and consonants.
        changes: (G, 4) how much the pitch classes of chord and bass change, 0…1, over 0.3 and over 1.3 s.
    """

    duration_s: float
    bands: Floats
    strength: Floats
    low: Floats
    mid: Floats
    high: Floats
    changes: Floats
    frames_hz: int = FRAMES_HZ
    changes_hz: int = CHANGES_HZ


def find_onsets(mono: Floats) -> Onsets:
    """Return what begins when in audio of one channel, (N,) at 22 050 Hz; N may be any number."""
    if not np.isfinite(mono).all():
        mono = np.nan_to_num(mono, posinf=0.0, neginf=0.0)
    bands = new_in(band_levels(mono))
    centres = np.array(centres_hz())
    low, high = centres < _LOW_HZ, centres > _HIGH_HZ
    return Onsets(
        duration_s=len(mono) / RATE_HZ,
        bands=bands,
        strength=bands.mean(axis=1),
        low=bands[:, low].mean(axis=1),
        mid=bands[:, ~low & ~high].mean(axis=1),
        high=bands[:, high].mean(axis=1),
        changes=harmonic_changes(mono),
    )
