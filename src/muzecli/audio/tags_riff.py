"""The tags of WAV and AIFF that are not ID3: LIST/INFO and broadcast chunks, and AIFF's text chunks."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

from muzecli.audio.headers import chunks
from muzecli.audio.tag_names import join_totals, split_totals
from muzecli.audio.types import Tags

_INFO = {
    **{
        b"INAM": "title",
        b"IART": "artist",
        b"IPRD": "album",
        b"IGNR": "genre",
        b"ICRD": "date",
        b"ICMT": "comment",
    },
    **{b"ITRK": "tracknumber", b"ICOP": "copyright", b"ILNG": "language", b"IMUS": "composer"},
}
_INFO_ALIASES = {b"IPRT": "tracknumber", b"itrk": "tracknumber", b"TRCK": "tracknumber"}
_AIFF_TEXT = {b"NAME": "title", b"AUTH": "artist", b"ANNO": "comment", b"(c) ": "copyright"}
# Kept as they are from WAV to WAV: broadcast data, cue points and loops, tempo, instrument, sidecar XML.
_KEPT_CHUNKS = (b"bext", b"iXML", b"cue ", b"smpl", b"inst", b"acid", b"_PMX")
_LONGEST_KEPT = 1 << 20


def has_tags(file: BinaryIO, container: str) -> bool:
    """Whether a WAV or AIFF file has any chunk that holds tags."""
    size, order = _measure(file, container)
    wanted = (
        {b"LIST", b"id3 ", b"ID3 ", *_KEPT_CHUNKS} if container == "wav" else {b"ID3 ", b"id3 ", *_AIFF_TEXT}
    )
    return any(chunk.name in wanted for chunk in chunks(file, size, order))


def merge(tags: Tags, file: BinaryIO, container: str) -> Tags:
    """Return ID3 tags completed by what only the file's own chunks say."""
    size, order = _measure(file, container)
    fields: dict[str, tuple[str, ...]] = {}
    native = dict(tags.native)
    for chunk in list(chunks(file, size, order)):
        if chunk.length > _LONGEST_KEPT:
            continue
        file.seek(chunk.offset)
        content = file.read(chunk.length)
        if container == "aiff" and chunk.name in _AIFF_TEXT:
            text = _decode(content)
            if text:
                fields.setdefault(_AIFF_TEXT[chunk.name], (text,))
        elif container == "wav" and chunk.name == b"LIST" and content[:4] == b"INFO":
            fields.update(_parse_info(content[4:], order))
        elif container == "wav" and (chunk.name in _KEPT_CHUNKS or chunk.name + content[:4] == b"LISTadtl"):
            native[f"riff:{chunk.name.decode('ascii')}"] = content
    return Tags({**split_totals(fields), **tags.fields}, tags.pictures, native)


def append(file: BinaryIO, tags: Tags) -> None:
    """Append LIST/INFO and the kept chunks to a WAV file and correct its length field."""
    fields = join_totals(dict(tags.fields))
    body = b"".join(
        name + struct.pack("<I", len(text)) + text + b"\0" * (len(text) % 2)
        for name, field in _INFO.items()
        if (text := "; ".join(fields.get(field, ())).encode() + b"\0") != b"\0"
    )
    new = {b"LIST": b"INFO" + body} if body else {}
    for key, content in tags.native.items():
        if key.startswith("riff:") and key != "riff:LIST":
            new[key.removeprefix("riff:").encode("ascii")] = content
    pieces = list(new.items())
    if "riff:LIST" in tags.native:
        pieces.append((b"LIST", tags.native["riff:LIST"]))
    if not pieces:
        return
    file.seek(0, os.SEEK_END)
    if file.tell() % 2:
        file.write(b"\0")
    for name, content in pieces:
        file.write(name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2))
    length = file.tell() - 8
    file.seek(4)
    file.write(struct.pack("<I", length))


def _parse_info(body: bytes, order: str) -> dict[str, tuple[str, ...]]:
    fields: dict[str, tuple[str, ...]] = {}
    at = 0
    while at + 8 <= len(body):
        name, length = struct.unpack(f"{order}4sI", body[at : at + 8])
        text = _decode(body[at + 8 : at + 8 + length])
        field = _INFO.get(name) or _INFO_ALIASES.get(name)
        if field and text:
            fields[field] = (text,)
        at += 8 + length + length % 2
    return fields


def _decode(raw: bytes) -> str:
    raw = raw.split(b"\0", 1)[0]
    try:
        return raw.decode("utf-8").strip()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace").strip()  # what Windows programs write


def _measure(file: BinaryIO, container: str) -> tuple[int, str]:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    order = ">" if container == "aiff" or file.read(4) == b"RIFX" else "<"
    return size, order
