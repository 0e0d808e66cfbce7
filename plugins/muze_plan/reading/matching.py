"""From words to meanings: in each lane the longest phrases that the lexicon knows, none overlapping another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from muze_plan.reading.found import Taken
from muze_plan.reading.lexicon import GENRE, INSTRUMENT, WORD, Lexicon, Sense
from muze_plan.reading.spelling import SHORTEST, speller
from muze_plan.reading.text import Token

LANES = (GENRE, INSTRUMENT, WORD)


@dataclass(frozen=True, slots=True)
class Match:
    """Words of the prompt that mean something.

    Attributes:
        lane: genre, instrument or word.
        first: index of the first token.
        last: index of the last one.
        sense: what they mean.
        corrected: whether a slip of the finger was mended to find it.
    """

    lane: str
    first: int
    last: int
    sense: Sense
    corrected: bool = False

    @property
    def kind(self) -> str:
        """Kind of the entry."""
        return self.sense.entry.kind

    def inside(self, other: Match) -> bool:
        """Whether it is a part of another match, and not all of it."""
        within = other.first <= self.first and self.last <= other.last
        return within and (self.first, self.last) != (other.first, other.last)


def mend(tokens: Sequence[Token], lexicon: Lexicon, taken: Taken) -> tuple[tuple[Token, ...], frozenset[int]]:
    """Return the words with slips of the finger mended, and the indices of those."""
    mended, changed = list(tokens), []
    for index, token in enumerate(tokens):
        if len(token.text) < SHORTEST or not taken.free(token.start, token.end) or lexicon.knows(token.text):
            continue
        meant = speller(lexicon).correct(token.text)
        if meant is not None:
            mended[index] = replace(token, text=meant)
            changed.append(index)
    return tuple(mended), frozenset(changed)


def match_words(
    tokens: Sequence[Token], lexicon: Lexicon, taken: Taken, corrected: frozenset[int] = frozenset()
) -> list[Match]:
    """Return the matches of all lanes in the order of the prompt."""
    free = [taken.free(token.start, token.end) for token in tokens]
    candidates: list[Match] = []
    for first in range(len(tokens)):
        words: list[str] = []
        for last in range(first, min(first + lexicon.max_words, len(tokens))):
            if not free[last] or (last > first and not tokens[last].joins):
                break
            words.append(tokens[last].text)
            for lane, sense in lexicon.look_up(tuple(words)).items():
                mended = any(index in corrected for index in range(first, last + 1))
                candidates.append(Match(lane, first, last, sense, mended))
    matches: list[Match] = []
    for lane in LANES:
        used: set[int] = set()
        own = [match for match in candidates if match.lane == lane]
        for match in sorted(own, key=lambda m: (m.first - m.last, m.first)):
            span = range(match.first, match.last + 1)
            if used.isdisjoint(span):
                used.update(span)
                matches.append(match)
    return sorted(matches, key=lambda m: (m.first, m.last, LANES.index(m.lane)))
