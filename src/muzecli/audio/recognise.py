"""Say what a file is that is not audio, or not audio that muze reads."""

from __future__ import annotations

from muzecli.audio.formats import READABLE_NAMES
from muzecli.errors import BadDataError

# (offset, bytes there, what it is)
_OTHER_TYPES = (
    (4, b"ftyp", "an MP4 or M4A file"),
    (0, b"\x1aE\xdf\xa3", "a Matroska or WebM file"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "a WMA file"),
    (0, b"MThd", "a MIDI file"),
    (0, b"MAC ", "a Monkey's Audio file"),
    (0, b"wvpk", "a WavPack file"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"%PDF", "a PDF document"),
    (0, b"\x89PNG", "a picture"),
    (0, b"\xff\xd8\xff", "a picture"),
)
_LOOKS_READABLE = {
    b"RIFF": "WAV",
    b"RF64": "WAV",
    b"FORM": "AIFF",
    b"fLaC": "FLAC",
    b"OggS": "OGG",
    b"ID3": "MP3",
}


def not_audio(label: str, head: bytes) -> BadDataError:
    """Return the error for a file that libsndfile does not open.

    Args:
        label: how messages call it.
        head: its first bytes, a hundred or so.
    """
    hint = f"muze reads {READABLE_NAMES}: convert it to one of them"
    for offset, magic, kind in _OTHER_TYPES:
        if head[offset:].startswith(magic):
            return BadDataError(f"{label}: must be audio that muze reads, but is {kind}", hint=hint)
    for magic, kind in _LOOKS_READABLE.items():
        if head.startswith(magic):
            return BadDataError(
                f"{label}: begins like {kind}, but there is no audio in it that can be decoded",
                hint="get a whole copy of the file",
            )
    text = bool(head) and all(byte in b"\t\n\r" or 32 <= byte < 127 for byte in head)
    found = "holds text" if text else "its content is of no audio type that muze knows"
    return BadDataError(f"{label}: must be audio that muze reads, but {found}", hint=hint)
