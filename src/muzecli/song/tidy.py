"""Notes as a keyboard can play them: in order, within the song, and no key struck while it is down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from muzecli.song.score import Note


def tidied(notes: Iterable[Note], *, end: int) -> tuple[Note, ...]:
    """Return notes that a `Part` may hold.

    A note ends where its key is struck again and where the song ends; one that would begin after the song is
    left out. Notes that strike one key at the same tick become one, as long and as loud as any of them, with
    the first lyric. Notes that begin together keep their order; notes that are tidy come back as they are.

    Args:
        notes: in any order.
        end: tick of the song's end.
    """
    struck: dict[tuple[int, int], Note] = {}
    for note in sorted((note for note in notes if note.start < end), key=lambda note: note.start):
        same = struck.get((note.start, note.pitch))
        struck[note.start, note.pitch] = note if same is None else _joined(same, note)
    kept: list[Note] = []
    sounding: dict[int, int] = {}  # pitch → where its latest note stands in `kept`
    for note in struck.values():
        at = sounding.get(note.pitch)
        if at is not None and kept[at].end > note.start:
            kept[at] = replace(kept[at], end=note.start)
        sounding[note.pitch] = len(kept)
        kept.append(note if note.end <= end else replace(note, end=end))
    return tuple(kept)


def _joined(one: Note, other: Note) -> Note:
    return replace(
        one,
        end=max(one.end, other.end),
        velocity=max(one.velocity, other.velocity),
        lyric=one.lyric if one.lyric is not None else other.lyric,
    )
