"""Files that are whole or not there: atomic writes, overwrite protection, content hashes.

A write goes to a hidden `.part` file in the folder of its target, is flushed to the disk and renamed;
whatever goes wrong in between, the part file is removed and the target stays as it was.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from muzecli.errors import InputMissingError, OutputError, OutputExistsError

STDIO = "-"
_STREAMS = frozenset({"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})


def is_stdout(path: str | os.PathLike[str]) -> bool:
    """Say whether a path given by the user means standard output (`-`, `/dev/stdout`)."""
    return os.fspath(path) == STDIO or os.fspath(path) in _STREAMS


def check_outputs(targets: Iterable[Path], *, overwrite: bool) -> None:
    """Refuse outputs that exist already, before any work is done.

    Raises:
        OutputExistsError: a target exists and `overwrite` is false; every such target is named.
        OutputError: a target is a folder, or its folder cannot be written to.
    """
    existing = []
    for target in targets:
        if target.is_dir():
            raise OutputError(
                f"the output must be a file, and {target} is a folder", hint="name a file inside it"
            )
        if os.path.lexists(target) and not overwrite:
            existing.append(target)
        parent = _nearest_folder(target)
        if not os.access(parent, os.W_OK):
            raise OutputError(
                f"the folder {parent} must be writable, and it is not", hint="choose another --output"
            )
    if existing:
        names = ", ".join(str(path) for path in existing)
        raise OutputExistsError(
            f"{names} already exists" if len(existing) == 1 else f"these files already exist: {names}",
            hint="give another --output, or --overwrite to replace it",
            details={"existing": [str(path) for path in existing]},
        )


def _nearest_folder(target: Path) -> Path:
    folder = target.absolute().parent
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir():
        raise OutputError(f"{folder} must be a folder, and it is a file", hint="choose another --output")
    return folder


@contextmanager
def atomic_path(target: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give a hidden path beside `target` to write to; rename it to `target` when the block ends well.

    Missing parent folders are made. A symbolic link keeps pointing where it points: the file behind it is
    replaced.

    Raises:
        OutputExistsError: `target` appeared meanwhile and `overwrite` is false.
        OutputError: the folder or the file cannot be written.
    """
    final = Path(os.path.realpath(target))
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {final.parent}: {error.strerror}") from error
    part = final.parent / f".{final.name[:180]}.{os.urandom(4).hex()}.part"
    try:
        # O_EXCL creates it with the mode that the umask asks for, which tempfile's 0600 would not.
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        yield part
        _flush(part)
        _publish(part, final, overwrite=overwrite)
        _flush(final.parent)
    except PermissionError as error:
        raise OutputError(
            f"cannot write {target}: {error.strerror}", hint="choose another --output"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _publish(part: Path, final: Path, *, overwrite: bool) -> None:
    if overwrite:
        part.replace(final)
        return
    try:
        os.link(part, final)  # unlike rename, fails when somebody made the file in the meantime
    except FileExistsError as error:
        raise OutputExistsError(f"{final} already exists", hint="give --overwrite to replace it") from error
    except OSError:  # a file system without hard links
        if final.exists():
            raise OutputExistsError(
                f"{final} already exists", hint="give --overwrite to replace it"
            ) from None
        part.replace(final)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:  # some file systems do not sync folders
        if path.is_file():
            raise
    finally:
        os.close(handle)


def write_bytes(target: Path, data: bytes, *, overwrite: bool = False) -> None:
    """Write a whole file atomically."""
    with atomic_path(target, overwrite=overwrite) as part:
        part.write_bytes(data)


def write_text(target: Path, text: str, *, overwrite: bool = False) -> None:
    """Write a whole UTF-8 text file atomically."""
    write_bytes(target, text.encode("utf-8"), overwrite=overwrite)


def write_json(target: Path, document: Any, *, overwrite: bool = False) -> None:
    """Write a JSON document atomically: indented, keys in the order given, NaN as null."""
    write_text(target, dump_json(document, indent=2) + "\n", overwrite=overwrite)


def dump_json(document: Any, *, indent: int | None = None) -> str:
    """Return strict JSON text; NaN and infinities become null, paths and other objects their text."""
    return json.dumps(_finite(document), indent=indent, ensure_ascii=False, allow_nan=False, default=str)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0.0 else None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content as hexadecimal text.

    Raises:
        InputMissingError: the file cannot be opened.
    """
    import hashlib  # loads OpenSSL, which start-up does without

    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputMissingError(f"cannot read {path}: {error.strerror}") from error
