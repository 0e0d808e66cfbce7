"""A song's latent frames, and the windows in which a network that was trained on so many of them sees them.

    sections   |  intro  |     verse      |            chorus             |outro|
    cells      |         |                |               |                     |
    window 2                  |-margin-|======== cell ========|-margin-|

A song is cut into as few cells as there can be, since each costs a window, and between sections as far as that
allows, so that a window speaks of one section. Each cell has a window of the trained length around it, within the
song where it can be; what the network says counts fully in the cell and less and less across the margin, where the
neighbour's window takes over.

Shapes: W latent frames, n windows of L frames.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from muze_ldm.diffusion.windows import Windows

if TYPE_CHECKING:
    from muzecli.song.plan import Plan

MARGIN_SHARE = 0.125
"""Of a window, on either side of its cell: what the neighbours are blended over."""
_PLACES = 32  # in a window, where cells may begin beside the sections' beginnings
_EVEN = 0.2  # how much equal lengths count beside cuts between sections
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
    cuts = _cuts(frames, sorted({0, *(edge for edge in edges if 0 < edge < frames), frames}), width=width)
    cells = list(pairwise(cuts))
    starts = [min(max(0, (first + behind - width) // 2), frames - width) for first, behind in cells]
    return SongWindows(frames, width, tuple(starts), tuple(cells))


def _margin(width: int) -> int:
    return max(1, round(width * MARGIN_SHARE))


def _cuts(frames: int, bounds: Sequence[int], *, width: int) -> list[int]:
    """Return where cells begin and the last one ends: the fewest, and of those the best, by dynamic programming.

    A cell within the song leaves room for two margins, one at its ends for one. It costs the frames that do not
    belong to its main section, and a little for being longer than others.
    """
    room = max(1, width - 2 * _margin(width))
    places = sorted({*range(0, frames, max(1, width // _PLACES)), *bounds})
    best: dict[int, tuple[int, float, int]] = {
        0: (0, 0.0, 0)
    }  # place → cells, their cost, place of the last's start
    for index, behind in enumerate(places[1:], start=1):
        found: tuple[int, float, int] | None = None
        for first in reversed(places[:index]):
            outer = (first == 0) + (behind == frames)
            if behind - first > width:
                break
            if behind - first > room + outer * _margin(width) or first not in best:
                continue
            inside = bisect_right(bounds, first) - 1, bisect_left(bounds, behind)
            parts = [min(b, behind) - max(a, first) for a, b in pairwise(bounds[inside[0] : inside[1] + 1])]
            length = behind - first
            cost = best[first][1] + length - max(parts) + _EVEN * length**2 / room
            candidate = (best[first][0] + 1, cost, first)
            found = candidate if found is None else min(found, candidate)
        if found is not None:
            best[behind] = found
    cuts = [frames]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][2])
    return cuts[::-1]
