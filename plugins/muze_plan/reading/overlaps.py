"""Which of several meanings on the same words stand: "house" in "haunted house" is no genre."""

from __future__ import annotations

from collections.abc import Sequence

from muze_plan.reading.lexicon import GENRE, INSTRUMENT, WORD
from muze_plan.reading.matching import Match
from muze_plan.reading.polarity import Wish, Wishes
from muze_plan.reading.text import Token

# Instruments that a genre's name contains without asking for them.
_IN_NAMES = frozenset({"drum", "drums", "bass", "beat", "beats"})
_ADJECTIVES = ("style", "mood", "energy", "tempo")


def visible(matches: Sequence[Match]) -> list[Match]:
    """Return the matches that are no mere parts of a phrase that says something else."""
    return [match for match in matches if not any(_hides(other, match) for other in matches)]


def _hides(other: Match, match: Match) -> bool:
    if match.lane == WORD or other.lane != WORD or not match.inside(other):
        return False
    return other.kind in ("mood", "filler") or (match.lane == GENRE and other.kind in ("style", "energy"))


def only_names(tokens: Sequence[Token], matches: Sequence[Match]) -> frozenset[Match]:
    """Return the instruments that are only parts of a genre's name: both of them in "drum and bass"."""

    def is_part(match: Match, genre: Match) -> bool:
        names = {token.text for token in tokens[match.first : match.last + 1]}
        return match.inside(genre) and (bool(names & _IN_NAMES) or match.first != genre.first)

    genres = [match for match in matches if match.lane == GENRE]
    return frozenset(
        match for match in matches if match.lane == INSTRUMENT and any(is_part(match, g) for g in genres)
    )


def softened(tokens: Sequence[Token], matches: Sequence[Match], wishes: Wishes) -> Wishes:
    """Return the wishes with "no cheesy synths" refusing the cheese, not the synths."""
    of = dict(wishes.of)
    refused = [match for match in matches if wishes.on(match) is Wish.REFUSED]
    for match in refused:
        if match.lane == INSTRUMENT and any(_describes(tokens, word, match) for word in refused):
            of[match.last] = Wish.LESS
    return Wishes(of, wishes.used)


def _describes(tokens: Sequence[Token], word: Match, match: Match) -> bool:
    """Whether a word is the adjective of an instrument, and no part of its name as in "electric guitar"."""
    if word.lane != WORD or word.kind not in _ADJECTIVES:
        return False
    if word.last == match.first - 1:
        return tokens[match.first].joins
    named = match.kind != "instrument" or match.sense.entry.name.startswith(tokens[match.first].text)
    return word.inside(match) and word.first == match.first and not named
