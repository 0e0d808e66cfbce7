"""Sections and energy against what is planned.

Boundaries are hit rates as in Turnbull et al., "A Supervised Approach for Detecting Boundaries in Music", ISMIR
2007. Only inner boundaries count on either side, for anybody finds the beginning and the end of a file.

Legend: S sections.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from muze_evaluate.control.measured import EnergyCurve, Part
from muze_evaluate.control.rhythm import f_measure
from muzecli.song.plan import SectionSpan

Float64 = npt.NDArray[np.float64]

WINDOWS_S = (3.0, 0.5)
TIE = 0.1
"""Planned energies that differ by less than this are as good as equal: their order is not asked for."""
_FEWEST = 3  # sections, for a correlation of ranks that is not ±1 whatever happens
_SLACK = 1e-9  # 0.3 − 0.2 is a difference of 0.1


def boundary_f(
    planned: Sequence[SectionSpan], found: Sequence[Part] | None, *, window_s: float
) -> float | None:
    """Return the F-measure of inner boundaries within a window.

    Args:
        planned: (S,) in order.
        found: in order; None where nothing was found, which is one section.
        window_s: how far off a boundary may be.

    Returns:
        0…1; None where fewer than two sections are planned, for these have no inner boundary.
    """
    if len(planned) < 2:
        return None
    wanted = np.array([section.start_s for section in planned[1:]], np.float64)
    heard = np.array([part.start_s for part in (found or ())[1:]], np.float64)
    return f_measure(wanted, heard, window_s=window_s)


def type_share(planned: Sequence[SectionSpan], found: Sequence[Part] | None) -> float:
    """Return the share of the planned time in which a section of the planned type is heard."""
    right = sum(
        max(min(part.end_s, section.end_s) - max(part.start_s, section.start_s), 0.0)
        for section in planned
        for part in found or ()
        if part.type == section.type
    )
    return right / (planned[-1].end_s - planned[0].start_s)


def energies(planned: Sequence[SectionSpan], curve: EnergyCurve) -> Float64:
    """Return the mean energy of the audio in each planned section, (S,); where no value lies in one, the nearest."""
    values = np.asarray(curve.values, np.float64)
    means = []
    for section in planned:
        first = min(int(np.ceil(section.start_s * curve.rate_hz)), len(values) - 1)
        last = max(int(np.ceil(section.end_s * curve.rate_hz)), first + 1)
        means.append(values[first:last].mean())
    return np.array(means)


def energy_order(planned: Sequence[SectionSpan], curve: EnergyCurve) -> float | None:
    """Return the share of pairs of sections whose measured energies are in the planned order.

    Pairs whose planned energies differ by less than `TIE` are left out; a measured tie is half right.

    Returns:
        0…1, 0.5 for what takes no notice of the plan; None where no pair counts.
    """
    wanted, measured = _wanted(planned), energies(planned, curve)
    higher = wanted[:, None] - wanted[None, :] >= TIE - _SLACK  # (S, S)
    if not higher.any():
        return None
    difference = (measured[:, None] - measured[None, :])[higher]
    return float((0.5 * (1.0 + np.sign(difference))).mean())


def energy_correlation(planned: Sequence[SectionSpan], curve: EnergyCurve) -> float | None:
    """Return Spearman's correlation of planned and measured energies; ties have the mean of their ranks.

    Returns:
        −1…1, 0 where all measured ones are equal; None with fewer than three sections or equal plans.
    """
    wanted, measured = _ranks(_wanted(planned)), _ranks(energies(planned, curve))
    if len(wanted) < _FEWEST or np.ptp(wanted) == 0.0:
        return None
    if np.ptp(measured) == 0.0:
        return 0.0
    return float(np.corrcoef(wanted, measured)[0, 1])


def _wanted(planned: Sequence[SectionSpan]) -> Float64:
    return np.array([section.energy for section in planned], np.float64)


def _ranks(values: Float64) -> Float64:
    """Return ranks from 1, (S,); equal values have the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Float64 = (last - (counts - 1) / 2.0)[place]
    return ranks
