"""The recordings of a set, before any is decoded: those of a folder, or the tracks of a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from muze_evaluate.document import Failure
from muze_evaluate.embedding.embedder import Item
from muze_evaluate.sets.folder import recordings
from muzecli.errors import BadDataError, UsageError
from muzecli.files import kind_of
from muzecli.song.dataset import DATASET_NAME, open_dataset


@dataclass(frozen=True)
class AudioSet:
    """Recordings by id.

    Attributes:
        name: as the user typed it.
        kind: `folder` or `dataset`.
        items: those that are there.
        missing: those that ought to be there and are not.
    """

    name: str
    kind: str
    items: tuple[Item, ...]
    missing: tuple[Failure, ...] = ()


def audio_of(path: Path, *, name: str | None = None, split: str | None = None) -> AudioSet:
    """Return the recordings of a folder, of a dataset's file, or of a folder with a dataset in it.

    In a folder the id of a recording is its path from there, in a dataset the track_id.

    Args:
        path: an existing folder, or a dataset's file.
        name: what the user calls it; the path where absent.
        split: only a dataset's tracks of this split.

    Raises:
        InputMissingError: it cannot be read.
        UsageError: a split of a folder without a dataset was asked for.
        BadDataError: there is no recording in it, or a dataset is not valid.
    """
    label = str(path) if name is None else name
    if kind_of(path) == "folder" and kind_of(path / DATASET_NAME) != "file":
        if split is not None:
            raise UsageError(
                f"--split chooses tracks of a dataset, and {label} is a folder without one",
                hint="leave out --split",
            )
        found = _folder(path, label)
    else:
        found = _dataset(path, label, split)
    if not found.items and not found.missing:
        raise BadDataError(
            f"{label} must hold audio{'' if split is None else f' of the split {split}'}, and there is none in it",
            hint="give a folder with audio files in it or below it, or a dataset",
        )
    return found


def _folder(path: Path, name: str) -> AudioSet:
    files, closed = recordings(path)
    missing = tuple(
        Failure(folder, "the folder cannot be read, and what is in it is missing") for folder in closed
    )
    return AudioSet(name, "folder", tuple(Item(file, path / file) for file in files), missing)


def _dataset(path: Path, name: str, split: str | None) -> AudioSet:
    dataset = open_dataset(path)
    items, missing = [], []
    for track in dataset:
        if split is not None and track.split != split:
            continue
        audio = dataset.path_of(track)
        if kind_of(audio) == "file":
            items.append(Item(track.track_id, audio))
        else:
            missing.append(Failure(track.track_id, f"its audio {track.audio_path} does not exist"))
    return AudioSet(name, "dataset", tuple(items), tuple(missing))
