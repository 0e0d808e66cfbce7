"""A recording, what is known of it so far, and a finding.

Shapes: audio is float32 (C, N), C channels, N samples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muzecli.errors import BugError
from muzecli.listening.options import DEFAULTS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from muzecli.audio.types import AudioInfo

    Samples = npt.NDArray[np.float32]

FACT = "fact."
"""Begins the names of values that a dataset keeps under `source.facts`."""
MATERIAL = "material."
"""Begins the names of what is handed from one extractor to another and not kept."""
AUDIO, FILE, SIDECARS = "audio", "file", "sidecars"
INPUTS = (AUDIO, FILE, SIDECARS)
"""What is there before anything has been found."""


@dataclass(frozen=True)
class Finding:
    """What an extractor found of one field.

    Attributes:
        value: a JSON value as the field has it in a dataset, or, of a material, anything; None where it cannot be
            had.
        method: how it was found, a few words such as "ID3 tag" or "pYIN"; "" where there is no value.
        confidence: 0…1, where the method has one.
        fallback: why a lesser method had to do; None where the best one did.
        reason: why there is no value; only with None, and then always.
    """

    value: Any
    method: str = ""
    confidence: float | None = None
    fallback: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if (self.value is None) != (self.reason is not None):
            raise BugError("a finding has either a value or the reason why there is none")
        if self.value is not None and not self.method:
            raise BugError("a finding says by which method its value was found")
        if self.confidence is not None and not 0.0 <= self.confidence <= 1.0:
            raise BugError(f"a confidence lies within 0…1; got {self.confidence!r}")


def absent(reason: str) -> Finding:
    """Return the finding that there is no value, and why."""
    return Finding(None, reason=reason)


@dataclass(frozen=True)
class Heard:
    """A recording and what is known of it so far.

    Attributes:
        path: its file; None for audio that is in memory only.
        root: the folder that is searched, of which `path` lies in a sub-folder or beside; None where there is none.
        samples: (C, N) float32, C 1 or 2; None for extractors that do not need `audio`.
        rate_hz: sampling rate.
        info: of the file: container, tags and so on; None for audio that is in memory only.
        findings: what has been found so far, by field.
        options: all names of `muzecli.listening.options.DEFAULTS`, and others that a run may have.
    """

    path: Path | None = None
    root: Path | None = None
    samples: Samples | None = None
    rate_hz: int = 0
    info: AudioInfo | None = None
    findings: Mapping[str, Finding] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=lambda: DEFAULTS)

    @property
    def audio(self) -> Samples:
        """The samples, for extractors that need `audio`."""
        if self.samples is None:
            raise BugError("an extractor that reads samples must have `audio` among its needs")
        return self.samples

    @property
    def duration_s(self) -> float:
        """Length in seconds, of whoever needs `audio`."""
        return float(self.audio.shape[1] / self.rate_hz)

    def value(self, name: str) -> Any:
        """Return the value of a field; None where it cannot be had or nobody looked for it."""
        found = self.findings.get(name)
        return None if found is None else found.value

    def reason(self, name: str) -> str | None:
        """Return why a field has no value; None where it has one."""
        found = self.findings.get(name)
        return f"nobody looked for {name}" if found is None else found.reason
