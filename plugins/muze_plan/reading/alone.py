"""Who is to play alone: "solo piano", "just strings", "kalimba only", "a cappella", "nothing else"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from muze_plan.reading.matching import Match
from muze_plan.reading.polarity import Wish, Wishes
from muze_plan.reading.text import Token, word_set

_BEFORE = frozenset({"just", "only", "solely", "solo", "unaccompanied", "nothing but"})
_AFTER = frozenset({"only", "alone"})
_JOINS = frozenset({"and", "&", "plus"})
_OPENING_WORDS = 3  # "a sad piano solo" is a piece; what comes later is a solo within one
_NOBODY_ELSE = re.compile(
    r"\b(?:nothing else|no other instruments|no one else|"
    r"(?:no|without) (?:any )?(?:instruments|instrumental accompaniment|backing)|"
    r"no accompaniment|on its own|by itself)\b"
)
# Between such a word and its noun stand articles and adjectives, and none of these.
_PARTS_THEM = word_set("with and or of in for by to no without hint touch from but")
# "with a solo cello" and "solo sax over a beat" name one player among others.
_INTRODUCES = word_set("with featuring then and has")
_ACCOMPANIES = word_set("over with and against above on accompanied backed")
_PART_OF_SONG = word_set("during until till when after before towards")


def find_alone(
    tokens: Sequence[Token], own: Sequence[Match], wishes: Wishes, wanted: Sequence[str]
) -> Match | None:
    """Return the match that is to be all there is, if there is one.

    Args:
        tokens: the words.
        own: instruments and voices among them.
        wishes: what is said of them.
        wanted: names of all who are to play.
    """
    playing = [m for m in own if wishes.on(m) is Wish.WANTED and m.sense.entry.instruments]
    if not wanted or not playing:
        return None
    for match in playing:
        if match.sense.entry.alone:
            return match
    if _NOBODY_ELSE.search(" ".join(token.text for token in tokens)):
        return playing[-1]
    for match in playing:
        if _is_alone(tokens, match, wanted):
            return match
    return None


def only_after(tokens: Sequence[Token], match: Match) -> bool:
    """Whether an "only" or an "alone" stands behind a match, or behind one more that "and" joins to it."""
    following = tokens[match.last + 1 : match.last + 4]
    if len(following) == 3 and following[0].text in _JOINS and following[0].joins:
        following = following[2:]
    return bool(following) and following[0].joins and following[0].text in _AFTER


def _is_alone(tokens: Sequence[Token], match: Match, wanted: Sequence[str]) -> bool:
    named_solo = tokens[match.first].text == "solo" and match.last > match.first
    before = "solo" if named_solo else _word_before(tokens, match.first)
    if before == "solo":
        introduced = {token.text for token in tokens[max(0, match.first - 3) : match.first]} & _INTRODUCES
        accompanied = {token.text for token in tokens[match.last + 1 : match.last + 2]} & _ACCOMPANIES
        return set(wanted) <= set(match.sense.entry.instruments) and not introduced and not accompanied
    if _is_a_solo(tokens, match):
        return set(wanted) <= set(match.sense.entry.instruments)
    if before in _BEFORE:
        return not for_a_part(tokens, match.last + 1)
    return only_after(tokens, match) and not for_a_part(tokens, match.last + 2)


def _is_a_solo(tokens: Sequence[Token], match: Match) -> bool:
    """Whether the prompt opens with a solo: "piano solo", "a slow drum solo", but not "a song with a drum solo"."""
    opening = {token.text for token in tokens[: match.first]}
    if match.first >= _OPENING_WORDS or opening & (_INTRODUCES | _PARTS_THEM):
        return False
    ends = match.last if tokens[match.last].text == "solo" else match.last + 1
    if ends >= len(tokens) or tokens[ends].text != "solo" or ends == match.first:
        return False
    return {token.text for token in tokens[ends + 1 : ends + 2]}.isdisjoint(_ACCOMPANIES) and not for_a_part(
        tokens, ends + 1
    )


def for_a_part(tokens: Sequence[Token], index: int) -> bool:
    """Whether what follows in the clause limits it to a part of the song: "only drums in the intro"."""
    for place in range(index, min(index + 4, len(tokens))):
        word, following = tokens[place], tokens[place + 1].text if place + 1 < len(tokens) else ""
        if not word.joins:
            return False
        if word.text in _PART_OF_SONG or (word.text in ("in", "at", "for", "on") and following == "the"):
            return True
    return False


def _word_before(tokens: Sequence[Token], index: int) -> str:
    """Return the word before a noun that leaves it alone; "" where there is none."""
    for place in range(index - 1, max(index - 4, -1), -1):
        word, earlier = tokens[place].text, tokens[place - 1].text if place else ""
        if (earlier, word) == ("nothing", "but"):
            return "nothing but"
        if word in _BEFORE:
            return "" if earlier in ("not", "nor") else word
        if word in _PARTS_THEM:
            return ""
    return ""
