"""A text, the audio that it names, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from muzecli.errors import BadDataError

_DRIVE = re.compile(r"[A-Za-z]:\\")


@dataclass(frozen=True)
class Text:
    """A text that names an audio.

    Attributes:
        id: unique among the texts of a source.
        audio: the path that it names, relative to the folder of audio or absolute, with "/"; its ending may be
            missing.
        text: in one line; None where there is nothing written.
        place: where it stands, for messages: `pairs.csv: line 3`.
    """

    id: str
    audio: str
    text: str | None
    place: str


@dataclass(frozen=True)
class Source:
    """All texts of a file or a folder.

    Attributes:
        kind: `csv`, `json`, `dataset`, `folder` or `recording`.
        texts: in the order found.
        apart: audio that is there and is no piece of its own, such as a song's stems.
        text_field: what the texts stand under.
    """

    kind: str
    texts: tuple[Text, ...]
    text_field: str
    apart: frozenset[str] = frozenset()


def written(text: str) -> str | None:
    """Return a text in one line; None where nothing is written."""
    return " ".join(text.split()) or None


def audio_name(given: str, place: str) -> str:
    """Return the path of an audio as ids have it: `./a//b.wav` is `a/b.wav`.

    Raises:
        BadDataError: it is empty, or no path of this system.
    """
    name = given.strip()
    if not name or "\0" in name:
        raise BadDataError(f"{place}: must name an audio, and it is {given!r}")
    if _DRIVE.match(name):
        raise BadDataError(
            f"{place}: a path must be one of this system, and it is '{name}'",
            hint="write paths relative to --audio-dir, with /",
        )
    return str(PurePosixPath(name))


def check_ids(texts: Sequence[Text]) -> None:
    """Check that every id is there once.

    Raises:
        BadDataError: one is there twice; names both places.
    """
    seen: dict[str, Text] = {}
    for text in texts:
        first = seen.setdefault(text.id, text)
        if first is not text:
            raise BadDataError(
                f"{text.place}: every id must be there once, and '{text.id}' is that of {first.place}, too",
                hint="leave one of them out, or give each an id of its own in a column `id`",
            )
