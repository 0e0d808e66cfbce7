"""A set of vectors, or the moments of one: what distances are computed from, wherever it came from.

Shapes: n vectors of D dimensions, those of an item one after the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_evaluate import provenance
from muze_evaluate.document import Failure
from muze_evaluate.embedding.embedder import Embedded

Vectors = npt.NDArray[np.floating[Any]]

ARRAYS = "embeddings"
"""The kind of a set that was read from a file of vectors."""


@dataclass(frozen=True, eq=False)
class VectorSet:
    """The vectors of a set's items.

    Items lie in the order of their contents, so that neither names nor the order of files decide the last bits of a
    sum or which items a resample draws.

    Attributes:
        name: as the user typed it.
        kind: `folder`, `dataset` or `embeddings`.
        ids: of the items.
        contents: a SHA-256 of each.
        lengths: vectors of each, ≥ 1.
        vectors: (n, D), n = Σ lengths; float32 where they were computed here.
        paths: the audio of each; None where nobody knows.
        seconds: of each; None where nobody knows.
        identity: of the embedder; None where nobody knows.
        made_with: versions and the kind of device that they were computed with; None where nobody knows.
        failed: items that have no vectors.
        silent: ids of those in which there is nothing to hear.
    """

    name: str
    kind: str
    ids: tuple[str, ...]
    contents: tuple[str, ...]
    lengths: tuple[int, ...]
    vectors: Vectors
    paths: tuple[str | None, ...]
    seconds: tuple[float, ...] | None = None
    identity: Mapping[str, Any] | None = None
    made_with: Mapping[str, Any] | None = None
    failed: tuple[Failure, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """D."""
        return int(self.vectors.shape[1])

    @cached_property
    def groups(self) -> npt.NDArray[np.intp]:
        """(n,) the position of the item that a vector belongs to."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    @cached_property
    def of_items(self) -> list[Vectors]:
        """(w, D) vectors of each item."""
        return np.split(self.vectors, np.cumsum(self.lengths)[:-1])

    def provenance(self) -> dict[str, Any]:
        """Return what a document says of it."""
        block = provenance.of_set(
            self.name,
            kind=self.kind,
            contents=self.contents,
            seconds=None if self.seconds is None else float(sum(sorted(self.seconds))),
            windows=len(self.vectors),
            failed=len(self.failed),
        )
        if self.kind != ARRAYS or self.made_with is None:  # what is embedded now, the document's versions say
            return block
        return {**block, "made_with": dict(self.made_with)}


@dataclass(frozen=True, eq=False)
class MomentSet:
    """Mean and covariance, as other tools keep them of a set.

    Attributes:
        name: as the user typed it.
        mean: (D,).
        covariance: (D, D).
        count: vectors that they were made from; None where nobody knows.
        content: a SHA-256 of both.
        identity: of the embedder; None where nobody knows.
    """

    name: str
    mean: npt.NDArray[np.float64]
    covariance: npt.NDArray[np.float64]
    count: int | None
    content: str
    identity: Mapping[str, Any] | None = None

    @property
    def width(self) -> int:
        """D."""
        return len(self.mean)

    def provenance(self) -> dict[str, Any]:
        """Return what a document says of it."""
        block = provenance.of_set(self.name, kind="moments", contents=[self.content], windows=self.count)
        del block["items"], block["failed"]  # of which nobody knows
        return block


def vector_set(
    name: str,
    kind: str,
    embedded: Sequence[Embedded],
    *,
    identity: Mapping[str, Any] | None,
    made_with: Mapping[str, Any] | None = None,
    failed: Sequence[Failure] = (),
) -> VectorSet:
    """Return what was embedded as a set; at least one item."""
    items = sorted(embedded, key=lambda item: (item.sha256, item.id))
    return VectorSet(
        name,
        kind,
        ids=tuple(item.id for item in items),
        contents=tuple(item.sha256 for item in items),
        lengths=tuple(len(item.vectors) for item in items),
        vectors=np.concatenate([item.vectors for item in items]),
        paths=tuple(item.path for item in items),
        seconds=tuple(item.seconds for item in items),
        identity=identity,
        made_with=made_with,
        failed=tuple(failed),
        silent=tuple(sorted(item.id for item in items if item.silent)),
    )


def content_of(vectors: npt.NDArray[Any]) -> str:
    """Return a SHA-256 of numbers, the same whatever type they are stored in."""
    wide = np.ascontiguousarray(vectors, dtype="<f8")
    return hashlib.sha256(str(wide.shape).encode() + wide.tobytes()).hexdigest()
