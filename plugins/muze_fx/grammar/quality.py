"""The Q of a band: "q 2", "with a Q of 1.4", "bandwidth of 1 octave", "a narrow cut"."""

from __future__ import annotations

import math

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.items import Item
from muze_fx.grammar.units import Dimension

#: Shapes of a band even in a clause of their own; "wide" and "tight" may be meant for the sound.
_PLAIN_SHAPES = frozenset({"narrow", "broad", "surgical"})


def quality_alone(clause: Clause) -> tuple[float | None, float | None, list[Item]]:
    """Return (Q by number, Q by adjective, the items) of a clause that only says the Q of the band before it."""
    by_number: float | None = None
    by_adjective: float | None = None
    items: list[Item] = []
    for position, item in enumerate(clause.items):
        if not item.free:
            continue
        if item.dimension in (Dimension.BARE, Dimension.PITCH) and belongs_to_q(clause, position):
            by_number = quality_of(item)
            items.append(item)
        elif item.term.parameter == "q" or (item.term.q and (item.text in _PLAIN_SHAPES or " " in item.text)):
            by_adjective = item.term.q
            items.append(item)
    return by_number, by_adjective, items


def belongs_to_q(clause: Clause, position: int) -> bool:
    """Whether the number is that of "q 2", "bandwidth of 2 octaves" or "1 octave wide"."""
    item = clause.items[position]
    before = clause.content_before(position)
    after = next((other for other in clause.items[position + 1 :] if other.word), None)
    if before is not None and before.term.parameter == "q":
        return True
    if item.dimension is Dimension.PITCH:
        return after is not None and after.text in ("wide", "bandwidth")
    if after is None or after.text != "q":
        return False
    follows = clause.items[clause.position(after) + 1 :]
    return not any(other.dimension is Dimension.BARE for other in follows[:2])  # "+2 q 2"


def quality_of(item: Item) -> float | None:
    """Return the Q that a number says, directly or as a bandwidth in octaves."""
    assert item.quantity is not None
    value = item.quantity.amount
    if item.dimension is Dimension.PITCH:
        octaves = value / 12
        return math.sqrt(2**octaves) / (2**octaves - 1) if 0 < octaves < 10 else None
    return value if value > 0 else None


def shapes_band(clause: Clause, position: int) -> bool:
    """Whether an adjective such as "wide" is the shape of a band: it touches one of the band's words or numbers."""
    before, after = clause.content_before(position), clause.content_after(position)
    if after is None:
        return before is not None and (before.quantity is not None or bool(before.term.filter))
    if after.quantity is not None:
        return not after.quantity.sign or clause.items[position].text in _PLAIN_SHAPES
    return bool(after.term.filter) or (after.term.direction != 0 and not after.term.weak)
