"""Long jobs that go on where they stopped.

While a job is under way its folder holds a hidden marker with the job's configuration. The same command again
finds the marker and goes on; a changed configuration is refused, since the results would not belong together.
A finished job removes its marker. Two jobs never work in one folder at the same time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from muzecli.errors import ConfigError, TemporaryError
from muzecli.files import write_json

MARKER = ".muze-job.json"
SCHEMA = "muze.job/1"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for one job; the system lets go of it when the process ends, however that comes about.

    Raises:
        TemporaryError: another job is at work in the folder.
    """
    try:
        import fcntl
    except ImportError:  # a system without it: there is no such lock to hold
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TemporaryError(
                f"another muze is at work in {folder}", hint="wait for it, or choose another --output"
            ) from error
        except OSError:  # a file system that does not lock folders
            pass
        yield
    finally:
        os.close(handle)


def check_job(folder: Path, configuration: Mapping[str, Any]) -> bool:
    """Say whether a folder holds an unfinished job of this configuration.

    Args:
        folder: where the job writes.
        configuration: all that decides the results but the inputs, as JSON values.

    Raises:
        ConfigError: an unfinished job of another configuration is there; names what differs.
    """
    before = unfinished_job(folder)
    if before is None:
        return False
    wanted = _plain(configuration)
    changed = sorted(key for key in before.keys() | wanted.keys() if before.get(key) != wanted.get(key))
    if changed:
        was = ", ".join(f"{key} was {before.get(key)!r}" for key in changed if key != "preset")
        raise ConfigError(
            f"{folder} holds an unfinished job of another configuration: {was or 'another preset'}",
            hint="run that one to its end, choose another --output, or give --no-resume to start anew",
            details={"changed": changed},
        )
    return True


def open_job(folder: Path, configuration: Mapping[str, Any], *, resume: bool = True) -> bool:
    """Mark a folder as holding an unfinished job; say whether one of the same configuration was there.

    Args:
        folder: where the job writes.
        configuration: all that decides the results but the inputs, as JSON values.
        resume: go on with an unfinished job; otherwise start anew whatever is there.

    Raises:
        ConfigError: as `check_job`.
    """
    if resume and check_job(folder, configuration):
        return True
    document = {"schema": SCHEMA, "configuration": _plain(configuration)}
    write_json(folder / MARKER, document, overwrite=True)
    return False


def close_job(folder: Path) -> None:
    """Take the marker away: the job is done."""
    (folder / MARKER).unlink(missing_ok=True)


def unfinished_job(folder: Path) -> dict[str, Any] | None:
    """Return the configuration of the unfinished job in a folder, or None."""
    try:
        document = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # no marker, or one that a crash cut short: there is nothing to go on with
        return None
    configuration = document.get("configuration") if isinstance(document, dict) else None
    return configuration if isinstance(configuration, dict) else None


def find_job(parent: Path, pattern: str, configuration: Mapping[str, Any]) -> Path | None:
    """Return the newest folder below `parent` that matches and holds an unfinished job of this configuration."""
    wanted = _plain(configuration)
    return next((path for path in _newest_first(parent, pattern) if unfinished_job(path) == wanted), None)


def _newest_first(parent: Path, pattern: str) -> Iterator[Path]:
    yield from sorted((path for path in parent.glob(pattern) if path.is_dir()), reverse=True)


def _plain(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration as it reads back from JSON."""
    plain: dict[str, Any] = json.loads(json.dumps(configuration, default=str))
    return plain
