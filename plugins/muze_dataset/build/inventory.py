"""What was seen of each file, and what became of it: an SQLite file in the state folder.

It only saves work. Contents that were hashed need not be read again while size and times are the same, and a track
that is done needs no look into its item file. Were it lost, all of it would be found out again.

    contents  path, size, times, sha256      every file that was hashed: audio, and the texts beside it
    tracks    path, sha256, …, done          the audio files of the last scan; `done` is the digest of the keys that
                                             were dealt with
    failures  path, stage, error, …          why a track of the last scan is not in the dataset

Paths are bytes, below the audio folder, with "/"; so they sort like the text they are, and need not be text.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from muze_dataset.build.units import Failure
from muzecli.errors import OutputError

_TABLES = """
CREATE TABLE IF NOT EXISTS contents (
    path BLOB PRIMARY KEY, size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tracks (
    path BLOB PRIMARY KEY, scan INTEGER, size INTEGER, mtime_ns INTEGER, sha256 TEXT, sidecars TEXT, done TEXT
    ) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tracks_by_content ON tracks (sha256, path);
CREATE TABLE IF NOT EXISTS failures (
    path BLOB PRIMARY KEY, stage TEXT, error TEXT, hint TEXT, seconds REAL, lasting INTEGER) WITHOUT ROWID;
"""
_VERSION = 1


@dataclass(frozen=True)
class Seen:
    """An audio file of the last scan.

    Attributes:
        path: below the audio folder.
        size: bytes.
        mtime_ns: time of its last change.
        sha256: of its content; None where it could not be read.
        sidecars: hash of the texts beside it.
        done: digest of the keys that were dealt with; None for none.
    """

    path: str
    size: int
    mtime_ns: int
    sha256: str | None
    sidecars: str
    done: str | None = None


class Inventory:
    """The SQLite file, open.

    Args:
        path: of the file; made where it is absent, and anew where it is damaged.
        read_only: leave it as it is, which fails where it is absent or damaged.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        if read_only:
            self._db = _opened_to_read(path)
            return
        try:
            self._db = _opened(path)
        except sqlite3.OperationalError:  # a full disk, say, which is no fault of the file
            raise
        except sqlite3.DatabaseError:  # it only saves work
            for ending in ("", "-wal", "-shm"):
                Path(f"{path}{ending}").unlink(missing_ok=True)
            self._db = _opened(path)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # ---- contents ----

    def sha256_of(self, path: str, status: os.stat_result) -> str | None:
        """Return the hash of a file that has not changed since it was computed; None where it may have."""
        row = self._db.execute(
            "SELECT sha256 FROM contents WHERE path = ? AND size = ? AND mtime_ns = ? AND ctime_ns = ?",
            (os.fsencode(path), status.st_size, status.st_mtime_ns, status.st_ctime_ns),
        ).fetchone()
        return None if row is None else str(row[0])

    def remember(self, path: str, status: os.stat_result, sha256: str) -> None:
        """Remember the hash of a file."""
        self._db.execute(
            "INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?, ?)",
            (os.fsencode(path), status.st_size, status.st_mtime_ns, status.st_ctime_ns, sha256),
        )

    # ---- the scan ----

    def begin_scan(self) -> int:
        """Return the number of a new scan; failures that may not happen again are forgotten."""
        self._db.execute("DELETE FROM failures WHERE NOT lasting")
        (last,) = self._db.execute("SELECT coalesce(max(scan), 0) FROM tracks").fetchone()
        return int(last) + 1

    def add(self, scan: int, seen: Seen) -> None:
        """Note a file of a scan; one with another content is not done any more."""
        self._db.execute(
            "INSERT INTO tracks VALUES (?, ?, ?, ?, ?, ?, NULL) ON CONFLICT (path) DO UPDATE SET scan = excluded.scan,"
            " size = excluded.size, mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256,"
            " sidecars = excluded.sidecars, done = iif(sha256 IS excluded.sha256, done, NULL)",
            (os.fsencode(seen.path), scan, seen.size, seen.mtime_ns, seen.sha256, seen.sidecars),
        )

    def end_scan(self, scan: int) -> None:
        """Forget what was not there any more, and write it all to the disk."""
        self._db.execute("DELETE FROM tracks WHERE scan != ?", (scan,))
        self._db.execute("DELETE FROM failures WHERE path NOT IN (SELECT path FROM tracks)")
        self._db.commit()

    # ---- tracks ----

    def tracks(self) -> Iterator[Seen]:
        """Yield the files of the last scan in the order of their paths."""
        yield from map(_seen, self._db.execute(f"SELECT {_COLUMNS} FROM tracks ORDER BY path"))

    def by_content(self) -> Iterator[list[Seen]]:
        """Yield the files that could be read, those of one content together, in the order of their first paths."""
        firsts = self._db.execute(
            "SELECT sha256, min(path) AS first FROM tracks WHERE sha256 IS NOT NULL GROUP BY sha256 ORDER BY first"
        )
        for sha256, _ in firsts:
            rows = self._db.execute(
                f"SELECT {_COLUMNS} FROM tracks WHERE sha256 = ? ORDER BY path", (sha256,)
            )
            yield list(map(_seen, rows))

    def first_of(self, sha256: str) -> str:
        """Return the first path of a content."""
        (path,) = self._db.execute("SELECT min(path) FROM tracks WHERE sha256 = ?", (sha256,)).fetchone()
        return os.fsdecode(path)

    def count(self) -> int:
        """Return how many files the last scan saw."""
        (number,) = self._db.execute("SELECT count(*) FROM tracks").fetchone()
        return int(number)

    def mark(self, path: str, done: str | None) -> None:
        """Note that the keys of this digest were dealt with, or that none were."""
        self._db.execute("UPDATE tracks SET done = ? WHERE path = ?", (done, os.fsencode(path)))

    # ---- failures ----

    def fail(self, failure: Failure) -> None:
        """Note why a track is not in the dataset."""
        self._db.execute(
            "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?)",
            (
                os.fsencode(failure.path),
                failure.stage,
                _text(failure.error),
                None if failure.hint is None else _text(failure.hint),
                failure.seconds,
                failure.lasting,
            ),
        )

    def succeed(self, path: str) -> None:
        """Forget that a track failed."""
        self._db.execute("DELETE FROM failures WHERE path = ?", (os.fsencode(path),))

    def failures(self) -> Iterator[Failure]:
        """Yield the failures in the order of their paths."""
        for row in self._db.execute("SELECT * FROM failures ORDER BY path"):
            yield _failure(row)

    def failure_of(self, path: str) -> Failure | None:
        """Return why a track is not in the dataset; None where it is."""
        row = self._db.execute("SELECT * FROM failures WHERE path = ?", (os.fsencode(path),)).fetchone()
        return None if row is None else _failure(row)

    def failed(self) -> int:
        """Return how many tracks are not in the dataset."""
        (number,) = self._db.execute("SELECT count(*) FROM failures").fetchone()
        return int(number)

    def commit(self) -> None:
        """Let what was noted outlive this process."""
        self._db.commit()

    def forget(self) -> None:
        """Forget everything."""
        self._db.executescript("DELETE FROM contents; DELETE FROM tracks; DELETE FROM failures;")


_COLUMNS = "path, size, mtime_ns, sha256, sidecars, done"


@contextmanager
def opened(path: Path) -> Iterator[Inventory]:
    """Hold an inventory open.

    Raises:
        OutputError: it cannot be written: the disk is full, or the file is not ours.
    """
    try:
        inventory = Inventory(path)
        try:
            yield inventory
        finally:
            inventory.close()
    except sqlite3.OperationalError as error:
        raise OutputError(
            f"cannot write {path}: {error}", hint="free some space, or make it writable, and run it again"
        ) from error


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path)
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version not in (0, _VERSION):
            raise sqlite3.DatabaseError(f"version {version}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(_TABLES)
        db.execute(f"PRAGMA user_version = {_VERSION}")
        db.commit()
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _opened_to_read(path: Path) -> sqlite3.Connection:
    # Without a log beside it nobody writes to it, and SQLite need not make the files that guard against that.
    mode = "mode=ro" if Path(f"{path}-wal").exists() else "mode=ro&immutable=1"
    db = sqlite3.connect(f"file:{quote(os.fsencode(path))}?{mode}", uri=True)
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version != _VERSION:
            raise sqlite3.DatabaseError(f"version {version}")
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _seen(row: tuple[bytes, int, int, str | None, str, str | None]) -> Seen:
    return Seen(os.fsdecode(row[0]), *row[1:])


def _failure(row: tuple[bytes, str, str, str | None, float, int]) -> Failure:
    path, stage, error, hint, seconds, lasting = row
    return Failure(os.fsdecode(path), stage, error, hint, seconds, bool(lasting))


def _text(text: str) -> str:
    """Return a text with its lone surrogates spelt out, as SQLite wants it."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
