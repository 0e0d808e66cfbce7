"""Which columns of a table, or fields of a record, mean what: by known names, and never by a guess between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muzecli.errors import BadDataError

ID = ("id", "track_id")
AUDIO = ("audio", "audio_path", "path", "file", "filename", "file_name")
TEXT = ("text", "prompt", "caption")


@dataclass(frozen=True)
class Columns:
    """The columns that count, as they are written.

    Attributes:
        id: what names a pair; None where the audio's name does.
        audio: what names the audio; None where the id does.
        text: what is said of it.
    """

    id: str | None
    audio: str | None
    text: str


def columns_of(names: Sequence[str], *, text_field: str | None, place: str) -> Columns:
    """Return which columns count; capitals, blanks and hyphens in their names make no difference.

    Args:
        names: of all columns.
        text_field: the name of the texts' column; None for a known one.
        place: where they stand, for messages.

    Raises:
        BadDataError: there is none for the audio or the text, or more than one; the message has their names.
    """
    plain = [_plain(name) for name in names]
    ids, audio = _named(names, plain, ID), _named(names, plain, AUDIO)
    text = _named(names, plain, TEXT if text_field is None else (_plain(text_field),))
    found = ", ".join(f"'{name}'" for name in names) or "nothing"
    if not ids and not audio:
        raise BadDataError(
            f"{place}: one of {', '.join((*AUDIO, *ID))} must name the audio; found {found}",
            hint="the first line of a table names its columns, for example: audio,text",
        )
    if not text:
        wanted = " or ".join(TEXT) if text_field is None else f"'{text_field}', as --text-field says,"
        raise BadDataError(
            f"{place}: {wanted} must hold the texts; found {found}", hint="--text-field NAME takes any other"
        )
    for kind, columns, hint in (
        ("ids", ids, "leave one of them out"),
        ("the audio", audio, "leave one of them out"),
        ("the texts", text, f"--text-field {text[0]} takes the first"),
    ):
        if len(columns) > 1:
            raise BadDataError(f"{place}: only one may hold {kind}; found {' and '.join(columns)}", hint=hint)
    return Columns(ids[0] if ids else None, audio[0] if audio else None, text[0])


def _plain(name: str) -> str:
    return name.strip().casefold().replace(" ", "_").replace("-", "_")


def _named(names: Sequence[str], plain: Sequence[str], wanted: Sequence[str]) -> list[str]:
    return [name for name, known in zip(names, plain, strict=True) if known in wanted]
