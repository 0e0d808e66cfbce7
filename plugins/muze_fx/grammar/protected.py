"""What a prompt says to leave alone: "don't touch the low end", "keep the bass as it is", "everything but the vocals".

Such a stretch asks for nothing, so its items are taken out before anything else reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muze_fx.grammar.clauses import connector_of
from muze_fx.grammar.items import Item
from muze_fx.grammar.readings import is_comparative

#: What must not be done.
_TOUCHING = frozenset(
    [
        "touch",
        "touching",
        "change",
        "changing",
        "changes",
        "alter",
        "altering",
        "affect",
        "affecting",
        "mess",
        "messing",
        "modify",
        "modifying",
        "disturb",
        "disturbing",
        "hurt",
        "hurting",
        "ruin",
        "ruining",
        "adjust",
        "adjusting",
        "tamper",
        "tampering",
    ]
)
_LEAVING = frozenset({"leave", "leaving", "keep", "keeping", "let", "left"})
#: What stands between an object and "as it is".
_STAYING = frozenset(
    {"stay", "stays", "remain", "remains", "fine", "good", "great", "perfect", "ok", "okay", "nice"}
)
#: What an object ends at where it is the subject of what is asked ("everything but the bass should be brighter").
_VERBS = frozenset(
    {"should", "must", "need", "needs", "is", "are", "gets", "could", "can", "will", "would", "to"}
)
_UNTOUCHED = frozenset({"alone", "untouched", "intact", "unchanged", "unaffected", "unprocessed", "be"})
#: Ends of "leave the bass …" in several words.
_AS_IT_IS = (
    ("as", "is"),
    ("as", "it", "is"),
    ("as", "it", "was"),
    ("as", "they", "are"),
    ("as", "they", "were"),
    ("like", "it", "is"),
    ("like", "they", "are"),
    ("where", "it", "is"),
    ("where", "they", "are"),
    ("how", "it", "is"),
    ("the", "same"),
    ("the", "way", "it", "is"),
    ("the", "way", "they", "are"),
)
_ALL = frozenset({"everything", "anything", "everywhere", "all of it"})
_BUT = frozenset({"but", "except", "except for", "apart", "apart from", "besides", "other than", "excluding"})
#: Most items between "leave" and "alone", and between "don't" and "touch".
_LONGEST_OBJECT, _LONGEST_ASIDE = 10, 2


def without_protected(items: Sequence[Item]) -> list[Item]:
    """Return the items that are not in a stretch that says what to leave alone."""
    dropped: set[int] = set()
    for index, item in enumerate(items):
        if index in dropped:
            continue
        if item.term.negation in ("not", "no"):
            dropped.update(_refused_change(items, index))
        elif item.text in _LEAVING:
            dropped.update(_left_as_is(items, index))
        elif item.text in _STAYING and _closing(items, index + 1):
            dropped.update(range(_clause_start(items, index), index + 1 + _closing(items, index + 1)))
        elif item.text in _ALL and index + 1 < len(items) and items[index + 1].text in _BUT:
            end = _object_end(items, index + 2)
            verbs = (place for place in range(index + 2, end) if _asks_again(items[place]))
            dropped.update(range(index + 1, next(verbs, end)))
    return [item for index, item in enumerate(items) if index not in dropped]


def _asks_again(item: Item) -> bool:
    """Whether a request begins that is about all the rest ("everything but the drums quieter by 3 dB")."""
    moves = item.term.direction != 0 and not item.term.region
    return item.text in _VERBS or moves or item.quantity is not None or is_comparative(item)


def _refused_change(items: Sequence[Item], start: int) -> Iterator[int]:
    """Yield the places of "don't touch the bass or the mids"."""
    for place in range(start + 1, min(start + 2 + _LONGEST_ASIDE, len(items))):
        if items[place].text in _TOUCHING:
            behind = place + 1
            if behind < len(items) and items[behind].text in ("with", "up"):  # "mess with"
                behind += 1
            yield from range(start, _object_end(items, behind))
            return
        if not items[place].term.closed:
            return


def _left_as_is(items: Sequence[Item], start: int) -> Iterator[int]:
    """Yield the places of "leave the lows and highs alone"; none where the end is missing."""
    for place in range(start + 1, min(start + 2 + _LONGEST_OBJECT, len(items))):
        length = _closing(items, place)
        if length:
            yield from range(start, place + length)
            return
        if connector_of(items, place) not in ("", "and", "or") or items[place].term.direction:
            return


def _closing(items: Sequence[Item], place: int) -> int:
    """Return how many items from a place on say "as it is", 0 for none."""
    if place < len(items) and items[place].text in _UNTOUCHED:
        return 1
    for words in _AS_IT_IS:
        if tuple(item.text for item in items[place : place + len(words)]) == words:
            return len(words)
    return 0


def _object_end(items: Sequence[Item], place: int) -> int:
    """Return the place behind an object that goes on to the end of its clause, or of a list of nouns."""
    while place < len(items):
        kind = connector_of(items, place)
        if kind and not (kind in ("and", "or") and _lists_noun(items, place + 1)):
            return place
        place += 1
    return place


def _lists_noun(items: Sequence[Item], place: int) -> bool:
    """Whether a list of what is left alone goes on: a range, an instrument or an effect, and no new request."""
    for item in items[place : place + 3]:
        if item.quantity is not None or item.term.direction or item.term.negation:
            return False
        if item.term.region or item.term.generic or item.term.effect:
            return not is_comparative(item)
        if not item.term.closed:
            return False
    return False


def _clause_start(items: Sequence[Item], place: int) -> int:
    while place > 0 and not connector_of(items, place - 1):
        place -= 1
    return place
