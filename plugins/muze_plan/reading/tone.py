"""Moods, energy, mode and the words for the sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muze_plan.reading.ensemble import Decision
from muze_plan.reading.lexicon import GENRE, INSTRUMENT, WORD
from muze_plan.reading.matching import Match
from muze_plan.reading.polarity import Wish, Wishes
from muze_plan.reading.text import Token, word_set

# How far a word before a mood moves its energy away from the middle.
_STRONGER = word_set("very really extremely super ultra incredibly insanely intensely so totally")
_WEAKER = word_set("slightly somewhat bit mildly vaguely faintly kinda touch little")
_INTENSITY = {**dict.fromkeys(_STRONGER, 1.25), **dict.fromkeys(_WEAKER, 0.6)}
MINOR_BELOW, MAJOR_ABOVE = -0.3, 0.4
_LOCAL = 0.5  # a word that stands before an instrument speaks of the whole only half as much
# Nouns that take an adjective of tempo for themselves: "fast arpeggios" are no fast song.
_PART_NOUNS = word_set("""
    arpeggio arpeggios arp arps hi hihats attack release fade fades runs run fills fill solo solos riff
    riffs picking build builds building intro outro cuts delay rolls roll notes lfo vibrato tremolo
    sweep sweeps swell swells strumming tapping shredding decay fadeout fadein rap hats verse chorus
    bridge breakdown
""")


@dataclass(frozen=True)
class Tone:
    """How it should feel and sound.

    Attributes:
        moods: names.
        energy: 0…1 or None.
        mode: what the moods suggest.
        style_positive: words for the sound.
        style_negative: words for what it should not be.
        decisions: what each word did.
    """

    moods: tuple[str, ...]
    energy: float | None
    mode: str | None
    style_positive: tuple[str, ...]
    style_negative: tuple[str, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class _Pull:
    """A word's say in the energy: where to, how strongly, and whether it names energy itself."""

    match: Match
    energy: float
    weight: float
    direct: bool


def read_tone(tokens: Sequence[Token], matches: Sequence[Match], wishes: Wishes) -> Tone:
    """Read moods, energy, what mode they suggest, and the words for the sound."""
    moods: dict[str, None] = {}
    positive: dict[str, None] = {}
    negative: dict[str, None] = {}
    pulls: list[_Pull] = []
    valences: list[float] = []
    decisions: list[Decision] = []
    for match in matches:
        entry, wish = match.sense.entry, wishes.on(match)
        says = entry.kind in ("mood", "style", "energy", "use") or entry.moods
        if match.lane == WORD and says and not _part_of_name(match, matches):
            phrase, local = _phrase(tokens, match, matches)
            if wish is not Wish.WANTED:
                negative[phrase] = None
                decisions.append(Decision(match, "style_negative", (phrase,), "is not wanted", 0.9))
                continue
            confidence = 0.8 if match.corrected else 0.95
            for mood in entry.moods:
                moods[mood] = None
                decisions.append(Decision(match, "moods", (mood,), "a mood", confidence))
            if entry.valence is not None:
                valences.append(entry.valence)
            if entry.energy is not None and not _in_genre(match, matches):
                factor = _factor(tokens, match.first) * (_LOCAL if local and not entry.moods else 1.0)
                moved = min(max(0.5 + factor * (entry.energy - 0.5), 0.0), 1.0)
                pulls.append(_Pull(match, moved, 0.3 if local else 1.0, entry.kind == "energy" and not local))
            if entry.kind == "style" or entry.style:
                positive[phrase] = None
                decisions.append(
                    Decision(match, "style_positive", (phrase,), "a word for the sound", confidence)
                )
        elif match.lane == INSTRUMENT and (wish is Wish.LESS or (entry.part and wish is Wish.REFUSED)):
            negative[_said(tokens, match)] = None
            decisions.append(
                Decision(match, "style_negative", (_said(tokens, match),), "less of it is wanted", 0.9)
            )
        elif match.lane == INSTRUMENT and wish is Wish.WANTED and entry.style:
            positive[_said(tokens, match)] = None
            decisions.append(
                Decision(match, "style_positive", (_said(tokens, match),), "a word for the sound")
            )
        elif match.lane == GENRE and wish is not Wish.WANTED and not _plays_too(match, matches):
            negative[_said(tokens, match)] = None
            decisions.append(Decision(match, "style_negative", (_said(tokens, match),), "is not wanted", 0.9))
    energy = _energy(pulls)
    if energy is not None:
        said = _deciding(pulls)[0].match
        decisions.append(Decision(said, "energy", energy, "the mean of what the words imply", 0.8))
    return Tone(tuple(moods), energy, _mode(valences), tuple(positive), tuple(negative), tuple(decisions))


def speaks_of_part(tokens: Sequence[Token], match: Match) -> bool:
    """Whether a word for tempo belongs to a part: "fast arpeggios", "a slow build"."""
    following = tokens[match.last + 1] if match.last + 1 < len(tokens) else None
    return following is not None and following.joins and following.text in _PART_NOUNS


def _part_of_name(match: Match, matches: Sequence[Match]) -> bool:
    """Whether a word for the sound is a part of a name: "hard" in "hard rock", "electric" in "electric guitar"."""
    if match.sense.entry.moods:
        return False
    for other in matches:
        if not match.inside(other):
            continue
        if other.lane == GENRE:
            return True
        if other.lane == INSTRUMENT:
            title = other.sense.entry.name.replace("_", " ")
            named = other.sense.form in (title, title + "s", title.removesuffix("s"))
            return named or match.first != other.first
    return False


def _plays_too(match: Match, matches: Sequence[Match]) -> bool:
    """Whether the words of a genre are an instrument's as well: "synths"."""
    return any(m.lane == INSTRUMENT and m.first <= match.last and match.first <= m.last for m in matches)


def _in_genre(match: Match, matches: Sequence[Match]) -> bool:
    return any(other.lane == GENRE and match.inside(other) for other in matches)


def _phrase(tokens: Sequence[Token], match: Match, matches: Sequence[Match]) -> tuple[str, bool]:
    """Return the word with the instrument that it stands before, and whether there is one."""
    last = match.last
    for other in matches:
        if other.lane != INSTRUMENT:
            continue
        starts_there = other.first == match.last + 1 and tokens[other.first].joins
        if starts_there or (match.inside(other) and match.first == other.first):
            last = max(last, other.last)
    first = match.first
    if tokens[first].gap == "-" and any(o.lane == INSTRUMENT and o.last == first - 1 for o in matches):
        first -= 1  # "synth-heavy"
    words = [token.text for token in tokens[first : last + 1]]
    return " ".join(words), last > match.last or first < match.first


def _said(tokens: Sequence[Token], match: Match) -> str:
    return " ".join(token.text for token in tokens[match.first : match.last + 1])


def _factor(tokens: Sequence[Token], first: int) -> float:
    return _INTENSITY.get(tokens[first - 1].text, 1.0) if first and tokens[first].joins else 1.0


def _deciding(pulls: Sequence[_Pull]) -> Sequence[_Pull]:
    """Return the words that name energy, or where there are none those that imply it."""
    return [pull for pull in pulls if pull.direct] or pulls


def _energy(pulls: Sequence[_Pull]) -> float | None:
    chosen = _deciding(pulls)
    total = sum(pull.weight for pull in chosen)
    return round(sum(pull.energy * pull.weight for pull in chosen) / total, 3) if chosen else None


def _mode(valences: Sequence[float]) -> str | None:
    if not valences:
        return None
    mean = sum(valences) / len(valences)
    if mean <= MINOR_BELOW:
        return "minor"
    return "major" if mean >= MAJOR_ABOVE else None
