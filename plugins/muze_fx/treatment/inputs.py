"""Which audio files the arguments of `muze fx apply` mean."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from muzecli.audio.formats import SUFFIXES
from muzecli.errors import InputMissingError


class Input(NamedTuple):
    """An audio file to treat: where it is, its path below what the user named, and what messages call it."""

    path: Path
    relative: Path
    name: str


def find_inputs(names: Sequence[str], *, output: Path) -> list[Input]:
    """Return each audio file that the arguments mean.

    Args:
        names: files and folders, as given.
        output: where results go; what is below it is no input, or the same command again would find more.

    Raises:
        InputMissingError: an argument names nothing, a folder without audio, or what cannot be read.
    """
    found: list[Input] = []
    for name in names:
        path = Path(name)
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except FileNotFoundError as error:
            raise InputMissingError(f"{path}: there is no such file", hint="check the spelling") from error
        except OSError as error:
            raise InputMissingError(f"{path}: cannot be read: {error.strerror}") from error
        if is_folder:
            inside = sorted(_audio_below(path, output.resolve()))
            if not inside:
                raise InputMissingError(f"{path}: the folder must hold audio files, and it holds none")
            found += [Input(p, p.relative_to(path), str(p)) for p in inside]
        else:
            found.append(Input(path, Path(path.name), name))
    return list(dict.fromkeys(found))


def _audio_below(folder: Path, output: Path) -> Iterator[Path]:
    """Yield the audio files of a folder and its sub-folders, hidden ones and `output` aside."""

    def refuse(error: OSError) -> None:
        raise InputMissingError(f"{error.filename}: the folder cannot be read: {error.strerror}") from error

    for root, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [n for n in folders if not n.startswith(".") and Path(root, n).resolve() != output]
        yield from (
            Path(root, n) for n in files if Path(n).suffix.lower() in SUFFIXES and not n.startswith(".")
        )
