"""The Fréchet distance of each song's windows to a reference: which songs are unlike it, not how good a set is.

A song's windows are fitted by a Gaussian of their own, exactly at any number of them. A song of one window is a single
point: its covariance is nought, and the distance is ‖μ − x‖² + tr C of the reference. That is its limit as the windows
become alike, and more than any spread of the right kind would give, so that songs are to be compared with songs of as
many windows. The mean over songs is no distance of the set.

Legend: s songs, w windows, D dimensions.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from muze_evaluate.statistics.frechet import Gaussian, frechet_distance, gaussian
from muze_evaluate.statistics.samples import Array, samples


def distances(reference: Gaussian, items: Sequence[ArrayLike]) -> Array:
    """Return each song's Fréchet distance to a reference.

    Args:
        reference: fitted to the windows of many songs.
        items: s matrices (w, D), w ≥ 1.

    Returns:
        (s,) distances, in the order of the songs.

    Raises:
        ValueError: a song without windows, of another width, or not finite; the message says which by its position.
    """
    return np.array([_distance(reference, item, position) for position, item in enumerate(items)])


def _distance(reference: Gaussian, item: ArrayLike, position: int) -> float:
    windows = samples(item, name=f"item {position}", at_least=1)
    if windows.shape[1] != reference.width:
        raise ValueError(
            f"item {position} must have {reference.width} dimensions as the reference has; it has {windows.shape[1]}"
        )
    if len(windows) == 1:
        point = Gaussian(windows[0], np.empty((0, windows.shape[1])), 1)
        return frechet_distance(reference, point)
    return frechet_distance(reference, gaussian(windows))
