"""`muze dataset export`: a dataset in another form, with its audio where that is asked for."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from muze_dataset.commands.places import moved, renamed, stems_of
from muze_dataset.commands.webdataset import (
    INDEX_NAME,
    MEGABYTE,
    check_folder,
    key_of,
    members_of,
    write_shards,
)
from muzecli.errors import InputMissingError, OutputExistsError, UsageError
from muzecli.files import atomic_path, check_outputs
from muzecli.options import Run
from muzecli.song.dataset import Dataset, check_dataset_path, open_dataset, write_dataset
from muzecli.song.track import Track

SCHEMA = "muze.dataset-export/1"
WEBDATASET = "webdataset"
DEFAULT_SHARD_MB = 1000.0


def exported(
    run: Run,
    path: Path,
    to: str,
    output: Path,
    *,
    shard_mb: float | None,
    copy_audio: bool,
    overwrite: bool,
    dry_run: bool,
) -> None:
    """Write a dataset in another form, and print what was written.

    All tracks and, where they are to be read, all files are looked at before anything is written.

    Raises:
        UsageError: the output's ending does not fit, or an option does not belong to the form.
        InputMissingError, BadDataError: the dataset or a file is missing or wrong.
        OutputExistsError, OutputError: an output is there already, or cannot be written.
    """
    if to != WEBDATASET:
        check_dataset_path(output)
        if output.suffix.lower() != f".{to}":
            raise UsageError(f"with --to {to} the output must end in .{to}; found '{output}'")
        if shard_mb is not None:
            raise UsageError("--shard-size is for --to webdataset", hint="leave it out")
    dataset = open_dataset(path)
    if to == WEBDATASET:
        check_folder(output, overwrite=overwrite)
        check_outputs([output / INDEX_NAME], overwrite=True)
    else:
        check_outputs([output], overwrite=overwrite)
    reads_files = copy_audio or to == WEBDATASET
    tracks, size = _look(
        dataset, output, files=reads_files, copies=copy_audio and to != WEBDATASET, overwrite=overwrite
    )
    found: dict[str, object] = {
        "output": str(output),
        "to": to,
        "dry_run": dry_run,
        "tracks": tracks,
        "bytes_of_files": size if reads_files else None,
    }
    verb = "would write" if dry_run else "wrote"
    with_files = f" and {size / MEGABYTE:.1f} MB of files" if reads_files else ""
    if dry_run:
        run.console.result(f"{verb} {output}: {tracks} tracks{with_files}")
        run.console.document(SCHEMA, found)
        return
    with run.console.progress("exporting", tracks, unit="tracks") as progress:
        if to == WEBDATASET:
            shard_bytes = int((DEFAULT_SHARD_MB if shard_mb is None else shard_mb) * MEGABYTE)
            index = write_shards(
                output, dataset, shard_bytes=shard_bytes, overwrite=overwrite, on_sample=progress.advance
            )
            found["shards"] = index["shards"]
        else:
            place = copied if copy_audio else moved
            written = _told(dataset, lambda track: place(track, dataset, output), progress.advance)
            write_dataset(output, written, overwrite=overwrite)
    shards = f" in {len(index['shards'])} shards" if to == WEBDATASET else ""
    run.console.result(f"{verb} {output}: {tracks} tracks{with_files}{shards}")
    run.console.document(SCHEMA, found)


def copied(track: Track, dataset: Dataset, target: Path) -> Track:
    """Copy a track's files beside a dataset to come and return the track as it is there.

    The audio goes to audio/KEY.flac, the score to scores/KEY.json, stems to stems/KEY/NAME.flac; a file that is there
    already is replaced: `_look` has refused those that may not be.
    """
    copies = _copies(track)
    for old, new in copies.items():
        with atomic_path(target.parent / new, overwrite=True) as part:
            shutil.copyfile(dataset.file.parent / old, part)
    return renamed(track, lambda path: copies[path])


def _copies(track: Track) -> dict[str, str]:
    """Return the new path of each of a track's files, by the old one."""
    key = key_of(track.track_id)
    copies = {track.audio_path: f"audio/{key}{_suffix(track.audio_path)}"}
    if track.score_path is not None:
        copies[track.score_path] = f"scores/{key}{_suffix(track.score_path)}"
    for part, path in stems_of(track).items():
        copies[path] = f"stems/{key}/{key_of(part)}{_suffix(path)}"
    return copies


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def _look(dataset: Dataset, output: Path, *, files: bool, copies: bool, overwrite: bool) -> tuple[int, int]:
    """Read a dataset through once; return how many tracks it has and how many bytes their files take.

    Args:
        dataset: what is to be exported.
        output: where to.
        files: whether its files will be read.
        copies: whether they will be copied beside the output.
        overwrite: whether copies may replace what is there.

    Raises:
        InputMissingError: one of the files is not there.
        OutputExistsError: one of the copies is.
    """
    count = size = 0
    for track in dataset:
        count += 1
        if copies:
            size += _look_at_copies(dataset, track, output, overwrite=overwrite)
        elif files:
            size += sum(member.size for member in members_of(dataset, track))
    return count, size


def _look_at_copies(dataset: Dataset, track: Track, output: Path, *, overwrite: bool) -> int:
    size = 0
    for old, new in _copies(track).items():
        source, target = dataset.file.parent / old, output.parent / new
        if not source.is_file():
            raise InputMissingError(
                f"a file of track '{track.track_id}', {source}, does not exist",
                hint="muze dataset validate lists all that is missing",
            )
        if target.exists() and source.resolve() == target.resolve():
            raise UsageError(
                f"the copy of {source} would be that file itself", hint="choose an --output in another folder"
            )
        if target.exists() and not overwrite:
            raise OutputExistsError(
                f"{target} already exists",
                hint="give another --output, or --overwrite to replace it",
                details={"existing": [str(target)]},
            )
        size += source.stat().st_size
    return size


def _told(
    dataset: Dataset, change: Callable[[Track], Track], advance: Callable[[float], None]
) -> Iterator[Track]:
    for track in dataset:
        yield change(track)
        advance(1)
