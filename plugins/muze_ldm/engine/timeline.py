"""A song's latent frames, and the windows in which a network that was trained on so many of them sees them.

    sections   |  intro  |     verse      |            chorus             |outro|
    cells      |         |                |               |               |     |     split where too long
    window 2                  |-margin-|======== cell ========|-margin-|

A song is cut into cells. Each has a window of the trained length around it, within the song where it can be, and
what the network says counts fully in the cell and less and less across the margin, where the neighbour's window
takes over. Sections that are long enough make cells of their own, so that a window speaks of one section; shorter
ones share a cell.

Shapes: W latent frames, n windows of L frames.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from muze_ldm.diffusion.windows import Windows

if TYPE_CHECKING:
    from muzecli.song.plan import Plan

MARGIN_SHARE = 0.125
"""Of a window, on either side of its cell: what the neighbours are blended over."""
_EPSILON = 1e-6  # of a frame; products of seconds and rates miss whole numbers by rounding


@dataclass(frozen=True)
class Timeline:
    """Latent frames and seconds of a song.

    Attributes:
        rate_hz: latent frames a second.
        lead: frames before the plan begins, of what precedes it.
        frames: W, of all, the lead included.
    """

    rate_hz: float
    lead: int
    frames: int

    @classmethod
    def of(cls, duration_s: float, *, rate_hz: float, lead: int = 0, multiple: int = 1) -> Timeline:
        """Return that of a song.

        Args:
            duration_s: of the plan.
            rate_hz: latent frames a second.
            lead: frames before it.
            multiple: what W is to be a multiple of.
        """
        frames = lead + max(1, math.ceil(duration_s * rate_hz - _EPSILON))
        return cls(rate_hz, lead, math.ceil(frames / multiple) * multiple)

    @property
    def start_s(self) -> float:
        """Time of the first frame's beginning in the plan; at most 0."""
        return -self.lead / self.rate_hz

    def seconds(self, frame: float) -> float:
        """Return the time of a frame's beginning."""
        return (frame - self.lead) / self.rate_hz

    def frame(self, seconds: float) -> int:
        """Return the frame whose beginning is nearest."""
        return round(seconds * self.rate_hz) + self.lead

    def edges(self, plan: Plan) -> list[int]:
        """Return the frames at which sections begin; the first one takes in what precedes it."""
        return [0, *(self.frame(span.start_s) for span in plan.spans[1:])]


@dataclass(frozen=True)
class SongWindows(Windows):
    """Windows that know what they answer for.

    Attributes:
        cells: from and to (exclusive) of each window's cell, in frames; without gaps.
    """

    cells: tuple[tuple[int, int], ...] = ()

    def weights(self) -> Tensor:
        """Return how much each window counts in its frames, (n, L); over all that cover a frame they add up to 1."""
        return self._by_cells

    @cached_property
    def _by_cells(self) -> Tensor:
        margin = _margin(self.width)
        raw = torch.zeros(len(self.starts), self.width)
        total = torch.zeros(self.total)
        for row, (start, stop), (first, behind) in zip(raw, self.spans, self.cells, strict=True):
            at = torch.arange(start, stop) + 0.5
            distance = torch.maximum(first - at, at - behind).clamp(min=0.0)
            row[:] = (1.0 - distance / margin).clamp(min=0.0)
            total[start:stop] += row
        return torch.stack(
            [row / total[start:stop] for row, (start, stop) in zip(raw, self.spans, strict=True)]
        )


def lay_windows(frames: int, edges: Sequence[int], *, width: int) -> SongWindows:
    """Lay windows over a song.

    Args:
        frames: W, at least 1.
        edges: frames at which sections begin.
        width: L; a song that is shorter has one window of its own length.
    """
    if frames <= width:
        return SongWindows(frames, frames, (0,), ((0, frames),))
    starts: list[int] = []
    cells: list[tuple[int, int]] = []
    for first, behind in _cells(frames, edges, room=max(1, width - 2 * _margin(width))):
        start = min(max(0, (first + behind - width) // 2), frames - width)
        if starts and start == starts[-1]:  # at the song's ends one window may be about two cells
            cells[-1] = (cells[-1][0], behind)
        else:
            starts.append(start)
            cells.append((first, behind))
    return SongWindows(frames, width, tuple(starts), tuple(cells))


def _margin(width: int) -> int:
    return max(1, round(width * MARGIN_SHARE))


def _cells(frames: int, edges: Sequence[int], *, room: int) -> list[tuple[int, int]]:
    """Return cells of at most `room` frames; sections below half of it share with a neighbour where they fit."""
    bounds = [*sorted({0} | {edge for edge in edges if 0 < edge < frames}), frames]
    shared: list[tuple[int, int]] = []
    for first, behind in itertools.pairwise(bounds):
        if shared:
            before, last = shared[-1]
            if min(last - before, behind - first) < room / 2 and behind - before <= room:
                shared[-1] = (before, behind)
                continue
        shared.append((first, behind))
    cells = []
    for first, behind in shared:
        count = math.ceil((behind - first) / room)
        cuts = [first + round(part * (behind - first) / count) for part in range(count + 1)]
        cells += list(itertools.pairwise(cuts))
    return cells
