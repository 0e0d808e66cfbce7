"""Find one track in a dataset by what people call it."""

from __future__ import annotations

import os
from pathlib import Path

from muzecli.errors import UsageError
from muzecli.song.checks import suggestion
from muzecli.song.dataset import Dataset
from muzecli.song.track import Track

_NAMED = 5


def find_track(dataset: Dataset, name: str) -> Track:
    """Return the track of that id, else the one whose audio is that file, else the only one that ends in it.

    A path may be as the dataset has it, or as it is seen from here; links are followed where no path is the one that
    was given. An ending may lack the file's own ending: "0042" finds "folk/0042" and "audio/0042.flac". The dataset is
    read until the id is found.

    Args:
        dataset: is read track by track.
        name: an id, a path, or the end of either.

    Raises:
        UsageError: no track is called so, or several are; names those that are near.
        InputMissingError, BadDataError: the dataset is missing or wrong.
    """
    if not name:
        raise UsageError(
            "a track needs a name, and this one is empty", hint="give its id or its audio's path"
        )
    ranks: tuple[list[Track], ...] = ([], [], [], [])
    ids: list[str] = []
    for track in dataset:
        if track.track_id == name:
            return track
        ids.append(track.track_id)
        rank = _rank(track, dataset.path_of(track), name)
        if rank is not None and len(ranks[rank]) <= _NAMED:
            ranks[rank].append(track)
    for found in ranks:
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(track.track_id for track in found[:_NAMED])
            more = " and more" if len(found) > _NAMED else ""
            raise UsageError(
                f"several tracks of {dataset.file} are called '{name}': {names}{more}",
                hint="give the whole id",
            )
    raise UsageError(f"{dataset.file} has no track '{name}'", hint=suggestion(name, ids, "tracks"))


def _rank(track: Track, path: Path, name: str) -> int | None:
    """Return how well a name fits a track, 0 best; None where it does not."""
    if track.audio_path == name:
        return 0
    if _absolute(path) == _absolute(name):
        return 1
    if os.path.realpath(path) == os.path.realpath(name):
        return 2
    return 3 if _ends_in(track, name) else None


def _absolute(path: Path | str) -> str:
    """Return a path from the root, without following links."""
    return os.path.normpath(Path(path).absolute())


def _ends_in(track: Track, name: str) -> bool:
    audio = Path(track.audio_path)
    stem = audio.with_suffix("").as_posix()
    return track.track_id.endswith(name) or audio.as_posix().endswith(name) or stem.endswith(name)
