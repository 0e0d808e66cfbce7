"""What words ask of effects, and how it is granted: the strongest wish counts, wishes for less take away."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from muze_fx.effects import Effect
from muze_fx.effects.base import Parameter
from muze_fx.effects.equalizer import Equalizer
from muze_fx.preset import Preset


@dataclass(frozen=True)
class Wish:
    """What one word asks of one effect.

    Attributes:
        effect: its setting at strength 1.
        strength: how strongly, negative for less.
        generic: whether the word is the effect's own name.
    """

    effect: Effect
    strength: float
    generic: bool


def granted(wishes: Sequence[Wish], base: Preset | None) -> dict[str, Effect]:
    """Return the effects that the words ask for, laid on those of a base chain if there is one.

    Of several wishes for more of an effect the strongest counts; wishes for less take away from what is there,
    so that "less reverb" works on a preset that has some.
    """
    chain: dict[str, Effect] = {}
    for effect in base.chain if base else ():
        if not isinstance(effect, Equalizer):
            chain.setdefault(effect.name, effect)
    for name in dict.fromkeys(wish.effect.name for wish in wishes):
        mine = [wish for wish in wishes if wish.effect.name == name]
        more = _most(mine)
        less = [(wish.effect, wish.strength) for wish in mine if wish.strength < 0]
        if name in chain:
            chain[name] = _moved(chain[name], [(more, 1.0), *less] if more else less)
        elif more is not None:
            chain[name] = _moved(more, less)
        else:
            chain[name] = less[0][0].scaled(less[0][1])
    return chain


def _most(wishes: Sequence[Wish]) -> Effect | None:
    """Merge the wishes for more of one effect; None where there are none.

    A place knows its room better than the bare word "reverb" does: the effect's own name adds amount only.
    """
    special: Effect | None = None
    for wish in (wish for wish in wishes if wish.strength > 0 and not wish.generic):
        scaled = wish.effect.scaled(wish.strength)
        special = scaled if special is None else special.merged(scaled)
    merged = special
    for wish in (wish for wish in wishes if wish.strength > 0 and wish.generic):
        scaled = wish.effect.scaled(wish.strength)
        merged = scaled if merged is None else merged.merged(scaled)
    if merged is None or special is None or merged is special:
        return merged
    kept = {p.name: getattr(special, p.name) for p in special.parameters() if p.neutral is None}
    return replace(merged, **kept)


def _moved(effect: Effect, changes: Sequence[tuple[Effect, float]]) -> Effect:
    """Move each parameter that has a neutral value by what the changes differ from it."""
    values: dict[str, Any] = {}
    for parameter in effect.parameters():
        if parameter.neutral is None or parameter.kind != "number":
            continue
        value = getattr(effect, parameter.name)
        for change, strength in changes:
            value = _shifted(parameter, value, getattr(change, parameter.name), strength)
        values[parameter.name] = parameter.clipped(value)
    return replace(effect, **values)


def _shifted(parameter: Parameter, value: float, asked: float, strength: float) -> float:
    """Shift a value by what `asked` differs from neutral, `strength` times; the sign takes away."""
    neutral = parameter.neutral
    assert neutral is not None
    if parameter.scale == "ratio":
        return value * math.pow(asked / neutral, strength)
    if parameter.scale == "level":  # decibels of something that may be off altogether
        return max(value, asked) if strength > 0 else parameter.scaled(value, max(1.0 + strength, 0.0))
    return value + strength * (asked - neutral)


def placed(
    base: Preset, chain: Mapping[str, Effect], equalizers: Sequence[Effect], forbidden: Collection[str]
) -> list[Effect]:
    """Return a changed chain in the base's own order, what is new where it usually stands.

    Args:
        base: the chain that is changed.
        chain: one setting for each effect that is not an equaliser, changed or new.
        equalizers: new ones; those of the base stay beside them.
        forbidden: names of effects to leave out.
    """
    result: list[Effect] = []
    seen: set[str] = set()
    for effect in base.chain:
        first, name = effect.name not in seen, effect.name
        seen.add(name)
        if name in forbidden:
            continue
        if isinstance(effect, Equalizer) or not first:
            result.append(effect)
        elif name in chain:
            result.append(chain[name])
    new = [*equalizers, *(effect for name, effect in chain.items() if name not in seen)]
    for effect in sorted(new, key=lambda effect: effect.order):
        later = (index for index, other in enumerate(result) if other.order > effect.order)
        result.insert(next(later, len(result)), effect)
    return result
