"""Datasets: annotated tracks in one file, read one at a time.

my-dataset/
  dataset.jsonl     a track a line, each with its schema
  audio/…           named by the tracks, relative to the dataset's file
my-dataset.json     the same as one document: a list, or {"schema": "muze.track/3.1", "tracks": […]}
my-dataset.parquet  the same as a table, see `muzecli.song.parquet`
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from muzecli.errors import BadDataError, InputMissingError, UsageError
from muzecli.files import atomic_path, dump_json, kind_of
from muzecli.song.documents.tracks import TRACK_SCHEMA, track_document
from muzecli.song.records import Record, json_records, jsonl_records
from muzecli.song.track import Track

DATASET_NAME = "dataset.jsonl"
SUFFIXES = (".jsonl", ".json", ".parquet")


@dataclass(frozen=True)
class Dataset:
    """A dataset on disk; iterating reads and checks a track at a time.

    Attributes:
        file: the file that holds the tracks.
    """

    file: Path

    def __iter__(self) -> Iterator[Track]:
        """Yield the tracks in order.

        Raises:
            InputMissingError: the file cannot be read.
            BadDataError: a track is not valid, or two have the same track_id; names line and field.
            UnavailableError: it is a .parquet file, and pyarrow is not installed.
        """
        places: dict[str, int] = {}
        for record in self.records():
            track = record.track()
            if track.track_id in places:
                raise BadDataError(
                    f"{self.file}: track {record.place}: track_id '{track.track_id}' must be unique, and track "
                    f"{places[track.track_id]} has it too",
                    hint="give each track its own track_id",
                )
            places[track.track_id] = record.place
            yield track

    def records(self) -> Iterator[Record]:
        """Yield the tracks as the file has them, unread, so that a fault in one does not hide the others.

        Raises:
            InputMissingError, BadDataError, UnavailableError: the file itself cannot be read.
        """
        suffix = self.file.suffix.lower()
        if suffix == ".parquet":
            from muzecli.song.parquet import parquet_records

            return parquet_records(self.file)
        return json_records(self.file) if suffix == ".json" else jsonl_records(self.file)

    @property
    def name(self) -> str:
        """What people call it: its folder where the file has the usual name, else the file without its ending."""
        return self.file.absolute().parent.name if self.file.name == DATASET_NAME else self.file.stem

    def path_of(self, track: Track) -> Path:
        """Return where a track's audio is."""
        return self.file.parent / track.audio_path

    def score_of(self, track: Track) -> Path | None:
        """Return where a track's score is; None where it has none."""
        return None if track.score_path is None else self.file.parent / track.score_path


def open_dataset(path: Path) -> Dataset:
    """Return the dataset in a folder or a file; tracks are read when it is iterated.

    Raises:
        InputMissingError: there is none.
        BadDataError: the file is neither .jsonl, .json nor .parquet.
    """
    file = path / DATASET_NAME if kind_of(path) == "folder" else path
    if kind_of(file) != "file":
        raise InputMissingError(
            f"the dataset {file} does not exist", hint="muze dataset synth -o FOLDER makes one"
        )
    if file.suffix.lower() not in SUFFIXES:
        raise BadDataError(
            f"a dataset must be a .jsonl, .json or .parquet file, or a folder with {DATASET_NAME}; found {file}"
        )
    return Dataset(file)


def check_dataset_path(path: Path) -> None:
    """Refuse a name for a dataset to come whose ending says no format that can be written here.

    Raises:
        UsageError: its ending is none of `SUFFIXES`.
        UnavailableError: it is .parquet, and pyarrow is not installed.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(
            f"the name of a dataset must end in {', '.join(SUFFIXES)}; found '{path}'",
            hint=f"for example {path.stem.lstrip('-.') or 'dataset'}.jsonl",
        )
    if suffix == ".parquet":
        from muzecli.song.parquet import columns

        columns()


def write_dataset(path: Path, tracks: Iterable[Track], *, overwrite: bool = False) -> int:
    """Write tracks, one at a time, to a .jsonl, .json or .parquet file; it appears when all are written.

    Returns:
        how many there were.

    Raises:
        UsageError: the file's name has another ending.
        UnavailableError: it is .parquet, and pyarrow is not installed.
        OutputExistsError: the file exists and `overwrite` is false.
        OutputError: it cannot be written.
    """
    check_dataset_path(path)
    suffix = path.suffix.lower()
    with atomic_path(path, overwrite=overwrite) as part:
        if suffix == ".parquet":
            from muzecli.song.parquet import write_parquet

            return write_parquet(part, tracks)
        with part.open("w", encoding="utf-8", newline="\n") as out:
            return _write_json(out, tracks) if suffix == ".json" else _write_jsonl(out, tracks)


def track_line(track: Track) -> str:
    """Return a track as the line, with its line feed, that it has in a .jsonl file."""
    return dump_json(track_document(track)) + "\n"


def _write_jsonl(out: TextIO, tracks: Iterable[Track]) -> int:
    return sum(1 for track in tracks if out.write(track_line(track)))


def _write_json(out: TextIO, tracks: Iterable[Track]) -> int:
    out.write(f'{{"schema": "{TRACK_SCHEMA}", "tracks": [')
    count = 0
    for track in tracks:
        out.write((",\n" if count else "\n") + track_line(track).rstrip("\n"))
        count += 1
    out.write("\n]}\n")
    return count
