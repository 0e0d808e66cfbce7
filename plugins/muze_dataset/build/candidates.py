"""The audio files below a folder, in the order of their paths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from muzecli.audio.formats import SUFFIXES, UNREADABLE_SUFFIXES
from muzecli.errors import InputMissingError, UsageError
from muzecli.files import kind_of

AUDIO_SUFFIXES = SUFFIXES | UNREADABLE_SUFFIXES


@dataclass
class Walk:
    """One pass over a folder.

    Attributes:
        folder: where to look.
        ignored: files so far that are no audio by their names.
    """

    folder: Path
    ignored: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[str]:
        """Yield the paths of audio files below the folder, with "/", in the order of their bytes.

        Hidden files and folders, unfinished ones (`.part`) and links to folders are left out. Names that are no
        UTF-8 come with lone surrogates, as Python has them. Folders that cannot be read come, too, with a "/" at
        the end: what may be in them is missing.

        Raises:
            InputMissingError: the folder itself cannot be read.
        """
        self.ignored = 0
        yield from self._below("")

    def _below(self, prefix: str) -> Iterator[str]:
        try:
            with os.scandir(self.folder / prefix) as inside:
                entries = [(entry.name, _is_folder(entry)) for entry in inside]
        except OSError as error:
            if prefix:
                yield prefix
                return
            raise InputMissingError(
                f"cannot read the folder {self.folder}: {error.strerror}", hint="make it readable"
            ) from error
        # A folder sorts as if its name ended in "/": so its files come where their whole paths belong.
        for name, is_folder in sorted(entries, key=lambda e: os.fsencode(e[0] + "/" * bool(e[1]))):
            if name.startswith(".") or is_folder is None:
                continue
            if is_folder:
                yield from self._below(f"{prefix}{name}/")
            elif is_audio(name):
                yield prefix + name
            else:
                self.ignored += 1


def is_audio(name: str) -> bool:
    """Say whether a file is audio by its name."""
    return Path(name).suffix.lower() in AUDIO_SUFFIXES


def check_folder(folder: Path) -> None:
    """Check that a folder is there.

    Raises:
        InputMissingError: nothing is there.
        UsageError: it is a file.
    """
    kind = kind_of(folder)
    if kind is None:
        raise InputMissingError(
            f"the folder {folder} does not exist", hint="give a folder with audio files in it or below it"
        )
    if kind != "folder":
        raise UsageError(f"AUDIO_DIR must be a folder, and {folder} is a file", hint="give its folder")


def _is_folder(entry: os.DirEntry[str]) -> bool | None:
    """Say whether an entry is a folder; None for a link to one, which might lead in circles."""
    if entry.is_dir(follow_symlinks=False):
        return True
    try:
        return None if entry.is_dir() else False
    except OSError:  # a link that leads nowhere: reading it will say so
        return False
