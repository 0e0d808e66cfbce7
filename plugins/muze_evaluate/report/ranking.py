"""Which items of an evaluation come first: the worst, where it is known what is worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muze_evaluate.document import Better, Evaluation, Row


@dataclass(frozen=True)
class Ranking:
    """The items of an evaluation in the order that they are shown in.

    Attributes:
        rows: group after group, in each the worst first where that is known, else as they came.
        by: the value that decides; empty where none does.
        better: which way is better; empty where unknown.
    """

    rows: tuple[Row, ...]
    by: str = ""
    better: Better = ""


def ranking(evaluation: Evaluation) -> Ranking:
    """Return the items of an evaluation, the worst first.

    What is worse a figure says: the first one that has a better way and the name of a value that items have; `score`
    is what the figure `clap score` of the metric `clap` is the mean of. Items without that value come last; equal
    ones stay in their order.
    """
    names = columns(evaluation.rows)
    known = [
        (name, figure.better)
        for figure in evaluation.figures
        for name in names
        if figure.better and _plain(figure.name) in (_plain(name), _plain(evaluation.metric + name))
    ]
    # Yes and no leave most items equal: a number tells them apart, if there is one.
    for kinds in ((int, float), (bool,)):
        for name, better in known:
            if any(type(row.values.get(name)) in kinds for row in evaluation.rows):
                ordered = _sorted(evaluation.rows, name, 1 if better == "higher" else -1)
                return Ranking(tuple(ordered), name, better)
    return Ranking(evaluation.rows)


def columns(rows: Sequence[Row]) -> list[str]:
    """Return the names of all values that items have, in the order that they come in."""
    return list(dict.fromkeys(name for row in rows for name in row.values))


def first_of_groups(rows: Sequence[Row], limit: int) -> list[Row]:
    """Return at most `limit` items, of each group the first ones and as many."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    each = max(1, limit // max(len(groups), 1))
    return [row for members in groups.values() for row in members[:each]]


def spread(count: int, wanted: int) -> list[int]:
    """Return `wanted` places of `count` in order, as even as can be, first and last among them.

    Example:
        >>> spread(10, 4)
        [0, 3, 6, 9]
    """
    if wanted >= count:
        return list(range(count))
    if wanted < 2:
        return [0][:wanted]
    return [round(index * (count - 1) / (wanted - 1)) for index in range(wanted)]


def _sorted(rows: Sequence[Row], name: str, sign: int) -> list[Row]:
    groups = {group: place for place, group in enumerate(dict.fromkeys(row.group for row in rows))}

    def key(row: Row) -> tuple[int, bool, float]:
        value = _number(row, name)
        return (groups[row.group], value is None, 0.0 if value is None else sign * value)

    return sorted(rows, key=key)


def _number(row: Row, name: str) -> float | None:
    value = row.values.get(name)
    return float(value) if isinstance(value, int | float) else None


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
