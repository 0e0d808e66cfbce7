"""What a worker is given and gives back: small, picklable values that know nothing of who runs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

READ, DECODE, CHECK = "read", "decode", "check"
"""Stages of a track's way beside the extractors: the file, its samples, the annotation that was put together."""


@dataclass(frozen=True)
class Task:
    """What is the same for all recordings of a build, and all that a worker has to know beside its unit.

    Attributes:
        folder: the folder that is annotated; workers read the recordings below it.
        items: where what was found is kept; workers write there.
        extractors: names, in order.
        options: of the run, see `muzecli.listening.options`.
        memory_bytes: what a worker may take; None for no limit.
        forgiving: whether failures of earlier builds are forgotten, so that they are tried again.
    """

    folder: Path
    items: Path
    extractors: tuple[str, ...]
    options: Mapping[str, Any]
    memory_bytes: int | None = None
    forgiving: bool = False


@dataclass(frozen=True)
class Place:
    """One path of a recording, and the keys of what is to be found of it there.

    Attributes:
        path: below the task's folder, with "/".
        keys: of each extractor, by its name.
        stamp: size in bytes and time of the last change in nanoseconds when the content was hashed.
    """

    path: str
    keys: Mapping[str, str]
    stamp: tuple[int, int]


@dataclass(frozen=True)
class Unit:
    """A recording: one content, wherever it lies.

    Attributes:
        sha256: of the content.
        places: where it lies, in order; more than one for duplicates.
    """

    sha256: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Failure:
    """Why a track is not in the dataset.

    Attributes:
        path: of the file, below the folder that is annotated.
        stage: `read`, `decode`, `check`, or the name of an extractor.
        error: what is wrong, without the path.
        hint: what to do about it.
        seconds: how long it took to find out.
        lasting: whether it follows from the content, so that trying again would be in vain.
    """

    path: str
    stage: str
    error: str
    hint: str | None = None
    seconds: float = 0.0
    lasting: bool = True


@dataclass(frozen=True)
class Outcome:
    """What became of a unit; what was found is in its item file.

    Attributes:
        unit: the unit.
        failures: one for each place that failed.
        seconds: how long it took.
    """

    unit: Unit
    failures: tuple[Failure, ...] = ()
    seconds: float = 0.0


class OutOfMemoryError(Exception):
    """A unit needed more memory than there is; its text is the stage. The worker had better not go on."""
