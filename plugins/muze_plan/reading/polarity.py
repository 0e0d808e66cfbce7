"""What is not wanted: how far a "no", a "without" or an "avoid" reaches, and what is to be all there is.

"no drums or bass" refuses both, "no drums, piano and strings" refuses the drums; "without drums, bass and guitar"
refuses all three; "but" and "just" end any refusal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from muze_plan.reading.lexicon import GENRE, INSTRUMENT, LESS, WORD
from muze_plan.reading.matching import Match
from muze_plan.reading.refusals import LONGEST, REFUSALS, TOO_MUCH, Reach
from muze_plan.reading.text import Token, word_set


class Wish(Enum):
    """What is said of a word."""

    WANTED = "wanted"
    REFUSED = "refused"
    LESS = "less"  # not so much of it


# Words that may stand between a refusal and what it refuses.
_PASSED = word_set("""
    a an any the use using used include including have having want add adding put be being make it sound
    feel get too so very overly of kind sort like that this more much many in on with need needs play
    playing go for to really
""")
_NO_REFUSAL_BEFORE = word_set("""
    only just merely longer faster slower shorter higher lower later matter doubt problem necessarily
    wonder nonsense frills
""")
_ENDS = word_set("""
    but with just only featuring feat plus then please use using add give make want while instead
    however though yet it's its is are has have keep keeping include including at because so where when
    until that which only
""")
_STARTS_ANEW = word_set("a an some with lots plenty more just only then one two three it the")
_EXCEPTIVE = frozenset({"except", "apart", "other"})
_HARD = '.;:!?()[]|"'


@dataclass(frozen=True)
class Wishes:
    """What is said of every word.

    Attributes:
        of: token index → wish; a token that is absent is wanted.
        used: tokens that say so themselves.
    """

    of: Mapping[int, Wish]
    used: frozenset[int]

    def on(self, match: Match) -> Wish:
        """Return what is said of a match."""
        if match.sense.how == LESS:
            return Wish.REFUSED
        return self.of.get(match.last, Wish.WANTED)


def find_wishes(tokens: Sequence[Token], matches: Sequence[Match]) -> Wishes:
    """Return what is said of every word: wanted, refused, or to be less."""
    reader = _Reader(tokens, matches)
    index = 0
    while index < len(tokens):
        index = reader.step(index)
    reader.suffixes()
    return Wishes(reader.of, frozenset(reader.used))


class _Reader:
    def __init__(self, tokens: Sequence[Token], matches: Sequence[Match]) -> None:
        self.tokens = tokens
        self.of: dict[int, Wish] = {}
        self.used: set[int] = set()
        self._ended = -1
        self._at: dict[int, list[Match]] = {}
        for match in matches:
            if match.kind != "filler":
                for index in range(match.first, match.last + 1):
                    self._at.setdefault(index, []).append(match)

    def step(self, index: int) -> int:
        """Read a refusal that begins here, and return where to go on."""
        size, wish, reach = self._refusal(index)
        if not size:
            return index + 1
        self.used.update(range(index, index + size))
        if index == self._ended and self.tokens[index].text in _EXCEPTIVE:
            return index + size  # "no vocals except a choir"
        self._ended = max(self._spread(index + size, wish, reach), index + size)
        return self._ended

    def suffixes(self) -> None:
        """Read "guitar-free", "vocals: none", "drums off" and "keyboards no"."""
        for index, token in enumerate(self.tokens):
            glued = token.gap == "-" and token.text in ("free", "less")
            apart = (
                token.text in ("none", "off", "removed", "excluded")
                and index
                and token.gap.strip() in ("", ":", "=")
            )
            after = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
            apart = apart or bool(
                token.text == "no" and index and token.joins and (after is None or not after.joins)
            )
            if index and (glued or apart) and self._at.get(index - 1):
                self.used.add(index)
                for match in self._at[index - 1]:
                    self.of |= {i: Wish.REFUSED for i in range(match.first, match.last + 1)}

    def _refusal(self, index: int) -> tuple[int, Wish, Reach]:
        words = [token.text for token in self.tokens[index : index + LONGEST + 1]]
        if words[0] in ("less", "free") and self.tokens[index].gap == "-":
            return 0, Wish.WANTED, Reach.NEAR  # "guitar-free" refuses what stands before it
        if words[0] == "than" and {"rather", "prefer"} & {
            t.text for t in self.tokens[max(0, index - 6) : index]
        }:
            return 1, Wish.REFUSED, Reach.NEAR
        joined = [True, *(token.joins for token in self.tokens[index + 1 : index + LONGEST + 1])]
        for size in range(min(3, len(words)), 0, -1):
            if tuple(words[:size]) in TOO_MUCH and all(joined[:size]):
                return size, Wish.LESS, Reach.NEAR
        for size in range(min(LONGEST, len(words)), 0, -1):
            reach = REFUSALS.get(tuple(words[:size]))
            if reach is None or not all(joined[:size]):
                continue
            following = words[size] if size < len(words) else ""
            if (
                following == "than"
                or following in _NO_REFUSAL_BEFORE
                or (words[0] == "nothing" and following in ("but", "else"))
            ):
                return 0, Wish.WANTED, reach
            if words[:2] == ["drop", "the"] and following in ("bass", "beat", "needle", "mic"):
                return 0, Wish.WANTED, reach  # what a crowd shouts
            if words[0] in (
                "cut",
                "lose",
                "drop",
                "hold",
                "ditch",
                "skip",
                "scrap",
                "nix",
                "mute",
            ) and not self._plays(index + size):
                return 0, Wish.WANTED, reach
            return size, Wish.REFUSED, reach
        return 0, Wish.WANTED, Reach.NEAR

    def _lanes(self, index: int) -> set[str]:
        return {match.lane for match in self._at.get(index, ())}

    def _plays(self, index: int) -> bool:
        return any(match.lane == INSTRUMENT for match in self._at.get(index, ()))

    def _spread(self, start: int, wish: Wish, reach: Reach) -> int:
        """Mark what is refused from `start` on, and return where the refusal ends."""
        index, seen, first_lane, closed = start, False, None, False
        if start < len(self.tokens) and not self.tokens[start].joins:
            listed = reach is not Reach.NEAR and self.tokens[start].gap.strip() == ":"
            if not listed:
                return start  # "no: …" and "no, …" are answers
        while index < len(self.tokens):
            token, gap = self.tokens[index], self.tokens[index].gap
            if index > start:
                if any(sign in gap for sign in _HARD) or " - " in gap:
                    break
                if "," in gap and not (seen and self._goes_on(index, reach, first_lane)):
                    break
                if "," in gap:
                    closed = False
            if token.text in ("and", "or", "nor") and seen:
                if token.text == "and" and not self._joins(index + 1, reach, first_lane):
                    break
                closed = False
                index += 1
                continue
            if self._refusal(index)[0] and index > start:
                break
            own = self._at.get(index, ())
            if token.text in _ENDS and (seen or token.text not in _PASSED):
                break
            adjective = seen and {m.lane for m in own} == {GENRE} and self._lanes(index - 1) == {WORD}
            if (closed or adjective) and own and "," not in gap and "/" not in gap:
                break  # "no drums ambient": the noun before was the end of it
            if own:
                seen = True
                first_lane = first_lane or own[0].lane
                self.of[index] = wish
                ended = [match for match in own if match.last == index]
                if any(match.lane == INSTRUMENT or wish is Wish.LESS for match in ended):
                    closed = True
            elif not seen and token.text in _PASSED:
                self.used.add(index)
            else:
                self.of[index] = wish
                if seen and token.text not in _PASSED:
                    closed = True
            index += 1
        return index

    def _joins(self, index: int, reach: Reach, lane: str | None) -> bool:
        """Whether what follows an "and" is refused with what stands before it."""
        if index >= len(self.tokens) or self.tokens[index].text in _STARTS_ANEW or self._refusal(index)[0]:
            return False
        own = self._at.get(index, ())
        return any(match.lane == lane for match in own)

    def _goes_on(self, index: int, reach: Reach, lane: str | None) -> bool:
        """Whether a refusal goes on behind a comma: up to an "or", and for some up to an "and"."""
        if self.tokens[index].text in ("or", "nor"):
            return True
        if self.tokens[index].text == "and":
            return reach is not Reach.NEAR and self._joins(index + 1, reach, lane)
        place, since = index, 0
        while place < len(self.tokens) and since < 5:
            token = self.tokens[place]
            if any(sign in token.gap for sign in _HARD) or token.text in _ENDS or self._refusal(place)[0]:
                break
            if token.text in ("or", "nor"):
                return place > index
            if token.text == "and" and reach is not Reach.NEAR:
                return place > index and self._joins(place + 1, reach, lane)
            since = 0 if "," in token.gap else since + 1
            place += 1
        return reach is Reach.FAR and self._plays(index)
