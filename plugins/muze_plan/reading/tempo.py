"""Tempo in figures: "128 bpm", "at 90", "tempo of 120", "120–130 bpm"; numbers of other things are left alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from muze_plan.reading.found import Found
from muze_plan.reading.text import NUMBER, Text, number

LOW_BPM, HIGH_BPM = 20.0, 400.0
# A number with nothing but its size to say that it is a tempo must be a common one.
_BARE_LOW, _BARE_HIGH = 50.0, 250.0

_UNIT = r"(?:b\.?p\.?m(?:\.|'?s)?|beats?[ -](?:per|a|an|each|every|/)[ -]?min(?:ute)?s?|beats/min(?:ute)?)(?![a-z])"
_GAP = r"[ \x00]*-?[ \x00]*"
_ABOUT = r"around|about|circa|ca\.?|roughly|approximately|approx\.?"
# What a number counts that is no tempo: seconds, bars, chords, people …
_OTHER_UNIT = (
    r"(?! ?(?:%|percent|s\b|sec|min|hour|h\b|hz|khz|db|degrees|ms\b|k\b|am\b|pm\b|o'clock|bars?\b|"
    r"beats?\b(?! per| a )|measures?\b|th\b|st\b|nd\b|rd\b|steps?\b|chords?\b|notes?\b|voices?\b|parts?\b|times\b|"
    r"tracks?\b|songs?\b|people\b|years?\b|bits?\b|cents?\b|semitones?\b|strings?\b|piece\b))"
    r"(?![\d:/'\w]|[.,]\d| ?- ?\d)"
)
_RANGE = rf"{NUMBER} ?(?:bpm)?[ \x00]*(?:-|to|and|or|through|up to|~)[ \x00]*{NUMBER}"
_LEAD = (
    r"(?<!\w)(?:tempo|bpm|b\.p\.m\.|speed|metronome|mm|m\.m\.|quarter(?: note)?|crotchet|♩|♪|pulse|"
    r"beats per minute)[ \x00]*(?:mark(?:ing)?|range|set|count|value)?[ \x00]*"
    rf"(?:[:=~]|of|is|should be|must be|at|to|{_ABOUT}|between|from| )*[ \x00]*"
)
_UNIT_RANGE = re.compile(rf"{_RANGE}{_GAP}{_UNIT}")
_LEAD_RANGE = re.compile(rf"{_LEAD}{_RANGE}{_OTHER_UNIT}")
_WITH_UNIT = re.compile(rf"{NUMBER}(?:\+|-?ish)?{_GAP}{_UNIT}")
# "70/140 bpm": counted in halves or in full, and the faster one is the beat that is danced to
_HALF_AND_FULL = re.compile(rf"{NUMBER} ?/ ?(\d+(?:\.\d+)?){_GAP}{_UNIT}")
_WITH_LEAD = re.compile(rf"{_LEAD}{NUMBER}{_OTHER_UNIT}")
_AT = re.compile(
    rf"(?<!\w)(?:at|@)[ \x00]*(?:an? |(?:{_ABOUT}) |~|tempo of |steady |brisk |cool )*{NUMBER}{_OTHER_UNIT}"
)
_AROUND = re.compile(rf"(?:(?<!\w)(?:{_ABOUT}|near|in|to)[ \x00]+|~ ?){NUMBER}{_OTHER_UNIT}")
_BARE = re.compile(rf"{NUMBER}{_OTHER_UNIT}")
_NOT_BEFORE = re.compile(
    r"(?:#|\bno\.?|\bnumber|\bvol\.?|\bvolume|\btop|\btr|\btb|\bpart|\broute|\bopus|\bop\.?|\bage|\barea|"
    r"\$|£|€)[ -]?$"
)
_ENDS = re.compile(
    r"[ \x00]*(?:$|[,;.!?)\]+&|]|(?:with|and|in|for|but|or|plus|using|featuring|feat|no|without|on|to|at|by|that|"
    r"which|tempo)\b| - )"
)


def find_tempos(text: Text) -> Iterator[Found]:
    """Yield every tempo that the words mark as one, the surest first."""
    figures = text.figures
    for pattern in (_UNIT_RANGE, _LEAD_RANGE):
        for match in pattern.finditer(figures):
            low, high = number(match[1]), number(match[2])
            if low < high:
                yield from _tempo(match, (low + high) / 2, "the middle of a range", 1.0)
    for match in _WITH_UNIT.finditer(figures):
        yield from _tempo(match, number(match[1]), "beats a minute", 1.0)
    for match in _HALF_AND_FULL.finditer(figures):
        yield from _tempo(match, max(number(match[1]), number(match[2])), "the faster of two counts", 0.8)
    for match in _WITH_LEAD.finditer(figures):
        yield from _tempo(match, number(match[1]), "a tempo in figures", 1.0)
    for match in _AT.finditer(figures):
        if number(match[1]) >= 30:
            yield from _tempo(match, number(match[1]), "'at' and a number", 0.95)


def find_bare_tempos(text: Text, is_music: Callable[[int, int], bool]) -> Iterator[Found]:
    """Yield numbers that can only be tempos: alone between commas, or beside the name of a genre.

    Args:
        text: the prompt.
        is_music: whether the word that holds a place, or the one nearest before (step -1) or after it (step 1),
            names a genre or was read as a number of the music.
    """
    figures = text.figures
    for match in _AROUND.finditer(figures):
        if number(match[1]) >= 40 and _ENDS.match(figures[match.end() :]):
            yield from _tempo(match, number(match[1]), "a number where a tempo stands", 0.85)
    for match in _BARE.finditer(figures):
        value = number(match[1])
        if not _BARE_LOW <= value <= _BARE_HIGH or _NOT_BEFORE.search(figures[: match.start()]):
            continue
        before = figures[: match.start()].rstrip(" \x00")
        opens = not before or before[-1] in ",;.(:|/" or is_music(match.start(), -1)
        closes = _ENDS.match(figures[match.end() :]) or is_music(match.end(), 1)
        if opens and closes:
            yield from _tempo(match, value, "a number where a tempo stands", 0.75)


def _tempo(match: re.Match[str], value: float, why: str, confidence: float) -> Iterator[Found]:
    if LOW_BPM <= value <= HIGH_BPM:
        yield Found("tempo_bpm", value, match.start(), match.end(), why, confidence)
