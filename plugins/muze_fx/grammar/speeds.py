"""Attack and release in words: "fast attack", "slow release", "attack: medium"."""

from __future__ import annotations

from collections.abc import Iterator

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.items import Item

_WORDS = {
    **dict.fromkeys(("fast", "faster", "quick", "quicker", "rapid", "short", "shorter", "snappy"), 0),
    **dict.fromkeys(("medium", "moderate", "med", "mid", "normal", "average"), 1),
    **dict.fromkeys(("slow", "slower", "long", "longer", "lazy"), 2),
}
#: Fast, medium, slow in ms: a fast attack catches the transient, a slow one lets it through.
_MILLISECONDS = {"attack": (3.0, 10.0, 30.0), "release": (60.0, 150.0, 300.0)}


def read_speeds(clause: Clause) -> Iterator[tuple[str, float, Item, list[Item]]]:
    """Yield (parameter, time in ms, its name, the items that say it) where a word stands instead of a number."""
    for place, name in enumerate(clause.items):
        parameter = name.term.parameter or ""
        if parameter not in _MILLISECONDS or not name.free:
            continue
        speed = _beside(clause, place)
        if speed is None or any(item.term.negation for item in clause.items[:place]):
            continue
        used = [name, speed]
        before = clause.before(speed)
        if before is not None and before.term.degree is not None:
            used.append(before)  # "a very fast attack"
        yield parameter, _MILLISECONDS[parameter][_WORDS[speed.text]], name, used


def _beside(clause: Clause, place: int) -> Item | None:
    """Return the adjective right before the name, else the one behind it ("attack: fast")."""
    if place > 0 and _is_speed(clause.items[place - 1]):
        return clause.items[place - 1]
    following = clause.content_after(place)
    return following if following is not None and _is_speed(following) else None


def _is_speed(item: Item) -> bool:
    return item.free and item.quantity is None and item.text in _WORDS
