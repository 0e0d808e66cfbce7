"""From the chords that steps sound like to a progression: chords that stay for a while and change on beats.

A hidden Markov model whose states are the chords: in each step the chord stays, or another follows, most likely one
that the song has elsewhere too, for songs have few chords and come back to them. It changes more readily where a bar
begins. As which chord follows does not depend on the one before, the best path takes S · K operations and not S · K²
(the algorithm of Viterbi, 1967).

S steps, K states.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.harmony.steps import Times

Probabilities = npt.NDArray[np.float64]

CHANGE_AT_BAR, CHANGE_ELSEWHERE, CHANGE_UNKNOWN = 0.5, 0.15, 0.2
_SHARPNESS = 1.0  # below 1 the classifier is believed less, and chords stay longer
_ANY = 0.1  # how often a chord follows that the song need not have elsewhere
_NEAR_S = 0.07


def change_odds(edges_s: Times, downbeats_s: Sequence[float]) -> Times:
    """Return (S,): how likely the chord changes at the beginning of each step."""
    starts = edges_s[:-1]
    if not len(downbeats_s):
        return np.full(len(starts), CHANGE_UNKNOWN)
    bars = np.asarray(downbeats_s, np.float64)
    after = (
        np.clip(np.searchsorted(bars, starts), 1, len(bars) - 1) if len(bars) > 1 else np.zeros(1, np.int64)
    )
    distance = np.minimum(np.abs(starts - bars[after]), np.abs(starts - bars[after - 1]))
    return np.where(distance < _NEAR_S, CHANGE_AT_BAR, CHANGE_ELSEWHERE)


def best_path(probabilities: Probabilities, change: Times) -> npt.NDArray[np.int64]:
    """Return the most probable states, (S,).

    Args:
        probabilities: (S, K) of each state in each step.
        change: (S,) how likely the state changes at the beginning of a step; the first is not used.
    """
    steps, states = probabilities.shape
    follows = np.log((1.0 - _ANY) * probabilities.mean(axis=0) + _ANY / states)
    heard = _SHARPNESS * np.log(np.maximum(probabilities, 1e-9))
    came_from = np.zeros((steps, states), np.int64)
    itself = np.arange(states)
    score = heard[0]
    for step in range(1, steps):
        stays = score + np.log(1.0 - change[step])
        best = int(score.argmax())
        jumps = score[best] + np.log(change[step]) + follows
        came_from[step] = np.where(stays >= jumps, itself, best)
        score = np.maximum(stays, jumps) + heard[step]
    path = np.zeros(steps, np.int64)
    path[-1] = int(score.argmax())
    for step in range(steps - 1, 0, -1):
        path[step - 1] = came_from[step, path[step]]
    return path
