"""How long: "30 seconds", "3:30", "a minute and a half", "1m20s"; and decades, which look alike ("90s").

A length that belongs to a part ("a 10 second intro") or that is a moment ("after 30 seconds") is not the song's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from muze_plan.reading.found import Found
from muze_plan.reading.text import NUMBER, Text, number

_UNITS_S = {"h": 3600.0, "m": 60.0, "s": 1.0}
_HOUR = r"(?:hours?|hrs?|h)(?![a-z])"
_MINUTE = r"(?:minutes?|mins?|min|m)(?![a-z])"
_SECOND = r"(?:seconds?|secs?|sec|s)(?![a-z])"
_GAP = r"[ \x00]*-?[ \x00]*"
_JOIN = r"[ \x00]*(?:,|and|&)?[ \x00]*"

_CLOCK = re.compile(r"(?<![\d:/.])(?:(\d{1,2}):)?(\d{1,2}):([0-5]\d)(?![\d:/])(?! ?[ap]\.?m\b)")
_PRIME = re.compile(r"(?<![\d'])(\d{1,2})'([0-5]\d)(?:''|\"|')?(?![\d'])")
_RANGE = re.compile(rf"{NUMBER}{_GAP}(?:-|to|or){_GAP}{NUMBER}{_GAP}({_HOUR}|{_MINUTE}|{_SECOND})")
_HALVES = re.compile(
    r"(?<!\w)(?:an? |one )?(?:(half)(?: an?| of an?)?[ -](minute|hour)|(quarter)(?: of an?)?[ -](hour|minute))(?!\w)"
    r"|(?<!\w)(?:an? |1\x00* |the )?(minute|hour) and a half(?!\w)"
    r"|(?<!\w)(?:an? )?(couple|few)(?: of)? (minutes|seconds|hours)(?!\w)"
    r"|(?<!\w)an? (minute|hour)(?:[ -]long)?(?! (?:later|in|before|after)\b)(?!\w)(?! and \w+ sec)"
)
_COMPOUND = re.compile(
    rf"(?:{NUMBER}{_GAP}({_HOUR}){_JOIN})?(?:{NUMBER}{_GAP}({_MINUTE})(?: and a half)?)(?:{_JOIN}{NUMBER}{_GAP}(?:{_SECOND}|(?=$|[,;.]| long)))?"
    rf"|{NUMBER}{_GAP}({_HOUR})"
)
_SECONDS = re.compile(rf"{NUMBER}({_GAP})({_SECOND})")
_A_MINUTE_AND = re.compile(rf"(?<!\w)an? minute{_JOIN}{NUMBER}{_GAP}{_SECOND}")

_MACHINES = frozenset({"303s", "606s", "707s", "808s", "909s"})
# "after 30 seconds", "the first 10 seconds": a moment or a stretch, not the whole
_MOMENT = re.compile(
    r"(?:\b(?:after|at|until|till|every|first|last|within|by|from|starting|before|once|around the|past)|@)[ \x00]+(?:about |around |the )?$"
)
_PART = re.compile(
    r"[ \x00-]*(?:long )?(?:guitar |piano |drum |sax |slow |quiet |short |smooth )?"
    r"(?:solos?|fade|fades|fade-?(?:out|in)s?|build|builds|build-?ups?|drops?|breaks?|breakdowns?|reverbs?|delays?|tails?|pauses?|"
    r"decay|attack|release|outros?|bridges?|verses?|chorus(?:es)?|interludes?|sections?|gaps?|silence|mark|in|into|later|apart|apiece|each)\b"
)
_WITH = re.compile(r"\b(?:with|has|have|having|plus|and|then|after|followed by) (?:an? |the |its )?$")
_INTRO = re.compile(r"[ \x00-]*(?:long )?intros?(?! (?:music|theme|jingle|song|track|tune|for)\b)\b")
_LENGTH_BEFORE = re.compile(r"\b(?:lasts?|lasting|length|duration|long|under|exactly|run|runs|for|about|around|max|maximum|than|most)[ :=of]*$")
_LENGTH_AFTER = re.compile(r"[ -]*(?:long|length|loops?|clips?|durations?|jingles?|snippets?|previews?|teasers?|ads?|spots?|cuts?|in length|total|intro|bumpers?|stingers?|idents?|max|maximum|pieces?|samples?|reels?)\b")

_DECADE_WORDS = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960, "seventies": 1970,
    "eighties": 1980, "nineties": 1990, "noughties": 2000, "aughts": 2000, "naughties": 2000, "y2k": 2000,
    "two thousands": 2000, "twenty tens": 2010, "twenty twenties": 2020,
}  # fmt: skip
_PREFIX = r"(?:\b(?:early|mid|late|the|from the|of the|circa)[ -]){0,2}"
_DECADE = re.compile(
    rf"{_PREFIX}(?:(?<![\w.:/])'?(19|20)?(\d)0'?s(?!\w)|(?:nineteen[ -])?\b({'|'.join(_DECADE_WORDS)})\b)"
)
_YEAR = re.compile(r"(?<![\w.:/#-])(?:circa |around |from |in |year )?((?:19|20)\d\d)(?![\w%]|[.:/]\d| ?(?:hz|bpm|k\b|seconds|minutes))")
_OLD_STYLES = re.compile(r"[ -]+(?:\w+ )?(?:jazz|blues|swing|folk|big band|ragtime|dixieland|gospel|cabaret|hollywood|country|crooner|radio|ballroom|charleston|noir|style|era|feel|vibe)")


def find_durations(text: Text) -> Iterator[Found]:
    """Yield every length of the whole in seconds, and with no field those of parts, most certain first."""
    figures = text.figures
    for match in _CLOCK.finditer(figures):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        yield _found(text, match, 3600.0 * hours + 60.0 * minutes + seconds, "minutes and seconds")
    for match in _PRIME.finditer(figures):
        yield _found(text, match, 60.0 * int(match[1]) + int(match[2]), "minutes and seconds")
    for match in _RANGE.finditer(figures):
        unit = _UNITS_S[match[3][0]]
        yield _found(text, match, unit * (number(match[1]) + number(match[2])) / 2, "the middle of a range")
    for match in _A_MINUTE_AND.finditer(figures):
        yield _found(text, match, 60.0 + number(match[1]), "a length")
    for match in _COMPOUND.finditer(figures):
        hours, _, minutes, _, seconds, only_hours, _ = match.groups()
        total = 3600.0 * number(hours or only_hours or "0") + 60.0 * number(minutes or "0")
        if "and a half" in match[0]:
            total += 30.0
        if seconds and match[0].rstrip(" \x00")[-1].isdigit() and number(seconds) >= 60:
            continue  # "2 minutes, 120 bpm" without the comma's help
        yield _found(text, match, total + number(seconds or "0"), "a length")
    for match in _HALVES.finditer(figures):
        yield _found(text, match, _half_s(match), "a length")
    for match in _SECONDS.finditer(figures):
        value = number(match[1])
        if match[0] not in _MACHINES and not _is_decade(text, match, value):
            yield _found(text, match, value, "a length")


def find_eras(text: Text) -> Iterator[Found]:
    """Yield decades and years as decades, such as "1980s"."""
    lower = text.lower
    for match in _DECADE.finditer(lower):
        century, digit, word = match.groups()
        if word:
            decade = _DECADE_WORDS[word]
        else:
            decade = int(f"{century or ('20' if digit in '01' else '19')}{digit}0")
            written = re.search(r"\d.*", match[0])
            if century is None and (written is None or _has_length_cue(text, match.start(), match.end())):
                continue
            if century is None and digit in "1":  # nobody says "the 10s" of music; it is a length
                continue
        yield Found("era", f"{decade}s", match.start(), match.end(), "a decade")
    for match in _YEAR.finditer(lower):
        year = int(match[1])
        if year < 2030:
            yield Found("era", f"{year // 10 * 10}s", match.start(), match.end(), "a year", 0.9)


def _found(text: Text, match: re.Match[str], seconds: float, why: str) -> Found:
    figures, start, end = text.figures, match.start(), match.end()
    while start < end and figures[start] in " ":
        start += 1
    before, after = figures[:start], figures[end:]
    moment = _MOMENT.search(before) and not _LENGTH_AFTER.match(after)
    partial = moment or _PART.match(after)
    if not partial and _INTRO.match(after):
        partial = _WITH.search(before)
    if partial or seconds <= 0:
        return Found("", None, start, end)
    return Found("duration_s", float(seconds), start, end, why)


def _half_s(match: re.Match[str]) -> float:
    half, half_unit, quarter, quarter_unit, one_and_half, count, counted, one = match.groups()
    if half:
        return 30.0 if half_unit == "minute" else 1800.0
    if quarter:
        return 15.0 if quarter_unit == "minute" else 900.0
    if one_and_half:
        return 90.0 if one_and_half == "minute" else 5400.0
    if count:
        return (2 if count == "couple" else 3) * _UNITS_S[counted[0]]
    return 60.0 if one == "minute" else 3600.0


def _is_decade(text: Text, match: re.Match[str], value: float) -> bool:
    """Whether "90s" is the decade: a round number with a glued "s" and nothing that speaks of length."""
    if match[2] or match[3] != "s" or value % 10 or not 20 <= value <= 90 or PAD_IN.search(match[0]):
        return False
    if _has_length_cue(text, match.start(), match.end()):
        return False
    if value >= 50:
        return True
    # the 20s, 30s and 40s are decades of music only where the words around say so
    return bool(_OLD_STYLES.match(text.figures[match.end() :]) or re.search(r"\bthe $", text.figures[: match.start()]))


PAD_IN = re.compile("\x00")


def _has_length_cue(text: Text, start: int, end: int) -> bool:
    lower = text.lower
    written = re.search(r"(\d\d)s$", lower[start:end])
    if written is None:
        return False
    first = start + written.start()
    if re.search(r"\b(?:the|early|mid|late)[ -]$|'$", lower[:first]):
        return False
    before, after = _LENGTH_BEFORE.search(lower[:first]), _LENGTH_AFTER.match(lower[end:])
    if after or (before and before[0].split(" ")[0].rstrip(":=") not in ("for", "around", "about", "long")):
        return True
    if before:  # "for 90s", at the end or before a comma; "for 90s vibes" is the decade
        return bool(re.match(r" *(?:$|[,;.])", lower[end:]))
    value = int(written[1])
    if value in (20, 30, 40):
        return not _OLD_STYLES.match(lower[end:])
    return False
