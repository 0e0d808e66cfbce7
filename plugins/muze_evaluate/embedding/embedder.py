"""What turns windows of audio into vectors, and what goes in and comes out of it.

Light to import: who only speaks of sets needs no decoder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Item:
    """A recording of a set.

    Attributes:
        id: unique in its set, never a position.
        path: its audio.
    """

    id: str
    path: Path


@dataclass(frozen=True)
class Embedded:
    """A recording as vectors.

    Attributes:
        id: the item's.
        path: its audio.
        sha256: of the file.
        vectors: (w, D) float32, one a window, in the order of time.
        seconds: its length.
        silent: whether there is nothing in it to hear.
    """

    id: str
    path: str
    sha256: str
    vectors: Array
    seconds: float
    silent: bool = False


@runtime_checkable
class Embedder(Protocol):
    """Places windows of audio in a space of D dimensions.

    A window's vector depends on that window alone, up to what the batch it is in changes in the last bits.

    Attributes:
        name: the word on the command line.
        rate_hz: what it hears.
        window_s: length of a window.
        hop_s: from the beginning of one to that of the next.
        width: D.
        packages: whose versions may change the last bits of its vectors, as on the package index.
        device: the kind of device it runs on, such as `cpu` or `cuda`, which may change them, too.
    """

    name: str
    rate_hz: int
    window_s: float
    hop_s: float
    width: int
    packages: Sequence[str]
    device: str

    def identity(self) -> Mapping[str, Any]:
        """Return, as JSON values, all that decides its vectors; quickly, and without loading a model.

        `name`, `model`, `sha256` (of the weights; None where there are none), `dimensions`, `rate_hz`, `channels`,
        `window_s`, `hop_s`, and `loudness` (what it does about levels).

        Raises:
            UnavailableError: its weights are not here; the hint says how to get them.
        """
        ...

    def embed(self, windows: Sequence[Array]) -> Array:
        """Return (B, D) vectors.

        Args:
            windows: (n,) each, mono at `rate_hz`; of one length but where a recording is shorter than a window.
        """
        ...
