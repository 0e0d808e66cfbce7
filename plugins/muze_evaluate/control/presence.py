"""What is to be heard at all: level, voices, instruments."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from muze_evaluate.control.measured import Span
from muzecli.song.plan import SectionSpan

SUNG_SHARE = 0.1
"""Of a section: from here on it counts as sung. A plan's sung section has pauses, and instrumental ones have none."""
FOUND = 0.5
"""Probability from which a family of instruments counts as found."""


def loudness_error(asked_lufs: float | None, found_lufs: float | None) -> float | None:
    """Return by how many LU a loudness misses the one asked for; None where either is not known."""
    if asked_lufs is None or found_lufs is None:
        return None
    return abs(found_lufs - asked_lufs)


def sung_time_right(planned: Sequence[SectionSpan], voices_s: Sequence[Span]) -> float:
    """Return the share of time that lies in sections that are sung where they are to be, and only there.

    A section counts as sung where voices are heard for a tenth of it.
    """
    right = total = 0.0
    for section in planned:
        length_s = section.end_s - section.start_s
        sung_s = sum(
            max(min(end_s, section.end_s) - max(start_s, section.start_s), 0.0) for start_s, end_s in voices_s
        )
        total += length_s
        right += length_s if (sung_s >= SUNG_SHARE * length_s) is section.has_vocals else 0.0
    return right / total


def requested_found(planned: Collection[str], found: Mapping[str, float]) -> float | None:
    """Return the share of planned families that are found; None where none that could be found is planned."""
    wanted = [family for family in found if family in planned]
    return float(np.mean([found[family] >= FOUND for family in wanted])) if wanted else None


def found_requested(planned: Collection[str], found: Mapping[str, float]) -> float | None:
    """Return the share of found families that are planned, the precision; None where none is found."""
    heard = [family for family, probability in found.items() if probability >= FOUND]
    return float(np.mean([family in planned for family in heard])) if heard else None
