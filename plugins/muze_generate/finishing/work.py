"""What is to be played and what becomes of it: the seam between a song, a continuation and a section made anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from muzecli.audio.types import NO_TAGS, Tags
from muzecli.plugin import Reference, Rendering
from muzecli.song.plan import Plan

Samples = npt.NDArray[np.float32]

STEREO = {"mono": 1, "stereo": 2}


@dataclass(frozen=True)
class Encoding:
    """How the result is stored.

    Attributes:
        container: such as "wav".
        subtype: sample format by libsndfile's name.
        rate_hz: sampling rate.
        channels: 1 or 2.
        dithered: whether the file is dithered as a whole while it is written.
        tags: title and so on, of a file that is changed.
    """

    container: str
    subtype: str
    rate_hz: int
    channels: int
    dithered: bool = False
    tags: Tags = NO_TAGS


@dataclass(frozen=True)
class Finished:
    """Audio as it goes into the file.

    Attributes:
        samples: (C, N), no sample over full scale.
        rate_hz: sampling rate.
        loudness: figures for the sidecar.
        warnings: what the user should know.
        stems: parts by name, each (C, N).
    """

    samples: Samples
    rate_hz: int
    loudness: Mapping[str, float]
    warnings: tuple[str, ...] = ()
    stems: Mapping[str, Samples] = field(default_factory=dict)


class Work(Protocol):
    """Something to be played.

    Attributes:
        plan: what the engine is given.
        reference: audio that it works on; None for a song from nothing.
        encoding: of the file.
        inputs: name and SHA-256 of each audio file that goes in.
    """

    @property
    def plan(self) -> Plan:
        """What the engine is given."""
        ...

    @property
    def reference(self) -> Reference | None:
        """Audio that it works on."""
        ...

    @property
    def encoding(self) -> Encoding:
        """How the file is stored."""
        ...

    @property
    def inputs(self) -> tuple[Mapping[str, str], ...]:
        """Name and SHA-256 of each audio file that goes in."""
        ...

    def finished(self, rendering: Rendering, *, seed: int) -> Finished:
        """Return the file's audio, made from what the engine gave; the seed is for dither alone."""
        ...

    @property
    def song(self) -> Plan:
        """The plan of the whole file."""
        ...

    def document(self) -> dict[str, Any]:
        """Return what the sidecar says beside the plan: where that begins in the file, and what part is new."""
        ...
