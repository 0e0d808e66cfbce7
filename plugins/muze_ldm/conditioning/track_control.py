"""Control frames of a track without a score: those groups of channels that its annotation tells.

They hold what `muzecli.song.frames` says of a score; what an annotation cannot tell, such as drums, is not known.

Legend: N spans, F control channels, K groups of them, T control frames.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from muzecli.song.frames import GROUPS

if TYPE_CHECKING:
    from muze_ldm.conditioning.config import ConditioningConfig
    from muze_ldm.conditioning.facts import Flags
    from muze_ldm.conditioning.spans import Chords, Floats, Ints, Sections, Spans, Times, Window

_EPSILON = 1e-6
"""Of a frame: products of seconds and rates miss whole numbers by rounding."""


class TrackControl:
    """Chords, beats, downbeats and sections as control frames; and that nobody sings, where nobody does.

    Args:
        config: whose channels there are to be.
        duration_s: of the song.
        chords, beats, downbeats, sections: None where they are not known.
        sung: whether somebody sings; None where nobody listened.
    """

    def __init__(
        self,
        config: ConditioningConfig,
        duration_s: float,
        *,
        chords: Chords | None,
        beats: Times | None,
        downbeats: Times | None,
        sections: Sections | None,
        sung: bool | None,
    ) -> None:
        self._channels = {name: row for row, name in enumerate(config.control_channels)}
        self._groups = config.control_groups if config.control_channels else ()
        self._duration_s = duration_s
        self._chords, self._sections, self._sung = chords, sections, sung
        self._beats = beats if beats is not None and len(beats) > 1 else None
        self._downbeats = downbeats

    def control(self, window: Window, fold: int) -> tuple[Floats, Flags]:
        """Return (F, W · fold) frames and (K,) flags, whether each group is known."""
        grid = _Grid(window, fold, self._duration_s)
        values = np.zeros((len(self._channels), grid.count), np.float32)
        told = self._told(grid)
        for group, rows in told.items():
            for name, row in zip(GROUPS[group], rows, strict=True):
                if name in self._channels:
                    values[self._channels[name]] = row
        return values, np.array([group in told for group in self._groups], bool)

    def _told(self, grid: _Grid) -> dict[str, Floats]:
        """Return the channels of each group that is known."""
        told: dict[str, Floats] = {}
        if self._chords is not None:
            # One row more, which −1 finds: no chord.
            chroma = np.concatenate([self._chords.chroma, np.zeros((1, 12), np.float32)])
            told["chord"] = chroma[grid.owners(self._chords)].T
        if self._beats is not None:
            phase = 2.0 * np.pi * grid.phase(self._beats)
            told["beat"] = np.stack([np.sin(phase), np.cos(phase)]) * grid.inside
        if self._downbeats is not None:
            told["downbeat"] = grid.marks(self._downbeats)[None]
        if self._sections is not None:
            owner = grid.owners(self._sections)
            kinds = np.where(owner >= 0, self._sections.types[owner], -1)
            told["section"] = (kinds == np.arange(len(GROUPS["section"]))[:, None]).astype(np.float32)
            if not np.isnan(self._sections.energies).any():
                told["energy"] = np.where(owner >= 0, self._sections.energies[owner], 0.0)[None]
        if self._sung is False:
            told["vocals"] = np.zeros((1, grid.count), np.float32)
        return told


class _Grid:
    """Seconds as control frames of a window."""

    def __init__(self, window: Window, fold: int, duration_s: float) -> None:
        self.rate_hz = window.rate_hz * fold
        self.first = round(window.start_s * self.rate_hz)
        self.count = window.frames * fold
        self.duration_s = duration_s
        self.song = max(1, math.ceil(duration_s * self.rate_hz - _EPSILON))
        self.numbers = self.first + np.arange(self.count)
        self.inside = (self.numbers >= 0) & (self.numbers < self.song)

    def at(self, times: Times) -> Ints:
        """Return the song's frame in which each time lies; the song's end gives the one behind the last."""
        found = np.floor(times * self.rate_hz + _EPSILON).astype(np.int64)
        return np.where(times >= self.duration_s - _EPSILON, self.song, found)

    def owners(self, spans: Spans) -> Ints:
        """Return the number of the span that each frame of the window lies in, (T,); −1 for none.

        The later of two counts, and each lasts a frame at least.
        """
        starts = np.minimum(self.at(spans.starts), self.song - 1)
        ends = np.maximum(self.at(spans.ends), starts + 1)
        found = np.full(self.count, -1, np.int64)
        first, behind = starts - self.first, ends - self.first
        for index in np.flatnonzero((behind > 0) & (first < self.count)):
            found[max(first[index], 0) : behind[index]] = index
        return found

    def marks(self, times: Times) -> Floats:
        """Return (T,) with 1 in the frames in which a time lies."""
        at = self.at(times) - self.first
        found = np.zeros(self.count, np.float32)
        found[at[(at >= 0) & (at < self.count)]] = 1.0
        return found

    def phase(self, beats: Times) -> Times:
        """Return how far each frame's beginning is from one beat to the next, in beats; at least two are there.

        Before the first and behind the last beat they go on as they began and ended.
        """
        times = self.numbers / self.rate_hz
        before = np.clip(np.searchsorted(beats, times + _EPSILON, side="right") - 1, 0, len(beats) - 2)
        phase: Times = (times - beats[before]) / (beats[before + 1] - beats[before])
        return phase
