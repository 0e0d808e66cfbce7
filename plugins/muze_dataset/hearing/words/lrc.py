"""LRC: lines of lyrics with times, in the enhanced form words with times.

[ti:title] [la:en] [offset:+250]      what is known of the song; a positive offset shows the words earlier
[00:12.30]A line                      minutes, seconds and fractions
[00:12.30][01:05.10]A line            sung twice
[00:12.30]<00:12.30>A <00:12.55>line  each word after its time; a time at the end closes the last word
[00:15.00]                            nothing is sung from here on
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from muze_dataset.hearing.words.sung import sung
from muze_dataset.hearing.words.timed import LINE, WORD, Lyrics, Timed, in_order

_STAMP = re.compile(r"\[\s*(\d{1,3}):(\d{1,2})(?:[.:,](\d{1,3}))?\s*\]")
_WORD_STAMP = re.compile(r"<\s*(\d{1,3}):(\d{1,2})(?:[.:,](\d{1,3}))?\s*>")
_HEADER = re.compile(r"\s*\[\s*([a-zA-Z#]+)\s*:\s*(.*?)\s*\]\s*$")
_OFFSET = re.compile(r"[+-]?\d+")

_LINE_S, _LETTER_S = 2.5, 0.3
"""A line may last 2.5 s and 0.3 s a letter at most: what comes after belongs to the instruments."""


@dataclass(frozen=True)
class _Line:
    start_s: float
    text: str
    words: tuple[tuple[float, str], ...]  # each word's start; an empty word closes the one before


def parse_lrc(text: str) -> Lyrics | None:
    """Return the lyrics of an LRC text; None where it has no line with a time."""
    headers: dict[str, str] = {}
    lines: list[_Line] = []
    for row in text.split("\n"):
        stamps, rest = _stamps(row)
        header = _HEADER.match(row)
        if stamps:
            lines += _lines(stamps, rest)
        elif header:
            headers.setdefault(header[1].casefold(), header[2])
    offset = _OFFSET.fullmatch(headers.get("offset", "0").strip())
    earlier_s = int(offset[0]) / 1000.0 if offset else 0.0
    ordered = _without_translations(sorted(lines, key=lambda line: line.start_s))
    items = in_order(_line_items(ordered))
    if not items:
        return None
    word_items = in_order(_word_items(ordered))
    moved = tuple(
        Timed(i.text, max(i.start_s - earlier_s, 0.0), i.end_s - earlier_s) for i in word_items or items
    )
    language = headers.get("la") or headers.get("language")
    lines_sung = tuple(item.text for item in items)
    if any(item.start_s >= item.end_s for item in moved):  # an offset that begins before the song does
        return Lyrics(lines_sung, language=language)
    return Lyrics(lines_sung, WORD if word_items else LINE, moved, language)


def _stamps(row: str) -> tuple[list[float], str]:
    stamps: list[float] = []
    rest = row.lstrip()
    while match := _STAMP.match(rest):
        stamps.append(_seconds(match))
        rest = rest[match.end() :].lstrip()
    return stamps, rest


def _seconds(match: re.Match[str]) -> float:
    fraction = int(match[3]) / 10 ** len(match[3]) if match[3] else 0.0
    return 60.0 * int(match[1]) + int(match[2]) + fraction


def _lines(stamps: list[float], rest: str) -> list[_Line]:
    pieces = _WORD_STAMP.split(rest)  # text before the first time, then minutes, seconds, fraction, text …
    text = sung(" ".join("".join(pieces[::4]).split()))
    times = [_seconds(match) for match in _WORD_STAMP.finditer(rest)]
    words = [(time_s, sung(piece)) for time_s, piece in zip(times, pieces[4::4], strict=True)]
    if pieces[0].strip() and words:  # a first word without a time of its own begins with the line
        words.insert(0, (stamps[0], sung(pieces[0])))
    if words:
        text = " ".join(word for _, word in words if word)
    return [
        _Line(start_s, text, tuple((time_s - stamps[0] + start_s, word) for time_s, word in words))
        for start_s in stamps
    ]


def _without_translations(lines: list[_Line]) -> list[_Line]:
    """Drop the second of two lines of one time where most lines come in such pairs."""
    texts = [line for line in lines if line.text]
    paired = sum(count > 1 for count in Counter(line.start_s for line in texts).values())
    if 3 * paired < len(texts):
        return lines
    kept: dict[float, _Line] = {}
    for line in lines:
        kept.setdefault(line.start_s, line)
    return list(kept.values())


def _line_items(lines: list[_Line]) -> list[Timed]:
    items = []
    for index, line in enumerate(lines):
        if line.text:
            later = (one.start_s for one in lines[index + 1 :] if one.start_s > line.start_s)
            items.append(Timed(line.text, line.start_s, min(next(later, _longest(line)), _longest(line))))
    return items


def _longest(line: _Line) -> float:
    return line.start_s + _LINE_S + _LETTER_S * len(line.text)


def _word_items(lines: list[_Line]) -> list[Timed]:
    """Return the words with times; none where a line has none."""
    items: list[Timed] = []
    ends = {item.start_s: item.end_s for item in _line_items(lines)}
    for line in lines:
        if line.text and not line.words:
            return []
        if not line.words:  # a time alone, which closes the line before
            continue
        closing = (*(time_s for time_s, _ in line.words[1:]), ends.get(line.start_s, 0.0))
        for (start_s, word), end_s in zip(line.words, closing, strict=True):
            if word:
                items.append(Timed(word, start_s, max(end_s, start_s + 0.02)))
    return items
