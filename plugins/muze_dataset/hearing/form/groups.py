"""Which sections are the same music: repetitions, found by comparing bars in order.

Shapes: n sections, B bars.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.form.on_grid import BarSounds
from muze_dataset.hearing.form.similarity import alike

Float64 = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SAME = 0.45
"""Mean likeness from which sections are called the same music."""


def section_likeness(sounds: BarSounds, lines: Ints) -> Float64:
    """Return how alike sections are, bar after bar, (n, n), −1…1.

    Two sections are laid side by side from their beginnings, and from their ends; the better of the two counts.

    Args:
        sounds: of B bars.
        lines: (n + 1,) the bar lines between sections.
    """
    bars = (alike(sounds.timbre) + alike(sounds.rhythm) + 2.0 * alike(sounds.pitch)) / 4.0
    spans = list(zip(lines[:-1].tolist(), lines[1:].tolist(), strict=True))
    likeness = np.eye(len(spans))
    for i, (start, end) in enumerate(spans):
        for j, (other_start, other_end) in enumerate(spans[:i]):
            length = np.arange(min(end - start, other_end - other_start))
            from_start = bars[start + length, other_start + length].mean()
            from_end = bars[end - 1 - length, other_end - 1 - length].mean()
            likeness[i, j] = likeness[j, i] = max(from_start, from_end)
    return likeness


def same_music(likeness: Float64) -> list[int]:
    """Return the number of each section's group, from 0 in order of appearance.

    The two most alike groups are joined, by the mean likeness of their members, while it is at least `SAME`
    (average linkage; Sokal and Michener 1958).
    """
    groups = [[i] for i in range(len(likeness))]
    while len(groups) > 1:
        pairs = [(i, j) for i in range(len(groups)) for j in range(i)]
        means = [float(likeness[np.ix_(groups[i], groups[j])].mean()) for i, j in pairs]
        at = int(np.argmax(means))
        if means[at] < SAME:
            break
        i, j = pairs[at]
        groups[j] += groups.pop(i)
    numbers = [0] * len(likeness)
    for number, group in enumerate(sorted(groups, key=min)):
        for member in group:
            numbers[member] = number
    return numbers
