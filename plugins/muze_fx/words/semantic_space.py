"""All words of the lexicon as points of one space, in which an unknown word has neighbours.

The points are sentence vectors minus their mean, of unit length. Measured on the lexicon's own synonyms,
carrier phrases ("a warm sound") and whitening by the spread within synonyms were no better than the bare word.
Decoys, words that say nothing about sound, lie in the same space.

Shapes: F forms, G decoys, N descriptors, Q phrases, D width of the encoder.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muzecli.errors import OutputError
from muzecli.files import write_bytes

Float32 = npt.NDArray[np.float32]

_FORMAT = 1  # raise it when a change here changes the numbers
_ARRAYS = ("mean", "forms", "decoys")


@dataclass(frozen=True)
class Space:
    """The words of a lexicon and the decoys, placed.

    Attributes:
        mean: (D,) mean of the forms' vectors.
        forms: (F, D) unit vectors.
        decoys: (G, D) unit vectors.
    """

    mean: Float32
    forms: Float32
    decoys: Float32

    @classmethod
    def of(cls, form_vectors: Float32, decoy_vectors: Float32) -> Space:
        """Place encoder vectors of the forms (F, D) and of the decoys (G, D)."""
        mean = form_vectors.mean(axis=0)
        return cls(mean, _unit(form_vectors - mean), _unit(decoy_vectors - mean))

    def similarity(self, vectors: Float32) -> tuple[Float32, Float32]:
        """Return the cosines of phrases, given as encoder vectors (Q, D), to forms (Q, F) and decoys (Q, G)."""
        points = _unit(vectors - self.mean)
        return points @ self.forms.T, points @ self.decoys.T


def descriptor_scores(similarity: Float32, owners: npt.NDArray[np.intp], count: int) -> Float32:
    """Return (Q, N): for each descriptor the mean of its two most similar forms.

    One form near a word may be an accident, two are evidence. A descriptor with a single form is scored by it,
    one without any (all hidden, in a calibration) by -1.

    Args:
        similarity: (Q, F) cosines; -inf hides a form.
        owners: (F,) descriptor numbers, ascending.
        count: N.
    """
    sizes = np.bincount(owners, minlength=count)
    column = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    table = np.full((len(similarity), count, max(int(sizes.max()), 2)), -np.inf, np.float32)
    table[:, owners, column] = similarity
    second, first = np.moveaxis(np.partition(table, (-2, -1), axis=2)[:, :, -2:], 2, 0)  # (Q, N) each
    with np.errstate(invalid="ignore"):  # -inf - -inf, replaced below
        scores = np.where(np.isfinite(second), (first + second) / 2, first)
    return np.where(np.isfinite(first), scores, -1).astype(np.float32)


def cache_key(groups: Sequence[Sequence[str]], decoys: Sequence[str], encoder_sha256: str) -> str:
    """Return the key of a space: whatever changes its numbers changes the key."""
    content = [_FORMAT, encoder_sha256, [list(group) for group in groups], list(decoys)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def read_cache(path: Path, forms: int, decoys: int) -> Space | None:
    """Return a space from the cache; None where there is none, or a damaged one that must be made again."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            mean, form_points, decoy_points = (stored[name] for name in _ARRAYS)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    wanted = ((mean.size,), (forms, mean.size), (decoys, mean.size))
    arrays = (mean, form_points, decoy_points)
    if tuple(a.shape for a in arrays) != wanted or any(a.dtype != np.float32 for a in arrays):
        return None
    return Space(*arrays) if all(np.isfinite(a).all() for a in arrays) else None


def write_cache(path: Path, space: Space) -> None:
    """Store a space and drop those of earlier lexicons; failing to costs time, nothing else."""
    content = io.BytesIO()
    np.savez(content, mean=space.mean, forms=space.forms, decoys=space.decoys)
    with suppress(OSError, OutputError):
        write_bytes(path, content.getvalue(), overwrite=True)
        for other in path.parent.glob("lexicon-*.npz"):
            if other != path:
                other.unlink(missing_ok=True)


def _unit(vectors: Float32) -> Float32:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Float32 = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    return scaled
