"""Numeric equaliser bands: "cut 3 dB at 300 Hz", "+2 above 8k", "bass +3", "hp 80", "notch 60 Hz"."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.drafts import HIGHEST_HZ, Draft
from muze_fx.grammar.intents import BandIntent
from muze_fx.grammar.items import Item
from muze_fx.grammar.removals import dip_db, names_tone, takes_out
from muze_fx.grammar.sharing import read_drafts
from muze_fx.grammar.slopes import section_qualities
from muze_fx.grammar.usage import core_of, use_up, use_up_names
from muze_fx.grammar.vocabulary import RANGES, REGIONS

_SHELF_HZ = {"high_shelf": 8000.0, "low_shelf": 100.0}
#: A shelf that says no side is a high one from here on.
_MIDDLE_HZ = 1000.0
#: Gain of a boost or cut at a frequency that says no dB, times its degree.
_UNSAID_GAIN_DB = 3.0
_NOTCH_GAIN_DB = -20.0
_NOTCH_Q = 10.0
_LOWEST_HZ = 10.0


@dataclass(frozen=True, slots=True)
class _Shape:
    type: str
    freq_hz: float
    gain_db: float | None
    q: float | None


def read_bands(clauses: Sequence[Clause], prompt: str) -> list[BandIntent]:
    """Read every numeric band of the clauses and mark the items that made it as used up.

    Args:
        clauses: the clauses of the prompt; named parameters must have taken their numbers.
        prompt: the prompt, for the words that made a band.
    """
    bands: list[BandIntent] = []
    for draft in read_drafts(clauses):
        shapes = [section for shape in _finish(draft) for section in _sections(shape, draft)]
        if shapes:
            core = core_of(draft)
            bands.extend(_intent(shape, core, prompt) for shape in shapes)
            use_up(draft, core)
    if bands:
        use_up_names(clauses)
    return bands


def _sections(shape: _Shape, draft: Draft) -> Iterator[_Shape]:
    """Yield a band, or the bands that make a filter as steep as was asked for."""
    if draft.slope is None or shape.gain_db is not None:
        yield shape
        return
    draft.extras.extend(item for item in draft.slope_items if item not in draft.extras)
    for q in section_qualities(draft.slope):
        yield _Shape(shape.type, shape.freq_hz, None, q)


def _finish(draft: Draft) -> Iterator[_Shape]:
    """Turn a draft into bands; into none where it says too little or says no."""
    edges = _edges(draft)
    if edges is None and draft.gain is None:
        yield from _multiplied(draft)
        return
    if edges is None and not draft.placed:
        return
    if edges is not None and not _LOWEST_HZ <= edges[0] <= edges[1] <= HIGHEST_HZ:
        return
    if _is_refused(draft):
        return
    if edges is not None and (draft.is_pass or _keeps_range(draft, edges)):
        for kind, freq_hz in _pass_bands(draft, *edges):
            yield _Shape(kind, freq_hz, None, draft.q)
        return
    kind, freq_hz = _place(draft, edges)
    q = draft.q or _range_q(edges) or draft.q_adjective
    verb = draft.verb.text if draft.verb is not None else ""
    dip = dip_db(draft)
    if dip is not None and not _rolls_off(draft):
        yield _Shape("peak", freq_hz, dip, draft.q or _range_q(edges))
    elif _is_notch(draft):
        gain_db = _NOTCH_GAIN_DB if draft.gain is None else -abs(_gain_db(draft))
        yield _Shape("peak", freq_hz, gain_db, q or _NOTCH_Q)
    elif draft.gain is not None:
        yield _Shape(kind, freq_hz, _gain_db(draft), q)
    elif _takes_all(draft, kind):
        yield _Shape("high_pass" if kind == "low_shelf" else "low_pass", freq_hz, None, draft.q)
    elif verb.startswith(("filter", "cut off")):  # no side said: what a filter does to a synthesiser
        yield _Shape("low_pass", freq_hz, None, draft.q)
    elif draft.direction or draft.filter is not None or draft.degree != 1 or _complaint(draft):
        direction = draft.direction or _complaint(draft) or 1
        yield _Shape(kind, freq_hz, direction * _UNSAID_GAIN_DB * draft.degree, q)


def _complaint(draft: Draft) -> int:
    """Return -1 for "too much 300 Hz", 1 for "not enough 5k", else 0."""
    if any(item.term.negation == "too" for item in draft.items):
        return -1
    return 1 if any(item.text == "enough" for item in draft.items) and draft.negation is not None else 0


def _multiplied(draft: Draft) -> Iterator[_Shape]:
    """Yield the band of a range that is halved or doubled ("cut the bass by half", "twice the treble")."""
    name = draft.region.term.region if draft.region is not None else None
    if draft.factor is None or name not in RANGES or draft.negation is not None or draft.filter is not None:
        return
    quantity = draft.factor.quantity
    factor = draft.factor.term.factor if quantity is None else quantity.value
    if not factor:
        return
    if draft.direction > 0 and factor < 1:  # "more by half"
        factor += 1
    kind, freq_hz = REGIONS[str(name)]
    yield _Shape(kind, freq_hz, float(round(20 * math.log10(factor))), None)


def _is_refused(draft: Draft) -> bool:
    """Whether the prompt says not to do it ("don't boost 3 dB at 100 Hz")."""
    if draft.negation is None or draft.gain is None or draft.negation not in draft.items:
        return False
    following = draft.items[draft.items.index(draft.negation) + 1 :]
    return bool(following) and following[0] in (draft.verb, draft.weak_verb, draft.gain)


def _keeps_range(draft: Draft, edges: tuple[float, float]) -> bool:
    """Whether a range stands alone or behind a medium ("AM radio, 400 to 4000 Hz"), so that it is what is kept."""
    others = [item for item in draft.items if item is not draft.freq]
    media = [item for item in others if item.match is not None and item.match.descriptor.kind == "medium"]
    rest = [item for item in others if item not in media and not item.term.filler]
    return (
        not rest
        and (media or not others)
        and edges[0] < edges[1]
        and draft.gain is None
        and draft.filter is None
    )


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


def _range_q(edges: tuple[float, float] | None) -> float | None:
    """Return centre over bandwidth of a range."""
    if edges is None or edges[0] == edges[1]:
        return None
    return math.sqrt(edges[0] * edges[1]) / (edges[1] - edges[0])


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
    erased = verb is not None and (verb.term.erasure or (takes_out(verb) and names_tone(draft)))
    return (
        erased and draft.gain is None and not _rolls_off(draft) and draft.relation not in ("above", "below")
    )


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


def _intent(shape: _Shape, core: Sequence[Item], prompt: str) -> BandIntent:
    start, end = min(item.start for item in core), max(item.end for item in core)
    freq_hz = round(shape.freq_hz, 9)
    gain_db = None if shape.gain_db is None else round(shape.gain_db, 9)
    q = None if shape.q is None else round(shape.q, 9)
    return BandIntent(shape.type, freq_hz, gain_db, q, prompt[start:end], (start, end))
