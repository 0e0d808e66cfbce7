"""ID3v2.4: the tags of MP3 and AIFF files, and of WAV files that hold more than LIST/INFO can."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

from mutagen import id3
from mutagen.aiff import AIFF
from mutagen.wave import WAVE

from muzecli.audio.tag_names import DESCRIBES_FILE, join_totals, split_totals
from muzecli.audio.types import Picture, Tags

_TEXT_FRAMES = {
    **{
        "TIT2": "title",
        "TPE1": "artist",
        "TALB": "album",
        "TCON": "genre",
        "TDRC": "date",
        "TPE2": "albumartist",
    },
    **{
        "TRCK": "tracknumber",
        "TPOS": "discnumber",
        "TCOM": "composer",
        "TPE3": "conductor",
        "TPE4": "remixer",
    },
    **{"TEXT": "lyricist", "TBPM": "bpm", "TKEY": "initialkey", "TSRC": "isrc", "TCOP": "copyright"},
    **{"TPUB": "organization", "TENC": "encodedby", "TLAN": "language", "TMOO": "mood", "TIT1": "grouping"},
    **{
        "TIT3": "subtitle",
        "TDOR": "originaldate",
        "TCMP": "compilation",
        "TMED": "media",
        "TSST": "discsubtitle",
    },
    **{"TSOA": "albumsort", "TSOP": "artistsort", "TSOT": "titlesort", "TSO2": "albumartistsort"},
}
_FRAME_OF = {name: frame for frame, name in _TEXT_FRAMES.items()}
# Length, encoder settings, seek tables and loudness of the file they are in: untrue of any other.
_OF_ONE_FILE = ("TLEN", "TSSE", "MLLT", "SEEK", "ASPI", "ETCO", "RVA2", "RVAD", "TSIZ", "TFLT")
_UTF8 = 3
_ANY_LANGUAGE = "XXX"


def read(file: BinaryIO, container: str) -> Tags:
    """Return the ID3 tags of an MP3, WAV or AIFF file; none is no error."""
    frames = _open(file, container)
    if frames is None:
        return Tags()
    fields: dict[str, tuple[str, ...]] = {}
    pictures: list[Picture] = []
    rest = id3.ID3()
    for key, frame in frames.items():
        name = frame.FrameID
        if name == "TCON":
            fields["genre"] = tuple(frame.genres)
        elif name in _TEXT_FRAMES:
            fields[_TEXT_FRAMES[name]] = tuple(str(text) for text in frame.text)
        elif name == "TXXX" and frame.desc:
            fields.setdefault(frame.desc.lower(), tuple(str(text) for text in frame.text))
        elif name == "COMM" and not frame.desc:
            fields["comment"] = (*fields.get("comment", ()), *map(str, frame.text))
        elif name == "USLT" and not frame.desc:
            fields["lyrics"] = (*fields.get("lyrics", ()), frame.text)
        elif name == "APIC":
            pictures.append(Picture(frame.data, frame.mime, int(frame.type), frame.desc))
        elif name not in _OF_ONE_FILE:
            rest[key] = frame
    fields = {name: texts for name, texts in fields.items() if any(texts) and name not in DESCRIBES_FILE}
    return Tags(split_totals(fields), tuple(pictures), {"id3": _pack(rest)} if rest else {})


def write(file: BinaryIO, tags: Tags, container: str) -> None:
    """Write tags as ID3v2.4 in UTF-8; what has no frame of its own goes into TXXX."""
    frames = id3.ID3(io.BytesIO(tags.native["id3"])) if "id3" in tags.native else id3.ID3()
    for name, texts in join_totals(dict(tags.fields)).items():
        values = list(texts)
        if name == "comment":
            frames.add(id3.COMM(encoding=_UTF8, lang=_ANY_LANGUAGE, desc="", text=values))
        elif name == "lyrics":
            frames.add(id3.USLT(encoding=_UTF8, lang=_ANY_LANGUAGE, desc="", text="\n".join(values)))
        elif name in _FRAME_OF:
            frames.add(id3.Frames[_FRAME_OF[name]](encoding=_UTF8, text=values))
        else:
            frames.add(id3.TXXX(encoding=_UTF8, desc=name.upper(), text=values))
    for picture in tags.pictures:
        frames.add(
            id3.APIC(
                encoding=_UTF8,
                mime=picture.mime,
                type=picture.kind,
                desc=picture.description,
                data=picture.data,
            )
        )
    if not frames:
        return
    if container == "mp3":
        file.seek(0)
        frames.save(fileobj=file)
        return
    file.seek(0)
    audio = (WAVE if container == "wav" else AIFF)(fileobj=file)
    if audio.tags is None:
        audio.add_tags()
    audio.tags.clear()
    audio.tags.update(frames)
    file.seek(0)
    audio.tags.save(fileobj=file)


def _open(file: BinaryIO, container: str) -> Any:
    try:
        if container == "mp3":
            return id3.ID3(fileobj=file)
        return (WAVE if container == "wav" else AIFF)(fileobj=file).tags
    except id3.ID3NoHeaderError:
        return None


def _pack(frames: Any) -> bytes:
    file = io.BytesIO()
    frames.save(fileobj=file, padding=lambda info: 0)
    return file.getvalue()
