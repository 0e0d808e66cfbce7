"""Which chord each step sounds like: a small network that looks at a step from each of the twelve possible roots.

A chord is the same chord on every root, so there is one network for all twelve: it sees the semitones of a step, of
the one before and of the one after from an octave below the root up, and which pitch classes the whole recording has,
counted from the root. It scores every quality on that root; the scores of all roots compete in one softmax, and no
chord beside them. What is transposed is heard as transposed; no data could teach it otherwise. (The same symmetry by
convolution is in Humphrey and Bello, "Rethinking Automatic Chord Recognition with Convolutional Neural Networks",
ICMLA 2012.)

The weights are fitted by `recipes/harmony_tables.py` on songs that `muze dataset synth` made, on chords put together
from sines and on drums.

S steps, P semitones, Q qualities, I inputs of the network.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.harmony.semitones import PITCHES, Semitones
from muze_dataset.hearing.harmony.steps import Times, pooled

Floats = npt.NDArray[np.float32]

QUALITIES = ("maj", "min", "7", "maj7", "min7", "5", "sus2", "sus4", "hdim7", "dim7", "dim", "aug")
STATES = 12 * len(QUALITIES) + 1
"""The chords, all qualities of C first, and no chord last."""
NO_CHORD = STATES - 1
_BELOW_ROOT = 12  # semitones under the lowest root that are seen
_OWN_LEVEL = 0.1  # what a step's level is measured against: itself, and this much of the recording's mean


def chord_probabilities(
    semitones: Semitones, edges_s: Times, weights: Mapping[str, Floats]
) -> npt.NDArray[np.float64]:
    """Return how probable each state is in each step, (S, STATES), rows of sum 1."""
    contexts, whole = views_in_time(spectra(semitones, edges_s))
    return network(views_from_roots(contexts, whole), weights)


def spectra(semitones: Semitones, edges_s: Times) -> Floats:
    """Return the steps' spectra, (S, P): roots of amplitudes, so that quiet notes beside loud ones are seen."""
    return pooled(np.sqrt(semitones.energies), semitones.rate_hz, edges_s)


def views_in_time(steps: Floats) -> tuple[Floats, Floats]:
    """Return each step between its neighbours, (S, 3, P), and the pitch classes of all, (S, 12); level taken out."""
    level = np.sqrt((steps**2).mean(axis=1, keepdims=True))
    even = steps / (level + _OWN_LEVEL * np.sqrt((steps**2).mean()) + 1e-6)
    padded = np.pad(even, ((1, 1), (0, 0)), mode="edge")
    whole = even.mean(axis=0).reshape(-1, 12).mean(axis=0)
    contexts = np.stack((padded[1:-1], padded[:-2], padded[2:]), axis=1)
    return contexts, np.broadcast_to(whole, (len(steps), 12))


def views_from_roots(contexts: Floats, whole: Floats) -> Floats:
    """Return what the network sees from each root, (S, 12, I)."""
    padded = np.pad(contexts, ((0, 0), (0, 0), (_BELOW_ROOT, 0)))
    seen = np.lib.stride_tricks.sliding_window_view(padded, PITCHES, axis=2)[:, :, :12]  # (S, 3, 12, P)
    turned = np.stack([np.roll(whole, -root, axis=1) for root in range(12)], axis=1)
    flat = seen.transpose(0, 2, 1, 3).reshape(len(contexts), 12, -1)
    return np.concatenate((flat, turned), axis=2)


def network(views: Floats, weights: Mapping[str, Floats]) -> npt.NDArray[np.float64]:
    """Return (S, STATES): two hidden layers with ReLU, and a softmax over all roots and no chord."""
    hidden = views
    for layer in ("chords.0", "chords.1"):
        hidden = np.maximum(hidden @ weights[f"{layer}.weight"].T + weights[f"{layer}.bias"], 0.0)
    scores = hidden @ weights["chords.2.weight"].T + weights["chords.2.bias"]  # (S, 12, Q + 1)
    chords = scores[:, :, :-1].reshape(len(views), -1)
    every = np.concatenate((chords, scores[:, :, -1].mean(axis=1, keepdims=True)), axis=1).astype(np.float64)
    odds = np.exp(every - every.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float64)
