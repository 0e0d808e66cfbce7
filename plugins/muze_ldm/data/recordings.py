"""Recordings to learn from: the tracks of datasets, and plain folders of audio."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from muzecli.errors import BadDataError, InputMissingError
from muzecli.seeds import item_seed
from muzecli.song.dataset import open_dataset
from muzecli.song.track import Track

AUDIO_SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".aif", ".aiff")
HELD_OUT_SHARE = 0.05
"""Of recordings that no dataset assigns to a split: for `valid`, and the same for `test`."""


@dataclass(frozen=True)
class Recording:
    """One recording.

    Attributes:
        id: unique among those of a run.
        path: the audio.
        split: "train", "valid" or "test".
        track: what is known of it; None for a file from a plain folder.
        score: its score, where it has one.
    """

    id: str
    path: Path
    split: str
    track: Track | None = None
    score: Path | None = None


def read_recordings(
    annotations: Sequence[Path], audio_dirs: Sequence[Path] = (), *, max_tracks: int | None = None
) -> list[Recording]:
    """Return the recordings of datasets and folders, in order.

    A dataset's own splits are kept. Recordings without one are split by a hash of artist and title, or of their
    path in their folder, so that a song stays on one side.

    Args:
        annotations: dataset folders or files.
        audio_dirs: folders that are searched for audio files.
        max_tracks: keep the first so many.

    Raises:
        InputMissingError: a dataset, a folder or a track's audio is missing.
        BadDataError: a dataset is wrong, there is no audio, or no recording is held out.
    """
    found: list[Recording] = []
    for place in annotations:
        dataset = open_dataset(place)
        prefix = "" if len(annotations) == 1 else f"{place.name}/"
        for track in dataset:
            path = dataset.path_of(track)
            split = track.split or split_of(
                f"{track.artist}/{track.title}" if track.title else track.track_id
            )
            found.append(Recording(prefix + track.track_id, path, split, track, dataset.score_of(track)))
            if max_tracks is not None and len(found) >= max_tracks:
                break
    for folder in audio_dirs:
        if not folder.is_dir():
            raise InputMissingError(f"the audio folder {folder} does not exist")
        files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in AUDIO_SUFFIXES and p.is_file())
        names = [str(path.relative_to(folder)) for path in files]
        found += [Recording(name, path, split_of(name)) for name, path in zip(names, files, strict=True)]
    found = found[:max_tracks]
    for recording in found:
        if not recording.path.is_file():
            raise InputMissingError(
                f"the audio of track '{recording.id}', {recording.path}, does not exist",
                hint="audio paths are relative to the dataset's file",
            )
    return _with_held_out(found)


def split_of(name: str) -> str:
    """Return the split of a recording that no dataset assigns to one; it depends on its name alone."""
    draw = item_seed(0, f"split/{name}") / 2**32
    if draw < HELD_OUT_SHARE:
        return "valid"
    return "test" if draw < 2 * HELD_OUT_SHARE else "train"


def digest_of(recordings: Sequence[Recording], keys: Sequence[str]) -> str:
    """Return a hash of what a run learns from: content, splits and annotations, in order."""
    state = hashlib.blake2b(digest_size=16)
    for recording, key in zip(recordings, keys, strict=True):
        state.update(f"{recording.id}|{recording.split}|{key}|{recording.track!r}\n".encode())
    return state.hexdigest()


def _with_held_out(found: list[Recording]) -> list[Recording]:
    """Return the recordings with at least one held out: few tracks may all have drawn the same side."""
    splits = {recording.split for recording in found}
    if len(found) < 2:
        raise BadDataError(
            f"there must be at least two recordings, one to learn from and one held out; found {len(found)}",
            hint="give --annotations DATASET or --audio-dir FOLDER with more",
        )
    if "train" not in splits:
        raise BadDataError(
            "there must be recordings to learn from, and all are held out",
            hint='mark some tracks with "split": "train"',
        )
    if splits == {"train"}:
        last = found[-1]
        found = [*found[:-1], Recording(last.id, last.path, "valid", last.track, last.score)]
    return found
