"""Numeric equaliser bands: "cut 3 dB at 300 Hz", "+2 above 8k", "bass +3", "hp 80", "notch 60 Hz"."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.drafts import EQUALIZER, HIGHEST_HZ, Draft
from muze_fx.grammar.intents import BandIntent
from muze_fx.grammar.items import Item
from muze_fx.grammar.sharing import read_drafts
from muze_fx.grammar.vocabulary import REGIONS

_SHELF_HZ = {"high_shelf": 8000.0, "low_shelf": 100.0}
#: A shelf that says no side is a high one from here on.
_MIDDLE_HZ = 1000.0
#: Gain of a boost or cut at a frequency that says no dB, times its degree.
_UNSAID_GAIN_DB = 3.0
_NOTCH_GAIN_DB = -20.0
_NOTCH_Q = 10.0
_LOWEST_HZ = 10.0


def read_bands(clauses: Sequence[Clause], prompt: str) -> list[BandIntent]:
    """Read every numeric band of the clauses and mark the items that made it as used up."""
    bands: list[BandIntent] = []
    for draft in read_drafts(clauses):
        found = list(_finish(draft, prompt))
        if found:
            _use_up(draft)
            bands.extend(found)
    if bands:
        for clause in clauses:
            negated = False
            for item in clause.items:
                negated = negated or item.term.negation is not None
                if item.term.effect == EQUALIZER and not negated:
                    item.owner = item.owner or EQUALIZER  # "EQ: 300 Hz -3 dB"
    return bands


def _finish(draft: Draft, prompt: str) -> Iterator[BandIntent]:
    """Turn a draft into bands; nothing where it says too little for one."""
    if draft.freq is None and (draft.gain is None or not draft.placed):
        return
    edges = _edges(draft)
    if edges is not None and not _LOWEST_HZ <= edges[0] <= edges[1] <= HIGHEST_HZ:
        return
    if edges is not None and draft.is_pass:
        for kind, freq_hz in _pass_bands(draft, *edges):
            yield _band(draft, prompt, kind, freq_hz, None, draft.q)
        return
    spread = (
        None
        if edges is None or edges[0] == edges[1]
        else math.sqrt(edges[0] * edges[1]) / (edges[1] - edges[0])
    )
    q = draft.q or spread or draft.q_adjective
    kind, freq_hz = _place(draft, edges)
    if _is_notch(draft):
        gain_db = _NOTCH_GAIN_DB if draft.gain is None else -abs(_gain_db(draft))
        yield _band(draft, prompt, "peak", freq_hz, gain_db, q or _NOTCH_Q)
    elif draft.gain is not None:
        yield _band(draft, prompt, kind, freq_hz, _gain_db(draft), q)
    elif _takes_all(draft, kind):
        yield _band(draft, prompt, "high_pass" if kind == "low_shelf" else "low_pass", freq_hz, None, draft.q)
    elif draft.verb is not None and draft.verb.text.startswith(("filter", "cut off")):
        yield _band(draft, prompt, "low_pass", freq_hz, None, draft.q)
    elif draft.direction or draft.filter is not None or draft.degree != 1:
        yield _band(draft, prompt, kind, freq_hz, (draft.direction or 1) * _UNSAID_GAIN_DB * draft.degree, q)


def _edges(draft: Draft) -> tuple[float, float] | None:
    """Return the lower and upper frequency, the same for a single one."""
    if draft.freq is None or draft.freq.quantity is None:
        return None
    quantity = draft.freq.quantity
    return quantity.value, quantity.value if quantity.upper is None else quantity.upper


def _pass_bands(draft: Draft, low_hz: float, high_hz: float) -> list[tuple[str, float]]:
    kind = "" if draft.filter is None else draft.filter.term.filter
    if kind == "high_pass":
        return [(kind, low_hz)]
    if kind == "low_pass":
        return [(kind, high_hz)]
    if low_hz == high_hz:  # a band-pass at one frequency keeps the octave around it
        low_hz, high_hz = low_hz / math.sqrt(2), high_hz * math.sqrt(2)
    return [("high_pass", low_hz), ("low_pass", high_hz)]


def _place(draft: Draft, edges: tuple[float, float] | None) -> tuple[str, float]:
    """Return type and frequency of a band that may have a gain."""
    named, freq_hz = _region(draft)
    if edges is not None:
        freq_hz = math.sqrt(edges[0] * edges[1]) if edges[0] != edges[1] else edges[0]
    written = draft.filter.term.filter if draft.filter is not None else None
    side = {"above": "high_shelf", "below": "low_shelf"}.get(draft.relation)
    by_frequency = "high_shelf" if freq_hz is not None and freq_hz >= _MIDDLE_HZ else "low_shelf"
    shelf = named if named in _SHELF_HZ else by_frequency
    if written in ("low_shelf", "high_shelf", "peak"):
        kind = str(written)
    elif written == "shelf":
        kind = side or shelf
    elif side is not None:
        kind = side
    elif _rolls_off(draft) and draft.gain is None:
        kind = shelf
    else:
        kind = named if edges is None or (named and not draft.relation and edges[0] == edges[1]) else "peak"
    return kind or "peak", freq_hz if freq_hz is not None else _SHELF_HZ.get(kind, _MIDDLE_HZ)


def _region(draft: Draft) -> tuple[str, float | None]:
    name = draft.region.term.region if draft.region is not None else None
    return ("", None) if name is None else REGIONS[name]


def _rolls_off(draft: Draft) -> bool:
    """Whether the verb, at a corner frequency, means all beyond it ("roll off the lows at 80 Hz")."""
    verb = draft.verb
    if verb is None:
        return False
    return verb.text.startswith("roll") or (_region(draft)[0] in _SHELF_HZ and _removes(verb))


def _removes(verb: Item) -> bool:
    return verb.term.removal or verb.term.erasure


def _is_notch(draft: Draft) -> bool:
    """Whether a single frequency is to be taken out whole ("notch 60 Hz", "remove 60 Hz")."""
    if draft.filter is not None:
        return draft.filter.term.filter == "notch"
    verb = draft.verb
    erased = verb is not None and verb.term.erasure and draft.gain is None and not _rolls_off(draft)
    return erased and draft.relation not in ("above", "below")


def _takes_all(draft: Draft, kind: str) -> bool:
    """Whether everything beyond the frequency goes ("cut everything below 80 Hz", "nothing below 80 Hz")."""
    if kind not in _SHELF_HZ or draft.filter is not None:
        return False
    return draft.negation is not None or (
        draft.verb is not None and (_removes(draft.verb) or _rolls_off(draft))
    )


def _gain_db(draft: Draft) -> float:
    """Return the gain with the sign that is written or that the verb gives; a dash counts as a sign only alone."""
    assert draft.gain is not None and draft.gain.quantity is not None
    quantity = draft.gain.quantity
    written = 0 if quantity.loose and draft.direction else quantity.sign
    return -abs(quantity.amount) if written < 0 or draft.direction < 0 else abs(quantity.amount)


def _band(
    draft: Draft, prompt: str, kind: str, freq_hz: float, gain_db: float | None, q: float | None
) -> BandIntent:
    core = _core(draft)
    start, end = min(item.start for item in core), max(item.end for item in core)
    return BandIntent(
        kind,
        round(freq_hz, 9),
        None if gain_db is None else round(gain_db, 9),
        None if q is None else round(q, 9),
        prompt[start:end],
        (start, end),
    )


def _core(draft: Draft) -> list[Item]:
    """Return the items that made a band with all that stands between them and the adjectives in front."""
    parts = [draft.gain, draft.freq, draft.region, draft.filter, draft.verb, draft.weak_verb, draft.negation]
    parts += draft.extras
    own = [index for index, item in enumerate(draft.items) if any(item is part for part in parts)]
    first, last = own[0], own[-1]
    while first > 0 and draft.items[first - 1].term.degree is not None:
        first -= 1
    while (
        last + 1 < len(draft.items) and draft.gain is None and draft.items[last + 1].term.degree is not None
    ):
        last += 1
    if draft.items[last] is draft.freq and last + 1 < len(draft.items) and draft.items[last + 1].term.filler:
        last += 1  # "the 60 Hz hum"
    return draft.items[first : last + 1]


def _use_up(draft: Draft) -> None:
    """Mark what made a band as used; a noun for what sits there ("mud", "hum") goes with it."""
    for item in _core(draft):
        part = item is draft.gain or item is draft.freq or any(item is extra for extra in draft.extras)
        if (part or item.quantity is None) and item.term.effect in (None, EQUALIZER, "gain"):
            item.owner = item.owner or EQUALIZER
