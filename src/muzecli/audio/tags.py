"""Read and write tags, so that they survive from any container to any other.

One set of names for all: the Vorbis comment names in lower case. MP3, AIFF and WAV hold ID3v2.4 (`tags_id3`),
WAV also its own LIST/INFO chunk (`tags_riff`), FLAC and OGG hold Vorbis comments and pictures.
"""

from __future__ import annotations

import base64
import binascii
import struct
from pathlib import Path
from typing import Any, BinaryIO

from muzecli.audio import tags_riff
from muzecli.audio.tag_names import DESCRIBES_FILE, split_totals
from muzecli.audio.types import NO_TAGS, Picture, Tags
from muzecli.errors import OutputError

_OGG_PICTURE = "metadata_block_picture"  # a FLAC picture block in base64
_BROKEN_TAGS = (ValueError, KeyError, IndexError, TypeError, EOFError, OverflowError, struct.error)


def read_tags(source: Path | BinaryIO, *, container: str, notes: list[str] | None = None) -> Tags:
    """Read the tags of a file.

    Damaged tags do not make audio unreadable: they are left out, with a note.

    Args:
        source: a path or a seekable binary file.
        container: what it is: `wav`, `flac`, `mp3`, `ogg`, `aiff`; anything else has no tags.
        notes: gets a sentence part where tags cannot be read.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return read_tags(file, container=container, notes=notes)
    if container in ("wav", "aiff") and not tags_riff.has_tags(source, container):
        return NO_TAGS  # and mutagen need not be imported
    if container not in ("wav", "aiff", "mp3", "flac", "ogg"):
        return NO_TAGS
    import mutagen

    source.seek(0)
    try:
        if container in ("flac", "ogg"):
            return _read_vorbis(_open_vorbis(source))
        from muzecli.audio import tags_id3

        tags = tags_id3.read(source, container)
        return tags_riff.merge(tags, source, container) if container in ("wav", "aiff") else tags
    except (mutagen.MutagenError, *_BROKEN_TAGS):
        if notes is not None:
            notes.append("has tags that cannot be read: they are left out")
        return NO_TAGS


def write_tags(target: Path | BinaryIO, tags: Tags, *, container: str) -> None:
    """Put tags into a finished file, replacing those it has.

    Args:
        target: a path or a seekable binary file open for reading and writing.
        tags: what to write; parts that the container cannot hold are left out.
        container: what the file is; `raw` takes none.

    Raises:
        OutputError: the file could not be changed.
    """
    if not tags or container == "raw":
        return
    if isinstance(target, Path):
        with target.open("r+b") as file:
            return write_tags(file, tags, container=container)
    import mutagen

    target.seek(0)
    try:
        if container in ("flac", "ogg"):
            _write_vorbis(_open_vorbis(target), tags, target)
        else:
            from muzecli.audio import tags_id3

            if container == "wav":
                tags_riff.append(target, tags)
            tags_id3.write(target, tags, container)
    except mutagen.MutagenError as error:
        raise OutputError(f"the tags could not be written: {error}") from error
    return None


def _open_vorbis(file: BinaryIO) -> Any:
    from mutagen.flac import FLAC
    from mutagen.oggflac import OggFLAC
    from mutagen.oggopus import OggOpus
    from mutagen.oggvorbis import OggVorbis

    head = file.read(64)
    file.seek(0)
    if head[:4] != b"OggS":
        return FLAC(fileobj=file)
    return (OggOpus if b"OpusHead" in head else OggFLAC if b"\x7fFLAC" in head else OggVorbis)(fileobj=file)


def _read_vorbis(audio: Any) -> Tags:
    from mutagen.flac import Picture as FlacPicture

    fields: dict[str, tuple[str, ...]] = {}
    found = list(getattr(audio, "pictures", ()))
    for key, value in audio.tags or ():
        name = key.lower()
        if name == _OGG_PICTURE:
            try:
                found.append(FlacPicture(base64.b64decode(value)))
            except (binascii.Error, *_BROKEN_TAGS):
                continue
        elif name not in DESCRIBES_FILE:
            fields[name] = (*fields.get(name, ()), value)
    pictures = tuple(Picture(p.data, p.mime, p.type, p.desc) for p in found)
    return Tags(split_totals(fields), pictures)


def _write_vorbis(audio: Any, tags: Tags, file: BinaryIO) -> None:
    from mutagen.flac import FLAC
    from mutagen.flac import Picture as FlacPicture

    if audio.tags is None:
        audio.add_tags()
    audio.tags.clear()
    for name, texts in tags.fields.items():
        key = "".join(c for c in name.upper() if " " <= c <= "}" and c != "=")  # what the format allows
        if key:
            audio.tags[key] = list(texts)
    encoded = []
    if isinstance(audio, FLAC):
        audio.clear_pictures()
    for picture in tags.pictures:
        block = FlacPicture()
        block.data, block.mime, block.type, block.desc = (
            picture.data,
            picture.mime,
            picture.kind,
            picture.description,
        )
        if isinstance(audio, FLAC):
            audio.add_picture(block)
        else:
            encoded.append(base64.b64encode(block.write()).decode("ascii"))
    if encoded:
        audio.tags[_OGG_PICTURE] = encoded
    file.seek(0)
    audio.save(fileobj=file)
