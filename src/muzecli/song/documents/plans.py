"""Plans as JSON, `muze.plan/1`.

`bars` and `duration_s` of the song, `start_s`, `end_s` and `position` of a section follow from the rest; they are
written for whoever reads the file and checked, never used, when it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from muzecli.song.checks import FieldError, language_code
from muzecli.song.chord import Chord
from muzecli.song.documents.fields import Field, check_schema, explained, or_else, or_none
from muzecli.song.documents.source import parse_json, read_text
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import SECTION_TYPES, BarChords, Plan, Section, SectionType

PLAN_SCHEMA = "muze.plan/1"
DERIVED = ("bars", "duration_s")
SECTION_DERIVED = ("start_s", "end_s", "position")

_REQUIRED = ("schema", "genre", "tempo_bpm", "key", "time_signature", "sections")
_OPTIONAL = (
    "prompt",
    "seed",
    "instruments",
    "mood",
    "style_positive",
    "style_negative",
    "language",
    "template",
)
_SECTION_REQUIRED = ("type", "bars", "energy")
_SECTION_OPTIONAL = ("has_vocals", "chords", "lyrics", "instruments")
_NONE: tuple[str, ...] = ()
_DECIMALS = 6
_TOLERANCE = 2e-3  # derived values may have been rounded to milliseconds


def plan_document(plan: Plan) -> dict[str, Any]:
    """Return a plan as a JSON document."""
    return {
        "schema": PLAN_SCHEMA,
        "prompt": plan.prompt,
        "genre": plan.genre,
        "mood": list(plan.mood),
        "tempo_bpm": plan.tempo_bpm,
        "key": str(plan.key),
        "time_signature": str(plan.time_signature),
        "seed": plan.seed,
        "template": plan.template,
        "language": plan.language,
        "instruments": list(plan.instruments),
        "style_positive": list(plan.style_positive),
        "style_negative": list(plan.style_negative),
        "bars": plan.bars,
        "duration_s": round(plan.duration_s, _DECIMALS),
        "sections": [
            {
                "type": str(section.type),
                "bars": section.bars,
                "energy": section.energy,
                "has_vocals": section.has_vocals,
                "start_s": round(span.start_s, _DECIMALS),
                "end_s": round(span.end_s, _DECIMALS),
                "position": round(span.position, _DECIMALS),
                "chords": [bar_text(bar) for bar in section.chords],
                "lyrics": section.lyrics,
                "instruments": None if section.instruments is None else list(section.instruments),
            }
            for section, span in zip(plan.sections, plan.spans, strict=True)
        ],
    }


def read_plan(source: Path | str, *, name: str = "plan") -> Plan:
    """Read a plan.

    Args:
        source: a file, or its text.
        name: what stands for the file in messages about text.

    Raises:
        InputMissingError: there is no such file.
        BadDataError: it is no plan; names the line and the field.
    """
    if isinstance(source, Path):
        source, name = read_text(source, what="plan"), str(source)
    document = parse_json(source, name=name, what="plan")
    try:
        return plan_at(Field(document))
    except FieldError as error:
        raise explained(error, name=name, text=source) from error


def plan_from_document(document: Mapping[str, Any], *, name: str = "plan") -> Plan:
    """Return the plan of a parsed document.

    Raises:
        BadDataError: it is no plan; names the field.
    """
    try:
        return plan_at(Field(document))
    except FieldError as error:
        raise explained(error, name=name, text=None) from error


def plan_at(field: Field) -> Plan:
    """Read the plan that a field holds.

    Raises:
        FieldError: it is none.
    """
    field.built(check_schema, field.value, PLAN_SCHEMA, what="plan")
    fields = field.object(required=_REQUIRED, optional=(*_OPTIONAL, *DERIVED))
    plan = field.built(
        Plan,
        prompt=or_else(fields.get("prompt"), Field.text, ""),
        genre=fields["genre"].text(),
        tempo_bpm=fields["tempo_bpm"].number(),
        key=fields["key"].parsed(Key.parse),
        time_signature=fields["time_signature"].parsed(TimeSignature.parse),
        seed=or_else(fields.get("seed"), Field.whole, 0),
        sections=tuple(_section(item) for item in fields["sections"].items()),
        instruments=or_else(fields.get("instruments"), instruments_at, _NONE),
        mood=or_else(fields.get("mood"), Field.texts, _NONE),
        style_positive=or_else(fields.get("style_positive"), Field.texts, _NONE),
        style_negative=or_else(fields.get("style_negative"), Field.texts, _NONE),
        language=or_none(fields.get("language"), lambda code: code.parsed(language_code)),
        template=or_none(fields.get("template"), Field.text),
    )
    _check_derived(plan, fields)
    return plan


def instruments_at(field: Field) -> tuple[str, ...]:
    """Read a list of names of the instrument table."""
    from muzecli.song.instruments import instruments

    names = tuple(instruments())
    return tuple(item.choice(names, "an instrument of the table") for item in field.items())


def bar_text(bar: BarChords) -> str:
    """Return the chords of one bar as a plan writes them: "A:min" or "C:maj G:maj"."""
    return " ".join(map(str, bar))


def parse_bar(text: str) -> BarChords:
    """Read the chords of one bar.

    Raises:
        ValueError: one of them is no chord, or there is none.
    """
    if not text.split():
        raise ValueError("a bar holds at least one chord, N where there is none")
    return tuple(Chord.parse(word) for word in text.split())


def _section(field: Field) -> Section:
    fields = field.object(required=_SECTION_REQUIRED, optional=(*_SECTION_OPTIONAL, *SECTION_DERIVED))
    bars = fields["chords"].items() if "chords" in fields else []
    return field.built(
        Section,
        type=SectionType(fields["type"].choice(SECTION_TYPES, "a type of section")),
        bars=fields["bars"].whole(),
        energy=fields["energy"].number(),
        has_vocals=or_else(fields.get("has_vocals"), Field.flag, False),
        chords=tuple(bar.parsed(parse_bar) for bar in bars),
        lyrics=or_none(fields.get("lyrics"), Field.text),
        instruments=or_none(fields.get("instruments"), instruments_at),
    )


def _check_derived(plan: Plan, fields: Mapping[str, Field]) -> None:
    if "bars" in fields and fields["bars"].whole() != plan.bars:
        raise _contradiction(fields["bars"], plan.bars)
    _check_near(fields.get("duration_s"), plan.duration_s)
    for section, span in zip(fields["sections"].items(), plan.spans, strict=True):
        for name in SECTION_DERIVED:
            if name in section.value:
                _check_near(Field(section.value[name], (*section.path, name)), getattr(span, name))


def _check_near(field: Field | None, expected: float) -> None:
    if field is not None and abs(field.number() - expected) > _TOLERANCE:
        raise _contradiction(field, round(expected, _DECIMALS))


def _contradiction(field: Field, expected: float) -> FieldError:
    return field.fault(
        f"contradicts the bars, the tempo and the metre, which make it {expected:g}; found {field.value:g}",
        hint=f"remove {', '.join(SECTION_DERIVED)}, {' and '.join(DERIVED)}, which follow from the rest; "
        "--tempo, --time-signature and --set sections.N.bars=… change a plan and keep them in step",
    )
