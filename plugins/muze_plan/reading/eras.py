"""Decades and years: "80s", "nineteen seventies", "1964". "90s long" is a length, which looks alike."""

from __future__ import annotations

import re
from collections.abc import Iterator

from muze_plan.reading.found import Found
from muze_plan.reading.text import Text

_DECADE_WORDS = {
    **{"twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960},
    **{"seventies": 1970, "eighties": 1980, "nineties": 1990, "noughties": 2000, "naughties": 2000},
    **{"aughts": 2000, "y2k": 2000, "two thousands": 2000, "twenty tens": 2010, "twenty twenties": 2020},
}
_BEFORE = r"(?:\b(?:early|mid|late|the|from the|of the|circa)[ -]){0,2}"
_DECADE = re.compile(
    rf"{_BEFORE}(?:(?<![\w.:/])'?(19|20)?(\d)0'?s(?!\w)|(?:nineteen[ -])?\b({'|'.join(_DECADE_WORDS)})\b)"
)
_YEAR = re.compile(
    r"(?<![\w.:/#-])(?:circa |around |from |in |year )?((?:19|20)\d\d)"
    r"(?![\w%]|[.:/]\d| ?(?:hz|bpm|k\b|seconds|minutes))"
)
_LAST_YEAR = 2029

# The 20s, 30s and 40s are decades of music only before what was played then.
_OLD_MUSIC = re.compile(
    r"[ -]+(?:\w+ )?(?:jazz|blues|swing|folk|big band|ragtime|dixieland|gospel|cabaret|hollywood|country|crooner|"
    r"radio|ballroom|charleston|noir|style|era|feel|vibe)"
)
_LENGTH_BEFORE = re.compile(
    r"\b(lasts?|lasting|length|duration|long|under|exactly|runs?|for|about|around|max|maximum|than|most)[ :=of]*$"
)
_VAGUE_BEFORE = frozenset({"for", "around", "about", "long"})
_LENGTH_AFTER = re.compile(
    r"[ -]*(?:long|length|loops?|clips?|durations?|jingles?|snippets?|previews?|teasers?|ads?|spots?|cuts?|in length|"
    r"total|intro|bumpers?|stingers?|idents?|max|maximum|pieces?|samples?|reels?)\b"
)


def find_eras(text: Text) -> Iterator[Found]:
    """Yield decades, and years as decades: "1980s"."""
    lower = text.lower
    for match in _DECADE.finditer(lower):
        century, digit, word = match.groups()
        decade = _DECADE_WORDS[word] if word else 0
        if not word:
            if century is None and not is_decade(text, match.end()):
                continue
            decade = int(f"{century or ('20' if digit == '0' else '19')}{digit}0")
        yield Found("era", f"{decade}s", match.start(), match.end(), "a decade")
    for match in _YEAR.finditer(lower):
        if int(match[1]) <= _LAST_YEAR:
            yield Found("era", f"{match[1][:3]}0s", match.start(), match.end(), "a year", 0.9)


def speaks_of_length(after: str) -> bool:
    """Whether what follows a number makes it a length: "90s long", "at 2:30 length"."""
    return _LENGTH_AFTER.match(after) is not None


def is_decade(text: Text, end: int) -> bool:
    """Whether the "90s" that ends at a place is the decade, not ninety seconds."""
    lower, after = text.lower, text.lower[end:]
    written = re.search(r"(\d0)('?)s$", lower[:end])
    if written is None:
        return False
    before = lower[: written.start()]
    if written[2] or re.search(r"\b(?:the|early|mid|late)[ -]$|'$", before):
        return True
    cue = _LENGTH_BEFORE.search(before)
    if speaks_of_length(after) or (cue and cue[1] not in _VAGUE_BEFORE):
        return False
    if cue and re.match(r" *(?:$|[,;.])", after):  # "for 90s"; "for 90s vibes" is the decade
        return False
    if written[1] == "10":  # nobody calls a music that of "the 10s"
        return False
    return int(written[1]) >= 50 or written[1] == "00" or _OLD_MUSIC.match(after) is not None
