"""The tempo of a prompt, and note values that only a tempo makes so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.items import Item
from muze_fx.grammar.units import Dimension, Quantity

_SLOWEST_BPM, _FASTEST_BPM = 30.0, 300.0


def find_tempo(clauses: Sequence[Clause]) -> Item | None:
    """Return the number that is the tempo; beside a note value also one without "bpm" ("dotted eighth at 120")."""
    for clause in clauses:
        notes = any(True for _ in clause.quantities(Dimension.NOTE, Dimension.PAIR))
        for item in clause.quantities(Dimension.TEMPO, Dimension.BARE):
            before = clause.before(item)
            if before is not None and before.text in (":", "="):
                before = clause.before(before)
            named = before is not None and (
                before.text in ("tempo", "bpm") or (notes and before.term.relation == "at")
            )
            assert item.quantity is not None
            if item.dimension is Dimension.TEMPO or (
                named and _SLOWEST_BPM <= item.quantity.value <= _FASTEST_BPM
            ):
                return item if item.quantity.value > 0 else None
    return None


def as_note(quantity: Quantity) -> Quantity:
    """Read "1/4" beside a tempo as a note value."""
    assert quantity.pair is not None
    beats = 4 * quantity.pair[0] / quantity.pair[1]
    return replace(quantity, dimension=Dimension.NOTE, value=beats) if beats <= 8 else quantity
