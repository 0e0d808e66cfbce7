"""What can be said of a section besides its sound: its place, its energy among the others, whether it returns.

Shapes: n sections, X traits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]

TRAITS = (
    "first",
    "last",
    "place",
    "far from the middle",
    "energy",
    "energy above the song",
    "energy below the highest",
    "energy rises from before",
    "energy rises to the next",
    "energy rises inside",
    "first and quiet",
    "last and quiet",
    "energy of its group above the song",
    "likeness to another",
    "likeness to the one before",
    "likeness to the one after",
    "others of its group",
    "length",
    "length among the others",
    "sung",
    "the song is sung",
    "sung though the one before is not",
    "low strokes among the others",
    "low strokes of the song",
    "energy of the song",
    "sections of the song",
    "words return",
)


@dataclass(frozen=True)
class Section:
    """One section, as far as it is known before it has a name.

    Attributes:
        start_s, end_s: where it lies.
        bars: how long it is.
        energy: 0…1.
        rise: energy of its last third less that of its first.
        low_strokes: strength of strokes in the low register.
        group: number of its group of repetitions.
        sung: share of it that is sung, 0…1; None where nobody listened.
        words_return: share of its lines that are sung elsewhere, too, 0…1; None where they are not known.
    """

    start_s: float
    end_s: float
    bars: int
    energy: float
    rise: float
    low_strokes: float
    group: int
    sung: float | None = None
    words_return: float | None = None


def traits(sections: Sequence[Section], likeness: Float64) -> Float64:
    """Return the traits of each section, (n, X); `likeness` is (n, n). What is not known is 0, between yes and no."""
    count = len(sections)
    lengths_s = np.array([one.end_s - one.start_s for one in sections])
    energy = np.array([one.energy for one in sections])
    groups = np.array([one.group for one in sections])
    bars = np.array([float(one.bars) for one in sections])
    low = np.array([one.low_strokes for one in sections])
    sung = np.array(
        [0.0 if one.sung is None else min(max(4.0 * one.sung - 1.0, -1.0), 1.0) for one in sections]
    )
    returns = np.array(
        [0.0 if one.words_return is None else 2.0 * one.words_return - 1.0 for one in sections]
    )
    total_s = float(lengths_s.sum())
    middles = np.array([(one.start_s + one.end_s) / 2.0 for one in sections]) / total_s
    song_energy = float(energy @ lengths_s) / total_s
    of_group = np.array([energy[groups == group].mean() for group in groups])
    others = likeness - 2.0 * np.eye(count)
    first, last = np.eye(count)[0], np.eye(count)[-1]
    above = energy - song_energy
    columns = (
        first,
        last,
        middles,
        np.abs(middles - 0.5),
        energy,
        above,
        energy - energy.max(),
        np.diff(energy, prepend=energy[:1]),
        np.diff(energy, append=energy[-1:]),
        np.array([one.rise for one in sections]),
        first * above,
        last * above,
        of_group - song_energy,
        others.max(axis=1) if count > 1 else np.zeros(count),
        np.append(0.0, np.diag(likeness, -1)),
        np.append(np.diag(likeness, 1), 0.0),
        np.minimum(np.array([(groups == group).sum() - 1.0 for group in groups]), 3.0),
        np.log2(bars),
        np.log2(lengths_s / np.median(lengths_s)),
        sung,
        np.full(count, sung.max()),
        sung - np.append(sung[:1], sung[:-1]),
        low / (low.mean() + 1e-9) - 1.0,
        np.full(count, low.mean()),
        np.full(count, song_energy),
        np.full(count, np.log2(count)),
        returns,
    )
    return np.stack(columns, axis=1)
