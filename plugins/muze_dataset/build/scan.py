"""Bringing the inventory up to date: which files there are, what is in them, which texts lie beside them.

Contents are hashed in several threads, a few files ahead of the one that is noted, and only where size or times say
that a file may have changed.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from muze_dataset.build.inventory import Inventory, Seen
from muze_dataset.build.units import READ, Failure
from muzecli.errors import MuzeError
from muzecli.files import file_sha256
from muzecli.interrupts import StopFlag
from muzecli.listening.sidecars import sidecars_of

_COMMIT_EVERY_S = 5.0


@dataclass(frozen=True)
class _Looked:
    """A file that was looked at, and its hash, known or on its way; or why it cannot be read."""

    path: str
    status: os.stat_result | None
    sha256: str | Future[str] | None
    failure: Failure | None = None


def scan(
    inventory: Inventory,
    folder: Path,
    paths: Iterable[str],
    *,
    threads: int,
    stop: StopFlag,
    on_file: Callable[[str], None],
) -> bool:
    """Note all audio files and their contents in the inventory.

    Args:
        inventory: what was seen before.
        folder: where the files are.
        paths: of the files below the folder, in order.
        threads: how many files to read at once.
        stop: asks for a stop; what was hashed is kept.
        on_file: told the path of each file when it has been dealt with.

    Returns:
        whether the scan came to its end.
    """
    number = inventory.begin_scan()
    committed = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[_Looked] = deque()
        for looked in _looked(inventory, folder, paths, pool):
            ahead.append(looked)
            if len(ahead) > 4 * threads:
                _note(inventory, folder, number, ahead.popleft(), on_file)
            if time.monotonic() - committed > _COMMIT_EVERY_S:
                inventory.commit()
                committed = time.monotonic()
            if stop:
                pool.shutdown(cancel_futures=True)
                inventory.commit()
                return False
        while ahead:
            _note(inventory, folder, number, ahead.popleft(), on_file)
    inventory.end_scan(number)
    return True


def _looked(
    inventory: Inventory, folder: Path, paths: Iterable[str], pool: ThreadPoolExecutor
) -> Iterator[_Looked]:
    for path in paths:
        if path.endswith("/"):
            error = "the folder cannot be read, and what is in it is missing"
            yield _Looked(path, None, None, _unread(path, error, "make it readable, or move it elsewhere"))
            continue
        try:
            path.encode()
            status = (folder / path).stat()
        except UnicodeEncodeError:
            error = "its name must be UTF-8 text, and it is not: a dataset could not name it"
            yield _Looked(path, None, None, _unread(path, error, "rename it"))
            continue
        except OSError as error:
            yield _Looked(path, None, None, _unread(path, f"cannot be read: {error.strerror}"))
            continue
        if not stat.S_ISREG(status.st_mode):
            yield _Looked(
                path, None, None, _unread(path, "must be a regular file, and it is a device or a pipe")
            )
            continue
        known = inventory.sha256_of(path, status)
        yield _Looked(path, status, known or pool.submit(file_sha256, folder / path))


def _note(
    inventory: Inventory, folder: Path, number: int, looked: _Looked, on_file: Callable[[str], None]
) -> None:
    failure, status = looked.failure, looked.status
    sha256: str | None = None
    try:
        sha256 = looked.sha256.result() if isinstance(looked.sha256, Future) else looked.sha256
    except MuzeError as error:
        failure = _unread(looked.path, f"cannot be read: {error.message.rpartition(': ')[2]}")
    if isinstance(looked.sha256, Future) and status is not None and sha256 is not None:
        inventory.remember(looked.path, status, sha256)
    if failure is not None:
        inventory.fail(failure)
    size, mtime_ns = (0, 0) if status is None else (status.st_size, status.st_mtime_ns)
    sidecars = "" if sha256 is None else _sidecars(inventory, folder, looked.path)
    inventory.add(number, Seen(looked.path, size, mtime_ns, sha256, sidecars))
    on_file(looked.path)


def _sidecars(inventory: Inventory, folder: Path, path: str) -> str:
    """Return a hash of the texts that belong to a file; "" where there are none."""
    stem_length = len(Path(path).stem)
    lines = []
    for text in sidecars_of(folder / path):
        beside = str(Path(path).with_name(text.name))
        try:
            status = text.stat()
            sha256 = inventory.sha256_of(beside, status)
            if sha256 is None:
                sha256 = file_sha256(text)
                inventory.remember(beside, status, sha256)
        except (OSError, MuzeError):  # whoever reads it will say so
            sha256 = "unreadable"
        lines.append(f"{text.name[stem_length:]} {sha256}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest() if lines else ""


def _unread(path: str, error: str, hint: str | None = None) -> Failure:
    return Failure(path, READ, error, hint, lasting=False)
