"""`muze dataset diff`: what differs between two datasets.

What is compared of the first one's tracks waits in a temporary database on disk, so that memory does not grow with
the datasets.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from muze_dataset.commands.comparison import PATHS, Comparison, summary_of
from muzecli.errors import FailedError
from muzecli.options import Run
from muzecli.song.dataset import Dataset, open_dataset
from muzecli.song.track import Track

SCHEMA = "muze.dataset-diff/1"
DIFFERENCES = ("added", "removed", "renamed", "changed")
_LISTED = 1000  # tracks named under --json, of each kind
_SHOWN = 5
_MOST_BECAME = 3


def compared(run: Run, old_path: Path, new_path: Path) -> None:
    """Compare two datasets and print what differs.

    Raises:
        FailedError: something does.
        InputMissingError, BadDataError: a dataset is missing or wrong.
    """
    old, new = open_dataset(old_path), open_dataset(new_path)
    found = compare(old, new)
    _print(run, found)
    run.console.document(SCHEMA, found)
    told = ", ".join(f"{found['tracks'][kind]} {kind}" for kind in DIFFERENCES if found["tracks"][kind])
    if told:
        raise FailedError(f"{old.file} and {new.file} differ: {told}")


def compare(old: Dataset, new: Dataset) -> dict[str, Any]:
    """Return what differs between two datasets as JSON values; the order of their tracks does not count.

    Tracks are matched by id. Of those that are left over, two with the same content are one track under another id.

    Raises:
        InputMissingError, BadDataError: a dataset is missing or wrong.
    """
    comparison = Comparison()
    # A database without a name lies in a temporary file, which goes with the connection.
    with closing(sqlite3.connect("")) as database:
        database.execute("PRAGMA journal_mode = OFF")
        for table in ("old", "new"):
            database.execute(f"CREATE TABLE {table} (id TEXT PRIMARY KEY, content TEXT, summary TEXT)")
        for track in old:
            database.execute("INSERT INTO old VALUES (?, ?, ?)", _row(old, track))
        olds, news = _count(database, "old"), 0
        for track in new:
            news += 1
            row = _row(new, track)
            match = database.execute("SELECT summary FROM old WHERE id = ?", (row[0],)).fetchone()
            if match is None:
                database.execute("INSERT INTO new VALUES (?, ?, ?)", row)
            else:
                _compare(comparison, row[0], match[0], row[2])
                database.execute("DELETE FROM old WHERE id = ?", (row[0],))
        renamed = _match_by_content(database, comparison)
        counts = {
            "old": olds,
            "new": news,
            "same": comparison.same,
            "added": _count(database, "new"),
            "removed": _count(database, "old"),
            "renamed": len(renamed),
            "changed": comparison.changed,
        }
        added, removed = _ids(database, "new"), _ids(database, "old")
    fields = sorted(comparison.fields.items(), key=lambda item: (-item[1].total, item[0]))
    return {
        "old": str(old.file),
        "new": str(new.file),
        "tracks": counts,
        "added": added,
        "removed": removed,
        "renamed": [{"old": before, "new": after} for before, after in renamed[:_LISTED]],
        "fields": {name: changes.document() for name, changes in fields},
    }


def _row(dataset: Dataset, track: Track) -> tuple[str, str | None, str]:
    """Return a track's id, its content's hash where it is known, and what is compared of it."""
    content = track.source.get("content_sha256")
    folder = dataset.file.parent
    files = {
        name: None if getattr(track, name) is None else os.path.realpath(folder / getattr(track, name))
        for name in PATHS
    }
    summary = json.dumps({"values": summary_of(track), "files": files})
    return track.track_id, content if isinstance(content, str) else None, summary


def _compare(comparison: Comparison, track_id: str, old: str, new: str) -> None:
    before, after = json.loads(old), json.loads(new)
    same_files = {name: before["files"][name] == after["files"][name] for name in PATHS}
    comparison.add(track_id, before["values"], after["values"], same_files=same_files)


def _match_by_content(database: sqlite3.Connection, comparison: Comparison) -> list[tuple[str, str]]:
    """Match what ids did not, take it out of both tables and return the pairs of ids."""
    database.execute("CREATE INDEX by_content ON old (content)")
    pairs: list[tuple[str, str]] = []
    rows = database.execute("SELECT id, content, summary FROM new WHERE content IS NOT NULL ORDER BY rowid")
    for new_id, content, after in rows:
        match = database.execute(
            "SELECT id, summary FROM old WHERE content = ? ORDER BY rowid LIMIT 1", (content,)
        ).fetchone()
        if match is not None:
            _compare(comparison, new_id, match[1], after)
            pairs.append((match[0], new_id))
            database.execute("DELETE FROM old WHERE id = ?", (match[0],))
    database.executemany("DELETE FROM new WHERE id = ?", [(new_id,) for _, new_id in pairs])
    return pairs


def _count(database: sqlite3.Connection, table: str) -> int:
    return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _ids(database: sqlite3.Connection, table: str) -> list[str]:
    rows = database.execute(f"SELECT id FROM {table} ORDER BY rowid LIMIT {_LISTED}")
    return [row[0] for row in rows]


def _print(run: Run, found: dict[str, Any]) -> None:
    console, counts = run.console, found["tracks"]
    console.result(f"old {found['old']}: {counts['old']} tracks")
    console.result(f"new {found['new']}: {counts['new']} tracks")
    console.result(
        f"{counts['same']} agree, {counts['changed']} changed, {counts['added']} added, "
        f"{counts['removed']} removed, {counts['renamed']} under another id"
    )
    for kind in ("added", "removed"):
        if found[kind]:
            more = f" and {counts[kind] - _SHOWN} more" if counts[kind] > _SHOWN else ""
            console.result(f"{kind}: {', '.join(found[kind][:_SHOWN])}{more}")
    if found["renamed"]:
        pairs = ", ".join(f"{pair['old']} → {pair['new']}" for pair in found["renamed"][:_SHOWN])
        more = f" and {counts['renamed'] - _SHOWN} more" if counts["renamed"] > _SHOWN else ""
        console.result(f"renamed: {pairs}{more}")
    if found["fields"]:
        rows = [
            [name, str(f["changed"]), str(f["gained"]), str(f["lost"]), _what(f)]
            for name, f in found["fields"].items()
        ]
        console.result("")
        console.table(("field", "changed", "gained", "lost", "what"), rows)


def _what(field: dict[str, Any]) -> str:
    """Return the commonest changes of a field, its largest difference, or an example."""
    if "became" in field:
        shown = field["became"][:_MOST_BECAME]
        more = ", …" if len(field["became"]) > _MOST_BECAME else ""
        return ", ".join(f"{b['old']} → {b['new']} ({b['tracks']})" for b in shown) + more
    if "largest" in field:
        worst = field["largest"][0]
        return (
            f"by {field['mean_difference']:.4g} on average, at most by {worst['difference']:.4g}: "
            f"{worst['old']:g} → {worst['new']:g} in {worst['track_id']}"
        )
    example = field["example"]
    return f"{_told(example['old'])} → {_told(example['new'])} in {example['track_id']}"


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return f"size {value['size']}"
    return "–" if value is None else str(value)
