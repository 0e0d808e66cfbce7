"""Any scorer as an embedder: its audio half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from muzecli.errors import BugError
from muzecli.plugin import Scorer

Array = npt.NDArray[np.float32]


@runtime_checkable
class _ByWindows(Protocol):
    """A scorer that takes windows as they are: no resampling and no cutting a second time."""

    def embed_windows(self, windows: Array) -> Array: ...


class OfScorer:
    """The embedder of a scorer.

    Args:
        scorer: any; with `embed_windows`, that takes (B, n) float32 at its rate to (B, D), it is spared the detour by
            whole recordings.
        device: the kind of device that it runs on.

    Raises:
        UnavailableError: its weights are not here.
        BugError: its identity lacks something.
    """

    def __init__(self, scorer: Scorer, *, device: str) -> None:
        self._scorer = scorer
        self._identity = {"name": scorer.name, **scorer.identity()}
        self.name = scorer.name
        self.device = device
        self.packages: Sequence[str] = tuple(getattr(scorer, "packages", ("torch",)))
        try:
            self.rate_hz = int(self._identity["rate_hz"])
            self.window_s = float(self._identity["window_s"])
            self.hop_s = float(self._identity["hop_s"])
            self.width = int(self._identity["dimensions"])
        except (KeyError, TypeError, ValueError) as error:
            raise BugError(f"the identity of the scorer {scorer.name} must be whole: {error}") from error

    def identity(self) -> Mapping[str, Any]:
        """Return what decides its vectors."""
        return self._identity

    def embed(self, windows: Sequence[Array]) -> Array:
        """Return (B, D) vectors of length 1."""
        same = len({len(window) for window in windows}) == 1
        if same and isinstance(self._scorer, _ByWindows):
            return self._scorer.embed_windows(np.stack(windows))
        return self._scorer.embed_audio([(window[None], self.rate_hz) for window in windows])
