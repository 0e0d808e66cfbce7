"""Which name a number belongs to: a parameter beside it, or an effect in its clause or before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.drafts import EQUALIZER
from muze_fx.grammar.items import Item
from muze_fx.grammar.units import Dimension

CHAIN = "chain"
#: Adjectives whose measure a number gives, so that they say nothing more ("slow phaser at 0.2 Hz").
MEASURED = frozenset(
    {
        "long",
        "longer",
        "short",
        "shorter",
        "fast",
        "faster",
        "slow",
        "slower",
        "quick",
        "quicker",
        "brief",
        "rapid",
    }
)
#: What else may stand between a parameter and its number.
_PASSED = frozenset({"up", "down", "max", "maximum", "min", "minimum"})
#: Units that belong to one effect alone.
OWN_UNITS = {
    Dimension.PITCH: "pitch",
    Dimension.BITS: "bitcrush",
    Dimension.RATIO: "compressor",
    Dimension.NOTE: "delay",
    Dimension.TRUE_PEAK: "limiter",
}
#: Kinds of descriptor whose numbers are those of a reverb, and those whose numbers are their own effects'.
_SPACES = frozenset({"space", "place"})
_EFFECT_KINDS = frozenset({"effect", "medium"})
#: How many items before its clause a number still looks for its effect.
_LONGEST_REACH = 64


def effects_of(item: Item) -> Iterator[str]:
    """Yield the effects that an item names or stands for, so that numbers near it can be theirs."""
    if item.owner is not None:
        if item.owner not in (CHAIN, EQUALIZER):
            yield item.owner
    elif item.dimension is not None:
        if item.dimension in OWN_UNITS:
            yield OWN_UNITS[item.dimension]
    elif item.term.parameter not in ("mix", "dry"):  # "wet" and "dry" are descriptors too
        if item.term.effect is not None:
            yield item.term.effect
        if item.match is not None and item.match.descriptor.kind in _SPACES:
            yield "reverb"
        if item.match is not None and item.match.descriptor.kind in _EFFECT_KINDS:
            word = item.match.descriptor
            # A medium of several effects is none of them: "telephone, 20 % wet" is about the whole.
            alone = word.kind == "effect" or len(word.effects) == 1
            yield from (effect for effect in word.effects if alone or effect in word.name)


def find_effect(
    clauses: Sequence[Clause],
    index: int,
    number: Item,
    accepts: Callable[[str], bool],
    name: Item | None = None,
) -> tuple[str | None, Item | None]:
    """Return the effect that a number belongs to and the item that names it, or two None.

    The parameter's own name decides ("tremolo rate"), then the effects of the clause, then the last one before it.

    Args:
        clauses: all clauses.
        index: the clause of the number.
        number: the number.
        accepts: whether the number can be one of an effect's.
        name: the parameter's name, where there is one.
    """
    if name is not None and name.term.effect is not None and accepts(name.term.effect):
        return name.term.effect, name
    clause = clauses[index]
    for item in _by_nearness(clause, number):
        if item is not name and _may_name(item):
            for effect in effects_of(item):
                if accepts(effect):
                    return effect, item
    if name is None and not _goes_on(clause):
        return None, None
    for item in islice(_backwards(clauses, index), _LONGEST_REACH):
        for effect in effects_of(item) if _may_name(item) else ():
            if accepts(effect):
                return effect, item
    return None, None


def _backwards(clauses: Sequence[Clause], index: int) -> Iterator[Item]:
    """Yield the items of the clauses before one, the last first."""
    for earlier in range(index - 1, -1, -1):
        yield from reversed(clauses[earlier].items)


def _may_name(item: Item) -> bool:
    """Whether `effects_of` can yield anything; most numbers cannot."""
    return item.quantity is None or item.owner is not None or item.quantity.dimension in OWN_UNITS


def _by_nearness(clause: Clause, number: Item) -> list[Item]:
    """Return the other items of a clause, first the side on which its names stand ("30 % reverb", "reverb 30 %")."""
    place = clause.position(number)
    before, after = clause.items[:place][::-1], clause.items[place + 1 :]
    first_number = next(
        (index for index, item in enumerate(clause.items) if item.quantity is not None), place
    )
    name_first = any(True for item in clause.items[:first_number] for _ in effects_of(item))
    return [*before, *after] if name_first else [*after, *before]


def _goes_on(clause: Clause) -> bool:
    """Whether a clause only goes on about what came before it, being numbers and names of parameters."""
    return all(
        item.quantity is not None
        or item.linking
        or item.term.filler
        or item.term.numeric
        or item.term.parameter is not None
        or not item.free
        for item in clause.items
    )


def pair_with_parameters(clause: Clause, could_be: Callable[[Item, Item], bool]) -> list[tuple[Item, Item]]:
    """Return the (number, parameter name) pairs of a clause, each name used once.

    "attack 10 ms release 100 ms" and "10 ms attack 100 ms release" have the same neighbours. Of looking to the left
    first and looking to the right first, the one that pairs more is right; if both do, what comes first decides.

    Args:
        clause: the clause.
        could_be: whether a parameter, by its name, can have a number as its value.
    """
    names = [item for item in clause.items if item.free and item.term.parameter and item.quantity is None]
    numbers = list(clause.quantities())
    if not names or not numbers:
        return []
    leftwards = _pairs(clause, numbers, could_be, (-1, 1))
    rightwards = _pairs(clause, numbers, could_be, (1, -1))
    if len(leftwards) != len(rightwards):
        return max(leftwards, rightwards, key=len)
    first = clause.position(numbers[0])
    named_first = clause.position(names[0]) < first or any(item.term.effect for item in clause.items[:first])
    return leftwards if named_first else rightwards


def _pairs(
    clause: Clause, numbers: Sequence[Item], could_be: Callable[[Item, Item], bool], steps: tuple[int, int]
) -> list[tuple[Item, Item]]:
    pairs: list[tuple[Item, Item]] = []
    for step in steps:
        for number in numbers:
            name = _neighbour(clause, number, step)
            new = all(number is not paired and name is not other for paired, other in pairs)
            if name is not None and new and could_be(name, number):
                pairs.append((number, name))
    return pairs


def _neighbour(clause: Clause, number: Item, step: int) -> Item | None:
    """Return the nearest parameter name on one side of a number; to the left only links may stand between."""
    position = clause.position(number) + step
    while 0 <= position < len(clause.items):
        item = clause.items[position]
        if item.quantity is not None:
            return None
        if item.term.parameter:
            return item
        passes = (
            item.linking
            or item.term.effect
            or item.term.generic
            or item.text in _PASSED
            or item.text in MEASURED
        )
        if step < 0 and not passes:
            return None
        if step > 0 and (item.term.filter or item.term.region):
            return None
        position += step
    return None


def find_names(clauses: Sequence[Clause]) -> dict[str, list[tuple[int, Item]]]:
    """Return the plain names of each effect that no negation stands in front of, with their clauses, in order."""
    names: dict[str, list[tuple[int, Item]]] = {}
    for index, clause in enumerate(clauses):
        for item in clause.affirmed():
            if item.term.effect is not None:
                names.setdefault(item.term.effect, []).append((index, item))
    return names


def two_in_step(clauses: Sequence[Clause]) -> Iterator[tuple[int, Item, Item]]:
    """Yield (clause of the number, number, name) of two parameters before two values ("attack/release 10/100 ms")."""
    for index, (first, second, third) in enumerate(zip(clauses, clauses[1:], clauses[2:], strict=False)):
        if not second.lead == third.lead == "and" or any(True for _ in first.quantities()):
            continue
        names = [first.items[-1], second.items[0]]
        numbers = list(second.quantities())
        ends = len(numbers) == 1 and numbers[0] is second.items[-1] and third.items[0].quantity is not None
        if ends and all(name.free and name.term.parameter and name.quantity is None for name in names):
            yield index + 1, numbers[0], names[0]
            yield index + 2, third.items[0], names[1]
