"""UltraStar: syllables with times and pitches, as karaoke games have them.

    #TITLE:On the run         headers; #BPM counts quarters of a beat: a count lasts 60 / (4 · BPM) s
    : 16 4 11 way             kind, start and length in counts, pitch, and a space before the text
    * 25 8 14  from           a space more, or one at the end, parts words
    : 33 4 12 ~               the syllable before goes on
    - 38                      the line ends
    E                         the song ends

Kinds are ":" plain, "*" golden, "F" free, "R" rap, "G" golden rap. With #RELATIVE:YES counts begin anew after each
line, as far on as its second number says. "P1" and "P2" part duets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from muze_dataset.hearing.words.sung import sung
from muze_dataset.hearing.words.timed import SYLLABLE, WORD, Lyrics, Timed, in_order, letters

_HEADER = re.compile(r"\s*#\s*([A-Za-z0-9]+)\s*:(.*)$")
_NOTE = re.compile(r"\s*([:*FRG])\s*(-?\d+)\s+(\d+)\s+(-?\d+)(?: (.*))?$")
_BREAK = re.compile(r"\s*-\s*(-?\d+)?(?:\s+(-?\d+))?\s*$")
_PLAYER = re.compile(r"\s*P ?([123])\s*$")
_COUNTS_A_BEAT = 4


@dataclass
class _Line:
    notes: list[tuple[float, float, str]] = field(default_factory=list)  # start and end in counts, text


def parse_ultrastar(text: str) -> Lyrics | None:
    """Return the lyrics of an UltraStar text; None where it is none: no tempo, or no note with letters."""
    headers: dict[str, str] = {}
    lines = [_Line()]
    shift = 0
    for row in text.split("\n"):
        header, note, end = _HEADER.match(row), _NOTE.match(row), _BREAK.match(row)
        if header:
            headers.setdefault(header[1].upper(), header[2].strip())
        elif note:
            start = int(note[2]) + shift
            lines[-1].notes.append((start, start + int(note[3]), note[5] or ""))
        elif end:
            if headers.get("RELATIVE", "").upper() == "YES":
                shift += int(end[2] or end[1] or 0)
            lines.append(_Line())
        elif _PLAYER.match(row):
            shift = 0
            lines.append(_Line())
    bpm, gap_ms = _number(headers.get("BPM")), _number(headers.get("GAP")) or 0.0
    if not bpm or bpm <= 0.0:
        return None
    count_s = 60.0 / (_COUNTS_A_BEAT * bpm)
    lines = _sung_once([line for line in lines if line.notes])
    parted = any(" " in note[2] for line in lines for note in line.notes)
    texts, items = [], []
    for line in lines:
        said, timed = _read(line, count_s, gap_ms / 1000.0, parted=parted)
        if said:
            texts.append(said)
            items += timed
    ordered = in_order(item for item in items if item.end_s > 0.0)
    if not texts:
        return None
    known = letters("".join(texts)) == letters("".join(item.text for item in ordered))
    level = SYLLABLE if parted else WORD
    return Lyrics(
        tuple(texts), level if known else None, ordered if known else (), headers.get("LANGUAGE") or None
    )


def _number(text: str | None) -> float | None:
    try:
        return float((text or "").replace(",", "."))
    except ValueError:
        return None


def _sung_once(lines: list[_Line]) -> list[_Line]:
    """Return lines by their time; what two singers of a duet sing together counts once."""
    kept: list[_Line] = []
    for line in sorted(lines, key=lambda line: line.notes[0][0]):
        before = kept[-1] if kept else None
        at_once = before is not None and line.notes[0][0] < before.notes[-1][1]
        if before is None or not at_once or _text(line) != _text(before):
            kept.append(line)
    return kept


def _text(line: _Line) -> str:
    return letters("".join(note[2] for note in line.notes))


def _read(line: _Line, count_s: float, gap_s: float, *, parted: bool) -> tuple[str, list[Timed]]:
    text = ("" if parted else " ").join(note[2].replace("~", "") for note in line.notes)
    said = sung(text)
    if letters(said) != letters(text):  # part of it is a remark, whose notes cannot be told
        return (said, []) if said else ("", [])
    items: list[Timed] = []
    for start, end, syllable in line.notes:
        start_s, end_s = max(gap_s + start * count_s, 0.0), gap_s + end * count_s
        if letters(syllable):
            items.append(Timed(syllable.replace("~", "").strip(), start_s, max(end_s, start_s + 0.02)))
        elif items:  # "~": the syllable before is held
            items[-1] = Timed(items[-1].text, items[-1].start_s, max(end_s, items[-1].end_s))
    return said, items
