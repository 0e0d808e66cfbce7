"""Which items a band has used up, so that nothing else reads them."""

from __future__ import annotations

from collections.abc import Sequence

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.drafts import EQUALIZER, Draft
from muze_fx.grammar.items import Item


def core_of(draft: Draft) -> list[Item]:
    """Return the items that made a band, with all that stands between them and the adjectives beside them."""
    items = draft.items
    parts = [draft.gain, draft.freq, draft.region, draft.filter, draft.verb, draft.weak_verb, draft.negation]
    own = [index for index, item in enumerate(items) if item in parts or item in draft.extras]
    first, last = own[0], own[-1]
    names_place = first > 0 and items[first] is draft.freq and draft.relation == "at"
    if names_place and items[first - 1].match is not None:
        first -= 1  # "a resonance at 440 Hz"
    while first > 0 and items[first - 1].term.degree is not None:
        first -= 1
    while draft.gain is None and last + 1 < len(items) and items[last + 1].term.degree is not None:
        last += 1
    if items[last] is draft.gain and last + 1 < len(items) and items[last + 1].text == "deep":
        last += 1  # "a notch 6 dB deep"
    if items[last] is draft.freq and last + 1 < len(items) and items[last + 1].term.filler:
        last += 1  # "the 60 Hz hum"
    return items[first : last + 1]


def use_up(draft: Draft, core: Sequence[Item]) -> None:
    """Mark what made a band as used; a noun for what sits there ("mud", "hum") goes with it, an effect does not."""
    for item in core:
        part = item.quantity is None or item in (draft.gain, draft.freq) or item in draft.extras
        if part and item.term.effect in (None, EQUALIZER, "gain"):
            item.owner = item.owner or EQUALIZER


def use_up_names(clauses: Sequence[Clause]) -> None:
    """Mark the plain names of the equaliser as used ("EQ: 300 Hz -3 dB")."""
    for clause in clauses:
        for item in clause.affirmed():
            if item.term.effect == EQUALIZER:
                item.owner = item.owner or EQUALIZER
