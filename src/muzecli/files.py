"""Files that are whole or not there: atomic writes, overwrite protection, content hashes.

A write goes to a hidden `.part` file in the folder of its target, is flushed to the disk and renamed;
whatever goes wrong in between, the part file is removed and the target stays as it was.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from muzecli.errors import InputMissingError, OutputError, OutputExistsError

STDIO = "-"
_UNSAFE = re.compile("[\x7f-\x9f\ud800-\udfff]")
_STREAMS = frozenset({"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})


def is_stdout(path: str | os.PathLike[str]) -> bool:
    """Say whether a path given by the user means standard output (`-`, `/dev/stdout`)."""
    return os.fspath(path) == STDIO or os.fspath(path) in _STREAMS


def kind_of(path: str | os.PathLike[str]) -> Literal["file", "folder", "other"] | None:
    """Say what a path is; None where nothing is there, or nothing that this user may see.

    Unlike the methods of Path it never fails: not for text too long to be a name, nor below another's home.
    """
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):
        return None
    return "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"


def check_outputs(targets: Iterable[Path], *, overwrite: bool) -> None:
    """Refuse outputs that exist already, before any work is done.

    Raises:
        OutputExistsError: a target exists and `overwrite` is false; every such target is named.
        OutputError: a target is a folder, a device or a pipe, its name is too long, or its folder cannot be
            written to.
    """
    existing = []
    for target in targets:
        _check_length(target)
        kind = kind_of(target)
        if kind == "folder":
            raise OutputError(
                f"the output must be a file, and {target} is a folder", hint="name a file inside it"
            )
        if kind == "other":  # replacing /dev/null would be a disaster
            raise OutputError(
                f"the output must be a regular file, and {target} is a device or a pipe",
                hint="-o - writes to standard output, which can go anywhere",
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


def _check_length(target: Path) -> None:
    try:
        target.lstat()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise OutputError(
                f"the name {target} must be one that the system takes, and it is too long",
                hint="choose a shorter --output",
            ) from error


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

    Missing parent folders are made, and removed again if nothing was written. A symbolic link keeps pointing
    where it points: the file behind it is replaced.

    Raises:
        OutputExistsError: `target` appeared meanwhile and `overwrite` is false.
        OutputError: the folder or the file cannot be written.
    """
    final = Path(os.path.realpath(target))
    part = final.parent / f".{final.name[:180]}.{os.urandom(4).hex()}.part"
    with made_folder(final.parent):
        try:
            with _explained(target):
                # O_EXCL creates it with the mode that the umask asks for, which tempfile's 0600 would not.
                os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            yield part
            with _explained(target):
                _flush(part)
                _publish(part, final, overwrite=overwrite)
                with suppress(OSError):  # some folders cannot be read, and some file systems do not sync them
                    _flush(final.parent)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def made_folder(folder: Path) -> Iterator[None]:
    """Make a folder with its parents for the block; those made here that are empty at its end are removed.

    Raises:
        OutputError: the folder cannot be made.
    """
    missing = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    try:
        with _explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
        yield
    finally:
        with suppress(OSError):  # one that is not empty was needed, and so are those above it
            for path in missing:
                path.rmdir()


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    """Turn what the system refuses into an error that names the output."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = "free some space and run it again" if full else "choose another --output"
        raise OutputError(f"cannot write {target}: {error.strerror}", hint=hint) from error


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
    finally:
        os.close(handle)


def write_bytes(target: Path, data: bytes, *, overwrite: bool = False) -> None:
    """Write a whole file atomically.

    Raises:
        OutputExistsError, OutputError: as in `atomic_path`; also where the disk is full.
    """
    with atomic_path(target, overwrite=overwrite) as part, _explained(target):
        part.write_bytes(data)


def write_text(target: Path, text: str, *, overwrite: bool = False) -> None:
    """Write a whole UTF-8 text file atomically; bytes of file names that are no UTF-8 are written as `\\udcXX`."""
    write_bytes(target, text.encode("utf-8", "backslashreplace"), overwrite=overwrite)


def write_json(target: Path, document: Any, *, overwrite: bool = False) -> None:
    """Write a JSON document atomically: indented, keys in the order given, NaN as null."""
    write_text(target, dump_json(document, indent=2) + "\n", overwrite=overwrite)


def dump_json(document: Any, *, indent: int | None = None) -> str:
    """Return strict JSON text; NaN and infinities become null, paths and other objects their text.

    Characters that cannot be encoded or could steer a terminal (lone surrogates, DEL, C1) are written `\\uXXXX`.
    """
    try:
        text = _dumped(document, indent)
    except (ValueError, TypeError):  # NaN or odd keys, which are rare; looking for them takes a while
        text = _dumped(_finite(document), indent)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _dumped(document: Any, indent: int | None) -> str:
    return json.dumps(document, indent=indent, ensure_ascii=False, allow_nan=False, default=str)


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
