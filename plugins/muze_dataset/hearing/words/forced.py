"""The most likely boundaries of phonemes whose order is known.

A hidden semi-Markov model from left to right (Rabiner 1989 §IV.D): phoneme p lasts d frames with a log-normal
probability, and each of its frames has the likelihood of its class. Before some of the phonemes, and at the end,
there may be silence of any length. With C the cumulated log likelihoods of a class and A the best score with which
phoneme p can begin at a time, the best with which it ends at t is

    C_p(t) + max over d of ( A(t − d) − C_p(t − d) + log P_p(d) )
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.words.classes import SILENCE

NEVER = -np.inf
_IMPOSSIBLE = -1e15
_SPREADS = 3.0  # durations further than three deviations above the expected one are not tried
_LONGEST = 900  # frames; a held vowel that lasts longer is followed by silence

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def align(
    scores: Floats, classes: Ints, *, expected: Floats, spread: Floats, pauses: Floats
) -> tuple[Ints, Ints]:
    """Return (P,) first frames and (P,) frames after the last of phonemes in order, each at least one frame long.

    Args:
        scores: (T, K) log likelihood of each frame for each class, T ≥ P.
        classes: (P,) of the phonemes.
        expected: (P,) durations in frames.
        spread: (P,) standard deviations of the logarithms of durations.
        pauses: (P + 1,) log probability of a pause before each phoneme and after the last; `NEVER` for none.
    """
    frames, count = len(scores), len(classes)
    assert frames >= count > 0 and pauses[count] > NEVER
    cumulated = np.concatenate([np.zeros((1, scores.shape[1])), np.cumsum(scores, axis=0)])
    begins = np.full(frames + 1, _IMPOSSIBLE)
    begins[0] = 0.0
    silent_from = np.empty((count + 1, frames + 1), np.int32)  # where the pause before a phoneme begins
    lasted = np.empty((count, frames + 1), np.int16)
    for at in range(count):
        begins, silent_from[at] = _paused(begins, cumulated[:, SILENCE], pauses[at])
        begins, lasted[at] = _held(begins, cumulated[:, classes[at]], expected[at], spread[at])
    begins, silent_from[count] = _paused(begins, cumulated[:, SILENCE], pauses[count])
    starts, ends = np.empty(count, np.int64), np.empty(count, np.int64)
    time = int(silent_from[count, frames])
    for at in range(count - 1, -1, -1):
        ends[at] = time
        starts[at] = time - lasted[at, time]
        time = int(silent_from[at, starts[at]])
    return starts, ends


def _paused(begins: Floats, silence: Floats, pause: float) -> tuple[Floats, npt.NDArray[np.int32]]:
    """Return the best scores after a pause or none, and where the pause began: at the time itself for none."""
    times = np.arange(len(begins), dtype=np.int32)
    if pause == NEVER:
        return begins, times
    best = np.maximum.accumulate(begins - silence)
    since = np.maximum.accumulate(np.where(begins - silence >= best, times, 0))
    through = best + silence + pause
    return np.maximum(through, begins), np.where(through > begins, since, times).astype(np.int32)


def _held(
    begins: Floats, cumulated: Floats, expected: float, spread: float
) -> tuple[Floats, npt.NDArray[np.int16]]:
    """Return the best scores with which a phoneme ends at each time, and how long it then lasted."""
    longest = min(max(4, int(expected * np.exp(_SPREADS * spread))), _LONGEST, len(begins) - 1)
    lengths = np.arange(longest, 0, -1)
    prior = -0.5 * ((np.log(lengths) - np.log(expected)) / spread) ** 2
    padded = np.concatenate([np.full(longest, _IMPOSSIBLE), begins - cumulated])
    # Row t of the windows holds the starts t − longest … t − 1.
    choices = np.lib.stride_tricks.sliding_window_view(padded, longest)[: len(begins)] + prior
    best = choices.argmax(axis=1)
    return cumulated + choices[np.arange(len(begins)), best], (longest - best).astype(np.int16)
