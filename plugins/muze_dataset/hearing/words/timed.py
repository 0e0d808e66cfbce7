"""Lyrics, and the times that a source gives them.

The letters of the items, one after the other, are the letters of the lines: by them the two are told which belongs
to which.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

LINE, WORD, SYLLABLE = "line", "word", "syllable"

_SLACK_S = 0.5  # a last line may end after the sound does


@dataclass(frozen=True)
class Timed:
    """A text and when it is sung, in seconds."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Lyrics:
    """What is sung.

    Attributes:
        lines: in order, each with letters in it.
        level: what the items are: `LINE`, `WORD` or `SYLLABLE`; None without times.
        items: in order of time, without overlaps.
        language: as the source declares it, in its own words.
        confidence: 0…1, where the words were recognised.
    """

    lines: tuple[str, ...]
    level: str | None = None
    items: tuple[Timed, ...] = ()
    language: str | None = None
    confidence: float | None = None

    @property
    def text(self) -> str:
        """The lines, one a line."""
        return "\n".join(self.lines)


def letters(text: str) -> str:
    """Return the letters and digits of a text alone, case folded."""
    return "".join(mark for mark in unicodedata.normalize("NFC", text).casefold() if mark.isalnum())


def in_order(items: Iterable[Timed]) -> tuple[Timed, ...]:
    """Return items by their start, each cut off where the next begins; those left without time are joined to the
    one before."""
    ordered: list[Timed] = []
    for item in sorted(items, key=lambda item: item.start_s):
        if ordered and item.start_s <= ordered[-1].start_s:
            last = ordered[-1]
            ordered[-1] = Timed(f"{last.text} {item.text}", last.start_s, max(last.end_s, item.end_s))
        else:
            ordered.append(item)
    cut = [Timed(a.text, a.start_s, min(a.end_s, b.start_s)) for a, b in pairwise(ordered)]
    return (*cut, *ordered[-1:])


def within(items: tuple[Timed, ...], duration_s: float) -> tuple[Timed, ...] | None:
    """Return items cut to a recording's length; None where one lies outside: then they belong to another version."""
    if any(item.start_s < -_SLACK_S or item.start_s >= duration_s for item in items):
        return None
    cut = [Timed(item.text, max(item.start_s, 0.0), min(item.end_s, duration_s)) for item in items]
    return tuple(cut) if all(item.start_s < item.end_s for item in cut) else None


def document(level: str, items: Iterable[Timed]) -> dict[str, Any]:
    """Return times as the JSON value of `fact.lyric_times`."""
    rows = [{"text": i.text, "start": round(i.start_s, 4), "end": round(i.end_s, 4)} for i in items]
    return {"level": level, "items": rows}


def from_document(value: Any) -> tuple[str, tuple[Timed, ...]] | None:
    """Return level and items of a `fact.lyric_times`; None where there are none."""
    if not value or not value["items"]:
        return None
    return value["level"], tuple(Timed(row["text"], row["start"], row["end"]) for row in value["items"])
