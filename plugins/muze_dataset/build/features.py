"""Which extractors a build asks: `all`, `light`, or names of extractors and of fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from muzecli.errors import MuzeError, UsageError
from muzecli.listening.heard import FACT
from muzecli.listening.listen import persisted
from muzecli.listening.order import in_order
from muzecli.registry import Registry

if TYPE_CHECKING:
    from muzecli.plugin import Extractor

ALL, LIGHT = "all", "light"
LIGHT_NAMES = ("tags", "loudness", "energy", "beats", "key", "chords", "sections")
"""What costs little: no models, no words, no voices."""


def words_of(text: str) -> tuple[str, ...]:
    """Return what `--features` names, each once and in order, so that equal wishes are equal.

    Raises:
        UsageError: it names nothing.
    """
    words = {word.strip().lower() for word in text.split(",")} - {""}
    if not words:
        raise UsageError("--features names nothing", hint="for example --features light, or tempo,key,lyrics")
    return (ALL,) if ALL in words else tuple(sorted(words))


def chosen(
    words: Sequence[str], registry: Registry[Extractor]
) -> tuple[tuple[Extractor, ...], Sequence[MuzeError]]:
    """Return the extractors that features mean, in the order in which they run.

    Args:
        words: as `words_of` returns them.
        registry: of the extractors that are installed.

    Returns:
        the extractors, those that they need included, and the faults of broken ones that are left out.

    Raises:
        UsageError: a word is neither an extractor nor a field that one gives.
        ConfigError: see `in_order`.
        MuzeError: an extractor that was asked for by name is broken.
    """
    working, faults = registry.working()
    registered = registry.names()
    wanted: list[str] = []
    for word in words:
        if word == ALL:
            wanted += working
        elif word == LIGHT:
            wanted += [name for name in LIGHT_NAMES if name in working]
        elif word in registered:
            registry.get(word)  # raises what is wrong with it
            wanted.append(word)
        else:
            wanted.append(_giver(word, working))
    return in_order(working, wanted), faults


def _giver(field: str, working: Mapping[str, Extractor]) -> str:
    """Return the cheapest extractor that gives a field."""
    givers = [one for one in working.values() if {field, FACT + field} & set(one.gives)]
    if givers:
        return min(givers, key=lambda one: (one.cost_per_second, one.name)).name
    known = [ALL, LIGHT, *working, *_fields(working.values())]
    close = get_close_matches(field, known, n=1)
    raise UsageError(
        f"there is no feature named '{field}'",
        hint=f"did you mean {close[0]}?"
        if close
        else f"there are {', '.join((ALL, LIGHT, *sorted(working)))}",
    )


def _fields(working: Iterable[Extractor]) -> list[str]:
    return sorted({name.removeprefix(FACT) for one in working for name in one.gives if persisted(name)})
