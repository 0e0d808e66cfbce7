"""Long things done in pieces of bounded size: where the pieces lie, and how their results are joined.

    fetched   |- margin -|========= own =========|- margin -|
    next                               |- margin -|========= own =========|- margin -|
                                                  |overlap|

A piece answers for its own frames, which overlap with the next piece's; the margin is only there so that a network
sees what surrounds them. Results fade into one another over the overlap.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muzecli.audio.crossfade import fade_curve

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Chunk:
    """A piece of something of so many frames.

    Attributes:
        first: where what is fetched begins.
        last: where it ends, exclusive.
        start: where the piece's own frames begin.
        stop: where they end, exclusive.
    """

    first: int
    last: int
    start: int
    stop: int


def chunks(length: int, *, size: int, overlap: int, margin: int) -> list[Chunk]:
    """Cut into as few pieces as there must be, of about the same size.

    Args:
        length: frames to cut, at least 1.
        size: the most own frames of a piece, more than the overlap.
        overlap: frames that neighbours share.
        margin: frames fetched on either side where there are any.
    """
    assert length > 0 and 0 <= overlap < size and margin >= 0
    count = max(1, math.ceil((length - overlap) / (size - overlap)))
    starts = [round(index * (length - overlap) / count) for index in range(count + 1)]
    return [
        Chunk(
            max(0, start - margin),
            min(length, after + overlap + margin),
            start,
            after + overlap,
        )
        for start, after in itertools.pairwise(starts)
    ]


class Joiner:
    """Puts pieces that come in order into one array, (C, length), each fading into the next.

    Args:
        channels: C.
        length: frames of the whole.
        alike: whether overlapping pieces are nearly the same, as two views of one spectrogram are: gains then add
            to 1. Otherwise gains follow from how alike they turn out to be: see `fade_gains`.
    """

    def __init__(self, channels: int, length: int, *, alike: bool) -> None:
        self.whole = np.zeros((channels, length), np.float32)
        self._alike = alike
        self._end = 0  # of what is written

    def add(self, piece: Floats, start: int) -> None:
        """Write a piece, (C, n), whose first frame is frame `start` of the whole, at or before the last one's end."""
        shared = self._end - start
        assert 0 <= shared <= piece.shape[1]
        before, now = self.whole[:, start : self._end], piece[:, :shared]
        if shared:
            out, into = (
                (fade_curve(shared, "linear")[::-1], fade_curve(shared, "linear"))
                if self._alike
                else fade_gains(before, now)
            )
            self.whole[:, start : self._end] = before * out + now * into
        stop = min(start + piece.shape[1], self.whole.shape[1])
        self.whole[:, self._end : stop] = piece[:, shared : stop - start]
        self._end = stop


def fade_gains(before: Floats, after: Floats) -> tuple[Floats, Floats]:
    """Return the gains (n,) with which one signal passes into another without a dip or a bump in level.

    With linear gains a and b = 1 − a, a sum of signals of like power whose correlation is ρ has the power
    a² + b² + 2ρab of one of them; dividing by its root keeps the level. Equal signals come through unchanged, and
    unrelated ones at equal power.

    Args:
        before: (C, n) that fades out.
        after: (C, n) that fades in.
    """
    powers = float(np.vdot(before, before)) * float(np.vdot(after, after))
    likeness = float(np.vdot(before, after)) / math.sqrt(powers) if powers > 0.0 else 1.0
    likeness = min(max(likeness, 0.0), 1.0)  # signals that cancel are not lifted to where they would not
    into = fade_curve(before.shape[1], "linear")
    out = into[::-1]
    level = np.sqrt(out**2 + into**2 + 2.0 * likeness * out * into)
    return (out / level).astype(np.float32), (into / level).astype(np.float32)
