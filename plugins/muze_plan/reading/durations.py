"""How long: "30 seconds", "3:30", "a minute and a half", "1m20s".

A length that belongs to a part ("a 10 second intro") or that is a moment ("after 30 seconds") is not the song's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from muze_plan.reading.eras import is_decade, speaks_of_length
from muze_plan.reading.found import Found
from muze_plan.reading.text import NUMBER, PAD, Text, number

_UNITS_S = {"h": 3600.0, "m": 60.0, "s": 1.0}
_HOUR = r"(?:hours?|hrs?|h)(?![a-z])"
_MINUTE = r"(?:minutes?|mins?|min|m)(?![a-z])"
_SECOND = r"(?:seconds?|secs?|sec|s)(?![a-z])"
_GAP = r"[ \x00]*-?[ \x00]*"
_JOIN = r"[ \x00]*(?:,|and|&)?[ \x00]*"

_CLOCK = re.compile(
    r"(?<![\d:/.])(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,2}):(?P<s>[0-5]\d)(?![\d:/])(?! ?[ap]\.?m\b)"
)
_PRIME = re.compile(r"(?<![\d'])(\d{1,2})'([0-5]\d)(?:''|\"|')?(?![\d'])")
_RANGE = re.compile(rf"{NUMBER}{_GAP}(?:-|to|or){_GAP}{NUMBER}{_GAP}({_HOUR}|{_MINUTE}|{_SECOND})")
_HOURS = re.compile(rf"{NUMBER}{_GAP}{_HOUR}(?:{_JOIN}{NUMBER}{_GAP}{_MINUTE})?")
# Bare seconds only where nothing else can follow: "one minute thirty", not "2 minutes, 120 bpm".
_MINUTES = re.compile(
    rf"{NUMBER}{_GAP}{_MINUTE}(?P<half> and a half)?"
    rf"(?:{_JOIN}{NUMBER}{_GAP}{_SECOND}|[ \x00]+{NUMBER}(?=$|[,;.]| long))?"
)
_SECONDS = re.compile(rf"{NUMBER}{_GAP}{_SECOND}")
_A_MINUTE_AND = re.compile(rf"(?<!\w)an? minute{_JOIN}{NUMBER}{_GAP}{_SECOND}")
_IN_WORDS: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(rf"(?<!\w){pattern}(?!\w)"), seconds)
    for pattern, seconds in (
        (r"(?:an? |one |1\x00* )?half(?: an?| of an?)?[ -]minute", 30.0),
        (r"(?:an? |one |1\x00* )?half(?: an?| of an?)?[ -]hour", 1800.0),
        (r"(?:an? )?quarter(?: of an?)?[ -]minute", 15.0),
        (r"(?:an? )?quarter(?: of an?)?[ -]hour", 900.0),
        (r"(?:an? |1\x00* |the )?minute and a half", 90.0),
        (r"(?:an? |1\x00* |the )?hour and a half", 5400.0),
        (r"(?:an? )?couple(?: of)? minutes", 120.0),
        (r"(?:an? )?few minutes", 180.0),
        (r"a minute(?:[ -]long)?(?! (?:later|in|before|after)\b)", 60.0),
        (r"an hour(?:[ -]long)?(?! (?:later|in|before|after)\b)", 3600.0),
    )
)
_MACHINES = frozenset({"303s", "606s", "707s", "808s", "909s"})

# A moment or a stretch, not the whole: "after 30 seconds", "the first 10 seconds".
_MOMENT = re.compile(
    r"(?:\b(?:after|at|until|till|every|first|last|within|by|from|starting|before|once|around the|past)|@)"
    r"[ \x00]+(?:about |around |the )?$"
)
_PART = re.compile(
    r"[ \x00-]*(?:long )?(?:guitar |piano |drum |sax |slow |quiet |short |smooth )?"
    r"(?:solos?|fades?|fade-?(?:out|in)s?|builds?|build-?ups?|drops?|breaks?|breakdowns?|reverbs?|delays?|tails?|"
    r"pauses?|decay|attack|release|outros?|bridges?|verses?|chorus(?:es)?|interludes?|sections?|gaps?|silence|mark|"
    r"in|into|later|apart|apiece|each)\b"
)
_INTRO = re.compile(r"[ \x00-]*(?:long )?intros?(?! (?:music|theme|jingle|song|track|tune|for)\b)\b")
_WITH = re.compile(r"\b(?:with|has|have|having|plus|and|then|after|followed by) (?:an? |the |its )?$")


def find_durations(text: Text) -> Iterator[Found]:
    """Yield every length of the whole in seconds, and with no field those of parts, the plainest forms first."""
    figures = text.figures
    for match in _CLOCK.finditer(figures):
        seconds = 3600 * int(match["h"] or 0) + 60 * int(match["m"]) + int(match["s"])
        yield _found(text, match, seconds, "minutes and seconds")
    for match in _PRIME.finditer(figures):
        yield _found(text, match, 60 * int(match[1]) + int(match[2]), "minutes and seconds")
    for match in _RANGE.finditer(figures):
        middle = (number(match[1]) + number(match[2])) / 2
        yield _found(text, match, _UNITS_S[match[3][0]] * middle, "the middle of a range")
    for match in _A_MINUTE_AND.finditer(figures):
        yield _found(text, match, 60 + number(match[1]), "a length")
    for match in _HOURS.finditer(figures):
        yield _found(text, match, 3600 * number(match[1]) + 60 * number(match[2] or "0"), "a length")
    for match in _MINUTES.finditer(figures):
        half = 30.0 if match["half"] else 0.0
        seconds_more = number(match[3] or match[4] or "0")
        yield _found(text, match, 60 * number(match[1]) + half + seconds_more, "a length")
    for pattern, length_s in _IN_WORDS:
        for match in pattern.finditer(figures):
            yield _found(text, match, length_s, "a length")
    for match in _SECONDS.finditer(figures):
        decade = PAD not in match[0] and is_decade(text, match.end())
        if match[0] not in _MACHINES and not decade:
            yield _found(text, match, number(match[1]), "a length")


def _found(text: Text, match: re.Match[str], seconds: float, why: str) -> Found:
    start, end = match.span()
    before, after = text.figures[:start], text.figures[end:]
    moment = _MOMENT.search(before) and not speaks_of_length(after)
    partial = moment or _PART.match(after) or (_INTRO.match(after) and _WITH.search(before))
    if partial or seconds <= 0:
        return Found("", None, start, end)
    return Found("duration_s", float(seconds), start, end, why)
