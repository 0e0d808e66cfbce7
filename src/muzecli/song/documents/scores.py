"""Scores as JSON, `muze.score/1`.

A note is a list, `[start, end, pitch, velocity]` or `[start, end, pitch, velocity, lyric]`; a chord is
`[start, end, "C:maj"]`. Starts and ends are ticks, `ticks_per_quarter` to a quarter note.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from muzecli.song.checks import FieldError
from muzecli.song.chord import Chord
from muzecli.song.documents.fields import Field, check_schema, explained
from muzecli.song.documents.source import parse_json, read_text
from muzecli.song.metre import TICKS_PER_QUARTER, TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import SECTION_TYPES, SectionSpan, SectionType
from muzecli.song.score import ChordEvent, Note, Part, Role, Score

SCORE_SCHEMA = "muze.score/1"

_REQUIRED = ("schema", "tempo_bpm", "time_signature", "key", "bars", "ticks_per_quarter", "parts")
_PART = ("name", "role", "instrument", "program", "is_drum", "notes")
_SECTION = ("type", "start_s", "end_s", "position", "energy", "has_vocals")


def score_document(score: Score) -> dict[str, Any]:
    """Return a score as a JSON document."""
    return {
        "schema": SCORE_SCHEMA,
        "tempo_bpm": score.tempo_bpm,
        "time_signature": str(score.time_signature),
        "key": str(score.key),
        "bars": score.bars,
        "ticks_per_quarter": TICKS_PER_QUARTER,
        "sections": [{name: getattr(span, name) for name in _SECTION} for span in score.sections],
        "chords": [[event.start, event.end, str(event.chord)] for event in score.chords],
        "parts": [
            {
                "name": part.name,
                "role": str(part.role),
                "instrument": part.instrument,
                "program": part.program,
                "is_drum": part.is_drum,
                "notes": [_note_list(note) for note in part.notes],
            }
            for part in score.parts
        ],
    }


def read_score(source: Path | str, *, name: str = "score") -> Score:
    """Read a score.

    Args:
        source: a file, or its text.
        name: what stands for the file in messages about text.

    Raises:
        InputMissingError: there is no such file.
        BadDataError: it is no score; names the line and the field.
    """
    if isinstance(source, Path):
        source, name = read_text(source, what="score"), str(source)
    document = parse_json(source, name=name, what="score")
    try:
        return score_at(Field(document))
    except FieldError as error:
        raise explained(error, name=name, text=source) from error


def score_from_document(document: Mapping[str, Any], *, name: str = "score") -> Score:
    """Return the score of a parsed document.

    Raises:
        BadDataError: it is no score; names the field.
    """
    try:
        return score_at(Field(document))
    except FieldError as error:
        raise explained(error, name=name, text=None) from error


def score_at(field: Field) -> Score:
    """Read the score that a field holds.

    Raises:
        FieldError: it is none.
    """
    field.built(check_schema, field.value, SCORE_SCHEMA, what="score")
    fields = field.object(required=_REQUIRED, optional=("sections", "chords"))
    if fields["ticks_per_quarter"].whole() != TICKS_PER_QUARTER:
        raise fields["ticks_per_quarter"].fault(
            f"must be {TICKS_PER_QUARTER}; found {fields['ticks_per_quarter'].value}"
        )
    chords = fields["chords"].items() if "chords" in fields else []
    sections = fields["sections"].items() if "sections" in fields else []
    return field.built(
        Score,
        tempo_bpm=fields["tempo_bpm"].number(),
        time_signature=fields["time_signature"].parsed(TimeSignature.parse),
        key=fields["key"].parsed(Key.parse),
        bars=fields["bars"].whole(),
        parts=tuple(_part(item) for item in fields["parts"].items()),
        chords=tuple(_chord(item) for item in chords),
        sections=tuple(_section(item) for item in sections),
    )


def _note_list(note: Note) -> list[Any]:
    plain: list[Any] = [note.start, note.end, note.pitch, note.velocity]
    return plain if note.lyric is None else [*plain, note.lyric]


def _part(field: Field) -> Part:
    fields = field.object(required=_PART)
    return field.built(
        Part,
        name=fields["name"].text(),
        role=Role(fields["role"].choice(tuple(Role), "a role")),
        instrument=fields["instrument"].text(),
        program=fields["program"].whole(),
        is_drum=fields["is_drum"].flag(),
        notes=tuple(_note(item) for item in fields["notes"].items()),
    )


def _note(field: Field) -> Note:
    value = field.value
    lyric = None
    if isinstance(value, list | tuple) and len(value) == 5:
        lyric, value = Field(value[4], (*field.path, 4)).text(), value[:4]
    if not isinstance(value, list | tuple) or len(value) != 4 or not set(map(type, value)) <= {int}:
        raise field.fault(
            "must be [start, end, pitch, velocity], whole numbers, and a lyric where one is sung"
        )
    return field.built(Note, *value, lyric)


def _chord(field: Field) -> ChordEvent:
    items = field.items()
    if len(items) != 3:
        raise field.fault('must be [start, end, "chord"]')
    return ChordEvent(items[0].whole(), items[1].whole(), items[2].parsed(Chord.parse))


def _section(field: Field) -> SectionSpan:
    fields = field.object(required=_SECTION)
    return SectionSpan(
        SectionType(fields["type"].choice(SECTION_TYPES, "a type of section")),
        fields["start_s"].number(),
        fields["end_s"].number(),
        fields["position"].number(),
        fields["energy"].number(),
        fields["has_vocals"].flag(),
    )
