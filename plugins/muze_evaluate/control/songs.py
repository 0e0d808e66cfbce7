"""The inputs: songs with plans in their sidecars, and datasets whose tracks have plans."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from muze_evaluate.control.planned import Planned, planned_from
from muze_evaluate.sets.folder import is_recording, recordings
from muzecli.errors import BadDataError, InputMissingError, UsageError
from muzecli.files import kind_of
from muzecli.sidecar import find_sidecar, read_sidecar
from muzecli.song.dataset import DATASET_NAME, SUFFIXES, open_dataset
from muzecli.song.documents import plan_from_document

LOOSE = "single songs"
"""The group of audio files that are named one by one; no name that a folder is likely to have."""
DEFAULT_LUFS = -14.0
"""What `muze generate` brings a song to where nothing is said; its sidecars keep what was said."""

_AS_PLAYED = "keep"
_NO_PLANS = "muze generate writes a plan beside every song, and muze dataset synth makes tracks with plans"


@dataclass(frozen=True)
class Song:
    """A recording and what it was to be.

    Attributes:
        id: unique in its group: the path from the folder, or the track_id.
        path: its audio.
        start_s: where in the audio the plan begins.
        planned: what it asks for.
        group: the name of its group.
    """

    id: str
    path: Path
    start_s: float
    planned: Planned
    group: str


@dataclass(frozen=True)
class Group:
    """The songs of one input.

    Attributes:
        name: unique; the column of the table.
        kind: `folder`, `dataset` or `songs`.
        songs: those with a plan.
        without_plan: ids of recordings that have none; in brackets what is known of the reason.
    """

    name: str
    kind: str
    songs: tuple[Song, ...]
    without_plan: tuple[str, ...] = ()


def groups_of(inputs: Sequence[Path], *, most: int | None = None) -> tuple[Group, ...]:
    """Return the groups of the inputs: one for each folder and dataset, and one for all files.

    Args:
        inputs: folders of songs, datasets, audio files.
        most: songs of each; the first ones.

    Raises:
        InputMissingError: an input is not there.
        BadDataError: a sidecar or a dataset is damaged, or nothing in an input has a plan.
        UsageError: an input is given twice.
    """
    loose = [path for path in inputs if _is_loose(path)]
    groups = []
    for path in inputs:
        if path not in loose:
            groups.append(_dataset(path) if _is_dataset(path) else _folder(path))
        elif path == loose[0]:
            groups.append(_files(loose))
    return tuple(_first(group, most) for group in _distinct(groups))


def _first(group: Group, most: int | None) -> Group:
    if not group.songs:
        known = next((f": {name}" for name in group.without_plan if name.endswith(")")), "")
        raise BadDataError(
            f"{group.name} must hold songs with plans, and none has one{known}", hint=_NO_PLANS
        )
    songs = (replace(song, group=group.name) for song in group.songs[:most])
    return replace(group, songs=tuple(songs))


def _distinct(groups: Sequence[Group]) -> list[Group]:
    names = [Path(group.name).name for group in groups]
    short = len(set(names)) == len(names)
    distinct = [
        replace(group, name=name if short and name else group.name)
        for group, name in zip(groups, names, strict=True)
    ]
    for group in distinct:
        if sum(other.name == group.name for other in distinct) > 1:
            raise UsageError(f"{group.name} must be given once, and it is given twice")
    return distinct


def _is_loose(path: Path) -> bool:
    """Say whether an input is an audio file, and check that there is one of some kind."""
    kind = kind_of(path)
    if kind is None:
        raise InputMissingError(f"there is no {path}", hint="give a folder, a dataset or an audio file")
    return kind == "file" and path.suffix.lower() not in SUFFIXES


def _is_dataset(path: Path) -> bool:
    if kind_of(path) == "folder":
        return kind_of(path / DATASET_NAME) == "file"
    sidecar = read_sidecar(path)
    if sidecar is not None:
        raise UsageError(
            f"{path} is a sidecar, and the audio beside it is wanted", hint=f"give {sidecar.get('audio')}"
        )
    return True


def _folder(path: Path) -> Group:
    files, closed = recordings(path)
    if closed:
        raise InputMissingError(f"cannot read the folder {path / closed[0]}", hint="make it readable")
    songs: list[Song] = []
    without: list[str] = []
    for file in files:
        song = _generated(path / file, file)
        if song is None:
            without.append(f"{file}{_why_none(path / file)}")
        else:
            songs.append(song)
    return Group(str(path), "folder", tuple(songs), tuple(without))


def _files(paths: Sequence[Path]) -> Group:
    songs: list[Song] = []
    for path in paths:
        song = _generated(path, str(path)) if is_recording(path) else None
        if song is None:
            raise BadDataError(
                f"{path} must be a song with a sidecar that holds its plan, and there is none{_why_none(path)}",
                hint=_NO_PLANS,
            )
        if any(song.id == other.id for other in songs):
            raise UsageError(f"{path} must be given once, and it is given twice")
        songs.append(song)
    return Group(LOOSE, "songs", tuple(sorted(songs, key=lambda song: song.id)))


def _generated(path: Path, identity: str) -> Song | None:
    """Return the song of an audio file; None where its sidecar has no plan.

    Raises:
        BadDataError: the sidecar's plan is damaged.
    """
    sidecar = find_sidecar(path)
    if sidecar is None or not isinstance(sidecar.get("plan"), dict):
        return None
    name = f"the sidecar of {path}"
    plan = plan_from_document(sidecar["plan"], name=name)
    generation = sidecar.get("generation")
    generation = generation if isinstance(generation, dict) else {}
    start_s = generation.get("plan_start_s", 0.0)
    if not isinstance(start_s, int | float) or not math.isfinite(start_s) or start_s < 0.0:
        raise BadDataError(f"{name}: plan_start_s must be a number of seconds from 0; found {start_s!r}")
    planned = planned_from(plan, loudness_lufs=_asked_loudness(sidecar, generation, name))
    return Song(identity, path, float(start_s), planned, "")


def _why_none(path: Path) -> str:
    """Return in brackets why the JSON beside an audio file gives it no plan; nothing where none is there."""
    names = (path.with_name(f"{path.name}.json"), path.with_suffix(".json"))
    beside = next((name for name in names if kind_of(name) == "file"), None)
    if beside is None:
        return ""
    sidecar = read_sidecar(beside)
    if sidecar is None:
        return f" ({beside.name} is damaged, or no sidecar)"
    if sidecar.get("audio") != path.name:
        return f" ({beside.name} is the sidecar of {sidecar.get('audio')})"
    return f" ({beside.name} holds no plan)"


def _asked_loudness(sidecar: Mapping[str, Any], generation: Mapping[str, Any], name: str) -> float | None:
    """Return the loudness that a song was to have; None where that of audio before it decided.

    Raises:
        BadDataError: the sidecar says what is no loudness.
    """
    if generation.get("part") is not None or generation.get("regenerated") is not None:
        return None
    options = sidecar.get("options")
    option = options.get("loudness") if isinstance(options, dict) else None
    said = option.get("value") if isinstance(option, dict) else None
    if said is None:
        return DEFAULT_LUFS if "generation" in sidecar else None
    if said == _AS_PLAYED:
        return None
    try:
        return float(said)
    except (TypeError, ValueError) as error:
        raise BadDataError(
            f"{name}: options.loudness must be LUFS or {_AS_PLAYED}; found {said!r}"
        ) from error


def _dataset(path: Path) -> Group:
    dataset = open_dataset(path)
    songs, without = [], []
    for track in dataset:
        if track.plan is None:
            without.append(track.track_id)
        else:
            song = Song(track.track_id, dataset.path_of(track), 0.0, planned_from(track.plan), "")
            songs.append(song)
    if without and not songs:
        raise BadDataError(
            f"{path} must be a dataset whose tracks have plans, and none has one: what was found in recordings is "
            "not what was asked of them",
            hint=_NO_PLANS,
        )
    return Group(str(path), "dataset", tuple(sorted(songs, key=lambda song: song.id)), tuple(without))
