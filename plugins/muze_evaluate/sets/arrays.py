"""Vectors in .npy and .npz files, muze's own and those of others; nothing is ever unpickled.

NAME.npy                    (n, D), every row an item
NAME.npz   embeddings       (n, D); the only array may have any name
           ids              (n,) whose vector it is: rows of one id are windows of one item
           lengths          (k,) with it, `ids` is (k,): item i has the next lengths[i] rows
           contents         (k,) SHA-256 of the audio; written by muze
           seconds          (k,) lengths of the audio; written by muze
           identity, made_with  () JSON of what made the vectors, with which versions and device; written by muze
NAME.npz   mu, sigma        (D,), (D, D) moments; `count` () says of how many vectors
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_evaluate.sets.vectors import ARRAYS, MomentSet, Vectors, VectorSet, content_of
from muzecli.console import Console
from muzecli.errors import BadDataError, InputMissingError
from muzecli.files import atomic_path

SUFFIXES = (".npy", ".npz")

_MAGIC = (b"\x93NUMPY", b"PK\x03\x04", b"PK\x05\x06")
_SHA256 = re.compile("[0-9a-f]{64}")
_LISTED = 8

Arrays = Mapping[str, npt.NDArray[Any]]


def is_arrays(path: Path) -> bool:
    """Say whether a file holds arrays, by its name or its first bytes."""
    if path.suffix.lower() in SUFFIXES:
        return True
    try:
        with path.open("rb") as stream:
            return stream.read(6).startswith(_MAGIC)
    except OSError:
        return False


def read_arrays(path: Path, *, name: str | None = None, console: Console) -> VectorSet | MomentSet:
    """Return the vectors, or their moments, that a file holds.

    Args:
        path: a .npy or .npz file.
        name: what the user calls it; the path where absent.
        console: where a warning about float16 goes.

    Raises:
        InputMissingError: the file cannot be read.
        BadDataError: it is damaged, holds Python objects, or nothing that means a set; the message says what.
    """
    label = str(path) if name is None else name
    arrays = _load(path, label)
    if "mu" in arrays and "sigma" in arrays and "embeddings" not in arrays:
        return _moments(arrays, label)
    vectors = _vectors(arrays, label)
    if vectors.dtype == np.float16:
        console.warn(
            f"{label} holds float16, which moves distances of single songs by 0.15 to 0.45 %; "
            "--save-embeddings keeps float32"
        )
    ids, lengths = _items(arrays, len(vectors), label)
    _check_finite(vectors, ids, lengths, label)
    of_items = np.split(vectors, np.cumsum(lengths)[:-1])
    contents = _contents(arrays, len(ids), label) or [content_of(rows) for rows in of_items]
    seconds = _seconds(arrays, len(ids), label)
    order = sorted(range(len(ids)), key=lambda i: (contents[i], ids[i]))
    return VectorSet(
        label,
        ARRAYS,
        ids=tuple(ids[i] for i in order),
        contents=tuple(contents[i] for i in order),
        lengths=tuple(lengths[i] for i in order),
        vectors=np.concatenate([of_items[i] for i in order]),
        paths=(None,) * len(ids),
        seconds=None if seconds is None else tuple(seconds[i] for i in order),
        identity=_object(arrays, "identity", label),
        made_with=_object(arrays, "made_with", label),
    )


def write_arrays(path: Path, vectors: VectorSet, *, overwrite: bool = False) -> None:
    """Write a set so that `read_arrays` returns it; the same set gives the same bytes.

    Raises:
        OutputExistsError, OutputError: the file exists, or cannot be written.
    """
    arrays: dict[str, npt.NDArray[Any]] = {
        "embeddings": np.ascontiguousarray(vectors.vectors, np.float32),
        "ids": np.array(vectors.ids),
        "lengths": np.array(vectors.lengths, np.int64),
        "contents": np.array(vectors.contents),
    }
    if vectors.seconds is not None:
        arrays["seconds"] = np.array(vectors.seconds, np.float64)
    for key, known in (("identity", vectors.identity), ("made_with", vectors.made_with)):
        if known is not None:
            arrays[key] = np.array(json.dumps(dict(known)))
    with atomic_path(path, overwrite=overwrite) as part, part.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def _load(path: Path, label: str) -> dict[str, npt.NDArray[Any]]:
    try:
        with path.open("rb") as stream:
            if not stream.peek(1).startswith(_MAGIC):  # numpy takes all else for pickles
                raise ValueError("its first bytes are those of neither .npy nor .npz")
            loaded = np.load(stream, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                return {"embeddings": loaded}
            with loaded:
                arrays = {key: loaded[key] for key in loaded.files}
    except OSError as error:
        raise InputMissingError(f"cannot read {label}: {error.strerror or error}") from error
    except (ValueError, EOFError, KeyError, TypeError, MemoryError, zipfile.BadZipFile) as error:
        if "allow_pickle" in str(error):
            raise BadDataError(
                f"{label} must hold plain numbers, and it holds Python objects, which muze never unpickles",
                hint="save it as a float32 array",
            ) from error
        raise BadDataError(
            f"{label} must hold arrays of numpy, and it is damaged or something else: {error}",
            hint="get a whole copy of it, or make it again",
        ) from error
    others = sorted(key for key, array in arrays.items() if not isinstance(array, np.ndarray))
    if others:  # numpy gives their bytes
        raise BadDataError(f"{label} must hold arrays of numpy alone, and it holds {', '.join(others)}")
    return arrays


def _vectors(arrays: Arrays, label: str) -> Vectors:
    if "embeddings" in arrays:
        vectors = arrays["embeddings"]
    elif len(arrays) == 1:
        (vectors,) = arrays.values()
    else:
        found = ", ".join(sorted(arrays)) or "nothing"
        raise BadDataError(
            f"{label} must hold `embeddings`, or `mu` and `sigma`; found {found}",
            hint="np.savez(FILE, embeddings=vectors) with (n, D) vectors",
        )
    if vectors.ndim != 2 or 0 in vectors.shape:
        raise BadDataError(
            f"{label} must hold vectors of the shape (n, D), a row a window, with n and D at least 1; "
            f"found {vectors.shape}"
        )
    if vectors.dtype.kind not in "fiu":
        raise BadDataError(f"{label} must hold real numbers, and it holds {vectors.dtype}")
    return vectors if vectors.dtype.kind == "f" else vectors.astype(np.float64)


def _items(arrays: Arrays, count: int, label: str) -> tuple[list[str], list[int]]:
    """Return the items' ids and how many of the rows each has."""
    given = None if "ids" not in arrays else [_text(name) for name in arrays["ids"].ravel().tolist()]
    if "lengths" in arrays:
        lengths = arrays["lengths"].ravel()
        if lengths.dtype.kind not in "iu" or (lengths < 1).any() or int(lengths.sum()) != count:
            raise BadDataError(f"{label}: `lengths` must be whole numbers from 1 that add up to {count} rows")
        ids = [f"item {i}" for i in range(len(lengths))] if given is None else given
        if len(ids) != len(lengths) or len(set(ids)) != len(ids):
            raise BadDataError(f"{label}: `ids` must name each of {len(lengths)} items once")
        return ids, [int(length) for length in lengths]
    if given is None:
        return [f"row {i}" for i in range(count)], [1] * count
    if len(given) != count:
        raise BadDataError(
            f"{label}: `ids` must name an item for each of {count} rows; there are {len(given)}"
        )
    runs: dict[str, int] = {}
    for row, item in enumerate(given):
        if item in runs and given[row - 1] != item:
            raise BadDataError(
                f"{label}: the rows of one id must follow each other; those of '{item}' do not"
            )
        runs[item] = runs.get(item, 0) + 1
    return list(runs), list(runs.values())


def _text(name: object) -> str:
    return name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else str(name)


def _check_finite(vectors: Vectors, ids: list[str], lengths: list[int], label: str) -> None:
    bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if not len(bad):
        return
    owners = np.repeat(np.arange(len(ids)), lengths)
    named = [f"{row} ({ids[owners[row]]})" if ids[owners[row]] != f"row {row}" else str(row) for row in bad]
    listed = ", ".join(named[:_LISTED]) + (", …" if len(named) > _LISTED else "")
    raise BadDataError(
        f"{label}: every vector must consist of finite numbers; {len(bad)} of {len(vectors)} rows do not: {listed}",
        hint="leave these rows out, and say so",
    )


def _contents(arrays: Arrays, count: int, label: str) -> list[str] | None:
    if "contents" not in arrays:
        return None
    contents = [_text(name) for name in arrays["contents"].ravel().tolist()]
    if len(contents) != count or not all(_SHA256.fullmatch(content) for content in contents):
        raise BadDataError(f"{label}: `contents` must be the SHA-256 of each of {count} items")
    return contents


def _seconds(arrays: Arrays, count: int, label: str) -> list[float] | None:
    if "seconds" not in arrays:
        return None
    seconds = arrays["seconds"].ravel()
    if len(seconds) != count or seconds.dtype.kind not in "fiu" or not (seconds > 0).all():
        raise BadDataError(f"{label}: `seconds` must be the length of each of {count} items")
    return [float(value) for value in seconds]


def _object(arrays: Arrays, key: str, label: str) -> dict[str, Any] | None:
    if key not in arrays:
        return None
    try:
        value = json.loads(_text(arrays[key].item()))
        if not isinstance(value, dict):
            raise ValueError("it is no JSON object")
    except ValueError as error:
        raise BadDataError(f"{label}: `{key}` must be JSON of what made the vectors: {error}") from error
    return value


def _moments(arrays: Arrays, label: str) -> MomentSet:
    mean, covariance = arrays["mu"].squeeze(), arrays["sigma"]
    real = mean.dtype.kind in "fiu" and covariance.dtype.kind in "fiu"
    if not real or mean.ndim != 1 or covariance.shape != (len(mean), len(mean)) or not len(mean):
        raise BadDataError(
            f"{label}: `mu` must be real numbers (D,) and `sigma` (D, D); found {arrays['mu'].shape} and "
            f"{covariance.shape}"
        )
    mean, covariance = mean.astype(np.float64), covariance.astype(np.float64)
    if not (np.isfinite(mean).all() and np.isfinite(covariance).all()):
        raise BadDataError(f"{label}: `mu` and `sigma` must consist of finite numbers, and they do not")
    count = None
    for key in ("count", "n"):
        if key in arrays:
            value = arrays[key].ravel()
            if len(value) != 1 or value.dtype.kind not in "iu" or value[0] < 2:
                raise BadDataError(f"{label}: `{key}` must be one whole number from 2")
            count = int(value[0])
            break
    content = content_of(np.vstack([mean, covariance]))
    return MomentSet(label, mean, covariance, count, content, _object(arrays, "identity", label))
