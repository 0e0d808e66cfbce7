"""Loudness targets: "normalise to -14 LUFS", "master at -16 LUFS", "make it -23 LUFS loud"."""

from __future__ import annotations

from collections.abc import Iterator

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.items import Item
from muze_fx.grammar.units import Dimension

#: What programmes may be asked to be, in LUFS below full scale.
_QUIETEST, _LOUDEST = 70.0, 0.0


def read_loudness(clause: Clause) -> Iterator[tuple[float, list[Item]]]:
    """Yield (integrated loudness in LUFS, the items that say it); it is below zero whether or not that is written."""
    for number in list(clause.quantities(Dimension.LOUDNESS)):
        assert number.quantity is not None
        size = abs(number.quantity.amount)
        if _LOUDEST <= size <= _QUIETEST:
            words = [
                item for item in clause.items if item.free and item.quantity is None and _is_about_it(item)
            ]
            yield -size, [number, *words]


def _is_about_it(item: Item) -> bool:
    term = item.term
    return term.levelling or term.loudness or term.effect == "gain" or item.text in ("loud", "loudly")
