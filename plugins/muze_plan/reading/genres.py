"""Which of the genres that a prompt names is the song's.

"A pop song with trap hi-hats and jazzy chords" is pop: what stands after "with", before the name of an instrument, or
as an adjective only colours. Of names in a row the last is the noun ("folk rock"), of several the first counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muze_plan.reading.lexicon import GENRE, INSTRUMENT, WORD
from muze_plan.reading.matching import Match
from muze_plan.reading.polarity import Wish, Wishes
from muze_plan.reading.text import Token, word_set

_COLOURED = word_set("""
    influence influences influenced element elements undertones undertone overtones overtone flavour
    flavor flavours flavors flavoured flavored tinged infused inspired touches touch hints hint accents
    chords chord harmonies harmony riffs riff licks samples sample textures scales breaks break bassline
    basslines rhythms arpeggios inflected leaning tinge twist meets phrasing ornaments
""")
_AFTER_WITH = word_set("with featuring using plus")
_HEADS = word_set("""
    beat beats track song tune groove music piece jam anthem banger number
""")
_HINTED = (
    ("touch", "of"),
    ("hint", "of"),
    ("hints", "of"),
    ("bit", "of"),
    ("dash", "of"),
    ("inspired", "by"),
    ("influenced", "by"),
    ("elements", "of"),
    ("touches", "of"),
    ("flavour", "of"),
)
# Genres that others are kinds of: a narrower name elsewhere in the prompt says more.
_BROAD = frozenset({"electronic"})


@dataclass(frozen=True)
class Choice:
    """A genre and what named it.

    Attributes:
        match: the words.
        why: for the account.
        confidence: 0…1.
    """

    match: Match
    why: str
    confidence: float


def choose_genre(tokens: Sequence[Token], matches: Sequence[Match], wishes: Wishes) -> Choice | None:
    """Return the genre of the song, or None where nothing names one."""
    named = [m for m in matches if m.lane == GENRE and wishes.on(m) is Wish.WANTED]
    strong = [m for m in named if not _is_colour(tokens, m, matches)]
    if strong:
        chosen = _last_of_row(tokens, strong, 0)
        if chosen.sense.entry.genre in _BROAD:
            narrower = [m for m in strong if m.sense.entry.genre not in _BROAD]
            chosen = _last_of_row(tokens, strong, strong.index(narrower[0])) if narrower else chosen
        return Choice(chosen, "names the genre", 0.8 if chosen.corrected else 0.95)
    if not named:
        return None
    firm = [m for m in named if not m.sense.entry.weak]
    plain = [m for m in named if not _says_more(m, matches)]
    loose = [m for m in named if not _describes_player(tokens, m, matches)]
    hints = firm or plain or loose
    return Choice(hints[0], "hints at the genre, and nothing names another", 0.6) if hints else None


def _says_more(match: Match, matches: Sequence[Match]) -> bool:
    """Whether a hint is first of all a mood, a sound or a dance: "minimal", "epic", "waltz"."""
    return any(
        m.lane == WORD and m.kind not in ("filler", "era") and m.first <= match.first and match.last <= m.last
        for m in matches
    )


def _describes_player(tokens: Sequence[Token], match: Match, matches: Sequence[Match]) -> bool:
    """Whether a hint belongs to an instrument: "minimal piano", "acoustic guitar"."""
    return any(
        _plays(m) and (match.inside(m) or (m.first == match.last + 1 and tokens[m.first].joins))
        for m in matches
    )


def _last_of_row(tokens: Sequence[Token], strong: Sequence[Match], start: int) -> Match:
    chosen, last = strong[start], strong[start].last
    for following in strong[start + 1 :]:
        if (
            following.first != last + 1
            or not tokens[following.first].joins
            or "/" in tokens[following.first].gap
        ):
            break
        if following.sense.entry.genre not in _BROAD or chosen.sense.entry.genre in _BROAD:
            chosen = following
        last = following.last
    return chosen


def _plays(match: Match) -> bool:
    entry = match.sense.entry
    return (
        match.lane == INSTRUMENT
        and bool(entry.instruments or entry.unwanted)
        and entry.has_vocals is not False
    )


def _is_colour(tokens: Sequence[Token], match: Match, matches: Sequence[Match]) -> bool:
    if match.sense.entry.weak:
        return True
    for other in matches:
        if other.lane == GENRE or not match.inside(other):
            continue
        if other.lane == INSTRUMENT and (match.last == other.last and match.first > other.first):
            continue  # "piano ballad"
        return True
    following = tokens[match.last + 1] if match.last + 1 < len(tokens) else None
    beside = following is not None and following.joins
    if beside and following is not None:
        if following.text in _COLOURED:
            return True
        plays = any(_plays(m) and m.first == match.last + 1 for m in matches)
        if plays and following.text not in _HEADS and not _is_noun_of(tokens, match):
            return True
    before = [token.text for token in tokens[max(0, match.first - 4) : match.first]]
    if tuple(before[-2:]) in _HINTED:
        return True
    return _after_with(tokens, match, matches)


def _is_noun_of(tokens: Sequence[Token], match: Match) -> bool:
    """Whether the name is a noun of its own before what plays: "trance piano" is no such, "house music piano" is."""
    return tokens[match.last].text in ("music", "song", "track")


def _after_with(tokens: Sequence[Token], match: Match, matches: Sequence[Match]) -> bool:
    """Whether a "with" stands before it in its clause, and something before that already names the music."""
    index = match.first
    while index > 0:
        gap = tokens[index].gap
        if any(sign in gap for sign in ".;:!?(,"):
            return False
        index -= 1
        if tokens[index].text in _AFTER_WITH:
            return True
    return False
