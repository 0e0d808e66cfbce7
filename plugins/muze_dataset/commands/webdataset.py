"""Datasets as WebDataset shards: tar files with the samples one after the other, for reading from afar.

train-000000.tar        a shard; those of a split are numbered through, tracks in no split are in all-000000.tar …
  KEY.flac              the audio, as it is
  KEY.json              the track; its paths name the members beside it
  KEY.score.json        its score, where it has one
index.json              how many samples and bytes each shard has, written last

A key is what stands before the first dot of a member's name, so it has none itself. Members have no time, no owner
and one mode, so that the same dataset gives the same bytes (POSIX ustar, IEEE 1003.1).
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from muze_dataset.commands.identity import hash_of
from muzecli.errors import InputMissingError, OutputExistsError, TemporaryError
from muzecli.files import atomic_path, dump_json, write_json
from muzecli.song.dataset import Dataset
from muzecli.song.documents.tracks import track_document
from muzecli.song.track import Track

INDEX_NAME = "index.json"
INDEX_SCHEMA = "muze.webdataset/1"
NO_SPLIT = "all"
MEGABYTE = 1_000_000
_SHARD = re.compile(r"(?:train|valid|test|all)-\d{6,}\.tar")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_BLOCK = 512  # of a tar: each member has a header of one and is filled up to whole ones
_END = 2 * _BLOCK


def key_of(track_id: str) -> str:
    """Return the key of a track: its id where that is plain, else a readable form of it with a hash."""
    if _PLAIN_KEY.fullmatch(track_id):
        return track_id
    readable = re.sub(r"[^A-Za-z0-9-]+", "_", track_id).strip("_-")[:40]
    return f"{readable or 'track'}-{hash_of(track_id):016x}"


@dataclass(frozen=True)
class Member:
    """A file to be: its name, and the file or the bytes that it has."""

    name: str
    content: Path | bytes

    @property
    def size(self) -> int:
        """Bytes of the content."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    @property
    def size_in_tar(self) -> int:
        """Bytes that it takes in a tar."""
        return _BLOCK + (self.size + _BLOCK - 1) // _BLOCK * _BLOCK


def members_of(dataset: Dataset, track: Track) -> list[Member]:
    """Return the members of a track's sample, the audio first.

    Raises:
        InputMissingError: its audio or its score is not there.
    """
    key = key_of(track.track_id)
    audio, score = dataset.path_of(track), dataset.score_of(track)
    for path, what in ((audio, "audio"), (score, "score")):
        if path is not None and not path.is_file():
            raise InputMissingError(
                f"the {what} of track '{track.track_id}', {path}, does not exist",
                hint="a shard holds each track's audio; muze dataset validate lists all that is missing",
            )
    suffix = re.sub(r"[^a-z0-9]", "", audio.suffix.lower()) or "audio"
    members = [Member(f"{key}.{suffix}", audio)]
    if score is not None:
        members.append(Member(f"{key}.score.json", score))
    inside = replace(
        track,
        audio_path=members[0].name,
        score_path=None if score is None else members[1].name,
        source={name: value for name, value in track.source.items() if name != "stems"},
    )
    return [*members, Member(f"{key}.json", dump_json(track_document(inside)).encode())]


class _Shard:
    """One tar under way."""

    def __init__(self, path: Path, *, overwrite: bool) -> None:
        self.path = path
        self.samples = 0
        self.bytes = _END
        self._open = ExitStack()
        part = self._open.enter_context(atomic_path(path, overwrite=overwrite))
        tar = tarfile.open(part, "w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115 - the stack closes it
        self._tar = self._open.enter_context(tar)

    def add(self, members: list[Member]) -> None:
        for member in members:
            entry = tarfile.TarInfo(member.name)
            entry.size, entry.mode, entry.mtime = member.size, 0o644, 0
            if isinstance(member.content, bytes):
                self._tar.addfile(entry, io.BytesIO(member.content))
                continue
            with member.content.open("rb") as stream:
                try:
                    self._tar.addfile(entry, stream)
                except tarfile.TarError as error:
                    raise TemporaryError(f"{member.content} changed while it was read: {error}") from error
        self.samples += 1
        self.bytes += sum(member.size_in_tar for member in members)

    def close(self, *, failed: bool) -> None:
        if failed:
            self._open.__exit__(TemporaryError, TemporaryError("left unfinished"), None)
        else:
            self._open.close()


class Shards:
    """Writes samples to shards, one open for each split; a `with` block makes them whole or removes them.

    Args:
        folder: where they go.
        shard_bytes: a shard is closed before it would become larger; a larger sample has one of its own.
        overwrite: whether those that are there may be replaced.

    Raises:
        OutputExistsError: shards are there already, and `overwrite` is false.
    """

    def __init__(self, folder: Path, *, shard_bytes: int, overwrite: bool) -> None:
        self._folder = folder
        self._limit = shard_bytes
        self._overwrite = overwrite
        self._open: dict[str, _Shard] = {}
        self._numbers: dict[str, int] = {}
        self._written: list[_Shard] = []
        self._there = shards_in(folder)
        check_folder(folder, overwrite=overwrite)

    def __enter__(self) -> Shards:
        if self._overwrite:  # an index says that the shards are whole
            (self._folder / INDEX_NAME).unlink(missing_ok=True)
        return self

    def add(self, split: str | None, members: list[Member]) -> None:
        """Add a sample to its split's shard."""
        name = split or NO_SPLIT
        size = sum(member.size_in_tar for member in members)
        shard = self._open.get(name)
        if shard is not None and shard.bytes + size > self._limit:
            self._finish(name)
            shard = None
        if shard is None:
            number = self._numbers.get(name, 0)
            self._numbers[name] = number + 1
            shard = _Shard(self._folder / f"{name}-{number:06d}.tar", overwrite=self._overwrite)
            self._open[name] = shard
        shard.add(members)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            for shard in self._open.values():
                with suppress(TemporaryError):
                    shard.close(failed=True)
            if not self._overwrite:  # half of a dataset is none; what was replaced is gone anyway
                for shard in self._written:
                    shard.path.unlink(missing_ok=True)
            return
        for name in list(self._open):
            self._finish(name)
        written = {shard.path for shard in self._written}
        for path in self._there:
            if path not in written and path.name != INDEX_NAME:  # of the dataset that was replaced
                path.unlink(missing_ok=True)
        write_json(self._folder / INDEX_NAME, self.index(), overwrite=self._overwrite)

    def index(self) -> dict[str, Any]:
        """Return what was written: name, samples and bytes of each shard."""
        return {
            "schema": INDEX_SCHEMA,
            "samples": sum(shard.samples for shard in self._written),
            "shards": [
                {"name": shard.path.name, "samples": shard.samples, "bytes": shard.path.stat().st_size}
                for shard in sorted(self._written, key=lambda shard: shard.path.name)
            ],
        }

    def _finish(self, name: str) -> None:
        shard = self._open.pop(name)
        shard.close(failed=False)
        self._written.append(shard)


def shards_in(folder: Path) -> list[Path]:
    """Return the shards, and their index, that a folder holds."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _SHARD.fullmatch(path.name) or path.name == INDEX_NAME)


def check_folder(folder: Path, *, overwrite: bool) -> None:
    """Refuse a folder that holds shards.

    Raises:
        OutputExistsError: it does, and `overwrite` is false.
    """
    there = shards_in(folder)
    if there and not overwrite:
        raise OutputExistsError(
            f"{folder} holds {there[0].name}{' and others' if len(there) > 1 else ''} already",
            hint="give another --output, or --overwrite to replace the shards",
            details={"existing": [str(path) for path in there]},
        )


def write_shards(
    folder: Path,
    dataset: Dataset,
    *,
    shard_bytes: int,
    overwrite: bool,
    on_sample: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Write a dataset as shards; return the index.

    Raises:
        InputMissingError: the audio of a track is not there.
        BadDataError: a track is not valid.
        OutputExistsError, OutputError: shards are there already, or cannot be written.
    """
    shards = Shards(folder, shard_bytes=shard_bytes, overwrite=overwrite)
    with shards:
        for split, members in samples(dataset):
            shards.add(split, members)
            on_sample()
    return shards.index()


def samples(dataset: Dataset) -> Iterator[tuple[str | None, list[Member]]]:
    """Yield the split and the members of each track's sample."""
    for track in dataset:
        yield track.split, members_of(dataset, track)
