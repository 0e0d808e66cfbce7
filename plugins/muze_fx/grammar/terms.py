"""The terms of the grammar: what one form may mean, joined from the tables of `vocabulary`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from muze_fx.grammar import vocabulary as tables


@dataclass(frozen=True, slots=True)
class Term:
    """What one form may mean to the grammar; every role is empty unless a table gives it.

    Args:
        effect: engine effect that it names.
        parameter: key of `parameters.PARAMETERS`.
        region: key of `vocabulary.REGIONS`, a range of the spectrum.
        filter: equaliser band type that it names, or "shelf", "notch", "band_pass".
        direction: 1 up, -1 down.
        weak: the direction yields to any other ("add a 3 dB cut").
        removal: a downward verb that means all of it beyond a frequency ("cut everything below").
        erasure: one that means all of it anywhere ("remove").
        numeric: a direction only beside a number ("sharp", "deeper"); otherwise a descriptor.
        loudness: the direction speaks of level ("louder").
        degree: strength that it gives to a descriptor.
        negation: "not", "no", "less", "opposite", "too" or "cap".
        connector: "comma", "and", "or", "but", "with", "then", "before", "after" or "first".
        relation: how a frequency is meant: "at", "above", "below", "between", "by" or "of".
        q: quality that an adjective gives to a numeric band.
        factor: what it multiplies a level by ("twice").
        wet: share that is wet ("fully" before "wet").
        whole: speaks of the whole chain ("overall").
        levelling: speaks of loudness beside a target ("normalise").
        slope: dB per octave that an adjective gives to a filter ("steep").
        generic: a noun that a descriptor may stand before without being its degree ("sound").
        praise: a descriptor only where nothing else is one ("nice").
        filler: says nothing.
        closed: never looked up in the lexicon.
    """

    effect: str | None = None
    parameter: str | None = None
    region: str | None = None
    filter: str | None = None
    direction: int = 0
    weak: bool = False
    removal: bool = False
    erasure: bool = False
    numeric: bool = False
    loudness: bool = False
    degree: float | None = None
    negation: str | None = None
    connector: str | None = None
    relation: str | None = None
    q: float | None = None
    factor: float | None = None
    wet: float | None = None
    whole: bool = False
    levelling: bool = False
    slope: float | None = None
    generic: bool = False
    praise: bool = False
    filler: bool = False
    closed: bool = False


#: The term of what the grammar does not know, and that of a word that says nothing at all.
NOTHING = Term()
FILLER = Term(filler=True, closed=True)

_TABLES: dict[str, Mapping[Any, str]] = {
    "region": tables.REGION_WORDS,
    "filter": tables.FILTERS,
    "effect": tables.EFFECTS,
    "parameter": tables.PARAMETER_WORDS,
    "degree": tables.DEGREES,
    "negation": tables.NEGATIONS,
    "connector": tables.CONNECTORS,
    "relation": tables.RELATIONS,
    "q": tables.QUALITIES,
    "factor": tables.FACTORS,
    "wet": tables.WET,
    "slope": tables.SLOPES,
}


@cache
def find_term(form: str) -> Term | None:
    """Return what `form` means to the grammar, or None where no table has it."""
    roles = _all_roles().get(form)
    return None if roles is None else Term(**roles)


def all_forms() -> Iterable[str]:
    """Return every form that the grammar knows."""
    return _all_roles()


@cache
def _all_roles() -> dict[str, dict[str, Any]]:
    """Join the tables: the roles of every form, as arguments of `Term`."""
    roles: dict[str, dict[str, Any]] = {}

    def claim(forms: str, **given: object) -> None:
        for form in _split(forms):
            roles.setdefault(form, {}).update(given)

    claim(tables.FILLERS, filler=True, closed=True)
    claim(tables.SOFT_FILLERS, filler=True)
    claim(tables.PRAISE, filler=True, praise=True)
    claim(tables.GENERIC, filler=True, generic=True, closed=True)
    claim(tables.WHOLE, whole=True)
    claim(tables.LEVELLING, levelling=True)
    for (sign, manner), forms in tables.DIRECTIONS.items():
        claim(forms, direction=sign, **({manner: True} if manner else {}))
    for role, table in _TABLES.items():
        for value, forms in table.items():
            claim(forms, **{role: value})
    for name, forms in tables.FILTERS.items():
        for form in _split(forms):
            for tail in tables.FILTER_TAILS:
                claim(f"{form} {tail}", filter=name)
    for form in _split("|".join(tables.PARAMETER_WORDS.values())):
        first, _, rest = form.partition(" ")
        if rest and "effect" in roles.get(first, {}):  # "tremolo depth" names its effect too
            claim(form, effect=roles[first]["effect"])
    return roles


def _split(forms: str) -> Iterator[str]:
    return (form.strip() for form in forms.split("|"))
