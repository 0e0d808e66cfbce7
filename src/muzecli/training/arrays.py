"""Arrays on disk by content: made once, read a stretch at a time afterwards.

    <cache>/<kind>/<key>.npy

A key is a hash of all that the array was made from, so that nothing ever goes stale; another front end or another
autoencoder has a folder of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from muzecli.config import user_cache_dir
from muzecli.console import Console
from muzecli.errors import BadDataError, InputMissingError
from muzecli.files import atomic_path, file_sha256

Array = npt.NDArray[np.generic]


def default_cache() -> Path:
    """Return where arrays are kept when the user names no folder."""
    return user_cache_dir() / "training"


def content_keys(paths: Sequence[Path]) -> list[str]:
    """Return the first 32 digits of each file's SHA-256."""
    return [file_sha256(path)[:32] for path in paths]


def key_of(*parts: object) -> str:
    """Return a key of what an array is made from."""
    return hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class StoredArray:
    """An array on disk, of which stretches are read as they are asked for.

    The file is mapped for as long as that takes: one that stays mapped stays open, and a corpus has more recordings
    than a process may have files open.

    Attributes:
        path: an .npy file.
        dtype: of its values.
        shape: of the whole.
        order: which axis varies fastest, as numpy calls it.
        offset: bytes before the first value.
    """

    path: Path
    dtype: np.dtype[np.generic]
    shape: tuple[int, ...]
    order: Literal["C", "F"]
    offset: int

    @classmethod
    def at(cls, path: Path) -> StoredArray:
        """Read the header of a file.

        Raises:
            BadDataError: it is damaged.
            InputMissingError: it cannot be read.
        """
        try:
            with path.open("rb") as stream:
                version = np.lib.format.read_magic(stream)
                if version != (1, 0):
                    raise ValueError(f"its version is {version}")
                shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
                offset = stream.tell()
            size, whole = path.stat().st_size, offset + dtype.itemsize * int(np.prod(shape))
            if size != whole:
                raise ValueError(f"it has {size} bytes, and should have {whole}")
        except (ValueError, EOFError) as error:
            raise BadDataError(
                f"{path} is damaged: {error}", hint="remove it; it is made again from the audio"
            ) from error
        except OSError as error:
            raise _vanished(path, error) from error
        return cls(path, dtype, shape, "F" if fortran else "C", offset)

    def __getitem__(self, stretch: slice) -> Array:
        """Return a copy of a stretch along the first axis.

        Raises:
            InputMissingError: the file is gone.
        """
        try:
            mapped = np.memmap(self.path, self.dtype, "r", self.offset, self.shape, self.order)
        except (OSError, ValueError) as error:  # gone, or cut short since
            raise _vanished(self.path, error) from error
        copied: Array = np.array(mapped[stretch])
        return copied


def cached(
    folder: Path,
    keys: Sequence[str],
    make: Callable[[int], Array],
    *,
    console: Console,
    what: str,
) -> list[StoredArray]:
    """Return the arrays of all keys; those that are missing are made.

    Several processes may do so at once: an array appears whole, and is the same whoever made it.

    Args:
        folder: of this kind of array.
        keys: one an array.
        make: called with the position of a key that has no array yet.
        console: where progress is shown.
        what: what is made, for the progress.

    Raises:
        OutputError: the disk is full.
        BadDataError: a file of the cache is damaged.
    """
    paths = [folder / f"{key}.npy" for key in keys]
    missing = [index for index, path in enumerate(paths) if not path.exists()]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with console.progress(what, len(missing)) as progress:
            for index in missing:
                if not paths[
                    index
                ].exists():  # another process, or a recording with the same content, came first
                    _write(paths[index], make(index))
                progress.advance()
    return [StoredArray.at(path) for path in paths]


def _write(path: Path, array: Array) -> None:
    with atomic_path(path, overwrite=True) as part, part.open("wb") as stream:
        np.save(stream, np.ascontiguousarray(array), allow_pickle=False)


def _vanished(path: Path, error: Exception) -> InputMissingError:
    return InputMissingError(
        f"cannot read {path} of the cache: {getattr(error, 'strerror', None) or error}",
        hint="give the same command again: it makes what the cache lacks, and goes on where it was",
    )
