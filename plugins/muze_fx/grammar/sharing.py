"""What the drafts of a list have in common: "boost 100 Hz and 10 kHz by 2 dB", "200, 400 and 800 Hz"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.drafts import HIGHEST_HZ, LOWEST_BARE_HZ, Draft, read_clause
from muze_fx.grammar.items import Item
from muze_fx.grammar.lists import pair_lists
from muze_fx.grammar.quality import belongs_to_q
from muze_fx.grammar.slopes import slope_number
from muze_fx.grammar.units import Dimension

_LIST_LEADS = frozenset({"comma", "and", "or", "with", "then"})


def read_drafts(clauses: Sequence[Clause]) -> list[Draft]:
    """Read the drafts of all clauses and share what lists have in common."""
    _share_units(clauses)
    _continue_places(clauses)
    _read_arguments(clauses)
    drafts = [draft for index, clause in enumerate(clauses) for draft in read_clause(index, clause)]
    drafts = pair_lists(drafts, lambda left, right: _beside(left, right, clauses))
    _add_late_verbs(drafts, clauses)
    kept: list[Draft] = []
    for draft in drafts:
        beside = bool(kept) and _beside(kept[-1], draft, clauses)
        bracketed = clauses[draft.clause].bracketed
        if not (beside and _share_onwards(kept[-1], draft, bracketed)) and draft.says_something:
            kept.append(draft)
    for left, right in reversed(list(pairwise(kept))):
        if _beside(left, right, clauses):
            _share_backwards(left, right)
    return kept


def _beside(left: Draft, right: Draft, clauses: Sequence[Clause]) -> bool:
    """Whether two drafts may belong to one list."""
    apart = right.clause - left.last_clause
    return apart == 0 or (apart == 1 and clauses[right.clause].lead in _LIST_LEADS)


def _add_late_verbs(drafts: Sequence[Draft], clauses: Sequence[Clause]) -> None:
    """Give a place the verb of a clause that says no more than "remove it"."""
    spoken = {draft.clause for draft in drafts}
    for draft in drafts:
        index = draft.last_clause + 1
        lacks = (
            draft.freq is not None and draft.gain is None and draft.direction == 0 and draft.filter is None
        )
        if not lacks or index >= len(clauses) or index in spoken:
            continue
        verbs = [item for item in clauses[index].items if item.free and item.term.direction]
        rest = [
            item for item in clauses[index].items if item not in verbs and not item.term.closed and item.word
        ]
        if len(verbs) == 1 and not rest and not verbs[0].term.loudness:
            draft.verb, draft.own_verb, draft.last_clause = verbs[0], True, index
            draft.items.append(verbs[0])


def _share_units(clauses: Sequence[Clause]) -> None:
    """Give the numbers of a list the unit that its last has ("200, 400 and 800 Hz", "2 and 4 kHz")."""
    for left, right in reversed(list(pairwise(clauses))):
        tail = next((item for item in reversed(left.items) if not item.linking), None)
        head = next((item for item in right.items if not item.linking), None)
        if (
            right.lead not in ("comma", "and", "or")
            or tail is None
            or head is None
            or not (tail.free and head.free)
        ):
            continue
        number, unit = tail.quantity, head.quantity
        if number is None or unit is None:
            continue
        if unit.dimension is Dimension.LEVEL and _only_counts(right) and _may_be_gain(left, tail):
            tail.quantity = replace(number, dimension=Dimension.LEVEL)
        if unit.dimension is not Dimension.FREQUENCY or belongs_to_q(left, left.position(tail)):
            continue
        if number.dimension is not Dimension.BARE or number.sign or left.follows_relation(tail, "by"):
            continue
        scaled = number.value * unit.scale
        if number.value >= LOWEST_BARE_HZ and scaled > HIGHEST_HZ:
            scaled = number.value
        if LOWEST_BARE_HZ <= scaled <= HIGHEST_HZ:
            tail.quantity = replace(number, dimension=Dimension.FREQUENCY, value=scaled, scale=unit.scale)


def _only_counts(clause: Clause) -> bool:
    """Whether a clause is a number and nothing else."""
    return all(item.quantity is not None or item.linking or item.term.filler for item in clause.items)


def _may_be_gain(clause: Clause, number: Item) -> bool:
    """Whether a bare number before one in dB is in dB too: "by 2 and 3 dB", "2, 3 and 4 dB"."""
    quantity = number.quantity
    assert quantity is not None
    by = clause.follows_relation(number, "by")
    return (
        quantity.dimension is Dimension.BARE
        and (by or _only_counts(clause))
        and quantity.value < LOWEST_BARE_HZ
    )


def _continue_places(clauses: Sequence[Clause]) -> None:
    """Read a bare number behind a place as another place ("cut 3 dB at 300, 500 and 800")."""
    for left, right in pairwise(clauses):
        tail = next((item for item in reversed(left.items) if item.word and not item.term.filler), None)
        head = next((item for item in right.items if not item.linking), None)
        if tail is None or head is None or head.quantity is None or right.lead not in ("comma", "and", "or"):
            continue
        placed = left.follows_relation(tail, "at", "above", "below") and tail.dimension is Dimension.BARE
        number = head.quantity
        bare = head.free and number.dimension is Dimension.BARE and number.sign == 0
        bare = bare and slope_number(right, right.position(head)) is None
        if bare and (placed or tail.dimension is Dimension.FREQUENCY) and number.value >= LOWEST_BARE_HZ:
            head.quantity = replace(number, dimension=Dimension.FREQUENCY)


def _read_arguments(clauses: Sequence[Clause]) -> None:
    """Read the first argument of a filter as its frequency: "peak(300, -3)"."""
    for left, right in pairwise(clauses):
        head = right.items[0].quantity
        if not right.bracketed or not left.items[-1].term.filter or head is None or head.sign:
            continue
        if head.dimension is Dimension.BARE and head.value >= LOWEST_BARE_HZ:
            right.items[0].quantity = replace(head, dimension=Dimension.FREQUENCY)


def _share_onwards(left: Draft, right: Draft, bracketed: bool) -> bool:
    """Complete `left` by a `right` that is only its rest, or give `right` the verb and gain of `left`.

    Returns:
        whether `right` has become a part of `left`.
    """
    if not right.says_something or _continues(left, right) or (bracketed and _explains(left, right)):
        _absorb(left, right)
        return True
    if left.gain and not left.placed and right.freq and not (right.is_pass or right.gain or right.own_verb):
        right.verb, right.weak_verb, right.own_verb = left.verb, left.weak_verb, left.own_verb
        right.gain, right.items = left.gain, left.items + right.items
        right.q, right.q_adjective = right.q or left.q, right.q_adjective or left.q_adjective
        right.extras = left.extras + right.extras
        left.gain, left.items = None, []
    elif not right.own_verb and not _is_signed(right.gain):
        right.verb, right.weak_verb = left.verb, left.weak_verb
        if left.complete and left.gain_first and right.placed and not right.is_pass and not right.gain:
            right.gain, right.gain_first = left.gain, True
    return False


def _is_signed(gain: Item | None) -> bool:
    return gain is not None and gain.quantity is not None and gain.quantity.sign != 0


def _share_backwards(left: Draft, right: Draft) -> None:
    """Give `left` the gain of a `right` that ends a list ("100 Hz and 10 kHz by 2 dB")."""
    lacks = left.placed and left.gain is None and not left.is_pass
    if left.own_verb and _is_signed(right.gain):
        return  # "more bass, treble +3 dB"
    if lacks and right.gain is not None and right.placed and not right.own_verb and not right.gain_first:
        left.gain = right.gain


def _explains(left: Draft, right: Draft) -> bool:
    """Whether `right`, in brackets, says where and how much: "bass boost (+6 dB at 80 Hz)"."""
    lacks = left.region is not None and left.freq is None and left.gain is None
    return lacks and right.freq is not None and not (right.region or right.filter)


def _continues(left: Draft, right: Draft) -> bool:
    """Whether `right` is the rest of `left`: "high shelf at 10k, +2 dB", "low-pass filter, 800 Hz"."""
    if right.filter and not right.is_pass and not right.freq and not right.gain:
        return left.placed and left.filter is None and not right.own_verb  # "with a bell"
    if left.filter and right.filter and not left.freq and left.filter.term.filter == right.filter.term.filter:
        return True  # "low-pass filter with a cutoff of 800 Hz"
    if left.gain or right.filter or right.region:
        return False
    if right.own_verb and left.verb is not None and not (right.verb and right.verb.text == left.verb.text):
        return False  # but "more bass, 4 dB more"
    if left.filter and not left.freq and right.freq:
        return True
    loud = right.verb is not None and right.verb.term.loudness
    return left.placed and not left.is_pass and right.gain is not None and not right.freq and not loud


def _absorb(left: Draft, right: Draft) -> None:
    """Move everything of `right` into `left`."""
    left.gain = left.gain or right.gain
    if right.freq is not None and left.freq is None:
        left.freq, left.relation = right.freq, left.relation or right.relation
    left.verb, left.weak_verb = left.verb or right.verb, left.weak_verb or right.weak_verb
    left.q, left.q_adjective = left.q or right.q, left.q_adjective or right.q_adjective
    left.filter = left.filter or right.filter
    left.slope, left.factor = left.slope or right.slope, left.factor or right.factor
    left.partial = left.partial or right.partial
    left.items.extend(right.items)
    left.extras.extend(right.extras)
    left.slope_items.extend(right.slope_items)
    left.last_clause = right.clause
