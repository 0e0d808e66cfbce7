"""Edit a plan with settings such as `sections.2.energy=0.9`, the way `--set` gives them.

The name before `=` is a path in the plan's JSON; what stands after it is JSON too, or plain text where the field
holds text. Lists may be written with commas (`instruments=drums,piano`); the chords of a section as bars with
commas between them (`sections.0.chords=A:min,F:maj,C:maj G:maj,E:7`). When the bars of a section change, its
chords are repeated from their beginning, or cut, to fit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from muzecli.errors import UsageError
from muzecli.song.checks import FieldError, path_text, suggestion
from muzecli.song.documents.fields import Field
from muzecli.song.documents.plans import DERIVED, SECTION_DERIVED, plan_at, plan_document
from muzecli.song.plan import MOST_BARS

_LISTS = ("instruments", "mood", "style_positive", "style_negative", "chords")
_TEXTS = ("prompt", "genre", "key", "time_signature", "template", "language", "type", "lyrics")
_SETTABLE = (
    *("tempo_bpm", "key", "time_signature", "genre", "mood", "seed", "instruments", "prompt", "language"),
    *("template", "style_positive", "style_negative", "sections"),
)
_SECTION_SETTABLE = ("type", "bars", "energy", "has_vocals", "chords", "lyrics", "instruments")
_HINT = "write a path and a value, such as sections.2.energy=0.9 or tempo_bpm=100"


def set_values(document: Mapping[str, Any], settings: Iterable[str]) -> dict[str, Any]:
    """Return a plan's document with settings applied in their order, checked as a whole.

    Args:
        document: a plan, as `plan_document` makes it.
        settings: each a path, "=" and a value; section numbers count from 0.

    Raises:
        UsageError: a path leads nowhere, or a value does not fit; names the setting and the field.
    """
    edited = _without_derived(document)
    for setting in settings:
        path, equals, value = setting.partition("=")
        if not path or not equals:
            raise UsageError(f"a setting must be a path, '=' and a value; found '{setting}'", hint=_HINT)
        _set(edited, path.strip(), value.strip())
    try:
        return plan_document(plan_at(Field(edited)))
    except FieldError as error:
        raise UsageError(str(error), hint=error.hint, details={"field": path_text(error.path)}) from error


def _set(document: dict[str, Any], path: str, value: str) -> None:
    steps = path.replace("[", ".").replace("]", "").split(".")
    if steps[0] != "sections":
        if len(steps) != 1 or steps[0] not in _SETTABLE:
            raise _no_such_field(path, steps[0], _SETTABLE)
        document[steps[0]] = _value(steps[0], value)
        return
    sections = document["sections"]
    if len(steps) != 3 or not steps[1].isdecimal():  # isdigit takes "²", which int does not
        raise UsageError(
            f"'{path}' names no field of a section",
            hint=f"sections.0.energy; fields: {', '.join(_SECTION_SETTABLE)}",
        )
    index = int(steps[1])
    if index >= len(sections):
        raise UsageError(
            f"'{path}': the plan has {len(sections)} sections, 0 to {len(sections) - 1}; found {index}",
            hint="sections are counted from 0",
        )
    if steps[2] not in _SECTION_SETTABLE:
        raise _no_such_field(path, steps[2], _SECTION_SETTABLE)
    section = sections[index]
    section[steps[2]] = _value(steps[2], value)
    bars, chords = section["bars"], section.get("chords") or []
    if steps[2] == "bars" and chords and type(bars) is int and 0 < bars <= MOST_BARS:
        section["chords"] = [chords[bar % len(chords)] for bar in range(bars)]


def _value(name: str, text: str) -> Any:
    """Return what a text means for a field; what it then may be, reading the plan decides."""
    if name in _LISTS:
        if text.startswith("["):
            return _json(text)
        if text in ("", "null"):
            return None if text else []
        return [item.strip() for item in text.split(",")]
    if name in _TEXTS:
        return None if text == "null" else _json(text) if text.startswith('"') else text
    return _json(text)


def _json(text: str) -> Any:
    """Return the value of JSON text, or the text itself, which then is the wrong type and is named so."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # no JSON, a number with thousands of digits, thousands of brackets
        return text


def _no_such_field(path: str, name: str, known: tuple[str, ...]) -> UsageError:
    if name in (*DERIVED, *SECTION_DERIVED):
        return UsageError(
            f"'{path}' cannot be set: it follows from the bars, the tempo and the metre",
            hint="set sections.N.bars or tempo_bpm",
        )
    return UsageError(f"'{path}' is no field of a plan", hint=suggestion(name, known, "fields"))


def _without_derived(document: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: deepcopy(value) for key, value in document.items() if key not in DERIVED}
    kept["sections"] = [
        {key: value for key, value in section.items() if key not in SECTION_DERIVED}
        for section in kept.get("sections", [])
    ]
    return kept
