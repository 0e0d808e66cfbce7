"""Texts in CSV files: UTF-8 with a header line, values parted by commas, semicolons or tabs.

audio,text
songs/a.wav,"calm piano, slowly"
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from muze_evaluate.pairing.columns import Columns, columns_of
from muze_evaluate.pairing.texts import Source, Text, audio_name, written
from muzecli.errors import BadDataError, InputMissingError

SUFFIXES = (".csv", ".tsv")
_DELIMITERS = (",", ";", "\t")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_table(path: Path, *, text_field: str | None) -> Source:
    """Return the texts of a CSV file.

    Raises:
        InputMissingError: it cannot be read.
        BadDataError: it is no such table; names the line.
    """
    text = utf8_text(path)
    rows = _rows(path, text, _delimiter(text.partition("\n")[0]))
    try:
        line, header = next(rows)
    except StopIteration:
        raise BadDataError(
            f"{path}: a table must have a line with the names of its columns, and the file is empty"
        ) from None
    place = f"{path}: line {line}"
    names = [name.strip() for name in header]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadDataError(f"{place}: every column must have a name of its own; found '{twice[0]}' twice")
    columns = columns_of(names, text_field=text_field, place=place)
    texts = []
    for line, row in rows:
        place = f"{path}: line {line}"
        if len(row) != len(names):
            raise BadDataError(
                f"{place}: there must be {len(names)} values, as in the first line; found {len(row)}",
                hint='quote texts that hold commas or line breaks: "calm piano, slowly"',
            )
        texts.append(_text(dict(zip(names, row, strict=True)), columns, place))
    return Source("csv", tuple(texts), columns.text)


def utf8_text(path: Path) -> str:
    """Return the text of a file, without a byte-order mark.

    Raises:
        InputMissingError: it cannot be read.
        BadDataError: it is not UTF-8; names the line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputMissingError(f"cannot read {path}: {error.strerror}") from error
    if data.startswith(_UTF_16):
        raise BadDataError(f"{path}: must be UTF-8 text, and it is UTF-16", hint="save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadDataError(
            f"{path}: line {line}: must be UTF-8 text, and byte 0x{data[error.start]:02x} is not",
            hint="save it as UTF-8",
        ) from error


def _delimiter(header: str) -> str:
    """Return what parts the names of the columns: whatever stands there most often."""
    counts = [header.count(delimiter) for delimiter in _DELIMITERS]
    return _DELIMITERS[counts.index(max(counts))]


def _rows(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with the line that it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadDataError(
                f"{path}: line {line}: a row must be CSV: {error}",
                hint='a quote within quotes is written twice: "12"" vinyl"',
            ) from error
        if any(value.strip() for value in row):
            yield line, row


def _text(row: dict[str, str], columns: Columns, place: str) -> Text:
    audio = audio_name(row[columns.audio or columns.id or ""], place)
    own = audio if columns.id is None else row[columns.id].strip()
    if not own:
        raise BadDataError(f"{place}: '{columns.id}' must be an id, and it is empty")
    return Text(own if columns.audio else audio, audio, written(row[columns.text]), place)
