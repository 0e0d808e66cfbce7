"""Read evaluations back: strictly, with the line and the field of whatever is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from muze_evaluate.document import SCHEMA, Cell, Curve, Evaluation, Failure, Figure, Row
from muzecli.song.checks import FieldError
from muzecli.song.documents.fields import Field, check_schema, explained, or_none
from muzecli.song.documents.source import parse_json, read_text

_LISTS = ("figures", "rows", "curves", "failed", "missing", "warnings")
_OBJECTS = ("settings", "provenance")


def read_evaluation(path: Path) -> Evaluation:
    """Return an evaluation from the file that a command wrote.

    Raises:
        InputMissingError: there is no such file.
        BadDataError: it is no evaluation; the message names the line and the field.
    """
    text = read_text(path, what="evaluation")
    document = parse_json(text, name=str(path), what="evaluation")
    try:
        check_schema(document, SCHEMA, what="document of an evaluation")
        return _evaluation(Field(document))
    except FieldError as error:
        raise explained(error, name=str(path), text=text) from error


def _evaluation(document: Field) -> Evaluation:
    fields = document.object(required=("schema", "metric", *_LISTS, *_OBJECTS), optional=("command",))
    return document.built(
        Evaluation,
        metric=fields["metric"].text(),
        figures=tuple(_figure(item) for item in fields["figures"].items()),
        rows=tuple(_row(item) for item in fields["rows"].items()),
        curves=tuple(_curve(item) for item in fields["curves"].items()),
        failed=tuple(_failure(item) for item in fields["failed"].items()),
        missing=fields["missing"].texts(),
        warnings=fields["warnings"].texts(),
        settings=_object(fields["settings"]),
        provenance=_object(fields["provenance"]),
        command=fields["command"].texts() if "command" in fields else (),
    )


def _figure(item: Field) -> Figure:
    numbers, texts = ("value", "low", "high"), ("name", "unit", "better", "group", "note")
    fields = item.object(required=("name", "value"), optional=("low", "high", "count", *texts[1:]))
    return item.built(
        Figure,
        **{name: or_none(fields.get(name), Field.number) for name in numbers},
        **({"count": fields["count"].whole()} if "count" in fields else {}),
        **_texts(fields, texts),
    )


def _row(item: Field) -> Row:
    fields = item.object(required=("id", "values"), optional=("path", "group", "note"))
    cells = fields["values"]
    return item.built(
        Row,
        values={name: _cell(Field(value, (*cells.path, name))) for name, value in _object(cells).items()},
        path=or_none(fields.get("path"), Field.text),
        **_texts(fields, ("id", "group", "note")),
    )


def _curve(item: Field) -> Curve:
    labels = ("name", "x_label", "y_label")
    fields = item.object(required=(*labels, "x", "y"), optional=("fit", "group"))
    return item.built(
        Curve,
        x=fields["x"].numbers(),
        y=fields["y"].numbers(),
        fit=or_none(fields.get("fit"), Field.numbers),
        **_texts(fields, (*labels, "group")),
    )


def _failure(item: Field) -> Failure:
    fields = item.object(required=("id", "reason"), optional=("group",))
    return item.built(Failure, **_texts(fields, ("id", "reason", "group")))


def _texts(fields: Mapping[str, Field], names: Sequence[str]) -> dict[str, str]:
    return {name: fields[name].text() for name in names if name in fields}


def _object(item: Field) -> dict[str, Any]:
    if not isinstance(item.value, dict):
        raise item.fault("must be an object")
    return item.value


def _cell(item: Field) -> Cell:
    if isinstance(item.value, float):
        return item.number()
    if item.value is None or isinstance(item.value, str | bool | int):
        return item.value
    raise item.fault("must be a number, text, true, false or null")
