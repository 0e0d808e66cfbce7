"""Windows of a fixed length over recordings: the items that a model is trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """A stretch of one recording, in frames."""

    recording: int
    start: int


def windows_of(lengths: Sequence[int], chosen: Sequence[int], *, frames: int, hop: int) -> list[Window]:
    """Return the windows of the chosen recordings, on a grid; the last one of each ends where it ends.

    A recording that is shorter than a window has one window, and whoever reads it pads.

    Args:
        lengths: frames of every recording.
        chosen: positions of recordings.
        frames: of a window, at least 1.
        hop: frames from one window to the next.
    """
    found: list[Window] = []
    for index in chosen:
        last = max(0, lengths[index] - frames)
        starts = list(range(0, last, hop))
        found += [Window(index, start) for start in [*starts, last]]
    return found


def of_first_split(splits: Sequence[str], *preferred: str) -> list[int]:
    """Return the positions of the recordings of the first preferred split that has any; those of others are left.

    Args:
        splits: of every recording.
        preferred: names, the first choice first.
    """
    for name in preferred:
        chosen = [index for index, split in enumerate(splits) if split == name]
        if chosen:
            return chosen
    return []


def spread(windows: Sequence[Window], count: int) -> list[Window]:
    """Return at most `count` of the windows, evenly spread over all."""
    if len(windows) <= count:
        return list(windows)
    return [windows[round(i * (len(windows) - 1) / max(count - 1, 1))] for i in range(count)]
