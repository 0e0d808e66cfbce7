"""Lyrics: plain text or LRC, with or without headings, and which section sings what.

[verse]               a heading: also (Verse 2), Chorus:, [Hook], [Pre-Chorus]
[00:12.50]first line  LRC: the time is left out, for the plan has times of its own
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from muzecli.song.plan import Section
from muzecli.song.plan import SectionType as S

_TIME = re.compile(r"\s*[\[<]\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?[\]>]")
_TAG = re.compile(r"\s*\[(?:ar|ti|al|au|by|la|re|ve|length|offset|id|tool|#)\s*:.*\]\s*", re.I)
_HEADING = re.compile(
    r"\s*(?:[\[({]\s*([^\])}]{1,60}?)\s*[\])}]\s*:?|([A-Za-z][A-Za-z -]{2,18}?)\s*\d{0,2}\s*:)\s*"
)
_NUMBER = re.compile(r"[\s#]*(?:\d+|[ivx]+|[x×]\s*\d+|\d+\s*[x×])?\s*(?:[-–:].*)?$", re.I)
_TYPES = {
    **{"intro": S.INTRO, "introduction": S.INTRO, "verse": S.VERSE, "strophe": S.VERSE, "stanza": S.VERSE},
    **{"chorus": S.CHORUS, "refrain": S.CHORUS, "hook": S.CHORUS, "final chorus": S.CHORUS},
    **{"last chorus": S.CHORUS, "pre-chorus": S.PRE_CHORUS, "pre chorus": S.PRE_CHORUS},
    **{"prechorus": S.PRE_CHORUS, "lift": S.PRE_CHORUS, "post-chorus": S.POST_CHORUS},
    **{
        "post chorus": S.POST_CHORUS,
        "postchorus": S.POST_CHORUS,
        "bridge": S.BRIDGE,
        "middle eight": S.BRIDGE,
    },
    **{"middle 8": S.BRIDGE, "breakdown": S.BREAKDOWN, "break": S.BREAKDOWN, "build": S.BUILDUP},
    **{"buildup": S.BUILDUP, "build-up": S.BUILDUP, "drop": S.DROP, "outro": S.OUTRO, "coda": S.OUTRO},
    **{"ending": S.OUTRO, "instrumental": S.INSTRUMENTAL, "solo": S.SOLO, "guitar solo": S.SOLO},
    "interlude": S.INSTRUMENTAL,
}

# What returns with the same words.
_RETURNING = (S.CHORUS, S.PRE_CHORUS, S.POST_CHORUS, S.DROP)


@dataclass(frozen=True)
class Stanza:
    """Lines that belong together.

    Attributes:
        type: what a heading calls them; None without one.
        lines: as sung.
    """

    type: S | None
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Setting:
    """Lyrics laid over sections.

    Attributes:
        texts: what each section sings, a line a line; None where it sings no words.
        left: lines that found no place.
    """

    texts: tuple[str | None, ...]
    left: int


def parse_lyrics(text: str) -> tuple[Stanza, ...]:
    """Read lyrics into stanzas, parted by headings or, before the first heading, by blank lines."""
    stanzas: list[Stanza] = []
    kind: S | None = None
    lines: list[str] = []

    def finish() -> None:
        if lines:
            stanzas.append(Stanza(kind, tuple(lines)))
            lines.clear()

    for written in text.replace("\ufeff", "").splitlines():
        if _TAG.fullmatch(written):
            continue
        line = _TIME.sub("", written).strip()
        heading = _heading(line)
        if heading is not None:
            finish()
            kind = heading
        elif line:
            lines.append(line)
        elif kind is None:  # under a heading a blank line is a breath
            finish()
    finish()
    return tuple(stanzas)


def _heading(line: str) -> S | None:
    match = _HEADING.fullmatch(line)
    if match is None:
        return None
    name = re.sub(r"\s+", " ", (match[1] or match[2]).strip().lower())
    for known in (name, _NUMBER.sub("", name).strip()):
        if known in _TYPES:
            return _TYPES[known]
    return S.UNKNOWN if match[1] and line.strip().startswith("[") else None


def distribute(stanzas: Sequence[Stanza], sections: Sequence[Section]) -> Setting:
    """Lay stanzas over the sections with vocals.

    Stanzas with a heading go to sections of that type, in order; a chorus that comes back sings its words
    again. Without headings, stanzas go round in order: every verse its own, all choruses the same.
    """
    singing = [index for index, section in enumerate(sections) if section.has_vocals]
    texts: list[str | None] = [None] * len(sections)
    if not stanzas or not singing:
        return Setting(tuple(texts), sum(len(stanza.lines) for stanza in stanzas))
    if any(stanza.type for stanza in stanzas):
        left = _by_heading(stanzas, sections, singing, texts)
    else:
        left = _in_order(stanzas, sections, singing, texts)
    return Setting(tuple(texts), left)


def _by_heading(
    stanzas: Sequence[Stanza], sections: Sequence[Section], singing: Sequence[int], texts: list[str | None]
) -> int:
    waiting: dict[S, list[Stanza]] = {}
    for stanza in stanzas:
        waiting.setdefault(stanza.type or S.VERSE, []).append(stanza)
    left: list[Stanza] = []
    for kind, own in waiting.items():
        places = [index for index in singing if sections[index].type is kind]
        for number, index in enumerate(places):
            texts[index] = "\n".join(own[number % len(own)].lines)
        left += own[len(places) :]
    free = [index for index in singing if texts[index] is None]
    for index, stanza in zip(free, list(left), strict=False):
        texts[index] = "\n".join(stanza.lines)
        left.remove(stanza)
    return sum(len(stanza.lines) for stanza in left)


def _in_order(
    stanzas: Sequence[Stanza], sections: Sequence[Section], singing: Sequence[int], texts: list[str | None]
) -> int:
    slots: dict[object, list[int]] = {}
    for index in singing:
        kind = sections[index].type
        slots.setdefault(kind if kind in _RETURNING else index, []).append(index)
    groups = list(slots.values())
    blocks = [stanza.lines for stanza in stanzas]
    if len(blocks) < len(groups):
        blocks = _split([line for lines in blocks for line in lines], [sections[g[0]].bars for g in groups])
    elif len(groups) < len(blocks):
        groups = [[index] for index in singing]  # enough for every section to have its own
    for group, lines in zip(groups, blocks, strict=False):
        for index in group:
            texts[index] = "\n".join(lines) if lines else None
    return sum(len(lines) for lines in blocks[len(groups) :])


def _split(lines: Sequence[str], weights: Sequence[int]) -> list[tuple[str, ...]]:
    """Cut lines into runs in proportion to weights, at least one each while they last."""
    total, taken, made = sum(weights), 0, list[tuple[str, ...]]()
    for index in range(len(weights)):
        aim = round(len(lines) * sum(weights[: index + 1]) / total)
        end = min(len(lines), max(aim, taken + 1))
        made.append(tuple(lines[taken:end]))
        taken = end
    return made
