"""Annotated tracks as JSON, `muze.track/3.1`.

Every field of `Track` stands under its own name; `key_idx` and `num_beats`, which follow from others, are
written too and must agree where they are given. A field that is missing was not measured, like null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muzecli.song.checks import FieldError
from muzecli.song.chord import Chord
from muzecli.song.documents.fields import Field, check_schema, explained, or_none
from muzecli.song.documents.plans import plan_at, plan_document
from muzecli.song.documents.source import parse_json
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import SECTION_TYPES, SectionType
from muzecli.song.track import ChordTime, PhonemeTime, Segment, Track

TRACK_SCHEMA = "muze.track/3.1"

_REQUIRED = ("schema", "audio_path", "track_id", "duration", "sample_rate")
_FOLLOWS = {"key": "key_idx", "beat_positions": "num_beats"}
_TEXTS = (
    "artist",
    "title",
    "album",
    "genre",
    "prompt",
    "text_sentiment",
    "lyrics",
    "language",
    "split",
    "score_path",
)
_NUMBERS = (
    "sentiment_score",
    "tempo",
    "loudness_db",
    "energy",
    "vibrato_rate",
    "vibrato_depth",
    "vibrato_extent",
)
_NUMBER_LISTS = (
    "voice_embedding",
    "voice_embedding_separated",
    "ecapa_embedding",
    "clap_audio_embedding",
    "clap_text_embedding",
    "beat_positions",
    "downbeat_positions",
    "f0_contour",
)


def track_document(track: Track) -> dict[str, Any]:
    """Return a track as a JSON document, fields in the order of the schema."""
    values: dict[str, Any] = {}
    for name in Track.__dataclass_fields__:
        values[name] = _plain(getattr(track, name))
        if name in _FOLLOWS:
            values[_FOLLOWS[name]] = getattr(track, _FOLLOWS[name])
    values["segments"] = _each(track.segments, _segment_document)
    values["phoneme_timestamps"] = _each(
        track.phoneme_timestamps,
        lambda item: {"phoneme": item.phoneme, "start": item.start_s, "end": item.end_s},
    )
    values["chord_progression"] = _each(
        track.chord_progression,
        lambda item: {"chord": str(item.chord), "start": item.start_s, "end": item.end_s},
    )
    values["source"] = dict(track.source)
    values["plan"] = None if track.plan is None else plan_document(track.plan)
    return {"schema": TRACK_SCHEMA, **values}


def read_track(text: str, *, name: str = "track", first_line: int = 1) -> Track:
    """Read one track.

    Args:
        text: JSON.
        name: what stands for the file in messages.
        first_line: the file's line on which the text begins.

    Raises:
        BadDataError: it is no track; names the line and the field.
    """
    document = parse_json(text, name=name, what="track", first_line=first_line)
    try:
        return track_at(Field(document))
    except FieldError as error:
        raise explained(error, name=name, text=text, first_line=first_line) from error


def track_at(field: Field) -> Track:
    """Read the track that a field holds.

    Raises:
        FieldError: it is none.
    """
    field.built(check_schema, field.value, TRACK_SCHEMA, what="track")
    optional = tuple(name for name in Track.__dataclass_fields__ if name not in _REQUIRED)
    fields = field.object(required=_REQUIRED, optional=(*optional, *_FOLLOWS.values()))
    values: dict[str, Any] = {
        "audio_path": fields["audio_path"].text(),
        "track_id": fields["track_id"].text(),
        "duration": fields["duration"].number(),
        "sample_rate": fields["sample_rate"].whole(),
        "source": _source(fields["source"]) if "source" in fields else {},
    }
    readers: dict[str, Callable[[Field], Any]] = {
        **dict.fromkeys(_TEXTS, Field.text),
        **dict.fromkeys(_NUMBERS, Field.number),
        **dict.fromkeys(_NUMBER_LISTS, Field.numbers),
        "year": Field.whole,
        "has_vocals": Field.flag,
        "key": lambda item: item.parsed(Key.parse),
        "time_signature": lambda item: item.parsed(TimeSignature.parse),
        "phonemes_ipa": Field.texts,
        "phoneme_timestamps": lambda item: tuple(map(_phoneme, item.items())),
        "segments": lambda item: tuple(map(_segment, item.items())),
        "chord_progression": lambda item: tuple(map(_chord, item.items())),
        "f0_coarse": Field.wholes,
        "f0_voiced_mask": Field.flags,
        "breath_positions": lambda item: tuple(map(_pair, item.items())),
        "plan": plan_at,
    }
    values |= {name: or_none(fields.get(name), read) for name, read in readers.items()}
    track = field.built(Track, **values)
    for base, name in _FOLLOWS.items():
        _check_derived(fields.get(name), getattr(track, name), base)
    return track


def _check_derived(field: Field | None, expected: int | None, base: str) -> None:
    found = or_none(field, Field.whole)
    if field is None or found is None or found == expected:
        return
    must = (
        f"must be {expected}, as {base} says" if expected is not None else f"must not be given without {base}"
    )
    raise field.fault(f"{must}; found {found}", hint=f"remove it: it follows from {base}")


def _plain(value: Any) -> Any:
    if isinstance(value, Key | TimeSignature):
        return str(value)
    if isinstance(value, tuple):
        return [list(item) if isinstance(item, tuple) else item for item in value]
    return value


def _each(items: tuple[Any, ...] | None, write: Callable[[Any], dict[str, Any]]) -> list[Any] | None:
    return None if items is None else [write(item) for item in items]


def _segment_document(segment: Segment) -> dict[str, Any]:
    document = {
        "type": str(segment.type),
        "start": segment.start_s,
        "end": segment.end_s,
        "energy": segment.energy,
        "has_vocals": segment.has_vocals,
    }
    return document if segment.lyrics is None else document | {"lyrics": segment.lyrics}


def _segment(field: Field) -> Segment:
    fields = field.object(required=("type", "start", "end"), optional=("energy", "has_vocals", "lyrics"))
    return Segment(
        SectionType(fields["type"].choice(SECTION_TYPES, "a type of section")),
        fields["start"].number(),
        fields["end"].number(),
        or_none(fields.get("energy"), Field.number),
        or_none(fields.get("has_vocals"), Field.flag),
        or_none(fields.get("lyrics"), Field.text),
    )


def _phoneme(field: Field) -> PhonemeTime:
    fields = field.object(required=("phoneme", "start", "end"))
    return PhonemeTime(fields["phoneme"].text(), fields["start"].number(), fields["end"].number())


def _chord(field: Field) -> ChordTime:
    fields = field.object(required=("chord", "start", "end"))
    return ChordTime(fields["chord"].parsed(Chord.parse), fields["start"].number(), fields["end"].number())


def _pair(field: Field) -> tuple[float, float]:
    numbers = field.numbers()
    if len(numbers) != 2:
        raise field.fault(f"must be [start, end]; found {len(numbers)} numbers")
    return numbers[0], numbers[1]


def _source(field: Field) -> Mapping[str, Any]:
    if not isinstance(field.value, Mapping):
        raise field.fault("must be an object that says how fields came about")
    return dict(field.value)
