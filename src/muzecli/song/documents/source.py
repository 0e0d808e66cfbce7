"""JSON text: read strictly, with the line of any field, and written compactly.

The standard parser is fast but forgets where things stood; `line_of` walks the text again when a fault needs
its line, which happens once in a run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from muzecli.errors import BadDataError, InputMissingError
from muzecli.files import dump_json
from muzecli.song.checks import FieldPath

_WIDTH = 100
_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\n\r]*")
_LONG_NUMBER = re.compile(r"\d{4000}")
_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")[ \t\n\r]*(:?)|NaN|-?Infinity|[{}]')


class _Refused(ValueError):
    """A thing that JSON parsers let pass and that no document of muze may hold."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def read_text(path: Path, *, what: str) -> str:
    """Return the text of a file.

    Raises:
        InputMissingError: there is no such file, or it cannot be read.
        BadDataError: it is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputMissingError(f"the {what} {path} does not exist") from error
    except UnicodeDecodeError as error:
        raise BadDataError(f"{path}: a {what} must be UTF-8 text, and byte {error.start} is not") from error
    except OSError as error:
        raise InputMissingError(f"cannot read the {what} {path}: {error.strerror}") from error


def parse_json(text: str, *, name: str, what: str, first_line: int = 1) -> Any:
    """Parse strict JSON: no NaN, no key twice in one object.

    Args:
        text: the document.
        name: the file's name, or what stands for it, for messages.
        what: what it is called in messages, such as "plan".
        first_line: the file's line on which the text begins.

    Raises:
        BadDataError: it is not; names the line.
    """
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        line = error.lineno + first_line - 1
        raise BadDataError(
            f"{name}: line {line}: a {what} must be JSON: {error.msg}", details={"line": line}
        ) from error
    except _Refused as error:
        line = _refused_line(text) + first_line - 1
        raise BadDataError(
            f"{name}: line {line}: a {what} must be strict JSON: {error.problem}", details={"line": line}
        ) from error
    except ValueError as error:  # Python does not read whole numbers of thousands of digits
        found = _LONG_NUMBER.search(text)
        line = text.count("\n", 0, found.start() if found else 0) + first_line
        raise BadDataError(
            f"{name}: line {line}: a {what} must hold numbers that mean something; found one of thousands of digits",
            details={"line": line},
        ) from error
    except RecursionError as error:
        raise BadDataError(f"{name}: a {what} must not be nested this deeply") from error


def line_of(text: str, path: FieldPath) -> int | None:
    """Return the line, from 1, on which a field's value begins; None where the text has no such field.

    Args:
        text: JSON that `parse_json` accepts.
        path: the field; ("sections", 2, "energy").
    """
    at = _BLANK.match(text, 0).end()  # type: ignore[union-attr]  # matches everywhere
    for step in path:
        child = _child(text, at, step)
        if child is None:
            return None
        at = child
    return text.count("\n", 0, at) + 1


def line_near(text: str, path: FieldPath) -> int:
    """Return the line of a field or, where it is missing, of the nearest thing around it."""
    found = (line_of(text, path[:length]) for length in range(len(path), -1, -1))
    return next(line for line in found if line is not None)


def document_text(document: Mapping[str, Any]) -> str:
    """Return a document as JSON text: indented, but what fits on a line stands on one line."""
    return _written(document, 0) + "\n"


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for index, key in enumerate(names) if key in names[:index])
        raise _Refused(f"the field '{twice}' stands twice in one object")
    return result


def _constant(name: str) -> float:
    raise _Refused(f"{name} is not a number; null stands for a missing one")


def _refused_line(text: str) -> int:
    """Return the line of the first key that stands twice or number that is none, in JSON that is sound else."""
    keys: list[set[str]] = []
    at = 0
    for token in _TOKEN.finditer(text):
        at = token.start()
        quoted, colon = token.groups()
        if token.group() == "{":
            keys.append(set())
        elif token.group() == "}":
            keys.pop()
        elif quoted is None or (colon and json.loads(quoted) in keys[-1]):
            break
        elif colon:
            keys[-1].add(json.loads(quoted))
    return text.count("\n", 0, at) + 1


def _child(text: str, at: int, step: str | int) -> int | None:
    """Return where the value of a key or an index begins, in the object or array that begins at `at`."""
    if text[at] != ("{" if isinstance(step, str) else "["):
        return None
    at, index = _skip(text, at + 1), 0
    while text[at] not in "}]":
        key: str | int = index
        if isinstance(step, str):
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)  # the colon
        if key == step:
            return at
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] == ",":
            at, index = _skip(text, at + 1), index + 1
    return None


def _skip(text: str, at: int) -> int:
    return _BLANK.match(text, at).end()  # type: ignore[union-attr]


def _written(value: Any, depth: int) -> str:
    inline = dump_json(value)
    # A section is easier to edit a field a line, however short it is.
    is_outer = isinstance(value, Mapping) and depth < 3
    fits = len(inline) + 2 * depth <= _WIDTH and not is_outer
    if fits or not value or not isinstance(value, Mapping | list | tuple):
        return inline
    inner, outer = "\n" + "  " * (depth + 1), "\n" + "  " * depth
    if isinstance(value, Mapping):
        items = [f"{dump_json(str(key))}: {_written(item, depth + 1)}" for key, item in value.items()]
        return "{" + inner + f",{inner}".join(items) + outer + "}"
    items = [_written(item, depth + 1) for item in value]
    return "[" + inner + f",{inner}".join(items) + outer + "]"
