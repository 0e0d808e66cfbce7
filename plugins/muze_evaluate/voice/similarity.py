"""Whether two recordings have one voice: cosines of their vectors, against those of other voices.

A cosine says little by itself: vectors of any two singers may have one of 0.6. So pairs that belong together stand
beside pairs that do not, and the equal error rate says how well the two kinds can be told apart.

Shapes: n reference voices, m evaluated ones, D dimensions.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]


def cosines(reference: npt.ArrayLike, evaluated: npt.ArrayLike) -> Doubles:
    """Return the cosine of every pair, (n, m), within −1…1.

    Args:
        reference: (n, D); no vector is 0.
        evaluated: (m, D), likewise.
    """
    x, y = (np.asarray(each, dtype=np.float64) for each in (reference, evaluated))
    x, y = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (x, y))
    return np.asarray(np.clip(x @ y.T, -1.0, 1.0))


def mismatched(table: Doubles, voices: Sequence[str]) -> Doubles:
    """Return the cosines (k,) of the pairs of unlike voices.

    Args:
        table: (n, n) cosines; row i and column i are of one pair.
        voices: (n,) whose voice each pair is.
    """
    names = np.array(voices)
    return np.asarray(table[names[:, None] != names[None, :]])


def equal_error_rate(matched: npt.ArrayLike, unmatched: npt.ArrayLike) -> float:
    """Return the share of errors where as many pairs of one voice are refused as pairs of two are accepted, 0…1.

    A pair is accepted where its cosine reaches a threshold. With few pairs there may be no threshold at which both
    shares are equal; then it is the mean of both where they are nearest, and of such places the one with the least.

    Args:
        matched: (n,) cosines of pairs of one voice, at least one.
        unmatched: (k,) of two, at least one.
    """
    yes, no = (np.sort(np.asarray(each, dtype=np.float64)) for each in (matched, unmatched))
    thresholds = np.append(np.unique(np.concatenate((yes, no))), np.inf)
    refused = np.searchsorted(yes, thresholds, side="left") / len(yes)
    accepted = 1.0 - np.searchsorted(no, thresholds, side="left") / len(no)
    gaps, means = np.abs(refused - accepted), (refused + accepted) / 2.0
    return float(means[gaps <= gaps.min() + 1e-12].min())
