"""Whether sections that are planned with more energy are louder."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from benchmarks.hearing.heard import RATE_HZ, Heard
from muzecli.audio.loudness import LoudnessMeter
from muzecli.song.plan import SectionSpan

LEAST_DIFFERENCE = 0.1
"""Of planned energies: sections nearer to each other are not compared."""


def loudness_lufs(heard: Heard, start_s: float = 0.0, end_s: float | None = None) -> float:
    """Return the integrated loudness between two times; −inf for silence."""
    end = len(heard.mono) if end_s is None else round(end_s * RATE_HZ)
    meter = LoudnessMeter(RATE_HZ, 1, true_peak=False)
    meter.add(np.ascontiguousarray(heard.mono[None, round(start_s * RATE_HZ) : end]))
    return meter.integrated_lufs


def energy_order(heard: Heard, sections: Sequence[SectionSpan]) -> tuple[int, int]:
    """Return how many pairs of sections are in the planned order, and how many there are.

    Of each two sections whose planned energies differ by `LEAST_DIFFERENCE`, the one with more should be louder:
    Goodman and Kruskal's concordance.
    """
    levels = [loudness_lufs(heard, section.start_s, section.end_s) for section in sections]
    kept = pairs = 0
    for (a, loud_a), (b, loud_b) in combinations(zip(sections, levels, strict=True), 2):
        difference = a.energy - b.energy
        if abs(difference) >= LEAST_DIFFERENCE - 1e-9:
            pairs += 1
            kept += loud_a > loud_b if difference > 0 else loud_b > loud_a
    return kept, pairs
