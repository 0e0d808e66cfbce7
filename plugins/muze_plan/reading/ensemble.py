"""Who plays and who does not, and whether somebody sings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from muze_plan.reading.alone import find_alone, for_a_part, only_after
from muze_plan.reading.lexicon import INSTRUMENT
from muze_plan.reading.matching import Match
from muze_plan.reading.polarity import Wish, Wishes
from muze_plan.reading.text import Token, word_set
from muzecli.song.instruments import Instrument

_PART_AFTER = word_set("""
    break breaks bridge section sections interlude interludes passage passages intro outro hook solo
    part parts verse chorus breakdown breakdowns
""")
_SINGS = re.compile(
    r"\b(?:sung|sings?|singing|singers?|vocals?|voices?|vox|duet|croon\w*|rap\w*|vocalists?|scream\w*|growl\w*|choir)\b"
)


@dataclass(frozen=True)
class Decision:
    """What one match decides.

    Attributes:
        match: the words.
        field: a field of `Reading`.
        value: names, an energy, or whether somebody sings.
        why: for the account.
        confidence: 0…1.
    """

    match: Match
    field: str
    value: tuple[str, ...] | bool | float
    why: str
    confidence: float = 0.95


@dataclass(frozen=True)
class Ensemble:
    """Who plays.

    Attributes:
        instruments: who must, in the order of the prompt.
        without: who must not.
        has_vocals: whether somebody sings; None where nothing says so.
        decisions: what each word did.
    """

    instruments: tuple[str, ...]
    without: tuple[str, ...]
    has_vocals: bool | None
    decisions: tuple[Decision, ...]


def read_ensemble(
    tokens: Sequence[Token],
    matches: Sequence[Match],
    wishes: Wishes,
    *,
    genre: str | None,
    table: Mapping[str, Instrument],
    suppressed: frozenset[Match],
) -> Ensemble:
    """Decide who plays.

    Args:
        tokens: the words.
        matches: what they mean.
        wishes: what is said of them.
        genre: the song's; says which guitar "guitar" is.
        table: all instruments.
        suppressed: matches that are parts of other names ("drum" in "drum and bass").
    """
    sung = bool(_SINGS.search(" ".join(token.text for token in tokens)))
    own = [m for m in matches if m.lane == INSTRUMENT and m not in suppressed]
    own = [m for m in own if not (m.sense.entry.singer and not sung) and not _is_part(tokens, m)]
    decisions = [*_refused(tokens, own, wishes), *_wanted(tokens, own, wishes, genre)]
    decisions.sort(key=lambda d: d.match.first)
    refused = {
        name for d in decisions if d.field == "without" and isinstance(d.value, tuple) for name in d.value
    }
    wanted = _names([_less(decision, refused) for decision in decisions], "instruments")
    families = {table[name].family for name in refused if name in table}
    alone = find_alone(tokens, own, wishes, wanted)
    if (
        alone is not None
        and only_after(tokens, alone)
        and any(table[name].family in families for name in alone.sense.entry.instruments if name in table)
    ):
        alone = None  # "no electric guitar, acoustic guitar only" speaks of guitars
    if alone is not None:
        others = tuple(name for name in table if name not in wanted)
        decisions.append(Decision(alone, "without", others, "nobody else is to play", 0.9))
    without = tuple(name for name in _names(decisions, "without") if name not in wanted)
    vocals, said = _vocals(own, wishes)
    decisions += said
    if alone is not None and vocals is None:
        if any(_is_voice(table, name) for name in wanted):
            vocals = True
        elif not {"choir", "voice_oohs"} & set(wanted):  # a choir may well sing words
            vocals = False
            decisions.append(Decision(alone, "has_vocals", False, "nobody else is to play", 0.9))
    if vocals:
        without = tuple(
            name for name in without if not _is_voice(table, name) or _said_without(decisions, name, alone)
        )
    return Ensemble(wanted, without, vocals, tuple(decisions))


def _wanted(
    tokens: Sequence[Token], own: Sequence[Match], wishes: Wishes, genre: str | None
) -> list[Decision]:
    wanted = [m for m in own if wishes.on(m) is Wish.WANTED]
    specific = {name for m in wanted if not _is_open(m) for name in m.sense.entry.instruments}
    decisions = []
    for match in wanted:
        entry = match.sense.entry
        if entry.weak and not _after_with(tokens, match):
            continue
        why = "names the instrument"
        confidence = 0.8 if match.corrected else 0.95
        names = entry.in_genre.get(genre or "", entry.instruments)
        if _is_open(match):
            if specific.intersection(entry.like or entry.unwanted):
                continue  # "a fuzz guitar … the guitar"
            why = (
                f"leaves open which one; usual in {genre}"
                if genre in entry.in_genre
                else "leaves open which one"
            )
            confidence = min(confidence, 0.8)
        if names:
            decisions.append(Decision(match, "instruments", names, why, confidence))
        if entry.has_vocals is False and entry.unwanted:
            decisions.append(Decision(match, "without", entry.unwanted, "nobody is to sing"))
    return decisions


def _after_with(tokens: Sequence[Token], match: Match) -> bool:
    before = [token.text for token in tokens[max(0, match.first - 3) : match.first]]
    return bool({"with", "over", "featuring", "and", "plus", "under", "add"} & set(before))


def _less(decision: Decision, refused: set[str]) -> Decision:
    """Return what a word that means several players adds, without those refused: a trio without piano."""
    if decision.field != "instruments" or not isinstance(decision.value, tuple) or len(decision.value) < 2:
        return decision
    return replace(decision, value=tuple(name for name in decision.value if name not in refused))


def _is_open(match: Match) -> bool:
    entry = match.sense.entry
    return entry.kind == "instrument" and len(entry.like or entry.unwanted) > 1


def _refused(tokens: Sequence[Token], own: Sequence[Match], wishes: Wishes) -> list[Decision]:
    decisions = []
    for match in own:
        entry = match.sense.entry
        somebody = entry.excluded and not entry.part and entry.has_vocals is not False
        # "no drums until the end" lets them in
        if wishes.on(match) is Wish.REFUSED and somebody and not for_a_part(tokens, match.last + 1):
            decisions.append(Decision(match, "without", entry.excluded, "is not wanted"))
    return decisions


def _names(decisions: Sequence[Decision], field: str) -> tuple[str, ...]:
    listed = [name for d in decisions if d.field == field and isinstance(d.value, tuple) for name in d.value]
    return tuple(dict.fromkeys(listed))


def _vocals(own: Sequence[Match], wishes: Wishes) -> tuple[bool | None, list[Decision]]:
    """Return whether somebody sings: a refusal of all singing wins, then a singer, then "instrumental"."""
    refusing, singing, instrumental = [], [], []
    for match in own:
        entry, wish = match.sense.entry, wishes.on(match)
        if entry.has_vocals is None:
            continue
        if entry.has_vocals:
            if wish is Wish.WANTED:
                singing.append(Decision(match, "has_vocals", True, "somebody sings"))
            elif wish is Wish.REFUSED and len(entry.excluded) > 1:
                refusing.append(Decision(match, "has_vocals", False, "nobody is to sing"))
        elif wish is Wish.WANTED:
            instrumental.append(Decision(match, "has_vocals", False, "nobody is to sing"))
    for decided in (refusing, singing, instrumental):
        if decided:
            return bool(decided[0].value), decided
    return None, []


def _is_part(tokens: Sequence[Token], match: Match) -> bool:
    """Whether "instrumental" speaks of a part only: "an instrumental break"."""
    following = tokens[match.last + 1] if match.last + 1 < len(tokens) else None
    return (
        match.sense.entry.name == "instrumental"
        and following is not None
        and following.joins
        and following.text in _PART_AFTER
    )


def _is_voice(table: Mapping[str, Instrument], name: str) -> bool:
    return name in table and table[name].is_voice


def _said_without(decisions: Sequence[Decision], name: str, alone: Match | None) -> bool:
    """Whether a voice was refused by its own name, not with all singing or all others."""
    return any(
        d.field == "without" and isinstance(d.value, tuple) and d.value == (name,)
        for d in decisions
        if d.match is not alone
    )
