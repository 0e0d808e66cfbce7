"""How likely each class of phonemes is to sound as a frame does: one Gaussian a class (Rabiner 1989 §IV).

The tables are fitted by `recipes/word_tables.py` on synthetic songs: `mixed` on whole mixes, where silence means
that only instruments play, and `alone` on voices without them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.words.classes import CLASSES
from muze_dataset.hearing.words.frames import FEATURES
from muzecli.files import file_sha256

TABLES = Path(__file__).with_name("tables.safetensors")
ALONE, MIXED = "alone", "mixed"

Floats = npt.NDArray[np.float64]


def fit(features: npt.NDArray[np.float32], classes: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return (K, F) means and (K, F, F) covariances of the classes.

    A tenth of each covariance is that of all classes, so that few frames do not make a narrow one.

    Args:
        features: (T, F).
        classes: (T,) what each frame is; each of the K classes must be there.
    """
    rows = [features[classes == one].astype(np.float64) for one in range(len(CLASSES))]
    means = np.stack([row.mean(axis=0) for row in rows])
    within = np.cov(np.concatenate([row - mean for row, mean in zip(rows, means, strict=True)]).T)
    return means, np.stack([0.9 * np.cov(row.T) + 0.1 * within for row in rows])


def likelihoods(features: npt.NDArray[np.float32], means: Floats, covariances: Floats) -> Floats:
    """Return (T, K) log likelihoods of frames, up to a constant."""
    scores = np.empty((len(features), len(means)))
    for one, (mean, covariance) in enumerate(zip(means, covariances, strict=True)):
        root = np.linalg.cholesky(covariance)
        white = np.linalg.solve(root, (features - mean).T)
        scores[:, one] = -0.5 * np.square(white).sum(axis=0) - np.log(np.diag(root)).sum()
    return scores


def adapted(
    means: Floats, features: npt.NDArray[np.float32], classes: npt.NDArray[np.int64], *, prior: float
) -> Floats:
    """Return (K, F) means moved towards those of a recording's own frames (Gauvain and Lee 1994, MAP).

    Args:
        means: (K, F) to start from.
        features: (T, F).
        classes: (T,) what each frame is taken for; −1 for what does not count.
        prior: how many frames the given means count for.
    """
    moved = means.copy()
    for one in range(len(means)):
        own = features[classes == one]
        moved[one] = (prior * means[one] + own.sum(axis=0)) / (prior + len(own))
    return moved


@cache
def tables(name: str) -> tuple[Floats, Floats]:
    """Return the fitted means and covariances of a table, `ALONE` or `MIXED`."""
    from safetensors.numpy import load_file

    stored = load_file(TABLES)
    means, covariances = (stored[f"{name}.{part}"].astype(np.float64) for part in ("means", "covariances"))
    assert means.shape == (len(CLASSES), FEATURES)
    return means, covariances


@cache
def tables_sha256() -> str:
    """Return the hash of their file, for what was found with them."""
    return file_sha256(TABLES)
