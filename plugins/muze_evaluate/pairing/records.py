"""Texts in JSON: a line or an item a text, or the tracks of a dataset.

{"audio": "songs/a.wav", "text": "calm piano"}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from muze_evaluate.pairing.columns import Columns, columns_of
from muze_evaluate.pairing.texts import Source, Text, audio_name, written
from muzecli.errors import BadDataError, UsageError
from muzecli.song.dataset import open_dataset
from muzecli.song.documents.source import parse_json
from muzecli.song.records import Record, json_records, jsonl_records

LINES = (".jsonl", ".ndjson")
SUFFIXES = (*LINES, ".json", ".parquet")
TRACK_FIELDS = ("prompt", "title", "genre", "artist", "album", "lyrics", "language")
"""Those of a track that are texts."""


def is_dataset(path: Path) -> bool:
    """Say whether a file holds annotated tracks, by its ending or by what its first record says.

    Raises:
        InputMissingError, BadDataError: it cannot be read, or is no JSON.
    """
    if path.suffix.lower() == ".parquet":
        return True
    document = next((record.document() for record in _records(path)), None)
    return isinstance(document, dict) and str(document.get("schema", "")).startswith("muze.track/")


def read_dataset(path: Path, *, text_field: str | None) -> Source:
    """Return the texts of a dataset: a track's own, or another of its fields.

    Raises:
        UsageError: the field is no text of a track.
        InputMissingError, BadDataError, UnavailableError: it cannot be read.
    """
    field = text_field or "prompt"
    if field not in TRACK_FIELDS:
        raise UsageError(
            f"--text-field must be a text of a track ({', '.join(TRACK_FIELDS)}), and it is '{field}'"
        )
    dataset = open_dataset(path)
    texts = tuple(
        Text(
            track.track_id,
            audio_name(track.audio_path, f"{dataset.file}: track '{track.track_id}'"),
            written(getattr(track, field) or ""),
            f"{dataset.file}: track '{track.track_id}'",
        )
        for track in dataset
    )
    return Source("dataset", texts, field)


def read_json(path: Path, *, text_field: str | None) -> Source:
    """Return the texts of a file of JSON lines, or of a JSON list.

    Raises:
        InputMissingError: it cannot be read.
        BadDataError: a record is no object, or says not which audio and what of it; names the line.
    """
    known: dict[tuple[str, ...], Columns] = {}
    texts = []
    for record in _records(path):
        place = f"{path}: line {record.first_line}"
        document = parse_json(record.source, name=str(path), what="pair", first_line=record.first_line or 1)
        if not isinstance(document, dict):
            raise BadDataError(f"{place}: must be an object with the audio and its text")
        names = tuple(document)
        if names not in known:
            known[names] = columns_of(names, text_field=text_field, place=place)
        texts.append(_text(document, known[names], place))
    fields = sorted({columns.text for columns in known.values()})
    return Source("json", tuple(texts), ", ".join(fields))


def _records(path: Path) -> Iterator[Record]:
    return jsonl_records(path) if path.suffix.lower() in LINES else json_records(path)


def _text(document: Mapping[str, Any], columns: Columns, place: str) -> Text:
    audio = audio_name(_string(document, columns.audio or columns.id or "", place), place)
    own = audio if columns.id is None or columns.audio is None else _string(document, columns.id, place)
    said = document[columns.text]
    return Text(own, audio, None if said is None else written(_string(document, columns.text, place)), place)


def _string(document: Mapping[str, Any], name: str, place: str) -> str:
    value = document[name]
    if not isinstance(value, str):
        raise BadDataError(f"{place}: '{name}' must be text, and it is {type(value).__name__}")
    return value
