"""What a word is by the words around it: a degree or a descriptor, a range or only where an adjective is heard."""

from __future__ import annotations

from collections.abc import Sequence

from muze_fx.grammar.clauses import connector_of
from muze_fx.grammar.items import Item
from muze_fx.grammar.lookup import MatchLike
from muze_fx.grammar.terms import NOTHING

#: Degrees that are descriptors when they stand alone ("a heavy sound", but "heavy compression").
_EITHER = frozenset(
    {
        "heavy",
        "light",
        "gentle",
        "soft",
        "hard",
        "strong",
        "subtle",
        "mild",
        "delicate",
        "aggressive",
        "pretty",
        "far",
    }
)
#: Degrees that are so only in front of one of these ("so warm", not "so that it is warm").
_ONLY_TOUCHING = frozenset({"so", "way", "far", "big", "pretty", "rather", "bone"})
#: Ranges that only say where an adjective is heard ("crisp highs").
_HEARD_IN = frozenset({"sub", "bass", "low mids", "mids", "upper mids", "treble"})
#: How many items away a word still belongs to another; it bounds the time that long prompts take.
REACH = 40
#: Speak of the word before them, never of the one behind.
PARTICLES = frozenset({"down", "out", "off"})
_NOUN_ENDINGS = ("ness", "th", "ity")
_MOVERS = frozenset({"turn", "turned", "turning", "bring", "take", "pull", "dial", "push", "keep"})


def describes(item: Item) -> bool:
    """Whether an item is a word that a degree or a negation can belong to."""
    term = item.term
    if item.quantity is not None and item.match is None:
        return False
    if term.negation or (term.closed and not term.region and not term.effect):
        return False
    return item.match is not None or term.effect is not None or term.region is not None or term == NOTHING


def rest_of_clause(items: Sequence[Item], index: int) -> list[Item]:
    """Return what follows an item up to the next connector, or as far as a word can reach."""
    rest = []
    for place in range(index + 1, min(index + 1 + REACH, len(items))):
        if connector_of(items, place):
            break
        rest.append(items[place])
    return rest


def is_degree(item: Item, rest: Sequence[Item]) -> bool:
    """Whether a word with a degree is one here: "heavy compression", "extreme distortion", but "a heavy sound"."""
    if item.term.degree is None:
        return False
    if item.text in _ONLY_TOUCHING and not _touches(rest):
        return False
    if item.match is None or item.text.endswith("ly"):
        return True
    following = _first_described(rest)
    if following is None:
        return False
    return item.text in _EITHER or (following.term.effect is not None and following.match is not None)


def _first_described(rest: Sequence[Item]) -> Item | None:
    """Return the next descriptor, effect or range; None where a noun such as "sound" comes first."""
    for item in rest:
        named = item.term.region is not None or item.term.effect is not None
        if item.quantity is not None and item.match is None:
            continue
        if item.term.generic and not named:
            return None
        if not item.term.closed or named:
            return item if item.match is not None or named else None
    return None


def _touches(rest: Sequence[Item]) -> bool:
    """Whether a word that can be graded comes next."""
    if not rest:
        return False
    term = rest[0].term
    graded = term.negation in ("too", "less") or term.degree is not None or term.direction != 0
    return graded or describes(rest[0])


def follows_adjective(items: Sequence[Item], index: int) -> bool:
    """Whether the word before is a descriptor of its own."""
    for item in reversed(items[max(0, index - REACH) : index]):
        if item.word and not (item.term.closed or item.term.connector):
            return item.match is not None and not item.term.direction
    return False


def only_says_where(items: Sequence[Item], index: int, *, said: bool, bare: bool) -> bool:
    """Whether a range name only says where a descriptor is heard: "crisp highs", "the highs are harsh".

    Args:
        items: all items.
        index: the range name.
        said: whether its clause has a descriptor before it.
        bare: whether no degree and no negation waits for a word.
    """
    region = items[index].term.region
    if region is None or (items[index].match is not None and region not in _HEARD_IN):
        return False
    if said and follows_adjective(items, index):
        return True
    if said and any(
        item.text in ("in", "on", "to", "of", "for") for item in items[max(0, index - 2) : index]
    ):
        return True
    moved = any(item.term.direction for item in items[max(0, index - 3) : index])
    later = [item for item in rest_of_clause(items, index) if describes(item)]
    return bare and not moved and any(not item.term.effect and not item.term.region for item in later)


def can_fall(items: Sequence[Item], index: int) -> bool:
    """Whether a verb behind a word turns it around: "highs down", "turn the warmth down", but not "slow down"."""
    if items[index].text not in PARTICLES:
        return True
    before = items[max(0, index - REACH) : index]
    words = [item for item in before if item.match is not None or item.term.effect or item.term.region]
    noun = bool(words) and words[-1].text.endswith(_NOUN_ENDINGS)
    named = noun or (bool(words) and bool(words[-1].term.effect or words[-1].term.region))
    return named or any(item.text in _MOVERS for item in before[-5:])


def is_comparative(item: Item) -> bool:
    """Whether a word is a comparative ("warmer")."""
    return item.match is not None and item.text.endswith("er") and item.match.form != item.text


def single_effect(match: MatchLike | None) -> str | None:
    """Return the engine effect of a descriptor that is one effect ("fuzz"), else None."""
    if match is None or match.descriptor.kind != "effect" or len(match.descriptor.effects) != 1:
        return None
    return next(iter(match.descriptor.effects))
