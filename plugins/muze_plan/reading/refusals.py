"""Words that refuse, and how far each of them reaches."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Reach(Enum):
    """How far a refusal goes over a list."""

    NEAR = "no"  # to the end of the noun, and over "or"
    LIST = "without"  # over a list that "and" closes, too
    FAR = "avoid"  # over commas as well


_NEAR = """
    no, not, zero, never, neither, nor, non, nothing, none of, not any, no more, isn't, aren't, wasn't, shouldn't be,
    must not be, mustn't be, should not be, never any, not in, hardly any, absolutely no
"""
_LIST = """
    without, without any, w o, wo, sans, minus, lacking, free of, free from, devoid of, instead of, rather than,
    except, except for, apart from, other than, anything but, everything but, absence of, lack of, no need for,
    hold the
"""
_FAR = """
    avoid, avoiding, exclude, excluding, omit, omitting, skip, skip the, skipping, leave out, leaving out, remove,
    removing, mute, mute the, ditch, ditch the, lose the, cut the, drop the, scrap, scrap the, nix, nix the,
    forget the, don't, dont, do not, doesn't, does not, shouldn't, should not, must not, mustn't, can't have,
    cannot have, won't have, stay away from, steer clear of, refrain from, keep out, i hate, i dislike, tired of,
    please no
"""
_TOO_MUCH = """
    less, fewer, not too, not overly, not so, not very, not that, not much, not as, not super, not really,
    not particularly, not excessively, never too, nothing too, without being, without too, isn't too, no excessive,
    don't overdo, doesn't get too
"""


def _phrases(listed: str) -> list[tuple[str, ...]]:
    return [tuple(phrase.split()) for phrase in listed.split(",")]


REFUSALS: Mapping[tuple[str, ...], Reach] = {
    **dict.fromkeys(_phrases(_NEAR), Reach.NEAR),
    **dict.fromkeys(_phrases(_LIST), Reach.LIST),
    **dict.fromkeys(_phrases(_FAR), Reach.FAR),
}
"""What refuses."""

TOO_MUCH = frozenset(_phrases(_TOO_MUCH))
"""What asks for less of something."""

LONGEST = max(map(len, (*REFUSALS, *TOO_MUCH)))
"""How many words the longest has."""
