"""Vary a form the way a band would: a pre-chorus, a solo, the last chorus twice, no introduction.

A genre says how likely each variation is. What is added goes first when the song turns out short.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from muze_plan.choice import generator
from muze_plan.templates import FormSection, More, Template
from muzecli.song.plan import SectionType as S

Items = tuple[FormSection | More, ...]

_ARRIVALS = (S.CHORUS, S.DROP)
_MIN_BARS = 16
"""A song shorter than this is left as its template has it."""
_BARS_A_VARIATION = 16


def varied(template: Template, chances: Mapping[str, float], *, bars: int, seed: int) -> Template:
    """Return the form with some variations, the more the longer the song is.

    Args:
        template: the form.
        chances: names of variations with their chance, 0…1.
        bars: of the song.
        seed: decides which.
    """
    if bars < _MIN_BARS:
        return template
    items = template.items
    room = min(3, bars // _BARS_A_VARIATION)
    order = sorted(chances, key=lambda name: generator(seed, f"variation/order/{name}").random())
    for name in order:
        if room and generator(seed, f"variation/{name}").random() < chances[name]:
            changed = _VARIATIONS[name](items)
            if changed is not None:
                items, room = changed, room - 1
    return replace(template, items=items)


def _no_intro(items: Items) -> Items | None:
    return items[1:] if _type(items, 0) is S.INTRO and _type(items, 1) in (S.VERSE, S.CHORUS) else None


def _short_intro(items: Items) -> Items | None:
    return _resized(items, 0, S.INTRO, 0.5)


def _cold_open(items: Items) -> Items | None:
    """Open with the chorus itself, half as long."""
    chorus = next((i for i in items if isinstance(i, FormSection) and i.type is S.CHORUS), None)
    if chorus is None or _type(items, 0) not in (S.INTRO, S.VERSE):
        return None
    opening = replace(chorus, bars=max(2, chorus.bars // 2), drop=1)
    rest = items[1:] if _type(items, 0) is S.INTRO else items
    return (opening, *_later_drops(rest))


def _no_outro(items: Items) -> Items | None:
    last = len(items) - 1
    return items[:-1] if _type(items, last) is S.OUTRO and _type(items, last - 1) is S.CHORUS else None


def _long_outro(items: Items) -> Items | None:
    return _resized(items, len(items) - 1, S.OUTRO, 2.0)


def _resized(items: Items, index: int, kind: S, factor: float) -> Items | None:
    item = items[index]
    if not isinstance(item, FormSection) or item.type is not kind or item.rigid or item.bars * factor < 2:
        return None
    return (*items[:index], replace(item, bars=int(item.bars * factor)), *items[index + 1 :])


def _pre_chorus(items: Items) -> Items | None:
    return _around_choruses(items, S.PRE_CHORUS, before=True)


def _post_chorus(items: Items) -> Items | None:
    return _around_choruses(items, S.POST_CHORUS, before=False)


def _around_choruses(items: Items, kind: S, *, before: bool) -> Items | None:
    """Put a short section between verse and chorus, or after the chorus, wherever the form has that turn."""
    if any(_type(items, index) is kind for index in range(len(items))):
        return None

    def widened(run: tuple[FormSection | More, ...], *, optional: bool) -> Items:
        made: list[FormSection | More] = []
        for index, item in enumerate(run):
            if isinstance(item, More):
                made.append(More(_only(widened(item.sections, optional=False)), item.most))
                continue
            after_verse = index > 0 and _type(run, index - 1) is S.VERSE
            if item.type is not S.CHORUS or (before and not after_verse):
                made.append(item)
                continue
            energy = item.energy - (0.17 if before else 0.03)
            drop = item.drop if not optional else 1
            added = FormSection(kind, max(2, item.bars // 2), max(0.0, energy), has_vocals=before, drop=drop)
            made += [added, item] if before else [item, added]
        return tuple(made)

    changed = widened(_later_drops(items), optional=True)
    return changed if len(changed) > len(items) else None


def _only(items: Items) -> tuple[FormSection, ...]:
    return tuple(item for item in items if isinstance(item, FormSection))


def _double_chorus(items: Items) -> Items | None:
    index = _last(items, _ARRIVALS)
    if index is None or _type(items, index - 1) in _ARRIVALS:
        return None
    chorus = items[index]
    assert isinstance(chorus, FormSection)
    again = replace(chorus, energy=min(1.0, chorus.energy + 0.04), drop=1)
    return _inserted(items, index + 1, again)


def _solo(items: Items) -> Items | None:
    index = _last(items, _ARRIVALS)
    if index is None or any(_type(items, i) is S.SOLO for i in range(len(items))):
        return None
    bridge = next((i for i in range(len(items)) if _type(items, i) is S.BRIDGE), None)
    solo = FormSection(S.SOLO, 8, 0.8, drop=1)
    if bridge is None:
        return _inserted(items, index, solo)
    return _inserted(items, bridge + 1, replace(solo, bars=4))


def _instrumental(items: Items) -> Items | None:
    first = next((i for i in range(len(items)) if _type(items, i) is S.CHORUS), None)
    if first is None or any(_type(items, i) is S.INSTRUMENTAL for i in range(len(items))):
        return None
    return _inserted(items, first + 1, FormSection(S.INSTRUMENTAL, 4, 0.6, drop=1))


def _breakdown(items: Items) -> Items | None:
    index = _last(items, _ARRIVALS)
    if index is None or _type(items, index - 1) in (S.BREAKDOWN, S.BUILDUP, S.BRIDGE, S.INTRO):
        return None
    return _inserted(items, index, FormSection(S.BREAKDOWN, 4, 0.35, has_vocals=True, drop=1))


def _buildup(items: Items) -> Items | None:
    index = _last(items, _ARRIVALS)
    if index is None or _type(items, index - 1) in (S.BUILDUP, S.PRE_CHORUS, *_ARRIVALS):
        return None
    return _inserted(items, index, FormSection(S.BUILDUP, 4, 0.68, drop=1))


def _type(items: tuple[FormSection | More, ...], index: int) -> S | None:
    """Return the type of the section at an index; None where there is none, or a group."""
    item = items[index] if 0 <= index < len(items) else None
    return item.type if isinstance(item, FormSection) else None


def _last(items: Items, kinds: tuple[S, ...]) -> int | None:
    return next((i for i in range(len(items) - 1, -1, -1) if _type(items, i) in kinds), None)


def _inserted(items: Items, index: int, section: FormSection) -> Items:
    items = _later_drops(items)
    return (*items[:index], section, *items[index:])


def _later_drops(items: Items) -> Items:
    """Return the items with 1 free for what is added, which goes first."""
    return tuple(
        replace(item, drop=item.drop + 1) if isinstance(item, FormSection) and item.drop else item
        for item in items
    )


_VARIATIONS: Mapping[str, Callable[[Items], Items | None]] = {
    "pre_chorus": _pre_chorus,
    "post_chorus": _post_chorus,
    "double_chorus": _double_chorus,
    "cold_open": _cold_open,
    "no_intro": _no_intro,
    "short_intro": _short_intro,
    "solo": _solo,
    "instrumental": _instrumental,
    "breakdown": _breakdown,
    "buildup": _buildup,
    "no_outro": _no_outro,
    "long_outro": _long_outro,
}
