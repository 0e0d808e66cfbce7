"""The audio files below a folder, told by what is in them.

A name that means audio makes a file count whatever is in it: if it cannot be read, somebody will want to know. Any
other name counts if the content begins like audio, so that a renamed file is not lost and a picture, a score or a
text beside a song is none.
"""

from __future__ import annotations

import os
from pathlib import Path

from muzecli.audio.formats import SUFFIXES, UNREADABLE_SUFFIXES
from muzecli.audio.mp3_frames import parse_header
from muzecli.errors import InputMissingError
from muzecli.files import kind_of

_AUDIO_SUFFIXES = SUFFIXES | UNREADABLE_SUFFIXES
_HEAD_BYTES = 12
_WHOLE_MAGIC = (b"fLaC", b"OggS", b"ID3")
# A container for more than audio says at byte 8 what it holds.
_CONTAINERS = {b"RIFF": (b"WAVE",), b"RIFX": (b"WAVE",), b"RF64": (b"WAVE",), b"FORM": (b"AIFF", b"AIFC")}


def recordings(folder: Path) -> tuple[list[str], list[str]]:
    """Return the paths of audio files below a folder with "/", sorted, and those of folders that cannot be read.

    Hidden files and folders, unfinished ones among them, links to folders, which might lead in circles, and pipes are
    left out.

    Raises:
        InputMissingError: the folder itself cannot be read.
    """
    files: list[str] = []
    closed: list[str] = []
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(folder / below) as entries:
                for entry in entries:
                    path = below + entry.name
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(f"{path}/")
                    elif is_recording(Path(entry.path)):
                        files.append(path)
        except OSError as error:
            if not below:
                raise InputMissingError(
                    f"cannot read the folder {folder}: {error.strerror}", hint="make it readable"
                ) from error
            closed.append(below)
    return sorted(files), sorted(closed)


def is_recording(path: Path) -> bool:
    """Say whether a file is audio by its name, or else by its first bytes.

    Folders, pipes and devices are none whatever they are called; a link that leads nowhere, or in a circle, is one by
    its name.
    """
    if kind_of(path) in ("folder", "other"):  # never wait for what a pipe might bring
        return False
    if path.suffix.lower() in _AUDIO_SUFFIXES:
        return True
    try:
        with path.open("rb") as stream:
            return begins_like_audio(stream.read(_HEAD_BYTES))
    except OSError:  # neither its name nor its content says audio
        return False


def begins_like_audio(head: bytes) -> bool:
    """Say whether the first twelve bytes of a file are those of a kind of audio that muze reads."""
    return (
        head.startswith(_WHOLE_MAGIC)
        or head[8:12] in _CONTAINERS.get(head[:4], ())
        or parse_header(head[:4]) is not None
    )
