"""The key: which tonic and mode explain the chords, the pitch classes, the bass, the beginning and the end.

Chroma alone takes the key a fifth away or the relative one in a quarter of all cases: their scales share six or seven
notes. What tells them apart is which chords there are, which of them a piece begins and ends with, and what the bass
rests on. A small network weighs these for each tonic, with the tonic as the point it looks from, so that again what
is transposed is heard as transposed.

S steps, I inputs of the network.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.harmony.classifier import NO_CHORD, QUALITIES
from muze_dataset.hearing.harmony.semitones import Semitones
from muze_dataset.hearing.harmony.steps import STEP_S, Times, pooled

Floats = npt.NDArray[np.float32]
Probabilities = npt.NDArray[np.float64]

# Qualities that say the same about a key.
_KINDS = (("maj", "maj7"), ("min", "min7"), ("7",), ("dim", "dim7", "hdim7"), ("5", "sus2", "sus4", "aug"))
_EDGE_STEPS = round(2.0 / STEP_S)  # of the beginning and of the end


def key_probabilities(
    semitones: Semitones, edges_s: Times, chords: Probabilities, weights: Mapping[str, Floats]
) -> Probabilities:
    """Return how probable each key is, (24,), in the order of `muzecli.song.pitch.Key.index`.

    Args:
        semitones: of the recording.
        edges_s: of its steps, half seconds.
        chords: (S, STATES) what each step sounds like.
        weights: fitted numbers.
    """
    chroma = pooled(semitones.chroma, semitones.rate_hz, edges_s)
    bass = pooled(semitones.bass, semitones.rate_hz, edges_s)
    return network(views_from_tonics(key_evidence(chroma, bass, chords)), weights)


def key_evidence(chroma: Floats, bass: Floats, chords: Probabilities) -> Floats:
    """Return the evidence by pitch class, (rows, 12).

    Args:
        chroma: (S, 12) of each step.
        bass: (S, 12) of each step.
        chords: (S, STATES) of each step.
    """
    sounding = np.flatnonzero(chords[:, NO_CHORD] < 0.5)
    if not len(sounding):
        sounding = np.arange(len(chords))
    by_root = chords[sounding, :NO_CHORD].reshape(len(sounding), 12, len(QUALITIES))
    kinds = np.stack(
        [by_root[:, :, [QUALITIES.index(name) for name in kind]].sum(axis=2) for kind in _KINDS], axis=1
    )  # (S, kinds, 12)
    rows = (
        kinds.mean(axis=0) * 4.0,
        kinds[:_EDGE_STEPS, :2].mean(axis=0),
        kinds[-_EDGE_STEPS:, :2].mean(axis=0),
        _even(chroma[sounding])[None] * 4.0,
        _even(bass[sounding])[None] * 4.0,
        _even(bass[sounding][-_EDGE_STEPS:])[None],
    )
    return np.concatenate(rows).astype(np.float32)


def _even(steps: Floats) -> Floats:
    """Return (12,): the mean of the steps' shares, so that a loud part counts no more than a quiet one."""
    return np.asarray((steps / (steps.sum(axis=1, keepdims=True) + 1e-9)).mean(axis=0), np.float32)


def views_from_tonics(evidence: Floats) -> Floats:
    """Return what the network sees from each tonic, (12, I)."""
    return np.stack([np.roll(evidence, -tonic, axis=1).ravel() for tonic in range(12)])


def network(views: Floats, weights: Mapping[str, Floats]) -> Probabilities:
    """Return (24,): one hidden layer with ReLU, and a softmax over all tonics, major ones first."""
    hidden = np.maximum(views @ weights["key.0.weight"].T + weights["key.0.bias"], 0.0)
    scores = (hidden @ weights["key.1.weight"].T + weights["key.1.bias"]).T.ravel().astype(np.float64)
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum(), np.float64)
