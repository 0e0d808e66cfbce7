"""Tracks as a dataset's file has them: found one at a time, read when somebody asks.

A .json document is read in pieces, too: whoever looks through a dataset needs no more memory than its longest
track takes, whatever the dataset's size.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from muzecli.errors import BadDataError, InputMissingError
from muzecli.song.checks import FieldError
from muzecli.song.documents.fields import Field, check_schema, explained
from muzecli.song.documents.source import parse_json
from muzecli.song.documents.tracks import TRACK_SCHEMA, track_at
from muzecli.song.track import Track

_PIECE_CHARACTERS = 1 << 20
_BLANK = " \t\n\r"
# How far before the end of a piece the standard parser may place the fault of a value that was merely cut off there:
# at the beginning of a "-Infinity" or of a "\udead" with the quote before it.
_CUT_CHARACTERS = 16


@dataclass(frozen=True)
class Record:
    """One track, not yet read.

    Attributes:
        file: the dataset's file.
        place: where it stands there: its line, or its number from 1 in a file that has no lines of its own.
        first_line: the line on which its text begins; None where the file is no text.
        source: its JSON text; where the file is no text, its parsed document.
    """

    file: Path
    place: int
    first_line: int | None
    source: Any

    @property
    def unit(self) -> str:
        """What `place` counts: `line` in a .jsonl file, else `track`."""
        return "line" if self.file.suffix.lower() == ".jsonl" else "track"

    @property
    def where(self) -> str:
        """The file, which track of it this is, and on which line it begins, where there are lines."""
        return self._name if self.first_line is None else f"{self._name}: line {self.first_line}"

    def document(self) -> Any:
        """Return the track's document, parsed and not checked.

        Raises:
            BadDataError: it is not JSON; names the line.
        """
        if self.first_line is None:
            return self.source
        return parse_json(self.source, name=self._name, what="track", first_line=self.first_line)

    def track(self) -> Track:
        """Return the track, checked.

        Raises:
            BadDataError: it is not valid; names the line or the number, and the field.
        """
        try:
            return track_at(Field(self.document()))
        except FieldError as error:
            raise self.explained(error) from error

    def explained(self, error: FieldError) -> BadDataError:
        """Return a fault of this track as the error that a user sees."""
        if self.first_line is None:
            return explained(error, name=self._name, text=None)
        return explained(error, name=self._name, text=self.source, first_line=self.first_line)

    @property
    def _name(self) -> str:
        """What stands before a line: many tracks of a .json file may stand on one."""
        return str(self.file) if self.unit == "line" else f"{self.file}: track {self.place}"


def jsonl_records(file: Path) -> Iterator[Record]:
    """Yield the lines of a .jsonl file that are not empty.

    Raises:
        InputMissingError: the file cannot be read.
        BadDataError: a line is not UTF-8.
    """
    try:
        with file.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                if not line.strip():
                    continue
                try:
                    text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    raise BadDataError(f"{file}: line {number}: a dataset must be UTF-8 text") from error
                yield Record(file, number, number, text.rstrip("\r\n"))
    except OSError as error:
        raise InputMissingError(f"cannot read the dataset {file}: {error.strerror}") from error


def json_records(file: Path) -> Iterator[Record]:
    """Yield the items of a .json file: a list of tracks, or {"schema": "muze.track/3.1", "tracks": […]}.

    Raises:
        InputMissingError: the file cannot be read.
        BadDataError: it is neither, or no JSON.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            text = _Pieces(file, stream)
            yield from _items(text, file) if text.next() == "[" else _tracks(text, file)
            if text.next():
                raise text.fault("nothing may follow the end of a dataset")
    except UnicodeDecodeError as error:
        raise BadDataError(f"{file}: a dataset must be UTF-8 text") from error
    except OSError as error:
        raise InputMissingError(f"cannot read the dataset {file}: {error.strerror}") from error


def _tracks(text: _Pieces, file: Path) -> Iterator[Record]:
    """Yield the tracks of a dataset that is an object, and check what else is in it."""
    others: dict[str, Any] = {}
    found = False
    text.take("{", "a dataset must be a list of tracks or an object with schema and tracks")
    while text.next() != "}":
        if others or found:
            text.take(",", "a dataset must be JSON: Expecting ',' delimiter")
        name_line = text.line
        name = json.loads(text.value()) if text.next() == '"' else None
        if not isinstance(name, str) or name in others or (name == "tracks" and found):
            raise text.fault("a dataset must have its fields once each, their names in quotes", name_line)
        text.take(":", "a dataset must be JSON: Expecting ':' delimiter")
        if name == "tracks":
            _check_rest(text, file, {"schema": TRACK_SCHEMA} | others, "tracks")
            found = True
            yield from _items(text, file)
        else:
            text.next()
            line = text.line
            others[name] = parse_json(text.value(), name=str(file), what="dataset", first_line=line)
    text.take("}", "a dataset must be JSON")
    _check_rest(text, file, others, "tracks" if found else "")


def _check_rest(text: _Pieces, file: Path, fields: dict[str, Any], tracks: str) -> None:
    try:
        root = Field(fields | ({tracks: []} if tracks else {}))
        root.built(check_schema, root.value, TRACK_SCHEMA, what="dataset")
        root.object(required=("schema", "tracks"))
    except FieldError as error:
        raise BadDataError(f"{file}: line {text.line}: {error}", hint=error.hint) from error


def _items(text: _Pieces, file: Path) -> Iterator[Record]:
    text.take("[", "tracks must be a list")
    place = 0
    while text.next() != "]":
        if place:
            text.take(",", "a dataset must be JSON: Expecting ',' delimiter")
            text.next()
        place, line = place + 1, text.line
        yield Record(file, place, line, text.value())
    text.take("]", "tracks must be a list")


class _Pieces:
    """A text read in pieces, from which one JSON value after the other is taken.

    Attributes:
        line: where the next character stands, from 1.
    """

    def __init__(self, file: Path, stream: TextIO) -> None:
        self.line = 1
        self._file = file
        self._stream = stream
        self._text = ""
        self._at = 0
        self._decode = json.JSONDecoder().raw_decode

    def next(self) -> str:
        """Return the next character that is not blank, without taking it; "" at the end of the file."""
        while True:
            while self._at < len(self._text):
                character = self._text[self._at]
                if character not in _BLANK:
                    return character
                self.line += character == "\n"
                self._at += 1
            if not self._more():
                return ""

    def take(self, character: str, problem: str) -> None:
        """Take a character.

        Raises:
            BadDataError: another one comes next.
        """
        if self.next() != character:
            raise self.fault(problem)
        self._at += 1

    def value(self) -> str:
        """Take the value that comes next and return its text.

        Raises:
            BadDataError: it is not JSON; names the line.
        """
        self.next()
        whole = False
        while True:
            try:
                _, end = self._decode(self._text, self._at)
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _CUT_CHARACTERS
                if whole or not cut:
                    raise self._not_json(error) from error
            except (ValueError, RecursionError):  # numbers of thousands of digits, thousands of brackets
                return self._refused()
            else:
                # A number may go on behind the end of the piece: 1|2, 1|.5, 1e|+5.
                if whole or (end < len(self._text) and self._text[end] not in ".eE"):
                    text = self._text[self._at : end]
                    self._at, self.line = end, self.line + text.count("\n")
                    return text
            whole = not self._more()

    def fault(self, problem: str, line: int | None = None) -> BadDataError:
        """Return an error about what comes next."""
        line = self.line if line is None else line
        return BadDataError(f"{self._file}: line {line}: {problem}", details={"line": line})

    def _not_json(self, error: json.JSONDecodeError) -> BadDataError:
        line = self.line + self._text.count("\n", self._at, error.pos)
        return self.fault(f"a track must be JSON: {error.msg}", line)

    def _refused(self) -> str:
        """Let the strict parser say what the quick one cannot read; this always raises."""
        while self._more():
            pass
        parse_json(self._text[self._at :], name=str(self._file), what="dataset", first_line=self.line)
        raise self.fault("a track must be JSON")

    def _more(self) -> bool:
        """Read on; say whether there was anything. Reads twice as much where a value is long already."""
        kept = self._text[self._at :]
        piece = self._stream.read(max(_PIECE_CHARACTERS, len(kept)))
        self._text, self._at = kept + piece, 0
        return bool(piece)
