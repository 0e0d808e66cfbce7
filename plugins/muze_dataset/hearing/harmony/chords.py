"""The chord progression of a recording, and its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from muze_dataset.hearing.harmony import key as keys
from muze_dataset.hearing.harmony.classifier import NO_CHORD, QUALITIES, STATES, chord_probabilities
from muze_dataset.hearing.harmony.decoding import best_path, change_odds
from muze_dataset.hearing.harmony.key import Probabilities
from muze_dataset.hearing.harmony.semitones import Semitones
from muze_dataset.hearing.harmony.steps import Times, pooled, step_edges
from muze_dataset.hearing.harmony.tables import tables
from muzecli.song.chord import Chord
from muzecli.song.pitch import Key

_SILENT = 1e-4  # amplitude, −80 dBFS
_QUIET = 3e-3  # of the loud steps, −50 dB: tails and noise


@dataclass(frozen=True)
class ChordSpan:
    """A chord, and from when to when it holds."""

    chord: Chord
    start_s: float
    end_s: float


def key_of(semitones: Semitones) -> Probabilities:
    """Return how probable each key is, (24,), in the order of `Key.index`."""
    edges_s = step_edges(len(semitones.energies) / semitones.rate_hz)
    heard = _heard(semitones, edges_s)
    return keys.key_probabilities(semitones, edges_s, heard, tables())


def progression(
    semitones: Semitones,
    duration_s: float,
    *,
    beats_s: Sequence[float] = (),
    downbeats_s: Sequence[float] = (),
) -> tuple[list[ChordSpan], float]:
    """Return the chords in order, and how sure they are.

    Args:
        semitones: of the recording.
        duration_s: of the recording.
        beats_s: where chords may change; without them every half second.
        downbeats_s: where they most often do.

    Returns:
        the spans, gaps between them where there is no chord; and the mean probability of the chords, 0…1.
    """
    edges_s = step_edges(duration_s, beats_s)
    heard = _heard(semitones, edges_s)
    path = best_path(heard, change_odds(edges_s, downbeats_s))
    flats = Key.from_index(int(key_of(semitones).argmax())).flats
    starts = np.flatnonzero(np.diff(path, prepend=-1))
    spans = [
        ChordSpan(_chord(int(path[first]), flats), float(edges_s[first]), float(edges_s[last]))
        for first, last in zip(starts, [*starts[1:], len(path)], strict=True)
        if path[first] != NO_CHORD
    ]
    is_chord = path != NO_CHORD
    lengths = np.diff(edges_s) * is_chord
    sure = heard[np.arange(len(path)), path]
    return spans, float((sure * lengths).sum() / lengths.sum()) if is_chord.any() else 0.0


def _heard(semitones: Semitones, edges_s: Times) -> Probabilities:
    """Return how probable each state is in each step; where nothing sounds it is no chord for certain."""
    heard = chord_probabilities(semitones, edges_s, tables())
    level = np.sqrt((pooled(semitones.energies, semitones.rate_hz, edges_s) ** 2).sum(axis=1))
    silent = level < max(_SILENT, _QUIET * float(np.percentile(level, 95)))
    heard[silent] = np.eye(STATES)[NO_CHORD]
    return heard


def _chord(state: int, flats: bool) -> Chord:
    root, quality = divmod(state, len(QUALITIES))
    return Chord(root, QUALITIES[quality], flats=flats)
