"""Reconstructors as the command line names them: NAME, or NAME:MODEL.

Nothing here loads a model before the first recording goes through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from muzecli.errors import BadDataError, BugError, UsageError
from muzecli.plugin import reconstructors

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Through:
    """A way there and back.

    Attributes:
        label: as typed, the column of the table.
        name: of the reconstructor.
        model: a name or a folder; None for the one that ships.
    """

    label: str
    name: str
    model: str | None

    def identity(self) -> Mapping[str, Any]:
        """Return what decides the result, as the reconstructor says.

        Raises:
            UsageError: there is no reconstructor of that name.
            InputMissingError, BadDataError, UnavailableError: there is no such model.
        """
        return reconstructors.get(self.name).identity(self.model)

    def reconstruct(self, samples: Floats, rate_hz: int, *, device: str) -> tuple[Floats, int]:
        """Return what comes back of samples (C, N): (C', N') and its rate.

        Raises:
            BadDataError: it holds what is no number.
            BugError: it is no audio.
        """
        made, made_hz = reconstructors.get(self.name).reconstruct(
            samples, rate_hz, model=self.model, device=device
        )
        made = np.asarray(made, np.float32)
        if made.ndim != 2 or made_hz < 1:
            raise BugError(
                f"the reconstructor '{self.name}' must return (C, N) and a rate; got {made.shape}, {made_hz}"
            )
        if not np.isfinite(made).all():
            raise BadDataError(f"what comes back through {self.label} must be numbers, and some are not")
        return made, made_hz


def ways(texts: Sequence[str]) -> tuple[Through, ...]:
    """Return the ways that are asked for, each once.

    Raises:
        UsageError: a name is none, or one is there twice.
    """
    found: list[Through] = []
    for text in texts:
        name, colon, model = text.partition(":")
        if name not in reconstructors.names():
            raise UsageError(
                f"--through must be NAME or NAME:MODEL, NAME one of {', '.join(reconstructors.names())}; found '{text}'"
            )
        if colon and not model:
            raise UsageError(f"--through {text} must name a model after the colon", hint=f"--through {name}")
        if any(way.label == text for way in found):
            raise UsageError(f"--through {text} must be there once")
        found.append(Through(text, name, model or None))
    return tuple(found)
