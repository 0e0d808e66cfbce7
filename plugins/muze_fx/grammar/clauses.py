"""Items to clauses: the stretches between commas, "and", "with", "then" inside which numbers find their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from muze_fx.grammar.items import Item, expand
from muze_fx.grammar.terms import NOTHING
from muze_fx.grammar.units import Dimension

#: Parameters that are named after what is heard, so that their last word is a descriptor.
_HEARD = frozenset({"hiss", "crackle", "vinyl_rumble", "wow", "flutter", "warp"})
_OPENING = frozenset({"(", "["})
#: No clause that a person means is longer; what is longer is cut, so that reading takes linear time.
_LONGEST = 48
#: Connectors that numbers reach across ("boost just 3 dB", "2 s for the reverb").
_SOFT_CONNECTORS = frozenset(
    {
        "just",
        "only",
        "still",
        "rather",
        "otherwise",
        "first",
        "firstly",
        "for",
        "so that",
        "giving",
        "in order to",
    }
)


@dataclass(slots=True, eq=False)
class Clause:
    """A stretch of a prompt without a separator.

    Args:
        items: its quantities, words and marks in order.
        lead: kind of the connector in front of it, "" at the beginning; the strongest where several meet.
        bracketed: whether it stands in brackets behind the clause before it.
    """

    items: list[Item] = field(default_factory=list)
    lead: str = ""
    bracketed: bool = False
    _places: dict[int, int] = field(default_factory=dict, repr=False)

    def quantities(self, *dimensions: Dimension) -> Iterator[Item]:
        """Yield the free quantities, of these dimensions where any are given."""
        for item in self.items:
            if item.free and item.quantity is not None and (not dimensions or item.dimension in dimensions):
                yield item

    def affirmed(self) -> list[Item]:
        """Return the items that no negation stands in front of."""
        negations = [index for index, item in enumerate(self.items) if item.term.negation]
        return self.items[: negations[0]] if negations else self.items

    def before(self, item: Item) -> Item | None:
        """Return the item in front of one, or None at the beginning."""
        place = self.position(item)
        return self.items[place - 1] if place else None

    def content_before(self, position: int) -> Item | None:
        """Return the nearest item before a place that is no mere link."""
        places = range(position - 1, -1, -1)
        return next((self.items[place] for place in places if not self.items[place].linking), None)

    def content_after(self, position: int) -> Item | None:
        """Return the nearest item behind a place that is no mere link."""
        places = range(position + 1, len(self.items))
        return next((self.items[place] for place in places if not self.items[place].linking), None)

    def follows_relation(self, item: Item, *relations: str) -> bool:
        """Whether "at", "by" or the like stands in front of an item."""
        before = self.before(item)
        return before is not None and before.term.relation in relations

    def position(self, item: Item) -> int:
        """Return the place of an item in the clause."""
        if len(self._places) != len(self.items):
            self._places = {id(other): index for index, other in enumerate(self.items)}
        return self._places[id(item)]


def split_clauses(items: Sequence[Item]) -> list[Clause]:
    """Split items at connectors; a clause with numbers has the lexicon's phrases taken apart."""
    clauses = [Clause()]
    for index, item in enumerate(items):
        kind = connector_of(items, index)
        if (
            not kind
            or item.text in _SOFT_CONNECTORS
            or (kind == "with" and _leads_number(items, index, clauses[-1]))
        ):
            if len(clauses[-1].items) >= _LONGEST:
                clauses.append(Clause(lead="comma"))
            clauses[-1].items.append(item)
            continue
        if clauses[-1].items:
            clauses.append(Clause(lead=kind))
        else:
            clauses[-1].lead = kind if clauses[-1].lead in ("", "comma") else clauses[-1].lead
        clauses[-1].bracketed = item.text in _OPENING
    for clause, following in zip(clauses, [*clauses[1:], Clause()], strict=True):
        if _has_number(clause) or (following.bracketed and _has_number(following)):
            clause.items = expand(clause.items)
    return [clause for clause in clauses if clause.items]


def _has_number(clause: Clause) -> bool:
    return any(item.quantity is not None for item in clause.items)


def flatten(items: Sequence[Item]) -> list[Item]:
    """Return the items as words: apart where a number has used up a part, or where only the parts are descriptors."""
    flat: list[Item] = []
    for item in items:
        used = {part.owner for part in item.parts if part.owner is not None}
        apart = item.free if item.match is None else bool(used)
        if not (item.parts and apart):
            flat.append(item)
        elif not used and item.term.parameter in _HEARD:
            flat.append(item.parts[-1])  # "tape hiss" is hiss
        elif _is_kind_of(item, used):
            flat.append(item)  # "slap delay 90 ms" is still a slapback
        else:
            flat.extend(part for part in item.parts if not part.free or part.match or part.term != NOTHING)
    return flat


def _is_kind_of(phrase: Item, effects: set[str]) -> bool:
    """Whether a phrase says more than the plain name of the effect whose numbers have used up a part of it."""
    meaningful = any(part.free and (part.match is not None or part.term == NOTHING) for part in phrase.parts)
    if phrase.match is None or not meaningful:
        return False
    descriptor = phrase.match.descriptor
    plain = {part.match.descriptor.name for part in phrase.parts if part.match is not None and not part.free}
    return descriptor.name not in plain and not effects.isdisjoint(descriptor.effects)


def connector_of(items: Sequence[Item], index: int) -> str:
    """Return the kind of connector at `index`, or ""; a dash between spaces and a slash are connectors too."""
    item = items[index]
    if item.quantity is not None or item.match is not None:
        return ""
    if _encloses_number(items, index):
        return ""
    if item.text == "-" and 0 < index < len(items) - 1:
        return "comma" if items[index - 1].end < item.start and item.end < items[index + 1].start else ""
    if item.text in ("/", "|"):
        return "and" if item.text == "/" else "comma"
    return item.term.connector or ""


def _encloses_number(items: Sequence[Item], index: int) -> bool:
    """Whether the mark is a bracket around a single number ("fast attack (1 ms)")."""
    step = {"(": 1, ")": -1}.get(items[index].text, 0)
    number, other = index + step, index + 2 * step
    if step == 0 or not (0 <= other < len(items)):
        return False
    return items[number].quantity is not None and items[other].text in "()"


def _leads_number(items: Sequence[Item], index: int, clause: Clause) -> bool:
    """Whether "with" only introduces the first number of its clause ("boost with 3 dB")."""
    if any(item.quantity is not None for item in clause.items):
        return False
    following = next((item for item in items[index + 1 :] if not item.linking), None)
    return following is not None and following.quantity is not None
