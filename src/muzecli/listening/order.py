"""Which extractors run, and when: the needs of those that are wanted come along, before them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from muzecli.errors import ConfigError, UsageError
from muzecli.listening.heard import INPUTS

if TYPE_CHECKING:
    from muzecli.plugin import Extractor


def in_order(
    extractors: Mapping[str, Extractor], wanted: Iterable[str] | None = None
) -> tuple[Extractor, ...]:
    """Return the wanted extractors and those they need, each after all it needs and uses.

    Of several that could come next the cheapest does, and of equals the first by name; so the order is always
    the same.

    Args:
        extractors: all there are, by name.
        wanted: names of extractors; None for all.

    Raises:
        UsageError: a name is none.
        ConfigError: two give the same field, nobody gives what one needs, or they wait for each other.
    """
    chosen = _closure(extractors, extractors if wanted is None else wanted)
    givers = _givers(chosen.values())
    waiting = {
        name: {givers[field] for field in (*one.needs, *one.uses) if field in givers} - {name}
        for name, one in chosen.items()
    }
    order: list[Extractor] = []
    while waiting:
        ready = [name for name, before in waiting.items() if not before]
        if not ready:
            raise ConfigError(
                f"extractors wait for each other: {', '.join(sorted(waiting))}",
                hint="leave one of them out with --features",
            )
        following = min(ready, key=lambda name: (chosen[name].cost_per_second, name))
        del waiting[following]
        for before in waiting.values():
            before.discard(following)
        order.append(chosen[following])
    return tuple(order)


def _closure(extractors: Mapping[str, Extractor], wanted: Iterable[str]) -> dict[str, Extractor]:
    names = list(wanted)
    for name in names:
        if name not in extractors:
            close = get_close_matches(name, extractors, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(sorted(extractors))}"
            raise UsageError(f"there is no extractor named '{name}'", hint=hint)
    chosen: dict[str, Extractor] = {}
    while names:
        name = names.pop()
        if name in chosen:
            continue
        chosen[name] = extractors[name]
        for field in extractors[name].needs:
            if field not in INPUTS:
                names.append(_giver(field, name, extractors, chosen))
    return dict(sorted(chosen.items()))


def _giver(
    field: str, asking: str, extractors: Mapping[str, Extractor], chosen: Mapping[str, Extractor]
) -> str:
    """Return who gives a field; of several the one that was chosen already, else the cheapest."""
    able = [name for name, one in extractors.items() if field in one.gives]
    if not able:
        raise ConfigError(
            f"the extractor '{asking}' needs {field}, and no extractor gives it",
            hint=f"install the one that does, or leave {asking} out with --features",
        )
    return min(able, key=lambda name: (name not in chosen, extractors[name].cost_per_second, name))


def _givers(chosen: Iterable[Extractor]) -> dict[str, str]:
    givers: dict[str, str] = {}
    for one in chosen:
        for field in one.gives:
            if field in givers:
                raise ConfigError(
                    f"the extractors '{givers[field]}' and '{one.name}' both give {field}",
                    hint="choose one of them with --features",
                )
            givers[field] = one.name
    return givers


def names_given(order: Sequence[Extractor]) -> list[str]:
    """Return all fields that an order fills, in order."""
    return [field for one in order for field in one.gives]
