"""What the drafts of a list have in common: "boost 100 Hz and 10 kHz by 2 dB", "200, 400 and 800 Hz"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.drafts import HIGHEST_HZ, LOWEST_BARE_HZ, Draft, read_clause
from muze_fx.grammar.items import Item
from muze_fx.grammar.units import Dimension

_LIST_LEADS = frozenset({"comma", "and", "or", "with", "then"})


def read_drafts(clauses: Sequence[Clause]) -> list[Draft]:
    """Read the drafts of all clauses and share what lists have in common."""
    _share_units(clauses)
    _continue_places(clauses)
    drafts = [draft for index, clause in enumerate(clauses) for draft in read_clause(index, clause)]
    kept: list[Draft] = []
    for draft in drafts:
        beside = bool(kept) and _beside(kept[-1], draft, clauses)
        if not (beside and _share_onwards(kept[-1], draft)) and draft.says_something:
            kept.append(draft)
    for left, right in reversed(list(pairwise(kept))):
        if _beside(left, right, clauses):
            _share_backwards(left, right)
    return kept


def _beside(left: Draft, right: Draft, clauses: Sequence[Clause]) -> bool:
    """Whether two drafts may belong to one list."""
    apart = right.clause - left.last_clause
    return apart == 0 or (apart == 1 and clauses[right.clause].lead in _LIST_LEADS)


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
        if number is None or unit is None or unit.dimension is not Dimension.FREQUENCY:
            continue
        if number.dimension is not Dimension.BARE or number.sign or left.follows_relation(tail, "by"):
            continue
        scaled = number.value * unit.scale
        if number.value >= LOWEST_BARE_HZ and scaled > HIGHEST_HZ:
            scaled = number.value
        if LOWEST_BARE_HZ <= scaled <= HIGHEST_HZ:
            tail.quantity = replace(number, dimension=Dimension.FREQUENCY, value=scaled, scale=unit.scale)


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
        if bare and (placed or tail.dimension is Dimension.FREQUENCY) and number.value >= LOWEST_BARE_HZ:
            head.quantity = replace(number, dimension=Dimension.FREQUENCY)


def _share_onwards(left: Draft, right: Draft) -> bool:
    """Complete `left` by a `right` that is only its rest, or give `right` the verb and gain of `left`.

    Returns:
        whether `right` has become a part of `left`.
    """
    if not right.says_something or _continues(left, right):
        _absorb(left, right)
        return True
    if left.gain and not left.placed and right.freq and not (right.is_pass or right.gain or right.own_verb):
        right.verb, right.weak_verb, right.own_verb = left.verb, left.weak_verb, left.own_verb
        right.gain, right.items = left.gain, left.items + right.items
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


def _continues(left: Draft, right: Draft) -> bool:
    """Whether `right` is the rest of `left`: "high shelf at 10k, +2 dB", "low-pass filter, 800 Hz"."""
    if right.filter and not right.is_pass and not right.freq and not right.gain:
        return left.placed and left.filter is None and not right.own_verb  # "with a bell"
    if left.filter and right.filter and not left.freq and left.filter.term.filter == right.filter.term.filter:
        return True  # "low-pass filter with a cutoff of 800 Hz"
    if left.gain or (right.own_verb and left.verb is not None) or right.filter or right.region:
        return False
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
    left.items, left.extras = left.items + right.items, left.extras + right.extras
    left.last_clause = right.clause
