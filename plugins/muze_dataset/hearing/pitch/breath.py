"""Breaths of a voice alone: noise between phrases that leads up to one.

    voiced     ▇▇▇▇▇▇▇                     ▇▇▇▇▇▇▇▇
    level             ▖▁▁▁▁▁▂▄▅▅▅▄▃▁▁▂▆▆▆           ▁ floor
                            └─breath─┘ └ s ┘

An island of sound within a pause is a breath when it lasts as long as one, does not repeat like a voice, is softer
than the voice and louder than the room, has its power where the vocal tract resonates and not where consonants
hiss, and is soon followed by singing. These are the traits by which breaths were told from consonants by Ruinskiy
and Lavner, "An effective algorithm for automatic detection and exact demarcation of breath sounds in speech and song
signals", IEEE TASLP 15(3), 2007; the rules here are plainer than their templates.

Shapes: a signal is (N,) at `framing.RATE_HZ`; F frames every 10 ms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.pitch.framing import HOP, RATE_HZ, Signal, frame_blocks, frame_levels_db
from muze_dataset.hearing.pitch.periodicity import Candidates
from muze_dataset.hearing.pitch.spans import FRAMES_HZ, runs

SHORTEST_S, LONGEST_S = 0.1, 0.8
_WINDOW = 256  # 16 ms: parts a breath from the consonant after it
_ABOVE_FLOOR_DB = 8.0
_LOUDEST_DB, _SOFTEST_DB = -9.0, -50.0  # of a breath, against the voice
_EDGE_DB = 18.0  # below an island's loudest it begins and ends
_DIP_DB = 7.0  # parts two islands when it lies so far below both
_LEAD_S = 0.5  # within which singing follows
_APERIODIC = 0.35
_TRACT_HZ, _HISS_HZ = 350.0, 4500.0
_TRACT_SHARE = 0.45  # of the power between the two, at least
_SILENT_DB = -85.0

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Breath:
    """One breath: its times in seconds and how clear it is, 0…1."""

    start_s: float
    end_s: float
    clarity: float


def find_breaths(signal: Signal, hz: npt.NDArray[np.float32], found: Candidates) -> list[Breath]:
    """Return the breaths in a recording of one voice, in order.

    Args:
        signal: (N,) the voice alone.
        hz: (F,) its pitch, 0 where there is none.
        found: the candidates of the signal's frames, which say how periodic they are.
    """
    voiced = hz > 0.0
    if not voiced.any():
        return []
    levels = frame_levels_db(signal, hz.size, length=_WINDOW)
    voice_db = float(np.median(levels[voiced]))
    floor_db = max(float(np.percentile(levels, 5)), _SILENT_DB)
    low = max(floor_db + _ABOVE_FLOOR_DB, voice_db + _SOFTEST_DB)
    shares = _tract_shares(signal, hz.size)
    breaths = []
    for first, stop in runs(~voiced):
        if stop == hz.size:  # nobody sings after it
            continue
        islands = _islands(levels[first:stop], low)
        chosen = [
            (first + start, first + end)
            for start, end in islands
            if _is_breath(
                slice(first + start, first + end), stop, levels, voice_db, found.aperiodicity, shares
            )
        ]
        if chosen:
            start, end = chosen[-1]  # the one that leads up to the singing
            clarity = float(
                np.clip(shares[start:end].mean() * found.aperiodicity[start:end].mean(), 0.0, 1.0)
            )
            breaths.append(Breath(start / FRAMES_HZ, end / FRAMES_HZ, clarity))
    return breaths


def _islands(levels: Array, low: float) -> list[tuple[int, int]]:
    """Return first frame and end of each island of sound in a pause, parted at dips."""
    islands = []
    for first, stop in runs(levels > low):
        for start, end in _parted(levels, first, stop):
            loudest = float(levels[start:end].max())
            inside = np.flatnonzero(levels[start:end] > loudest - _EDGE_DB)
            islands.append((start + int(inside[0]), start + int(inside[-1]) + 1))
    return islands


def _parted(levels: Array, first: int, stop: int) -> list[tuple[int, int]]:
    """Part a run of frames where the level dips well below what is on both sides."""
    best, at = 0.0, -1
    left = np.maximum.accumulate(levels[first:stop])
    right = np.maximum.accumulate(levels[first:stop][::-1])[::-1]
    depth = np.minimum(left, right) - levels[first:stop]
    if depth.size:
        at = int(depth.argmax())
        best = float(depth[at])
    if best < _DIP_DB:
        return [(first, stop)]
    return [*_parted(levels, first, first + at), *_parted(levels, first + at + 1, stop)]


def _is_breath(
    part: slice, sung: int, levels: Array, voice_db: float, aperiodicity: Array, shares: Array
) -> bool:
    lasts = (part.stop - part.start) / FRAMES_HZ
    return bool(
        SHORTEST_S <= lasts <= LONGEST_S
        and (sung - part.stop) / FRAMES_HZ <= _LEAD_S
        and float(levels[part].mean()) <= voice_db + _LOUDEST_DB
        and float(aperiodicity[part].mean()) >= _APERIODIC
        and float(shares[part].mean()) >= _TRACT_SHARE
    )


def _tract_shares(signal: Signal, count: int) -> Array:
    """Return the share of each frame's power that lies where vowels have theirs, (F,)."""
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    bins = np.fft.rfftfreq(_WINDOW, 1.0 / RATE_HZ)
    tract = (bins >= _TRACT_HZ) & (bins <= _HISS_HZ)
    shares = np.zeros(count, dtype=np.float32)
    for first, frames in frame_blocks(signal, count, _WINDOW, before=_WINDOW // 2, hop=HOP):
        power = np.square(np.abs(np.fft.rfft(frames * window)))
        shares[first : first + len(frames)] = power[:, tract].sum(axis=1) / np.maximum(
            power.sum(axis=1), 1e-12
        )
    return shares
