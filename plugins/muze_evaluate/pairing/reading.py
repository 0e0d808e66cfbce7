"""Whatever a user names as pairs: a table, JSON, a dataset, a folder, or one song."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from muze_evaluate.pairing import records, tables
from muze_evaluate.pairing.folders import read_folder, read_recording
from muze_evaluate.pairing.matching import Pairing, matched
from muze_evaluate.pairing.texts import Source, Text, check_ids
from muze_evaluate.sets.folder import is_recording, recordings
from muzecli.errors import BadDataError, InputMissingError, UsageError
from muzecli.files import kind_of
from muzecli.song.dataset import DATASET_NAME

_EXAMPLE = "a table has a line for its columns, audio,text, and one for each pair"
_SUFFIXES = (*tables.SUFFIXES, *records.SUFFIXES)


@dataclass(frozen=True)
class Pairs:
    """Pairs, and where they come from.

    Attributes:
        kind: of the source: `csv`, `json`, `dataset`, `folder` or `recording`.
        text_field: what the texts stand under.
        pairing: the pairs, and what is left.
    """

    kind: str
    text_field: str
    pairing: Pairing


def read_pairs(path: Path, *, audio_dir: Path | None = None, text_field: str | None = None) -> Pairs:
    """Return the pairs that a file or a folder means; audio is listed, not decoded.

    Where there is a folder of audio, all of it must have texts; else only what the texts name is looked for.

    Args:
        path: .csv, .tsv, .jsonl, .ndjson, .json, .parquet, a folder, or one recording.
        audio_dir: where the audio is that texts name; None for the folder that they are in.
        text_field: the column, field or kind of file that holds the texts; None for a known one.

    Raises:
        InputMissingError: something is not there, or cannot be read.
        UsageError: it cannot hold pairs, or the field is none of it.
        BadDataError: it is damaged, says not which audio, or names one twice; the message has the line.
    """
    if audio_dir is not None and kind_of(audio_dir) != "folder":
        raise InputMissingError(
            f"--audio-dir must be a folder, and {audio_dir} is none", hint="check the spelling"
        )
    source = _source(path, text_field)
    if not source.texts and source.kind != "folder":
        if source.kind == "recording":
            raise BadDataError(
                f"{path} must have a text, and nothing is said of it",
                hint=f"keep its sidecar beside it, or write {path.stem}.txt",
            )
        raise BadDataError(f"{path} must hold texts, and there are none", hint=_EXAMPLE)
    texts = _inside(source.texts, audio_dir)
    check_ids(texts)
    audio = _audio(path, audio_dir, source)
    if not texts and not audio:
        raise BadDataError(f"{path} must hold audio and texts, and there are neither", hint=_EXAMPLE)
    return Pairs(source.kind, source.text_field, matched(texts, audio, apart=source.apart))


def _source(path: Path, text_field: str | None) -> Source:
    kind, suffix = kind_of(path), path.suffix.lower()
    if kind is None:
        raise InputMissingError(f"{path} does not exist", hint="check the spelling")
    if kind == "folder":
        if kind_of(path / DATASET_NAME) == "file":
            return records.read_dataset(path, text_field=text_field)
        return read_folder(path, text_field=text_field)
    if kind == "other":
        raise UsageError(f"pairs must stand in a regular file or a folder, and {path} is a device or a pipe")
    if suffix in tables.SUFFIXES:
        return tables.read_table(path, text_field=text_field)
    if suffix in records.SUFFIXES:
        if records.is_dataset(path):
            return records.read_dataset(path, text_field=text_field)
        return records.read_json(path, text_field=text_field)
    if is_recording(path):
        return read_recording(path, text_field=text_field)
    raise UsageError(
        f"pairs must stand in a file that ends in {', '.join(_SUFFIXES)}, or in a folder; found {path}"
    )


def _audio(path: Path, audio_dir: Path | None, source: Source) -> Mapping[str, Path]:
    """Return the audio that is there, by name."""
    folder = audio_dir or (path if kind_of(path) == "folder" else path.parent)
    if source.kind == "recording" and audio_dir is None:
        return {path.name: path}
    if audio_dir is not None or source.kind == "folder":
        names, closed = recordings(folder)
        if closed:
            raise InputMissingError(
                f"every folder in {folder} must be readable, and {', '.join(closed)} is not",
                hint="make it readable",
            )
        return {name: folder / name for name in names}
    named = {text.audio: folder / text.audio for text in source.texts}
    return {name: file for name, file in named.items() if kind_of(file) == "file"}


def _inside(texts: tuple[Text, ...], audio_dir: Path | None) -> tuple[Text, ...]:
    """Return the texts with absolute paths below the folder of audio made relative to it, as its files are named."""
    if audio_dir is None:
        return texts
    roots = {audio_dir.absolute(), audio_dir.resolve()}
    return tuple(_relative(text, roots) for text in texts)


def _relative(text: Text, roots: set[Path]) -> Text:
    path = Path(text.audio)
    for root in roots:
        if path.is_absolute() and path.is_relative_to(root):
            name = path.relative_to(root).as_posix()
            return Text(name if text.id == text.audio else text.id, name, text.text, text.place)
    return text
