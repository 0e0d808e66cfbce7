"""The files of a set as vectors: each read once, embedded once, and kept by its content.

    thread   open, hash, look into the cache, decode, mix down, resample
    here     embed, keep

so that the next files are decoded while the model is at work. The windows of a file are embedded together and apart
from those of others: its vectors depend on its content, and neither on its name nor on its neighbours.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muze_evaluate.cache import Space, Stored
from muze_evaluate.document import Failure
from muze_evaluate.embedding.embedder import Embedded, Embedder, Item
from muze_evaluate.embedding.windows import cut
from muzecli.audio.reader import AudioReader, open_audio
from muzecli.audio.resample import Resampler
from muzecli.console import Console
from muzecli.errors import BadDataError, InputMissingError, MuzeError
from muzecli.training.ahead import Ahead

__all__ = ["SHORTEST_S", "Embedded", "Item", "embed_files"]

Array = npt.NDArray[np.float32]

SHORTEST_S = 0.5
"""What is shorter is refused: a fifteenth of a window and less says little of music."""

_SILENCE = 1e-6
"""−120 dBFS: below the last bit of 16-bit audio, and of what MP3 decoders leave of silence."""


@dataclass(frozen=True)
class _Read:
    """A file that was read: its vectors where they are known, else its samples (N,) at the embedder's rate."""

    sha256: str
    stored: Stored | None = None
    mono: Array | None = None
    seconds: float = 0.0


def embed_files(
    items: Sequence[Item],
    embedder: Embedder,
    *,
    cache: Space | None,
    console: Console,
    label: str = "embedding",
    batch_size: int = 16,
) -> tuple[list[Embedded], list[Failure]]:
    """Return the vectors of all files that can be read, and why others cannot, both in the order of their ids.

    What is wrong with the embedder itself, such as weights that turn out damaged or too little memory, is wrong with
    every file: it is raised, and not put down to the files.

    Args:
        items: what to embed; ids are unique.
        embedder: makes the vectors.
        cache: where they are kept, made for this embedder; None keeps nothing.
        console: where progress is shown.
        label: what is done, for the progress.
        batch_size: windows given to the embedder at once.

    Raises:
        MuzeError: the embedder's own.
    """
    known: dict[str, Stored] = {}
    embedded: list[Embedded] = []
    failed: list[Failure] = []
    ordered = sorted(items, key=lambda item: item.id)

    def read(item: Item) -> _Read | MuzeError:
        try:
            return _read(item.path, embedder.rate_hz, cache)
        except MuzeError as error:
            return error

    with Ahead(read, ordered) as ahead, console.progress(label, len(ordered), unit="files") as progress:
        for item in ordered:
            found = ahead.take()
            if isinstance(found, MuzeError):
                failed.append(Failure(item.id, _without_name(found, item.path)))
                progress.advance(note=item.id)
                continue
            stored = known.get(found.sha256) or found.stored
            if stored is None:
                stored = _embed(found, embedder, batch_size)
                if stored is not None and cache is not None:
                    cache.put(found.sha256, stored)
            if stored is None:
                failed.append(
                    Failure(item.id, f"its vectors must be numbers, and those of {embedder.name} are not")
                )
            else:
                known[found.sha256] = stored
                embedded.append(_embedded(item, found.sha256, stored))
            progress.advance(note=item.id)
    return embedded, failed


def _embedded(item: Item, sha256: str, stored: Stored) -> Embedded:
    return Embedded(item.id, str(item.path), sha256, stored.vectors, stored.seconds, stored.silent)


def _embed(found: _Read, embedder: Embedder, batch_size: int) -> Stored | None:
    """Return the vectors of a file's samples; None where the embedder has no numbers for them."""
    assert found.mono is not None
    windows = list(cut(found.mono, embedder.rate_hz, window_s=embedder.window_s, hop_s=embedder.hop_s))
    batches = [
        embedder.embed(windows[start : start + batch_size]) for start in range(0, len(windows), batch_size)
    ]
    vectors = np.concatenate(batches).astype(np.float32)
    if not np.isfinite(vectors).all():
        return None
    silent = bool(np.max(np.abs(found.mono), initial=0.0) < _SILENCE)
    return Stored(vectors, found.seconds, silent)


def _read(path: Path, rate_hz: int, cache: Space | None) -> _Read:
    """Return a file's vectors from the cache, or its samples.

    The file is decoded by its name, because some MP3 files can be told by nothing else; that the bytes are those
    that were hashed is checked by its identity, size and times before and after.

    Raises:
        InputMissingError: it cannot be opened.
        BadDataError: it is no audio, damaged, too short, or changes while it is read.
    """
    try:
        with path.open("rb") as stream:
            before = os.fstat(stream.fileno())
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputMissingError(f"cannot be read: {error.strerror}") from error
    stored = cache.get(sha256) if cache is not None else None
    if stored is not None:
        return _Read(sha256, stored=stored)
    with open_audio(path) as reader:
        mono, frames = _mono(reader, rate_hz)
        seconds = frames / reader.info.rate_hz
    if _state_of(path) != _state(before):
        raise BadDataError("must stay as it is while it is read, and it changed")
    if seconds < SHORTEST_S:
        raise BadDataError(f"must be at least {SHORTEST_S:g} s long, and it has {seconds:.3g} s")
    return _Read(sha256, mono=mono, seconds=seconds)


def _mono(reader: AudioReader, rate_hz: int) -> tuple[Array, int]:
    """Return the mean of a file's channels (N,) at another rate, and its length in samples at its own."""
    resampler = Resampler(reader.info.rate_hz, rate_hz, 1)
    parts, frames = [], 0
    for block in reader.blocks():
        parts.append(resampler.process(np.asarray(block.mean(axis=0, keepdims=True), np.float32)))
        frames += block.shape[1]
    parts.append(resampler.process(np.zeros((1, 0), np.float32), last=True))
    return np.concatenate(parts, axis=1)[0], frames


def _state_of(path: Path) -> tuple[int, ...] | None:
    try:
        return _state(path.stat())
    except OSError:  # gone, which is a change
        return None


def _state(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _without_name(error: MuzeError, path: Path) -> str:
    return error.message.removeprefix(f"{path}: ").strip() or error.message
