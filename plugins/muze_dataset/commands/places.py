"""Where a track's files are, and what their names become when a dataset moves.

Paths in a dataset are relative to the folder of its file. Folders are taken as they really are, so that `..` means
what the system takes it for; the names below them stay as the dataset has them, links included.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from muzecli.song.dataset import Dataset
from muzecli.song.track import Track


def real_folder(file: Path) -> Path:
    """Return the folder of a dataset's file, there already or not, without symbolic links."""
    return Path(os.path.realpath(file.parent))


def moved(track: Track, old: Dataset, new_file: Path) -> Track:
    """Return a track as a dataset at another place has it: the same files, by their names from there."""
    start, end = real_folder(old.file), real_folder(new_file)
    if start == end:
        return track
    return renamed(track, lambda path: _seen_from(path, start, end))


def renamed(track: Track, name: Callable[[str], str]) -> Track:
    """Return a track with each path in it (audio, score, stems) as `name` makes it of the old one."""
    source = track.source
    stems = stems_of(track)
    if stems:
        source = {**source, "stems": {part: name(path) for part, path in stems.items()}}
    return replace(
        track,
        audio_path=name(track.audio_path),
        score_path=None if track.score_path is None else name(track.score_path),
        source=source,
    )


def stems_of(track: Track) -> Mapping[str, str]:
    """Return the paths of a track's parts by name; empty where it has none."""
    stems = track.source.get("stems")
    if not isinstance(stems, Mapping) or not all(isinstance(path, str) for path in stems.values()):
        return {}
    return stems


def _seen_from(path: str, start: Path, end: Path) -> str:
    if Path(path).is_absolute():
        return path
    return Path(os.path.relpath(start / path, end)).as_posix()
