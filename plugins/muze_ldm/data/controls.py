"""Control frames of recordings that have a score, computed once and read a stretch at a time.

Shapes: F control channels, T frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_ldm.data.recordings import Recording
from muzecli.console import Console
from muzecli.song.documents import read_score
from muzecli.song.frames import CHANNELS
from muzecli.training.arrays import Array, StoredArray, cached, content_keys, key_of

_FULL_SCALE = 127.0


class ControlCache:
    """Control frames of those recordings that have a score."""

    def __init__(self, arrays: dict[int, StoredArray]) -> None:
        self._arrays = arrays

    def __contains__(self, index: int) -> bool:
        """Whether a recording has control frames."""
        return index in self._arrays

    def control(self, index: int, start: int, end: int) -> npt.NDArray[np.int8]:
        """Return frames [start, end) of a recording, (F, end − start), in 1/127; 0 beyond the score's end."""
        array = self._arrays[index]
        found = np.zeros((array.shape[1], end - start), np.int8)
        part = array[start:end]
        found[:, : len(part)] = part.T
        return found


def open_control_cache(
    recordings: Sequence[Recording], cache: Path, *, rate_hz: float, console: Console
) -> ControlCache:
    """Return the control frames of all scores at a rate; those that the cache lacks are computed.

    Values are rounded to 1/127, which velocities are multiples of.

    Raises:
        BadDataError: a score is not valid.
        OutputError: the disk is full.
    """
    scored = [(index, r.score) for index, r in enumerate(recordings) if r.score is not None]
    kind = key_of("control", rate_hz, *CHANNELS)[:12]

    def compute(position: int) -> Array:
        frames: Any = read_score(scored[position][1]).frames(rate_hz)
        rounded: Array = np.round(frames.values.T * _FULL_SCALE).astype(np.int8)
        return np.ascontiguousarray(rounded)

    keys = content_keys([path for _, path in scored])
    arrays = cached(cache / f"control-{kind}", keys, compute, console=console, what="control frames")
    return ControlCache({index: array for (index, _), array in zip(scored, arrays, strict=True)})
