"""A value inside a document that knows where it stands, and says so when it is not what it must be."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from muzecli.errors import BadDataError
from muzecli.song.checks import FieldError, FieldPath, path_text, suggestion
from muzecli.song.documents.source import line_near

T = TypeVar("T")


@dataclass(frozen=True)
class Field:
    """A value of parsed JSON and its path; every method raises `FieldError` where the value does not fit."""

    value: Any
    path: FieldPath = ()

    def fault(self, problem: str, *, hint: str | None = None) -> FieldError:
        """Return an error about this field."""
        return FieldError(self.path, problem, hint=hint)

    def object(self, *, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Field]:
        """Return the fields of an object; unknown ones and missing ones are faults."""
        if not isinstance(self.value, Mapping):
            raise self.fault(f"must be an object with {', '.join(required)}; found {_shown(self.value)}")
        known = (*required, *optional)
        for key in self.value:
            if key not in known:
                raise FieldError(
                    (*self.path, key), "is no field that is known here", hint=suggestion(key, known, "fields")
                )
        for key in required:
            if key not in self.value:
                raise FieldError((*self.path, key), "must be given; found nothing")
        return {key: Field(value, (*self.path, key)) for key, value in self.value.items()}

    def items(self) -> list[Field]:
        """Return the items of a list."""
        if not isinstance(self.value, list | tuple):
            raise self.fault(f"must be a list; found {_shown(self.value)}")
        return [Field(item, (*self.path, index)) for index, item in enumerate(self.value)]

    def text(self) -> str:
        """Return text that can be written as UTF-8."""
        if not isinstance(self.value, str):
            raise self.fault(f"must be text in quotes; found {_shown(self.value)}")
        try:
            self.value.encode()
        except UnicodeEncodeError as error:
            raise self.fault(f"must be Unicode text; character {error.start} is half a character") from error
        return self.value

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(item.text() for item in self.items())

    def number(self) -> float:
        """Return a finite number."""
        if type(self.value) in (int, float):
            try:
                number = float(self.value)
            except OverflowError:  # a whole number beyond what a float holds
                number = math.inf
            if math.isfinite(number):
                return number
        raise self.fault(f"must be a number; found {_shown(self.value)}")

    def numbers(self) -> tuple[float, ...]:
        """Return a list of finite numbers; quick for long ones."""
        if isinstance(self.value, list | tuple) and set(map(type, self.value)) <= {int, float}:
            with suppress(OverflowError):
                numbers = tuple(map(float, self.value))
                if all(map(math.isfinite, numbers)):
                    return numbers
        return tuple(item.number() for item in self.items())

    def whole(self) -> int:
        """Return a whole number; 3.0 is not one."""
        if type(self.value) is not int:
            raise self.fault(f"must be a whole number; found {_shown(self.value)}")
        return self.value

    def wholes(self) -> tuple[int, ...]:
        """Return a list of whole numbers; quick for long ones."""
        if not isinstance(self.value, list | tuple) or not set(map(type, self.value)) <= {int}:
            return tuple(item.whole() for item in self.items())
        return tuple(self.value)

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.fault(f"must be true or false; found {_shown(self.value)}")
        return self.value

    def flags(self) -> tuple[bool, ...]:
        """Return a list of true and false; quick for long ones."""
        if not isinstance(self.value, list | tuple) or not set(map(type, self.value)) <= {bool}:
            return tuple(item.flag() for item in self.items())
        return tuple(self.value)

    def choice(self, known: Sequence[str], what: str) -> str:
        """Return one of several texts."""
        text = self.text()
        if text not in known:
            raise self.fault(f"must be {what}; found '{text}'", hint=suggestion(text, known, "names"))
        return text

    def parsed(self, parse: Callable[[str], T]) -> T:
        """Return what a parser makes of text; its ValueError becomes a fault of this field."""
        text = self.text()
        try:
            return parse(text)
        except ValueError as error:
            raise self.fault(f"is not valid: {error}") from error

    def built(self, make: Callable[..., T], *values: Any, **named: Any) -> T:
        """Return what a noun's constructor makes of values; its errors become faults below this field."""
        try:
            return make(*values, **named)
        except FieldError as error:
            raise FieldError((*self.path, *error.path), error.problem, hint=error.hint) from error


def or_none(field: Field | None, read: Callable[[Field], T]) -> T | None:
    """Read a field that may be missing or null."""
    return None if field is None or field.value is None else read(field)


def or_else(field: Field | None, read: Callable[[Field], T], default: T) -> T:
    """Read a field that may be missing."""
    return default if field is None else read(field)


def check_schema(document: Any, schema: str, *, what: str) -> None:
    """Refuse a document of another kind or version.

    Args:
        document: parsed JSON.
        schema: what its `schema` must be, such as "muze.plan/1".
        what: what the document is called in messages.
    """
    found = document.get("schema") if isinstance(document, Mapping) else None
    if found == schema:
        return
    if not isinstance(found, str):
        shown = "nothing" if found is None else _shown(found)
        raise FieldError(("schema",), f"must be '{schema}' in a {what}; found {shown}")
    kind, _, version = found.partition("/")
    own_kind, _, own_version = schema.partition("/")
    if kind == own_kind and _version(version) > _version(own_version):
        raise FieldError(
            ("schema",), f"is {found}, which is newer than this muze reads ({schema})", hint="update muze"
        )
    raise FieldError(("schema",), f"must be {schema}; found '{found}'")


def explained(error: FieldError, *, name: str, text: str | None, first_line: int = 1) -> BadDataError:
    """Return the error that a user sees: file, line, field, what must hold and what was found.

    Args:
        error: the fault.
        name: the file's name, or what stands for it.
        text: the document as it was written; None where it never was text.
        first_line: the file's line on which `text` begins.
    """
    line = None if text is None else first_line - 1 + line_near(text, error.path)
    place = f"{name}: " if line is None else f"{name}: line {line}: "
    details: dict[str, object] = {"file": name, "line": line, "field": path_text(error.path)}
    return BadDataError(f"{place}{error}", hint=error.hint, details=details)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(step) if step.isdigit() else -1 for step in text.split("."))


def _shown(value: Any) -> str:
    """Return a value as JSON has it, short enough for a message."""
    if isinstance(value, Mapping | list | tuple):
        return "an object" if isinstance(value, Mapping) else "a list"
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
