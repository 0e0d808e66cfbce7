"""Lyrics inside audio files: ID3's USLT and SYLT frames, Vorbis comments."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from muze_dataset.hearing.words.lrc import parse_lrc
from muze_dataset.hearing.words.plain import parse_plain
from muze_dataset.hearing.words.sung import sung
from muze_dataset.hearing.words.timed import LINE, WORD, Lyrics, Timed, in_order

if TYPE_CHECKING:
    from muzecli.audio.types import Tags

_FIELDS = ("syncedlyrics", "lyrics", "unsyncedlyrics", "unsynced lyrics", "lyrics-xxx", "lyrics-eng")
_MILLISECONDS, _LYRICS, _TRANSCRIPTION = 2, 1, 2  # SYLT: the unit of its times, and what it holds
_LAST_LINE_S, _LAST_WORD_S = 6.0, 1.0


def embedded_lyrics(tags: Tags, *, title: str | None, artist: str | None) -> tuple[Lyrics, str] | None:
    """Return the lyrics that a file's tags hold, those with times first, and the name of the tag; None without.

    Args:
        tags: of the file.
        title: of the song, where it is known.
        artist: the same.
    """
    frames = list(_frames(tags))
    for frame in frames:
        timed = _synchronised(frame) if frame.FrameID == "SYLT" else None
        if timed:
            return timed, "tag SYLT"
    texts = [(f"tag {name}", text) for name in _FIELDS for text in tags.fields.get(name, ())]
    texts += [("tag USLT", str(frame.text)) for frame in frames if frame.FrameID == "USLT"]
    rows = [(name, text.replace("\r\n", "\n").replace("\r", "\n")) for name, text in texts]
    for name, text in rows:
        if timed := parse_lrc(text):
            return timed, name
    for name, text in rows:
        plain = parse_plain(text, title=title, artist=artist)
        if isinstance(plain, Lyrics):
            return plain, name
    return None


def _frames(tags: Tags) -> Iterator[Any]:
    """Yield the ID3 frames that have no common name."""
    packed = tags.native.get("id3")
    if packed:
        from mutagen import MutagenError, id3

        try:
            yield from id3.ID3(io.BytesIO(packed)).values()
        except MutagenError:
            return


def _synchronised(frame: Any) -> Lyrics | None:
    """Return the lyrics of a SYLT frame, whose pieces are lines or, parted by line ends, words and syllables."""
    if int(frame.format) != _MILLISECONDS or int(frame.type) not in (_LYRICS, _TRANSCRIPTION):
        return None
    pieces = sorted(((float(ms) / 1000.0, text) for text, ms in frame.text), key=lambda piece: piece[0])
    parted = sum("\n" in text.rstrip("\n") or text.startswith("\n") for _, text in pieces)
    single = sum(len(text.split()) <= 1 for _, text in pieces)
    words = bool(parted) and single > 0.8 * len(pieces)
    lines = [""]
    items = []
    for index, (start_s, text) in enumerate(pieces):
        said = sung(text.replace("\n", " "))
        if not words or text.startswith(("\n", "\r")):
            lines.append("")
        lines[-1] += text if words else said
        if said:
            last_s = _LAST_WORD_S if words else _LAST_LINE_S
            end_s = pieces[index + 1][0] if index + 1 < len(pieces) else start_s + last_s
            items.append(Timed(said, start_s, min(end_s, start_s + 4 * last_s)))
    said_lines = tuple(kept for line in lines if (kept := sung(line.strip())))
    timed = in_order(items)
    return Lyrics(said_lines, WORD if words else LINE, timed) if said_lines and timed else None
