"""Fades, crossfades and joints. Samples are `(C, N)`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from muzecli.errors import BugError

Shape = Literal["equal_power", "linear"]
"""`equal_power` keeps the loudness of unrelated sides, `linear` the samples of equal ones."""


def fade_curve(frames: int, shape: Shape = "equal_power") -> npt.NDArray[np.float32]:
    """Return gains `(frames,)` that rise from just over 0 to just under 1.

    Reversed, the curve is its own counterpart: linear curves add to 1, squares of equal-power ones add to 1.
    """
    rise = (np.arange(frames, dtype=np.float32) + np.float32(0.5)) / np.float32(max(frames, 1))
    return rise if shape == "linear" else np.sin(rise * np.float32(np.pi / 2))


def fade_in(
    samples: npt.NDArray[np.float32], frames: int, shape: Shape = "linear"
) -> npt.NDArray[np.float32]:
    """Return the samples with the first `frames` faded in (all of them where there are fewer)."""
    frames = min(frames, samples.shape[1])
    faded = samples.copy()
    faded[:, :frames] *= fade_curve(frames, shape)
    return faded


def fade_out(
    samples: npt.NDArray[np.float32], frames: int, shape: Shape = "linear"
) -> npt.NDArray[np.float32]:
    """Return the samples with the last `frames` faded out (all of them where there are fewer)."""
    frames = min(frames, samples.shape[1])
    faded = samples.copy()
    faded[:, samples.shape[1] - frames :] *= fade_curve(frames, shape)[::-1]
    return faded


def crossfade(
    before: npt.NDArray[np.float32], after: npt.NDArray[np.float32], frames: int, shape: Shape = "equal_power"
) -> npt.NDArray[np.float32]:
    """Join two pieces, the end of the first fading into the beginning of the second.

        before  ────────────╲
        after             ╱────────────
                          |f |

    Args:
        before: `(C, N1)`.
        after: `(C, N2)`.
        frames: f, the overlap; 0 joins them end to end.
        shape: see `Shape`.

    Returns:
        `(C, N1 + N2 − f)`.
    """
    return overlap_join([before, after], frames, shape)


def overlap_join(
    pieces: Sequence[npt.NDArray[np.float32]], frames: int, shape: Shape = "equal_power"
) -> npt.NDArray[np.float32]:
    """Join pieces that overlap by `frames`, each fading into the next.

    Args:
        pieces: `(C, Ni)`, each at least as long as the overlaps it takes part in.
        frames: the overlap between neighbours.
        shape: see `Shape`.

    Returns:
        `(C, ΣNi − (number − 1) · frames)`.

    Raises:
        BugError: no pieces, or one that is shorter than its overlaps.
    """
    if not pieces:
        raise BugError("joining needs at least one piece")
    last = len(pieces) - 1
    for index, piece in enumerate(pieces):
        overlaps = (index > 0) + (index < last)
        if frames < 0 or piece.shape[1] < frames * overlaps:
            raise BugError(
                f"a piece must hold its overlaps of {frames} frames, piece {index} has {piece.shape[1]} frames"
            )
    curve = fade_curve(frames, shape)
    total = sum(piece.shape[1] for piece in pieces) - last * frames
    joined = np.zeros((pieces[0].shape[0], total), dtype=np.float32)
    start = 0
    for index, piece in enumerate(pieces):
        stop = start + piece.shape[1]
        faded = piece.astype(np.float32)
        if frames and index > 0:
            faded[:, :frames] *= curve
        if frames and index < last:
            faded[:, -frames:] *= curve[::-1]
        joined[:, start:stop] += faded
        start = stop - frames
    return joined
