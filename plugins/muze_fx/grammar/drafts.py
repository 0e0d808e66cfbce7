"""Clauses to band drafts: which number is the gain, which the frequency.

A draft holds at most one gain, one frequency, one range name and one filter. A clause is read from left to right;
a part that the draft has already begins the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.items import Item
from muze_fx.grammar.parameters import DEFAULTS
from muze_fx.grammar.quality import belongs_to_q, quality_alone, quality_of, shapes_band
from muze_fx.grammar.slopes import PASSES, slope_alone, slope_number, slope_word
from muze_fx.grammar.units import Dimension

EQUALIZER = "equalizer"
#: A number without a unit from here on is a frequency beside a gain.
LOWEST_BARE_HZ = 20.0
#: No equaliser band lies above this.
HIGHEST_HZ = 24_000.0
_ONWARDS = {"up": "above", "upwards": "above", "upward": "above", "down": "below", "downwards": "below"}


@dataclass(slots=True, eq=False)
class Draft:
    """A band being read.

    Args:
        clause: index of its clause.
        gain: the number of dB.
        freq: the frequency or range of frequencies.
        region: the name of a range.
        filter: the name of a band type.
        verb: what says up or down.
        weak_verb: what says so if nothing else does.
        relation: "at", "above" or "below" the frequency.
        q: quality given by a number.
        q_adjective: quality given by a word.
        slope: dB per octave of a filter.
        factor: what the level of a range is multiplied by.
        partial: some of it only ("some", "a little").
        degree: of a boost or cut without a number.
        negation: "no", "nothing" or "don't" in front.
        own_verb: False where the verb is another draft's.
        gain_first: the gain was said before the place.
        items: everything read, in order, links left out.
        extras: those of the items that say a Q or a factor.
        slope_items: those that say a slope.
        last_clause: index of the clause of what was last taken in.
    """

    clause: int
    gain: Item | None = None
    freq: Item | None = None
    region: Item | None = None
    filter: Item | None = None
    verb: Item | None = None
    weak_verb: Item | None = None
    relation: str = ""
    q: float | None = None
    q_adjective: float | None = None
    slope: float | None = None
    factor: Item | None = None
    partial: bool = False
    degree: float = 1.0
    negation: Item | None = None
    own_verb: bool = False
    gain_first: bool = False
    items: list[Item] = field(default_factory=list)
    extras: list[Item] = field(default_factory=list)
    slope_items: list[Item] = field(default_factory=list)
    last_clause: int = -1

    def __post_init__(self) -> None:
        self.last_clause = self.clause

    @property
    def direction(self) -> int:
        """1 up, -1 down, 0 where no verb says."""
        verb = self.verb or self.weak_verb
        return 0 if verb is None else verb.term.direction

    @property
    def is_pass(self) -> bool:
        """Whether it is a filter without a gain."""
        return self.filter is not None and (self.filter.term.filter or "band_pass") in PASSES

    @property
    def placed(self) -> bool:
        """Whether it says where in the spectrum."""
        return (
            self.freq is not None or self.region is not None or (self.filter is not None and not self.is_pass)
        )

    @property
    def complete(self) -> bool:
        """Whether nothing more is needed."""
        return (self.is_pass and self.freq is not None) or (self.placed and self.gain is not None)

    @property
    def says_something(self) -> bool:
        """Whether it has any part of a band beyond a verb."""
        return self.gain is not None or self.placed or self.filter is not None


def read_clause(index: int, clause: Clause) -> list[Draft]:
    """Read the drafts of one clause.

    Args:
        index: place of the clause in the prompt.
        clause: the clause.
    """
    if not _speaks_of_bands(clause):
        q, q_adjective, items = quality_alone(clause)
        slope, slope_items = slope_alone(clause)
        alone = Draft(index, q=q, q_adjective=q_adjective, items=[*items, *slope_items], extras=list(items))
        alone.slope, alone.slope_items = slope, slope_items
        return [alone] if q or q_adjective or slope else []
    drafts = [Draft(index)]
    relation = ""
    for position, item in enumerate(clause.items):
        if not item.free:
            continue
        slot = _slot(item, relation, drafts[-1], clause, position)
        if slot and _is_taken(drafts[-1], slot, item, clause, position):
            drafts.append(Draft(index))
        draft = drafts[-1]
        _fill(draft, slot, item, relation)
        if slot == "slope":
            draft.slope = slope_number(clause, position)
        if not slot:
            _note_qualifier(draft, item, clause, position)
        if slot or not item.linking:
            draft.items.append(item)
        relation = "" if slot else item.term.relation or relation
    return [draft for draft in drafts if draft.says_something]


def _fill(draft: Draft, slot: str, item: Item, relation: str) -> None:
    """Put an item into its slot."""
    if slot == "gain":
        draft.gain, draft.gain_first = item, draft.freq is None and draft.region is None
    elif slot == "freq":
        draft.freq, draft.relation = item, relation
    elif slot == "region":
        draft.region = item
        draft.relation = relation if relation in ("above", "below") else draft.relation
        if item.term.direction:  # "de-ess at 7k by 4 dB"
            draft.verb, draft.own_verb = draft.verb or item, True
    elif slot == "filter":
        draft.filter = item
    elif slot == "onwards":
        draft.relation = _ONWARDS[item.text]
    elif slot == "verb":
        draft.verb, draft.own_verb = draft.verb or item, True
    elif slot == "weak verb":
        draft.weak_verb, draft.own_verb = draft.weak_verb or item, True
    elif slot == "slope":
        draft.slope_items.append(item)
    elif slot == "q":
        draft.q = quality_of(item)
        draft.extras.append(item)


def _note_qualifier(draft: Draft, item: Item, clause: Clause, position: int) -> None:
    """Note what an item says about the draft without being a part of it."""
    term, slope = item.term, slope_word(clause, position)
    if slope is not None:
        draft.slope = draft.slope or slope
        draft.slope_items.append(item)
    if term.parameter == "q" or (term.q is not None and shapes_band(clause, position)):
        draft.q_adjective = term.q or draft.q_adjective
        draft.extras.append(item)
    elif (
        term.relation in ("above", "below")
        and draft.freq is not None
        and not _leads_frequency(clause, position)
    ):
        draft.relation = term.relation  # "8k and up"
    elif term.factor is not None or item.dimension is Dimension.FACTOR:
        draft.factor = item
        draft.extras.append(item)
    elif term.degree is not None:
        draft.degree = term.degree
        draft.partial = draft.partial or term.degree <= 1
    elif term.negation in ("no", "not", "cap"):
        draft.negation = item


def _slot(item: Item, relation: str, draft: Draft, clause: Clause, position: int) -> str:
    """Return which part of a band an item is, "" for none."""
    term, dimension = item.term, item.dimension
    if slope_number(clause, position) is not None:
        return "slope"
    if dimension is Dimension.LEVEL:
        return "gain"
    if dimension is Dimension.FREQUENCY:
        return "freq"
    if dimension in (Dimension.BARE, Dimension.PITCH):
        if belongs_to_q(clause, position):
            return "q"
        return _bare_slot(item, relation, draft) if dimension is Dimension.BARE else ""
    if dimension is not None:
        return ""
    if term.filter or (item.text == "band" and _leads_range(clause, position)):
        return "filter"
    if term.region:
        return "region"
    if item.text in _ONWARDS and draft.relation == "between" and draft.items[-1] is draft.freq:
        return "onwards"  # "from 8k up"
    if term.direction:
        return "weak verb" if term.weak else "verb"
    return ""


def _bare_slot(item: Item, relation: str, draft: Draft) -> str:
    """Decide whether a number without a unit is dB or Hz."""
    assert item.quantity is not None
    if relation == "by" or item.quantity.sign or item.quantity.value < LOWEST_BARE_HZ:
        return "gain"
    return "gain" if draft.freq is not None and draft.gain is None and not relation else "freq"


def _is_taken(draft: Draft, slot: str, item: Item, clause: Clause, position: int) -> bool:
    """Whether the draft has this part already, so that the next begins."""
    closed = draft.is_pass and draft.freq is not None
    if slot == "gain":
        return draft.gain is not None or closed
    if slot == "slope":
        return draft.slope is not None
    if slot == "freq":
        return draft.freq is not None
    if slot == "region":
        return draft.region is not None or closed
    if slot == "filter":
        return draft.filter is not None or (item.term.filter in PASSES and draft.gain is not None)
    if slot in ("verb", "weak verb"):
        just_said = position > 0 and clause.items[position - 1] is draft.gain
        named = position > 0 and clause.items[position - 1] is draft.filter and draft.freq is None
        return draft.complete and not ((just_said or named) and draft.direction == 0)
    return False


def _speaks_of_bands(clause: Clause) -> bool:
    """Whether the clause has what only an equaliser band explains."""
    free = [item for item in clause.items if item.free]
    numbers = {item.dimension for item in free if item.quantity is not None}
    words = [item.term for item in free if item.quantity is None]
    filters, regions = any(term.filter for term in words), any(term.region for term in words)
    verbs = any(term.direction for term in words)
    signed = any(item.quantity is not None and item.quantity.sign for item in free)
    rivals = {term.effect for term in words if term.effect and not term.region} - {EQUALIZER, "gain"}
    if Dimension.FREQUENCY in numbers and not (filters or regions or Dimension.LEVEL in numbers):
        return not any(Dimension.FREQUENCY in DEFAULTS[effect] for effect in rivals)
    if rivals and not (filters or regions or Dimension.FREQUENCY in numbers):
        return False
    if numbers & {Dimension.FREQUENCY, Dimension.LEVEL}:
        return True
    if Dimension.BARE in numbers:
        return verbs or filters or regions or signed or _has_place_and_gain(clause)
    factors = Dimension.FACTOR in numbers or any(term.factor for term in words)
    alone = all(term.region or term.closed for term in words)
    return filters or (regions and (verbs or alone or factors))


def _has_place_and_gain(clause: Clause) -> bool:
    """Whether bare numbers say both where and how much ("at 500 by 2")."""
    numbers = list(clause.quantities(Dimension.BARE))
    return any(clause.follows_relation(item, "at", "above", "below") for item in numbers) and any(
        clause.follows_relation(item, "by") for item in numbers
    )


def _leads_frequency(clause: Clause, position: int) -> bool:
    following = clause.content_after(position)
    if following is None or following.dimension not in (Dimension.FREQUENCY, Dimension.BARE):
        return False
    return not clause.follows_relation(following, "by")


def _leads_range(clause: Clause, position: int) -> bool:
    """Whether "band" says what is kept ("telephone band 300-3400 Hz")."""
    following = clause.content_after(position)
    return following is not None and following.quantity is not None and following.quantity.upper is not None
