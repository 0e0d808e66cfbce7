"""Audio that is there already: to start from, to go on after, to make a section of anew."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_generate.asking.sources import whole_plan
from muzecli.audio.reader import open_audio
from muzecli.audio.types import AudioInfo
from muzecli.console import is_terminal
from muzecli.errors import UsageError
from muzecli.files import STDIO, file_sha256
from muzecli.sidecar import find_sidecar
from muzecli.song.plan import Plan

Samples = npt.NDArray[np.float32]

MOST_CHANNELS = 2


@dataclass(frozen=True)
class Heard:
    """Audio that was read.

    Attributes:
        samples: (C, N).
        info: rate, channels, format and tags.
        name: what messages and sidecars call it.
        sha256: of the file.
        sidecar: the document beside it; None where there is none.
        notes: what the user should know though it can be read.
    """

    samples: Samples
    info: AudioInfo
    name: str
    sha256: str
    sidecar: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()

    @property
    def rate_hz(self) -> int:
        """Its sampling rate."""
        return self.info.rate_hz

    @property
    def duration_s(self) -> float:
        """Its length in seconds."""
        return float(self.samples.shape[1] / self.info.rate_hz)

    @cached_property
    def planned(self) -> tuple[Plan, float] | None:
        """The plan in its sidecar and the second of the file at which that begins; None without one."""
        if self.sidecar is None or not isinstance(self.sidecar.get("plan"), dict):
            return None
        return whole_plan(self.sidecar, f"the sidecar of {self.name}")

    @property
    def record(self) -> dict[str, str]:
        """Return what a sidecar says about an input."""
        return {"name": self.name, "sha256": self.sha256}


def hear(given: str) -> Heard:
    """Read a file, or standard input, which has no sidecar.

    Raises:
        InputMissingError, BadDataError: it cannot be read, or is no audio.
        UsageError: it has more than two channels, or standard input is a terminal.
    """
    if given != STDIO:
        path = Path(given)
        return _read(path, path.name, file_sha256(path), find_sidecar(path), label=given)
    if is_terminal(sys.stdin):
        raise UsageError("'-' reads audio from a pipe, and standard input is a terminal")
    with tempfile.NamedTemporaryFile(prefix="muze-stdin-") as copy:
        digest = hashlib.sha256()
        while block := sys.stdin.buffer.read(1 << 20):
            digest.update(block)
            copy.write(block)
        copy.flush()
        return _read(Path(copy.name), STDIO, digest.hexdigest(), None, label="standard input")


def _read(path: Path, name: str, sha256: str, sidecar: Mapping[str, Any] | None, *, label: str) -> Heard:
    with open_audio(path, name=label) as reader:
        info = reader.info
        if info.channels > MOST_CHANNELS:
            raise UsageError(
                f"{label} must be mono or stereo, and it has {info.channels} channels",
                hint="mix it down first",
            )
        samples = reader.read()
        notes = list(reader.notes)
    if not samples.any():
        notes.append("is silent: there is nothing in it to work on")
    return Heard(samples, info, name, sha256, sidecar, tuple(notes))
