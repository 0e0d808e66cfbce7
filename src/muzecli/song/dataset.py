"""Datasets: annotated tracks in one file, read one at a time.

my-dataset/
  dataset.jsonl     a track a line, each with its schema
  audio/…           named by the tracks, relative to the dataset's file
my-dataset.json     the same as one document: a list, or {"schema": "muze.track/3.1", "tracks": […]}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from muzecli.errors import BadDataError, InputMissingError
from muzecli.files import atomic_path, dump_json, kind_of
from muzecli.song.checks import FieldError
from muzecli.song.documents.fields import Field, check_schema, explained
from muzecli.song.documents.source import parse_json, read_text
from muzecli.song.documents.tracks import TRACK_SCHEMA, read_track, track_at, track_document
from muzecli.song.track import Track

DATASET_NAME = "dataset.jsonl"


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
        """
        lines: dict[str, int] = {}
        tracks = _json_tracks(self.file) if self.file.suffix.lower() == ".json" else _jsonl_tracks(self.file)
        for place, track in tracks:
            if track.track_id in lines:
                raise BadDataError(
                    f"{self.file}: track {place}: track_id '{track.track_id}' must be unique, and track "
                    f"{lines[track.track_id]} has it too",
                    hint="give each track its own track_id",
                )
            lines[track.track_id] = place
            yield track

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
        BadDataError: the file is neither .jsonl nor .json.
    """
    file = path / DATASET_NAME if kind_of(path) == "folder" else path
    if kind_of(file) != "file":
        raise InputMissingError(
            f"the dataset {file} does not exist", hint="muze dataset synth -o FOLDER makes one"
        )
    if file.suffix.lower() not in (".jsonl", ".json"):
        raise BadDataError(
            f"a dataset must be a .jsonl or .json file, or a folder with {DATASET_NAME}; found {file}"
        )
    return Dataset(file)


def write_dataset(path: Path, tracks: Iterable[Track], *, overwrite: bool = False) -> int:
    """Write tracks, one at a time, to a .jsonl or .json file; the file appears when all are written.

    Returns:
        how many there were.

    Raises:
        OutputExistsError: the file exists and `overwrite` is false.
        OutputError: it cannot be written.
    """
    with (
        atomic_path(path, overwrite=overwrite) as part,
        part.open("w", encoding="utf-8", newline="\n") as out,
    ):
        return _write_json(out, tracks) if path.suffix.lower() == ".json" else _write_jsonl(out, tracks)


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


def _jsonl_tracks(file: Path) -> Iterator[tuple[int, Track]]:
    try:
        with file.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                if not line.strip():
                    continue
                try:
                    text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    raise BadDataError(f"{file}: line {number}: a dataset must be UTF-8 text") from error
                yield number, read_track(text, name=str(file), first_line=number)
    except OSError as error:
        raise InputMissingError(f"cannot read the dataset {file}: {error.strerror}") from error


def _json_tracks(file: Path) -> Iterator[tuple[int, Track]]:
    text = read_text(file, what="dataset")
    document = parse_json(text, name=str(file), what="dataset")
    try:
        root = Field(document)
        if not isinstance(document, list):
            root.built(check_schema, document, TRACK_SCHEMA, what="dataset")
            root = root.object(required=("schema", "tracks"))["tracks"]
        for number, item in enumerate(root.items(), start=1):
            yield number, track_at(item)
    except FieldError as error:
        raise explained(error, name=str(file), text=text) from error
