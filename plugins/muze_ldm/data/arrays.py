"""Arrays on disk by content: made once, mapped into memory afterwards.

    <cache>/<kind>/<key>.npy

A key is a hash of all that the array was made from, so that nothing ever goes stale; another front end or another
autoencoder has a folder of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muzecli.config import user_cache_dir
from muzecli.console import Console
from muzecli.errors import BadDataError
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


def cached(
    folder: Path,
    keys: Sequence[str],
    make: Callable[[int], Array],
    *,
    console: Console,
    what: str,
) -> list[Array]:
    """Return the arrays of all keys, mapped into memory; those that are missing are made.

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
    missing = [index for index, key in enumerate(keys) if not (folder / f"{key}.npy").exists()]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with console.progress(what, len(missing)) as progress:
            for index in missing:
                with (
                    atomic_path(folder / f"{keys[index]}.npy", overwrite=True) as part,
                    part.open("wb") as stream,
                ):
                    np.save(stream, make(index), allow_pickle=False)
                progress.advance()
    return [_mapped(folder / f"{key}.npy") for key in keys]


def _mapped(path: Path) -> Array:
    try:
        mapped: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise BadDataError(
            f"{path} is damaged: {error}", hint="remove it; it is made again from the audio"
        ) from error
    return mapped
