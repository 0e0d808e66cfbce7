"""Write a song: audio, sidecar, notes and stems, all of it or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from muze_generate.finishing.work import Encoding
from muze_generate.playing.takes import Take
from muze_generate.writing.targets import Targets, slug
from muzecli.audio.formats import CONTAINERS
from muzecli.audio.writer import AudioWriter
from muzecli.console import binary_stdout
from muzecli.errors import OutputError
from muzecli.files import atomic_path, dump_json

Samples = npt.NDArray[np.float32]
Sidecar = Callable[[Take, str], Mapping[str, Any]]
"""Returns the document of a take for an audio file of this name."""


@dataclass(frozen=True)
class Written:
    """An audio file that was written.

    Attributes:
        take: what is in it.
        audio: where it is; None for standard output.
        sidecar: its document.
        stems: files of its parts.
        duration_s: its length.
        channels: how many.
    """

    take: Take
    audio: Path | None
    sidecar: Path | None
    stems: tuple[Path, ...]
    duration_s: float
    channels: int


def write_song(
    made: Sequence[Take],
    targets: Targets,
    encoding: Encoding,
    sidecar: Sidecar,
    *,
    midi: bytes | None,
    overwrite: bool,
) -> list[Written]:
    """Write the best take, those that are kept beside it, its notes and its stems.

    Everything is written under hidden names first; what is renamed last is the audio.

    Args:
        made: takes, the best first.
        targets: where they go.
        encoding: of the audio.
        sidecar: makes documents.
        midi: the notes as a file.
        overwrite: whether files may be replaced.

    Raises:
        OutputError, OutputExistsError: a file cannot be written, or is there by now.
    """
    best = made[0]
    samples = best.samples()
    with ExitStack() as stack:

        def part(path: Path) -> Path:
            return stack.enter_context(atomic_path(path, overwrite=overwrite or path in targets.orphans))

        # Renamed in the opposite order: the audio is the last.
        audio_part = part(targets.audio) if targets.audio is not None else None
        if targets.audio is not None and targets.sidecar is not None:
            _write_json(part(targets.sidecar), sidecar(best, targets.audio.name), path=targets.sidecar)
        if audio_part is not None:
            _encode(audio_part, samples, encoding, best.seed, path=targets.audio)
        written = [_row(best, samples, targets.audio, targets.sidecar, ())]
        for take, (path, beside) in zip(made[1:], targets.others, strict=False):
            others = take.samples()
            _write_json(part(beside), sidecar(take, path.name), path=beside)
            _encode(part(path), others, encoding, take.seed, path=path)
            written.append(_row(take, others, path, beside, ()))
        if targets.stems is not None:
            names = _stem_files(best, targets.stems, encoding)
            for name, path in names.items():
                document = {**sidecar(best, path.name), "stem": name}
                beside = path.with_name(f"{path.name}.json")
                _write_json(part(beside), document, path=beside)
                _encode(part(path), best.finished.stems[name], encoding, best.seed, path=path)
            written[0] = _row(best, samples, targets.audio, targets.sidecar, tuple(names.values()))
        if targets.midi is not None and midi is not None:
            with _called(targets.midi):
                part(targets.midi).write_bytes(midi)
        if targets.audio is None:  # after all that can fail
            _encode(binary_stdout(), samples, encoding, best.seed)
    return written


def _stem_files(take: Take, folder: Path, encoding: Encoding) -> dict[str, Path]:
    """Return a file for each part; parts whose names read alike as files are numbered."""
    suffix = CONTAINERS[encoding.container].suffixes[0]
    files: dict[str, Path] = {}
    for name in take.finished.stems:
        path, number = folder / f"{slug(name)}{suffix}", 1
        while path in files.values():
            number += 1
            path = folder / f"{slug(name)}_{number}{suffix}"
        files[name] = path
    return files


def _encode(
    target: Path | BinaryIO | Any,
    samples: Samples,
    encoding: Encoding,
    seed: int,
    *,
    path: Path | None = None,
) -> None:
    """Write audio; where that is under a hidden name, `path` is the one that it will have."""
    with (
        _called(path),
        AudioWriter(
            target,
            rate_hz=encoding.rate_hz,
            channels=encoding.channels,
            container=encoding.container,
            subtype=encoding.subtype,
            dither_seed=seed if encoding.dithered else None,
            tags=encoding.tags,
        ) as writer,
    ):
        writer.write(samples)


def _write_json(part: Path, document: Mapping[str, Any], *, path: Path) -> None:
    with _called(path):
        part.write_text(dump_json(document, indent=2) + "\n", encoding="utf-8")


@contextmanager
def _called(path: Path | None) -> Iterator[None]:
    """Let errors name the file that was asked for, and say whether the disk is full, which libsndfile does not."""
    try:
        yield
    except (OSError, OutputError) as error:
        if path is None:
            raise
        if shutil.disk_usage(path.parent).free < _FULL_BYTES:
            raise OutputError(
                f"cannot write {path}: the disk is full", hint="free some space and run it again"
            ) from error
        reason = error.strerror if isinstance(error, OSError) else error.message.rpartition(": ")[2]
        raise OutputError(
            f"cannot write {path}: {reason}", hint="check the folder, or choose another --output"
        ) from error


_FULL_BYTES = 1 << 16


def _row(
    take: Take, samples: Samples, audio: Path | None, sidecar: Path | None, stems: tuple[Path, ...]
) -> Written:
    duration_s = samples.shape[1] / take.finished.rate_hz
    return Written(take, audio, sidecar, stems, duration_s, samples.shape[0])
