"""A YAML or JSON file that knows where each of its fields stands, so that a fault names field and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from muzecli.errors import ConfigError, InputMissingError

Place = tuple[str | int, ...]
"""The way to a value: keys and indices from the top of the file."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MISSING: Any = object()


@dataclass(frozen=True)
class Source:
    """A file and the line of every value in it.

    Attributes:
        name: what it is called in messages, such as its path.
        lines: line numbers from 1, by place.
    """

    name: str
    lines: dict[Place, int]

    def error(self, place: Place, problem: str, *, hint: str | None = None) -> ConfigError:
        """Return the error for one value: file, line, field, what must hold."""
        at = place
        while at and at not in self.lines:  # a missing field stands where the mapping stands that lacks it
            at = at[:-1]
        line = self.lines.get(at)
        field = ".".join(map(str, place))
        where = ", ".join(filter(None, (f"line {line}" if line else "", field)))
        return ConfigError(
            f"{self.name}: {where}: {problem}" if where else f"{self.name}: {problem}",
            hint=hint,
            details={"file": self.name, "line": line, "field": field or None},
        )


class Fields:
    """One mapping of a file, read field by field.

    Every method raises ConfigError, naming file, line and field, where a value is not what it must be.
    """

    def __init__(self, values: Mapping[Any, Any], source: Source, at: Place = ()) -> None:
        self._values = {str(key): value for key, value in values.items()}
        self._source = source
        self._at = at

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def error(self, key: str, problem: str, *, hint: str | None = None) -> ConfigError:
        """Return the error for a field; "" is the mapping itself."""
        return self._source.error((*self._at, key) if key else self._at, problem, hint=hint)

    def only(self, *known: str) -> None:
        """Refuse fields that nobody reads."""
        for key in self._values:
            if key not in known:
                close = get_close_matches(key, known, n=1)
                hint = f"did you mean '{close[0]}'?" if close else f"known here: {', '.join(known)}"
                raise self.error(key, "there is no such field", hint=hint)

    def _get(self, key: str, default: Any) -> Any:
        value = self._values.get(key, _MISSING)
        if value is not _MISSING:
            return value
        if default is _MISSING:
            raise self.error(key, "must be there, and it is missing")
        return default

    def text(self, key: str, default: Any = _MISSING) -> str:
        """Return a text that is not empty."""
        value = self._get(key, default)
        if value is default:
            return str(default)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"must be a text, found {_shown(value)}")
        return value.strip()

    def number(self, key: str, low: float, high: float, default: Any = _MISSING) -> float:
        """Return a number within a range."""
        value = self._get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self.error(key, f"must be a number {low:g}…{high:g}, found {_shown(value)}")
        return float(value)

    def whole(self, key: str, low: int, high: int, default: Any = _MISSING) -> int:
        """Return a whole number within a range."""
        value = self._get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.error(key, f"must be a whole number {low}…{high}, found {_shown(value)}")
        return value

    def flag(self, key: str, default: Any = _MISSING) -> bool:
        """Return true or false."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false, found {_shown(value)}")
        return value

    def words(self, key: str, default: Any = _MISSING) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._get(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise self.error(key, f"must be a list of words, found {_shown(value)}")
        return tuple(value)

    def weights(self, key: str, default: Any = _MISSING) -> dict[str, float]:
        """Return names with their weights, not all 0."""
        value = self._get(key, default)
        if value is default:
            return dict(default)
        if not isinstance(value, Mapping) or not value:
            raise self.error(key, f"must be names with weights, found {_shown(value)}")
        inner = Fields(value, self._source, (*self._at, key))
        weights = {name: inner.number(name, 0.0, 1000.0) for name in inner}
        if not any(weights.values()):
            raise self.error(key, "must have a weight above 0")
        return weights

    def mapping(self, key: str, default: Any = _MISSING) -> Fields:
        """Return a mapping inside this one."""
        value = self._get(key, default)
        if not isinstance(value, Mapping):
            raise self.error(key, f"must be a mapping of names to values, found {_shown(value)}")
        return Fields(value, self._source, (*self._at, key))

    def items(self, key: str) -> list[Fields]:
        """Return a list of mappings that is not empty."""
        value = self._get(key, _MISSING)
        if not isinstance(value, list) or not value:
            raise self.error(key, f"must be a list with at least one entry, found {_shown(value)}")
        made = []
        for index, item in enumerate(value):
            place = (*self._at, key, index)
            if not isinstance(item, Mapping):
                raise self._source.error(place, f"must be a mapping of names to values, found {_shown(item)}")
            made.append(Fields(item, self._source, place))
        return made


def read_fields(path: Path, *, what: str) -> Fields:
    """Read a YAML or JSON file that holds a mapping.

    Raises:
        InputMissingError: there is no such file.
        ConfigError: it is neither YAML nor JSON, or no mapping; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputMissingError(f"the {what} {path} does not exist") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: a {what} must be UTF-8 text, and byte {error.start} is not") from error
    except OSError as error:
        raise InputMissingError(f"cannot read the {what} {path}: {error.strerror}") from error
    return parse_fields(text, name=str(path), what=what)


def parse_fields(text: str, *, name: str, what: str) -> Fields:
    """Parse YAML or JSON text that holds a mapping; `name` stands for the file in messages."""
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            source, value = Source(name, {}), None
            if node is not None:
                _note_lines(node, (), source, set())
                value = loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}:" if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise ConfigError(f"{name}:{where} a {what} must be YAML or JSON: {problem}") from error
    except ValueError as error:  # 2024-13-45 looks like a date, and has no such month
        raise ConfigError(f"{name}: a {what} must be YAML or JSON: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{name}: a {what} must not be nested this deeply") from error
    if not isinstance(value, dict):
        raise ConfigError(f"{name}: a {what} must be a mapping of names to values, found {_shown(value)}")
    return Fields(value, source)


def _note_lines(node: Any, place: Place, source: Source, seen: set[int]) -> None:
    """Note the lines of all values; refuse a field that stands twice in one mapping."""
    source.lines.setdefault(place, node.start_mark.line + 1)
    if id(node) in seen:  # an alias: walked where it is anchored, and it may hold itself
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            field = (*place, str(key.value))
            if field in source.lines:
                raise source.error(field, f"stands twice, here and in line {key.start_mark.line + 1}")
            source.lines[field] = key.start_mark.line + 1
            _note_lines(value, field, source, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note_lines(value, (*place, index), source, seen)


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "an empty list" if not value else "a list"
    return f"'{value}'" if isinstance(value, str) else str(value).lower()
