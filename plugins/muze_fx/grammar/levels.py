"""Numbers that change the level: "+3 dB", "6 dB louder", "20 % quieter", "twice as loud", "halve the volume"."""

from __future__ import annotations

import math
from collections.abc import Iterator

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.directions import directed, direction_words
from muze_fx.grammar.items import Item
from muze_fx.grammar.terms import NOTHING
from muze_fx.grammar.units import Dimension

_QUIET, _LOUD = frozenset({"quiet", "quieter", "soft", "softer"}), frozenset({"loud", "louder"})


def read_levels(clause: Clause, before: Clause | None = None) -> Iterator[tuple[float, list[Item]]]:
    """Yield (gain in dB, the items that say it) for what no effect and no band has claimed.

    Args:
        clause: where the numbers stand.
        before: the clause before it, which may say only "louder".
    """
    announced = [] if before is None else _only_loudness(before)
    for item in list(clause.quantities(Dimension.LEVEL)):
        assert item.quantity is not None
        if any(
            other.term.negation in ("no", "not", "cap") for other in clause.items[: clause.position(item)]
        ):
            continue  # "not more than 3 dB"
        words = direction_words(clause, item)
        said = words and (any(word.term.loudness for word in words) or not _has_object(clause))
        if said or (item.quantity.sign and not _is_about_something_else(clause, item)) or _is_alone(clause):
            adjectives = [other for other in clause.items if other.free and other.text in _LOUD | _QUIET]
            gain_db = directed(clause, item, item.quantity.amount)
            if _is_alone(clause) and announced:  # "make it quieter, 3 dB"
                words, announced = [*words, *announced], []
                if not item.quantity.sign:
                    gain_db = math.copysign(gain_db, words[-1].term.direction)
            if any(other.text in _QUIET for other in adjectives):
                gain_db = -abs(gain_db)  # "more quiet by 3 dB"
            yield gain_db, [item, *words, *adjectives]
    speakers = [item for item in clause.items if item.free and _speaks_of_level(item)]
    if speakers:
        yield from _read_factor(clause, speakers)


def _read_factor(clause: Clause, speakers: list[Item]) -> Iterator[tuple[float, list[Item]]]:
    """Yield what a percentage or a factor makes of the level; twice the amplitude is 6 dB."""
    sign = -1 if any(item.text in _QUIET or item.term.direction < 0 for item in speakers) else 1
    for item in clause.items:
        factor, words = item.term.factor, direction_words(clause, item)
        if item.quantity is not None and item.dimension is Dimension.FACTOR:
            factor = item.quantity.amount
        elif item.quantity is not None and item.dimension is Dimension.SHARE:
            change = sum(word.term.direction for word in words)
            factor, sign = (1 + change * item.quantity.value if change else item.quantity.value), 1
        if item.free and factor is not None and factor > 0:
            yield sign * round(20 * math.log10(factor), 1), [item, *speakers, *words]
            return


def _is_about_something_else(clause: Clause, number: Item) -> bool:
    """Whether a signed number is no change of level: "normalise to -1 dB", "smile curve +4 dB"."""
    before = clause.before(number)
    if before is not None and before.text == "to":
        return True
    place = clause.position(number)
    beside = clause.items[max(0, place - 1) : place + 2]
    return any(_says_something(item) and not _speaks_of_level(item) for item in beside)


def _says_something(item: Item) -> bool:
    """Whether an item is a descriptor or a word that the grammar does not know ("tilt +2 dB")."""
    return item.word and item.quantity is None and (item.match is not None or item.term == NOTHING)


def _has_object(clause: Clause) -> bool:
    """Whether a descriptor is what goes up or down ("reduce the hiss by 6 dB"), not an adjective ("the warm pad")."""
    for item, following in zip(clause.items, [*clause.items[1:], None], strict=True):
        named = item.free and item.quantity is None and item.match is not None and not _speaks_of_level(item)
        if named and not item.term.numeric and not (following is not None and following.term.generic):
            return True
    return False


def _speaks_of_level(item: Item) -> bool:
    return item.term.loudness or item.term.effect == "gain" or item.text in _LOUD or item.text in _QUIET


def _only_loudness(clause: Clause) -> list[Item]:
    """Return the word of a clause that says no more than "louder"."""
    words = [item for item in clause.items if item.word and not item.term.closed]
    return words if len(words) == 1 and words[0].free and words[0].term.loudness else []


def _is_alone(clause: Clause) -> bool:
    """Whether the clause has nothing but numbers and fillers."""
    return all(item.quantity is not None or item.term.filler or not item.word for item in clause.items)
