"""Names for sections: what each is by itself and by its group, and what usually follows what.

Each section's traits give the likelihood of every type (multinomial logistic regression); half of it is that of its
whole group, for what sounds the same has the same name. A Markov chain of types weighs the order: a drop follows a
build-up, an outro is last. Names come from the likeliest path (Viterbi), confidences from all paths through a
section (forward and backward). Where the best name is hardly likelier than others the section stays `unknown`.

Shapes: n sections, Y types.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.form.tables import LabelTable

Float64 = npt.NDArray[np.float64]

UNKNOWN = "unknown"
THIN = 0.3
"""Confidence below which a section stays unknown."""

_OF_GROUP = 0.5  # share of the group in a section's likelihood
_ORDER = 0.5  # how much the chain of types counts
_PRIOR = 0.1  # how much of the types' frequency in the corpus is taken out


def name_sections(found: Float64, groups: Sequence[int], table: LabelTable) -> list[tuple[str, float]]:
    """Return the type of each section and the confidence in it, 0…1.

    Args:
        found: (n, X) traits.
        groups: the group of each section.
        table: the fitted weights.
    """
    if len(found) < 2:
        return [(UNKNOWN, 0.0)] * len(found)  # nothing to compare it with
    scores = _scores(found, groups, table)
    follows = _ORDER * table.follows
    best, confidence = _viterbi(scores, follows), _posteriors(scores, follows)
    certain = [float(confidence[i, y]) for i, y in enumerate(best)]
    return [(table.types[y] if p >= THIN else UNKNOWN, p) for y, p in zip(best, certain, strict=True)]


def _scores(found: Float64, groups: Sequence[int], table: LabelTable) -> Float64:
    logits = (found - table.means) / table.spreads @ table.weights.T + table.bias  # (n, Y)
    numbers = np.asarray(groups)
    shared = np.stack([logits[numbers == group].mean(axis=0) for group in numbers])
    logits = (1.0 - _OF_GROUP) * logits + _OF_GROUP * shared
    scores = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True) - _PRIOR * table.prior
    scores[0] += _ORDER * table.first
    scores[-1] += _ORDER * table.last
    return np.asarray(scores)


def _viterbi(scores: Float64, follows: Float64) -> list[int]:
    best = scores[0]
    came_from = []
    for row in scores[1:]:
        through = best[:, None] + follows  # (Y before, Y now)
        came_from.append(through.argmax(axis=0))
        best = through.max(axis=0) + row
    path = [int(best.argmax())]
    for choices in reversed(came_from):
        path.append(int(choices[path[-1]]))
    return path[::-1]


def _posteriors(scores: Float64, follows: Float64) -> Float64:
    forward, backward = scores.copy(), np.zeros_like(scores)
    for i in range(1, len(scores)):
        forward[i] += np.logaddexp.reduce(forward[i - 1][:, None] + follows, axis=0)
    for i in range(len(scores) - 2, -1, -1):
        backward[i] = np.logaddexp.reduce(follows + (scores[i + 1] + backward[i + 1])[None, :], axis=1)
    joint = forward + backward
    return np.asarray(np.exp(joint - np.logaddexp.reduce(joint, axis=1, keepdims=True)))
