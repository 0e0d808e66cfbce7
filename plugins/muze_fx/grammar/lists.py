"""Lists in step: "80 and 10k by 2 and 3 dB", "hp/lp 80/12k": the first value is of the first place, and so on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from muze_fx.grammar.drafts import Draft
from muze_fx.grammar.items import Item


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of list in step.

    Args:
        lacks: whether a draft is a place that still lacks a value.
        ends: whether a draft is the last place, with the first value.
        is_value: whether a draft is a further value and nothing else.
        take: moves the value of one draft into another.
    """

    lacks: Callable[[Draft], bool]
    ends: Callable[[Draft], bool]
    is_value: Callable[[Draft], bool]
    take: Callable[[Draft, Draft], None]


def pair_lists(drafts: list[Draft], beside: Callable[[Draft, Draft], bool]) -> list[Draft]:
    """Give each place of a list its own value of the list that follows, where both are as long.

    Args:
        drafts: all drafts in order.
        beside: whether two drafts may belong to one list.
    """
    for kind in (_GAINS, _PASSES):
        drafts = _pair(drafts, kind, beside)
    return drafts


def _pair(drafts: list[Draft], kind: _Kind, beside: Callable[[Draft, Draft], bool]) -> list[Draft]:
    kept: list[Draft] = []
    index = 0
    while index < len(drafts):
        last = index
        while last + 1 < len(drafts) and kind.lacks(drafts[last]) and beside(drafts[last], drafts[last + 1]):
            last += 1
        count = last - index
        values = drafts[last + 1 : last + 1 + count]
        following = drafts[last : last + 2 + count]
        stop = last + 1
        if 0 < count == len(values) and kind.ends(drafts[last]) and all(map(kind.is_value, values)):
            joined = all(map(beside, following[:count], following[1:]))
            longer = len(following) > count + 1 and kind.is_value(following[-1])
            if (
                joined
                and not (longer and beside(following[-2], following[-1]))
                and _alike(drafts[last], values)
            ):
                _move(drafts[index : last + 1], values, kind)
                stop = last + 1 + count
        kept.extend(drafts[index : last + 1])
        index = stop
    return kept


def _move(places: Sequence[Draft], values: Sequence[Draft], kind: _Kind) -> None:
    """Shift the values: the last place has the first one, which is the first place's."""
    for place, source in zip(places[:-1], [places[-1], *values[:-1]], strict=True):
        kind.take(place, source)
    kind.take(places[-1], values[-1])
    places[-1].last_clause = values[-1].last_clause


def _alike(first: Draft, values: Sequence[Draft]) -> bool:
    """Whether the gains are all signed or all unsigned ("by 2 dB, +3 dB" ends the list)."""
    signs = {_is_signed(draft.gain) for draft in (first, *values) if draft.gain is not None}
    return len(signs) <= 1


def _is_signed(gain: Item) -> bool:
    return gain.quantity is not None and gain.quantity.sign != 0


def _take_gain(place: Draft, source: Draft) -> None:
    place.gain, place.gain_first = source.gain, False
    if source.gain is not None:
        place.items.append(source.gain)


def _take_freq(place: Draft, source: Draft) -> None:
    place.freq, place.relation = source.freq, "at"
    if source.freq is not None:
        place.items.append(source.freq)


_GAINS = _Kind(
    lacks=lambda draft: draft.gain is None and draft.placed and not draft.is_pass,
    ends=lambda draft: draft.gain is not None and draft.placed and not draft.gain_first,
    is_value=lambda draft: draft.gain is not None and not (draft.placed or draft.filter or draft.own_verb),
    take=_take_gain,
)
_PASSES = _Kind(
    lacks=lambda draft: draft.is_pass and draft.freq is None,
    ends=lambda draft: draft.is_pass and draft.freq is not None,
    is_value=lambda draft: (
        draft.freq is not None and not (draft.gain or draft.filter or draft.own_verb or draft.region)
    ),
    take=_take_freq,
)
