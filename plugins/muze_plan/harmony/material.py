"""Which sections share their chords, and which progression each of those letters gets."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muze_plan.choice import choose, generator
from muze_plan.harmony.progressions import HarmonyStyle, Progression
from muzecli.song.plan import SectionType as S

# Types whose progressions serve a type, the nearest first.
_KINDRED: Mapping[S, tuple[S, ...]] = {
    S.INTRO: (S.INTRO, S.VERSE),
    S.VERSE: (S.VERSE,),
    S.PRE_CHORUS: (S.PRE_CHORUS, S.BUILDUP),
    S.CHORUS: (S.CHORUS, S.DROP),
    S.POST_CHORUS: (S.POST_CHORUS, S.CHORUS),
    S.BRIDGE: (S.BRIDGE,),
    S.INSTRUMENTAL: (S.INSTRUMENTAL, S.SOLO, S.CHORUS),
    S.SOLO: (S.SOLO, S.INSTRUMENTAL, S.VERSE),
    S.BREAKDOWN: (S.BREAKDOWN, S.CHORUS),
    S.BUILDUP: (S.BUILDUP, S.PRE_CHORUS),
    S.DROP: (S.DROP, S.CHORUS),
    S.OUTRO: (S.OUTRO, S.CHORUS),
    S.UNKNOWN: (S.VERSE,),
}

# The type that speaks for a letter when sections of several share it.
_PRINCIPAL = (S.CHORUS, S.DROP, S.VERSE, S.BRIDGE, S.INSTRUMENTAL, S.SOLO, S.PRE_CHORUS, S.BUILDUP)

_OWN_LETTER = {
    S.VERSE: "verse",
    S.UNKNOWN: "verse",
    S.CHORUS: "chorus",
    S.DROP: "chorus",
    S.POST_CHORUS: "chorus",
    S.PRE_CHORUS: "pre_chorus",
    S.BUILDUP: "pre_chorus",
    S.BRIDGE: "bridge",
}


@dataclass(frozen=True)
class Stretch:
    """A section as harmony sees it.

    Attributes:
        type: one of the thirteen.
        bars: whole bars.
        letter: sections of the same letter share their chords; None: those of its type do.
    """

    type: S
    bars: int
    letter: str | None = None


def letters(stretches: Sequence[Stretch], seed: int) -> tuple[str, ...]:
    """Return the letter of every section; those that have none of their own borrow from their surroundings."""
    known: list[str | None] = [s.letter or _OWN_LETTER.get(s.type) for s in stretches]
    songs = {letter for letter in known if letter}
    borrowed = "chorus" if "chorus" in songs else next((letter for letter in known if letter), "verse")
    other = "verse" if "verse" in songs else borrowed
    rng = generator(seed, "harmony/letters")
    opens_with_chorus, solos_over_chorus = rng.random() < 0.35, rng.random() < 0.5
    found: list[str] = []
    for index, (stretch, letter) in enumerate(zip(stretches, known, strict=True)):
        if letter is None:
            if stretch.type is S.INTRO:
                letter = borrowed if opens_with_chorus else other
            elif stretch.type in (S.SOLO, S.INSTRUMENTAL):
                letter = borrowed if solos_over_chorus else other
            elif stretch.type is S.OUTRO:
                before = found[index - 1] if index else borrowed
                letter = borrowed if before in ("pre_chorus", "bridge") else before
            else:
                letter = borrowed
        found.append(letter)
    return tuple(found)


def progressions_for(
    stretches: Sequence[Stretch], names: Sequence[str], style: HarmonyStyle, mode: str, seed: int
) -> dict[str, Progression]:
    """Return the progression of every letter.

    Letters get different ones where the genre has enough; a chorus may take over the verse's, as often as the
    genre's contrast is low.
    """
    chosen: dict[str, Progression] = {}
    for letter in dict.fromkeys(names):
        own = [s for s, name in zip(stretches, names, strict=True) if name == letter]
        types = {s.type for s in own}
        principal = next((t for t in _PRINCIPAL if t in types), own[0].type)
        rng = generator(seed, f"harmony/progression/{letter}")
        stays = rng.random() >= style.contrast
        if stays and chosen and principal in (S.CHORUS, S.DROP, S.BRIDGE, S.PRE_CHORUS, S.BUILDUP):
            chosen[letter] = next(iter(chosen.values()))
            continue
        length = max(s.bars for s in own)
        chosen[letter] = _choose(style, mode, principal, length, set(chosen.values()), rng)
    return chosen


def _choose(
    style: HarmonyStyle, mode: str, kind: S, length: int, taken: set[Progression], rng: random.Random
) -> Progression:
    candidates = _candidates(style, mode, kind)
    fresh = [p for p in candidates if p not in taken] or candidates
    return choose(rng, {p: p.weight * _suits(p, length) for p in fresh})


def _candidates(style: HarmonyStyle, mode: str, kind: S) -> list[Progression]:
    in_mode = [p for p in style.progressions if p.mode == mode] or list(style.progressions)
    anywhere = [p for p in in_mode if not p.sections]
    for type_ in _KINDRED[kind]:
        found = [p for p in in_mode if type_ in p.sections]
        if found:
            return [*found, *anywhere]
    return anywhere or [p for p in in_mode if "verse" in p.sections] or in_mode


def _suits(progression: Progression, length: int) -> float:
    """Return 1 where the progression comes out even in a section, less where it is cut."""
    bars = len(progression.bars)
    if length % bars == 0:
        return 1.0
    if progression.fixed:  # eight bars of a blues are no twelve, and twelve no eight
        return 0.02
    return 0.4
