"""Vectors by the content of what they were made of: made once, found again whatever a file is called.

    <cache>/<name>-<space>/<sha256>.npz        vectors (w, D) float32, seconds, silent

A space is a hash of everything beside the content that decides the vectors: the decoder's and the resampler's
version, the embedder's identity with its windows, the packages and the kind of device it runs on. Nothing ever goes
stale, and nothing is found by a file's name or times. The folder may be removed at any time. Of ten seconds in 512
dimensions it holds two kilobytes.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_evaluate.embedding.embedder import Embedder
from muze_evaluate.provenance import audio_versions, canonical
from muzecli.config import user_cache_dir
from muzecli.console import Console
from muzecli.errors import OutputError, UsageError
from muzecli.files import atomic_path, kind_of

FORMAT = 1
"""Changes whenever the same audio would give other vectors though all else is the same."""


def default_cache() -> Path:
    """Return where vectors are kept when the user names no folder."""
    return user_cache_dir() / "embeddings"


def check_cache(cache: Path | None, *, no_cache: bool) -> None:
    """Check the options that say where vectors are kept.

    Raises:
        UsageError: they exclude each other, or what is named is no folder and cannot become one.
    """
    if no_cache and cache is not None:
        raise UsageError("--cache and --no-cache exclude each other", hint="leave out one of them")
    if cache is not None and kind_of(cache) in ("file", "other"):
        raise UsageError(f"--cache must be a folder, and {cache} is none", hint="name a folder; it is made")


@dataclass(frozen=True)
class Stored:
    """What is kept of a recording.

    Attributes:
        vectors: (w, D) float32, one a window.
        seconds: its length.
        silent: whether there is nothing in it to hear.
    """

    vectors: npt.NDArray[np.float32]
    seconds: float
    silent: bool


def space_of(embedder: Embedder, folder: Path, *, console: Console) -> Space:
    """Return where the vectors of an embedder are kept below a folder of all of them."""
    decides = {
        "identity": embedder.identity(),
        "versions": audio_versions(*embedder.packages),
        "device": embedder.device,
    }
    return Space(folder, embedder.name, decides, width=embedder.width, console=console)


class Space:
    """The vectors of one embedder, by the SHA-256 of the file they were made of.

    Several processes may use one at a time: an entry appears whole, and is the same whoever made it. What cannot be
    read or written costs time and a warning, nothing else.

    Args:
        folder: of all embedders.
        name: the embedder's, for people who look into the folder.
        decides: as JSON values, all that decides the vectors beside the content.
        width: D.
        console: where warnings go.
    """

    def __init__(
        self, folder: Path, name: str, decides: Mapping[str, Any], *, width: int, console: Console
    ) -> None:
        text = canonical({"format": FORMAT, **decides})
        self.folder = folder / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        self._width, self._console = width, console
        self._refused = False

    def path(self, sha256: str) -> Path:
        """Return where the vectors of a content are, or would be."""
        return self.folder / f"{sha256}.npz"

    def get(self, sha256: str) -> Stored | None:
        """Return the vectors of a content; None where there are none, or what is there is damaged."""
        path = self.path(sha256)
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
                stored = Stored(arrays["vectors"], float(arrays["seconds"]), bool(arrays["silent"]))
            self._check(stored)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile):
            # Not numpy's own words, which advise to unpickle what is no archive.
            self._console.warn(f"the cached {path} is damaged and made again")
            return None
        return stored

    def put(self, sha256: str, stored: Stored) -> None:
        """Keep the vectors of a content."""
        if self._refused:
            return
        path = self.path(sha256)
        try:
            with atomic_path(path, overwrite=True) as part, part.open("wb") as stream:
                np.savez(
                    stream,
                    vectors=np.ascontiguousarray(stored.vectors, np.float32),
                    seconds=np.float64(stored.seconds),
                    silent=np.bool_(stored.silent),
                )
        except (OutputError, OSError) as error:
            self._refused = True
            reason = error.message if isinstance(error, OutputError) else error.strerror
            self._console.warn(
                f"what is embedded cannot be kept in {self.folder} for the next time: {reason}"
            )

    def _check(self, stored: Stored) -> None:
        vectors = stored.vectors
        if vectors.dtype != np.float32 or vectors.ndim != 2 or vectors.shape[1:] != (self._width,):
            raise ValueError(f"it holds {vectors.dtype} {vectors.shape}")
        if not len(vectors) or not np.isfinite(vectors).all() or not stored.seconds > 0:
            raise ValueError("it holds no numbers, or no audio")
