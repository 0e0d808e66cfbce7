"""Whatever a user names as a set: a folder of audio, a dataset, or a file of vectors."""

from __future__ import annotations

from pathlib import Path

from muze_evaluate.sets.audio import AudioSet, audio_of
from muze_evaluate.sets.folder import is_recording
from muze_evaluate.sets.vectors import MomentSet, VectorSet
from muzecli.console import Console
from muzecli.errors import InputMissingError, UsageError
from muzecli.files import kind_of

__all__ = ["read_set"]


def read_set(text: str, *, console: Console) -> AudioSet | VectorSet | MomentSet:
    """Return what a word on the command line means; audio is listed, not decoded.

    Args:
        text: a path as typed.
        console: where warnings go.

    Raises:
        InputMissingError: nothing is there, or it cannot be read.
        UsageError: it is one recording, or nothing that could be a set.
        BadDataError: it is empty, damaged or not valid.
    """
    from muze_evaluate.sets.arrays import is_arrays, read_arrays

    path = Path(text)
    kind = kind_of(path)
    if kind is None:
        raise InputMissingError(
            f"a set must be a folder, a dataset or a file of embeddings, and {text} does not exist",
            hint="check the spelling",
        )
    if kind == "other":
        raise UsageError(f"a set must be a folder or a regular file, and {text} is a device or a pipe")
    if kind == "file":
        if is_arrays(path):
            return read_arrays(path, name=text, console=console)
        if is_recording(path):
            raise UsageError(
                f"a set must be a folder, a dataset or a file of embeddings, and {text} is one recording",
                hint="distances are between sets: give the folder with all of them; "
                "muze evaluate control and muze evaluate clap measure single songs",
            )
    return audio_of(path, name=text)
