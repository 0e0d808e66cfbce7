"""Metre in figures or spoken: "7/8", "in five", "six-eight", "three-quarter time". Names of dances are words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from muze_plan.reading.found import Found
from muze_plan.reading.text import PAD, Text
from muzecli.song.metre import TimeSignature

# 16th notes and "1/8 hats" are note values, "3/4 of" is a share.
_NOTE_VALUE = r"(?![\d/]|(?:st|nd|rd|th|s)\b)(?![ -]?(?:notes?|hats?|delay|of|triplets?)\b)"
_SLASH = re.compile(rf"(?<![\d/.,:])(\d{{1,2}}) ?/ ?(2|4|8|16){_NOTE_VALUE}")
_NAMES = ("time", "meter", "metre", "time signature", "beat", "feel", "signature", "waltz")
_SPOKEN = re.compile(
    r"(?<![\w/])(\d{1,2})\x00*[ -](4|8|16|quarter|eighth)\x00*s?"
    rf"(?P<named> (?:{'|'.join(_NAMES)})\b)?(?!\x00*[\w/-]\d|\w)"
)
_LEAD = re.compile(
    r"(?:time signature|meter|metre|signature|time)[ :=]*(?:of|is|in)?[ :=]*(\d{1,2})\x00*[ /-]+(?:over )?(2|4|8|16)\b"
)
_IN = re.compile(
    r"(?<!\w)in (?:a )?(2|3|4|5|6|7|9|11)\x00*"
    r"(?= *(?:$|[,;.!?)]|(?:time|with|and|at|feel|for|beat)\b|- )|\x00* ?-?time)(?: time| feel| beat)?"
)
_OVER = re.compile(r"(?<![\w/])(\d{1,2})\x00* over (2|4|8|16)\x00*(?!\w)")
_COUNTED = {2: "2/4", 3: "3/4", 4: "4/4", 5: "5/4", 6: "6/8", 7: "7/8", 9: "9/8", 11: "11/8"}
# Without "time" behind them only these are taken for metres: "six eight", but no "eight eight".
_USUAL = frozenset(
    {*((n, 4) for n in range(2, 8)), *((n, 8) for n in (3, 5, 6, 7, 9, 11, 12)), (2, 2), (3, 2)}
)


def find_metres(text: Text) -> Iterator[Found]:
    """Yield every time signature, written ones first."""
    figures = text.figures
    for match in _LEAD.finditer(figures):
        yield from _metre(match, int(match[1]), int(match[2]), "a time signature", 1.0)
    for match in _SLASH.finditer(figures):
        if match[1] != "1":  # 1/8 and 1/16 are note values
            yield from _metre(match, int(match[1]), int(match[2]), "a time signature", 1.0)
    for match in _OVER.finditer(figures):
        yield from _metre(match, int(match[1]), int(match[2]), "a time signature, spoken", 0.95)
    for match in _SPOKEN.finditer(figures):
        below = {"quarter": 4, "eighth": 8}.get(match[2]) or int(match[2])
        above = int(match[1])
        spoken = PAD in match[0] and match[2] not in ("quarter", "eighth")  # "three quarter" may be a share
        if (above, below) in _USUAL and (match["named"] or spoken):
            yield from _metre(match, above, below, "a time signature, spoken", 0.95)
    for match in _IN.finditer(figures):
        signature = TimeSignature.parse(_COUNTED[int(match[1])])
        yield Found("time_signature", signature, match.start(), match.end(), "beats in a bar", 0.9)


def _metre(match: re.Match[str], above: int, below: int, why: str, confidence: float) -> Iterator[Found]:
    if 2 <= above <= 32:
        yield Found(
            "time_signature", TimeSignature(above, below), match.start(), match.end(), why, confidence
        )
