"""How strong each semitone sounds over time: what beats, sections, key and chords all listen to.

Three steps from the partials to it. They are laid on the semitones of the recording's own tuning. A median over half
a second takes out what does not last: drums, clicks, plucks. And the spectra of the notes that could have made them
are fitted, so that the third partial of a C is not taken for a G (non-negative least squares, after Mauch and Dixon,
"Approximate Note Transcription for the Improved Identification of Difficult Chords", ISMIR 2010).

T frames, P semitones from C1 up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.harmony.peaks import FRAME_RATE_HZ, Peaks, spectral_peaks
from muze_dataset.hearing.harmony.tuning import tuning

Floats = npt.NDArray[np.float32]

LOW_PITCH, PITCHES = 24, 84
PITCHED_AGREEMENT = 0.18
"""Partials agree on their tuning by .19 (dense mixes) to 1 (a tone) in music, .17 at most in drums, .05 in speech."""
_MEDIAN_FRAMES = 5
_PARTIALS = 16
_DECAY = 0.7  # amplitude of a partial to the one below it
_UPDATES = 15
# MIDI pitches between which a register's weight rises or falls: the bass from below everything to middle C.
_BASS_FALLS, _TREBLE_RISES, _TREBLE_FALLS = (48.0, 60.0), (43.0, 57.0), (88.0, 103.0)


@dataclass(frozen=True)
class Semitones:
    """The strength of semitones over time.

    Attributes:
        rate_hz: frames a second; frame i is centred at i / rate_hz seconds.
        energies: (T, P) amplitude of the partials at each semitone, 1 for a sine at full scale; no drums.
        notes: (T, P) amplitude of the notes that explain these partials, overtones left out.
        low_pitch: MIDI pitch of the first semitone.
        chroma: (T, 12) root of the power of the notes in each pitch class, C first, bass and highest notes aside.
        bass: (T, 12) the same of the bass register.
        tuning_cents: how far all of them are tuned from A4 = 440 Hz, −50…50.
        tuning_confidence: 0…1; 0 where the usual tuning was taken because there was nothing to measure.
    """

    rate_hz: float
    energies: Floats
    notes: Floats
    low_pitch: int
    chroma: Floats
    bass: Floats
    tuning_cents: float
    tuning_confidence: float

    @property
    def is_pitched(self) -> bool:
        """Whether what sounds is tuned to a scale: the partials of drums, noise and speech agree on no tuning."""
        return self.tuning_confidence >= PITCHED_AGREEMENT


def semitones(mono: Floats, rate_hz: int) -> Semitones:
    """Measure the strength of each semitone.

    Args:
        mono: (N,) samples.
        rate_hz: sampling rate, 8 kHz or more.
    """
    return semitones_of(spectral_peaks(mono, rate_hz))


def semitones_of(peaks: Peaks) -> Semitones:
    """Measure the strength of each semitone from the partials that were found."""
    cents, agreement = tuning(peaks) or (0.0, 0.0)
    energies = _steady(_on_semitones(peaks, cents))
    notes = _explained(energies)
    return Semitones(
        rate_hz=FRAME_RATE_HZ,
        energies=energies,
        notes=notes,
        low_pitch=LOW_PITCH,
        chroma=_folded(notes * _register(_TREBLE_RISES, _TREBLE_FALLS)),
        bass=_folded(notes * _register((0.0, 0.0), _BASS_FALLS)),
        tuning_cents=cents,
        tuning_confidence=agreement,
    )


def _on_semitones(peaks: Peaks, cents: float) -> Floats:
    """Return (T, P): the power of each peak, shared by the two semitones it lies between."""
    place = peaks.pitch.astype(np.float64) - cents / 100.0 - LOW_PITCH
    below = np.floor(place)
    # Within a fifth of a semitone it is all the nearer one's; half-way each has a half.
    share = np.clip((place - below - 0.2) / 0.6, 0.0, 1.0)
    power = peaks.amplitude.astype(np.float64) ** 2
    total = np.zeros(peaks.frames * (PITCHES + 2))
    for pitch, part in ((below, 1.0 - share), (below + 1, share)):
        column = np.clip(pitch + 1, 0, PITCHES + 1).astype(np.int64)  # a column beyond both ends, for strays
        total += np.bincount(peaks.frame * (PITCHES + 2) + column, part * power, len(total))
    return np.sqrt(total.reshape(peaks.frames, PITCHES + 2)[:, 1:-1]).astype(np.float32)


def _steady(energies: Floats) -> Floats:
    """Return the running median over time."""
    reach = _MEDIAN_FRAMES // 2
    padded = np.pad(energies, ((reach, reach), (0, 0)), mode="edge")
    shifts = [padded[shift : shift + len(energies)] for shift in range(_MEDIAN_FRAMES)]
    return np.asarray(np.median(shifts, axis=0), np.float32)


def _explained(energies: Floats) -> Floats:
    """Return the notes x ≥ 0 whose spectra sum to the energies: x ← x · Dᵀy / DᵀDx (Lee and Seung 1999)."""
    spectra = _spectra()
    target = energies @ spectra.T
    gram = spectra @ spectra.T
    notes = energies.copy()
    for _ in range(_UPDATES):
        notes *= target / (notes @ gram + np.float32(1e-9))
    return notes


def _spectra() -> Floats:
    """Return (P, P): the partials of a note on each semitone, falling off geometrically, of length 1."""
    spectra = np.zeros((PITCHES, PITCHES), np.float32)
    for partial in range(1, _PARTIALS + 1):
        step = round(12 * np.log2(partial))
        if step < PITCHES:
            spectra[np.arange(PITCHES - step), np.arange(step, PITCHES)] += _DECAY ** (partial - 1)
    return np.asarray(spectra / np.linalg.norm(spectra, axis=1, keepdims=True), np.float32)


def _register(rises: tuple[float, float], falls: tuple[float, float]) -> Floats:
    """Return (P,): 0…1, how much each semitone counts."""
    pitches = LOW_PITCH + np.arange(PITCHES)
    up = np.interp(pitches, rises, (0.0, 1.0)) if rises[0] < rises[1] else np.ones(PITCHES)
    return np.asarray(up * np.interp(pitches, falls, (1.0, 0.0)), np.float32)


def _folded(notes: Floats) -> Floats:
    """Return (T, 12): the root of the power in each pitch class. Row 0 is a C, and P is whole octaves."""
    return np.asarray(np.sqrt((notes.reshape(len(notes), -1, 12) ** 2).sum(axis=1)), np.float32)
