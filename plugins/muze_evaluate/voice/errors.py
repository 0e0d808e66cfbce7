"""The fewest words to change, leave out and add so that one text becomes another (Levenshtein 1966).

Word error rate = (substitutions + deletions + insertions) / words that were to be sung. It may exceed 1, and says
nothing where nothing was to be sung. Of a set it is the sum of errors over the sum of words, so that a long song
counts for more than a short one.

Shapes: N things wanted, M things heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_MISSING, _ADDED = "−", "+"


@dataclass(frozen=True)
class Errors:
    """What it takes to make of one sequence the other.

    Attributes:
        wanted: N.
        substitutions: things heard as others.
        deletions: things wanted and not heard.
        insertions: things heard and not wanted.
        listed: every error in order: `night→knight`, `−the`, `+oh`.
    """

    wanted: int
    substitutions: int
    deletions: int
    insertions: int
    listed: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """All errors."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float | None:
        """Errors over things wanted; None where nothing was wanted."""
        return self.count / self.wanted if self.wanted else None


def errors_between(wanted: Sequence[str], heard: Sequence[str]) -> Errors:
    """Return the errors of a shortest alignment of words.

    Where several are as short, from the end on a match or substitution goes before a deletion, that before an
    insertion, so that the same texts always give the same list.

    Args:
        wanted: (N,) words.
        heard: (M,) words.
    """
    table = _distances(wanted, heard, whole=True)
    row, column = len(wanted), len(heard)
    substitutions = deletions = insertions = 0
    listed: list[str] = []
    while row or column:
        here = table[row, column]
        same = row and column and wanted[row - 1] == heard[column - 1]
        if row and column and here == table[row - 1, column - 1] + (0 if same else 1):
            row, column = row - 1, column - 1
            if not same:
                substitutions += 1
                listed.append(f"{wanted[row]}→{heard[column]}")
        elif row and here == table[row - 1, column] + 1:
            row -= 1
            deletions += 1
            listed.append(f"{_MISSING}{wanted[row]}")
        else:
            column -= 1
            insertions += 1
            listed.append(f"{_ADDED}{heard[column]}")
    return Errors(len(wanted), substitutions, deletions, insertions, tuple(reversed(listed)))


def distance(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """Return the number of errors alone, in memory for one row: for letters."""
    return int(_distances(wanted, heard, whole=False)[-1, -1])


def _distances(wanted: Sequence[str], heard: Sequence[str], *, whole: bool) -> npt.NDArray[np.int32]:
    """Return the table of distances (N + 1, M + 1) of all beginnings, or its last row (1, M + 1).

    A row at once: without insertions it is min(above + 1, above left + cost); with them, d[j] = min over k ≤ j of
    what stands at k, plus j − k, which is a running minimum after k has been taken off.
    """
    numbers: dict[str, int] = {}
    rows, columns = (
        np.array([numbers.setdefault(thing, len(numbers)) for thing in side], np.int32)
        for side in (wanted, heard)
    )
    along = np.arange(len(columns) + 1, dtype=np.int32)
    table = np.empty((len(rows) + 1 if whole else 1, len(columns) + 1), np.int32)
    row = along.copy()
    table[0] = row
    for index, thing in enumerate(rows, 1):
        new = row + 1
        new[1:] = np.minimum(new[1:], row[:-1] + (columns != thing))
        row = np.minimum.accumulate(new - along) + along
        table[index if whole else 0] = row
    return table
