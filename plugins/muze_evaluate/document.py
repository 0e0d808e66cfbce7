"""What every evaluation returns, prints and writes: figures with intervals, a row an item, and how they came about.

    figures      one number each, of a whole set: value, interval, over how many items
    rows         one item each, such as a song, with its own numbers
    curves       a number against another one, for pictures
    provenance   what was measured, with what, and how: hashes, rates, windows, counts, versions

A document holds no time and no host, so that the same evaluation writes the same bytes. What is not a number never
gets in as one: it is None, and the note says so.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import PurePath
from typing import Any, Literal, get_args

from muzecli import __version__
from muzecli.errors import BugError
from muzecli.song.checks import FieldError, path_text

SCHEMA = "muze.evaluate/1"

Better = Literal["higher", "lower", ""]
Cell = float | int | str | bool | None
NOT_A_NUMBER = "came out as no finite number"


@dataclass(frozen=True)
class Figure:
    """A number that says something of a whole set.

    Attributes:
        name: what it is, such as `fad` or `tempo within 4 %`; the row of a table.
        value: None where it cannot be had; `note` says why.
        low: lower end of its interval; None without one.
        high: upper end.
        count: items that it rests on.
        unit: such as `dB`, `cents`, `share`; empty for a plain number.
        better: which way is better; empty where neither is.
        group: whose figure it is, such as the set's name; the column of a table. Empty where there is one set only.
        note: what the reader should know.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    count: int = 0
    unit: str = ""
    better: Better = ""
    group: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.better not in get_args(Better):
            raise FieldError("better", f"must be 'higher', 'lower' or ''; found {self.better!r}")
        if (self.low is None) != (self.high is None):
            raise FieldError("low", "and high must both be given, or neither")
        value = _finite(self.value)
        interval = (_finite(self.low), _finite(self.high))
        if value is None or None in interval:
            interval = (None, None)
        if value is None and self.value is not None:
            object.__setattr__(self, "note", _joined(self.note, NOT_A_NUMBER))
        object.__setattr__(self, "value", value)
        object.__setattr__(self, "low", interval[0])
        object.__setattr__(self, "high", interval[1])

    def text(self) -> str:
        """Return the value and its interval for a table: `0.95 [0.90, 1.00]`."""
        if self.value is None:
            return "–"
        shown = _three_digits(self.value)
        if self.low is None or self.high is None:
            return shown
        return f"{shown} [{_three_digits(self.low)}, {_three_digits(self.high)}]"


def _three_digits(value: float) -> str:
    """Return a number in three digits: more than its interval allows, and few enough for a table."""
    return f"{value:.0f}" if 1000.0 <= abs(value) < 1e6 else f"{value:.3g}"


@dataclass(frozen=True)
class Row:
    """One item that was measured.

    Attributes:
        id: unique in its group, never a position.
        values: its numbers and words by name; None where something cannot be had.
        path: its audio; None where there is none.
        group: as in `Figure`.
        note: why something is missing, or what else to know.
    """

    id: str
    values: Mapping[str, Cell]
    path: str | None = None
    group: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        values = {name: _cell(value) for name, value in self.values.items()}
        lost = [name for name, value in values.items() if value is None and self.values[name] is not None]
        if lost:
            object.__setattr__(self, "note", _joined(self.note, f"{', '.join(lost)} {NOT_A_NUMBER}"))
        object.__setattr__(self, "values", values)


@dataclass(frozen=True)
class Curve:
    """A number against another one; points that are not finite are left out.

    Attributes:
        name: what it shows.
        x: (n,) values along.
        y: (n,) values up.
        x_label: with unit.
        y_label: with unit.
        group: as in `Figure`.
        fit: (n,) a line through them; None without one.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    x_label: str
    y_label: str
    group: str = ""
    fit: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        for name, values in (("y", self.y), ("fit", self.fit)):
            if values is not None and len(values) != len(self.x):
                raise FieldError(name, f"must be as long as x, {len(self.x)}; found {len(values)}")
        lines = (self.x, self.y) if self.fit is None else (self.x, self.y, self.fit)
        points = [tuple(map(float, point)) for point in zip(*lines, strict=True)]
        kept = [point for point in points if all(map(math.isfinite, point))]
        for index, name in enumerate(("x", "y", "fit")[: len(lines)]):
            object.__setattr__(self, name, tuple(point[index] for point in kept))


@dataclass(frozen=True)
class Failure:
    """An item that could not be measured."""

    id: str
    reason: str
    group: str = ""


@dataclass(frozen=True)
class Evaluation:
    """All that an evaluation found.

    Attributes:
        metric: the command's name: `fad`, `kad`, `clap`, `control`, `recon`, `voice`.
        figures: in the order to be shown.
        rows: in the order of their ids.
        curves: for pictures.
        failed: items that could not be measured.
        missing: ids that one side has and the other ought to have, such as `texts without audio: a`.
        warnings: what makes a figure less trustworthy, a sentence each.
        settings: what was asked for: seed, resamples, level …, JSON values.
        provenance: what the numbers rest on, JSON values; `document` adds to its `versions`.
        command: the words that made it, without where the result went; `telling.tell` fills it in.
    """

    metric: str
    figures: tuple[Figure, ...]
    rows: tuple[Row, ...] = ()
    curves: tuple[Curve, ...] = ()
    failed: tuple[Failure, ...] = ()
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    command: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_distinct("figures", ((figure.group, figure.name) for figure in self.figures))
        _check_distinct("rows", ((row.group, row.id) for row in self.rows))

    def document(self) -> dict[str, Any]:
        """Return the document without its schema, as JSON values.

        Raises:
            BugError: settings or provenance hold what is no JSON value; names it.
        """
        import numpy as np

        content: dict[str, Any] = _json_value(asdict(self), ())
        versions = {"muze": __version__, "numpy": np.__version__}
        provenance = content["provenance"]
        provenance["versions"] = {**versions, **provenance.get("versions", {})}
        return content

    def in_group(self, group: str) -> Evaluation:
        """Return the same with all of it in a group."""
        return replace(
            self,
            figures=tuple(replace(figure, group=group) for figure in self.figures),
            rows=tuple(replace(row, group=group) for row in self.rows),
            curves=tuple(replace(curve, group=group) for curve in self.curves),
            failed=tuple(replace(failure, group=group) for failure in self.failed),
        )


def _check_distinct(name: str, keys: Iterable[tuple[str, str]]) -> None:
    """Check that ids and names are there once in their group.

    Raises:
        FieldError: one is not.
    """
    for (group, key), times in Counter(keys).items():
        if times > 1:
            raise FieldError(name, f"must name each once a group; found '{key}' {times} times in '{group}'")


def _finite(value: float | None) -> float | None:
    """Return a number as Python has it, None where it is not finite."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | bool | int):
        return value
    plain = value.item() if hasattr(value, "item") else value  # of numpy
    return plain if isinstance(plain, str | bool | int) else _finite(plain)


def _joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)


def _json_value(value: Any, path: tuple[str | int, ...]) -> Any:
    """Return what JSON has for a value; numbers that are not finite become None.

    Raises:
        BugError: it has nothing; written as its text it would be a number no longer.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return _finite(value)
    if isinstance(value, Mapping):
        return {str(key): _json_value(item, (*path, str(key))) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_json_value(item, (*path, index)) for index, item in enumerate(value)]
    if isinstance(value, PurePath):
        return str(value)
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a number of numpy
        return _json_value(value.item(), path)
    raise BugError(f"{path_text(path)} of an evaluation must be a JSON value, got {type(value).__name__}")
