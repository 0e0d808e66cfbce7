"""Retrieval: where the right one comes when all are put in order of their fit.

Shapes: N texts and N sounds, text i written for sound i.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


def ranks(similarity: Array) -> npt.NDArray[np.float64]:
    """Return (N,) the rank of each row's own column, from 1; of equal ones the mean of their ranks.

    Args:
        similarity: (N, N), the higher the better.
    """
    own = np.diag(similarity)[:, None]
    better = (similarity > own).sum(axis=1)
    equal = (similarity == own).sum(axis=1) - 1
    return np.asarray(1.0 + better + equal / 2.0, np.float64)


def recalled(found: npt.NDArray[np.float64], depth: int) -> npt.NDArray[np.float64]:
    """Return (N,) 1 where the right one is among the first `depth`, else 0."""
    return np.asarray(found <= depth, np.float64)


def knowable(fits: npt.NDArray[np.bool_], depth: int) -> float:
    """Return the recall of somebody who knows all that a text may tell, and guesses among the sounds it fits.

    Args:
        fits: (N texts, N sounds), true on the diagonal.
        depth: how many guesses there are.
    """
    return float(np.minimum(1.0, depth / np.maximum(1, fits.sum(axis=1))).mean())


def area(scores: Array, positive: npt.NDArray[np.bool_]) -> float | None:
    """Return the area under the ROC curve: how often a positive scores above a negative, ties counted half.

    None where one of the two is missing (Hanley and McNeil 1982).
    """
    ups, downs = scores[positive], scores[~positive]
    if not len(ups) or not len(downs):
        return None
    above = (ups[:, None] > downs).mean() + 0.5 * (ups[:, None] == downs).mean()
    return float(above)
