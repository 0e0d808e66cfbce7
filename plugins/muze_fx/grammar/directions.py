"""Up or down: which sign the words around a number give it."""

from __future__ import annotations

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.items import Item


def direction_words(clause: Clause, number: Item) -> list[Item]:
    """Return the word that says whether a number is up or down, at most one.

    What follows the number counts before what precedes it ("turn it 3 dB down"), and "add" or "take" only where
    nothing else says; another number ends the search.
    """
    place = clause.position(number)
    for item in clause.items[place + 1 :]:
        if item.quantity is not None:
            break
        if item.term.direction and not item.term.weak:
            return [item]
    weak: list[Item] = []
    for item in reversed(clause.items[:place]):
        if item.quantity is not None:
            break
        if item.term.direction and not item.term.weak:
            return [item]
        weak = weak or ([item] if item.term.direction else [])
    return weak


def directed(clause: Clause, number: Item, value: float) -> float:
    """Return the value with the sign that its number or the words around it give; "down 3" and "down -3" are -3."""
    assert number.quantity is not None
    direction = sum(item.term.direction for item in direction_words(clause, number))
    written = 0 if number.quantity.loose and direction else number.quantity.sign
    return -abs(value) if written < 0 or direction < 0 else abs(value)
