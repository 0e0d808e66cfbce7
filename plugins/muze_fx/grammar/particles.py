"""Verbs whose particle stands behind their object: "roll the low end off", "take everything below 40 Hz out"."""

from __future__ import annotations

from collections.abc import Sequence

from muze_fx.grammar.clauses import connector_of
from muze_fx.grammar.items import Item
from muze_fx.grammar.terms import FILLER, Term, find_term
from muze_fx.grammar.units import Dimension

_VERBS = frozenset(
    [
        "roll",
        "rolled",
        "rolling",
        "take",
        "taking",
        "taken",
        "cut",
        "cutting",
        "filter",
        "filtered",
        "filtering",
        "pull",
        "pulled",
        "scoop",
        "scooped",
        "strip",
        "chop",
        "clear",
        "clean",
        "carve",
        "carved",
        "shave",
        "kick",
        "wipe",
        "get",
        "knock",
        "turn",
        "switch",
        "leave",
        "lose",
    ]
)
_PARTICLES = frozenset({"off", "out", "away", "out of"})
#: Verbs of which "down" alone does not yet say enough.
_DOWN = frozenset({"knock"})
#: Most items between a verb and its particle.
_LONGEST_OBJECT = 9


def join_particles(items: Sequence[Item]) -> None:
    """Give every verb that is split by its object the meaning that it has with its particle."""
    for index, item in enumerate(items):
        if item.text in _VERBS:
            place = _find_particle(items, index)
            if place is not None:
                _join(item, items[place])


def _find_particle(items: Sequence[Item], start: int) -> int | None:
    """Return the place of the particle; None where another verb, a gain or a connector stands in between."""
    verb = items[start].text
    for place in range(start + 1, min(start + 1 + _LONGEST_OBJECT, len(items))):
        item = items[place]
        joins = item.text in _PARTICLES or (verb in _DOWN and item.text == "down")
        if joins and place > start + 1:
            is_own = not (verb == "get" and item.text == "out of")  # "get the best out of it"
            return place if is_own and _joined(verb, item.text) is not None else None
        if connector_of(items, place) or item.dimension is Dimension.LEVEL:
            return None
        if item.term.direction and not item.term.region:
            return None
    return None


def _joined(verb: str, particle: str) -> Term | None:
    term = find_term(f"{verb} {particle.removesuffix(' of')}")
    return term if term is not None and (term.direction or term.negation) else None


def _join(verb: Item, particle: Item) -> None:
    term = _joined(verb.text, particle.text)
    assert term is not None
    verb.text, verb.term, verb.match, verb.parts = f"{verb.text} {particle.text}", term, None, ()
    particle.term, particle.match = FILLER, None
