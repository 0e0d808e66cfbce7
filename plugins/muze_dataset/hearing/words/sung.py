"""What of a lyrics text is sung, and what only speaks about it: headings, repeats, chords, credits."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Parts of songs by names that are hardly ever sung alone on a line, and by others.
_CLEAR_PARTS = (
    r"intro|verse|pre[- ]?chorus|post[- ]?chorus|chorus|refrain|bridge|outro|interlude|instrumental|guitar solo"
    r"|strophe|refr[aä]n|zwrotka|refren|couplet|estribillo|estrofa|strofa|ritornello|(instrumental|musical) break"
)
_PARTS = (
    rf"{_CLEAR_PARTS}|hook|coda|solo|break|breakdown|drop|build[- ]?up|ending|tag|skit|vers|br[uü]cke|coro|verso"
    r"|puente|ponte|ref|guitar|piano|drums?|sax(ophone)?|music|musik|applause"
)
_TIMES = r"( ?[(\[]?(x ?\d+|\d+ ?x)[)\]]?)?"
_HEADING = re.compile(
    rf"(the |final |last |first |second )?({_PARTS})( (solo|break|riff))?( \d+| [IVX]+| [a-d])?{_TIMES}( ?[:,-].*)?",
    re.IGNORECASE,
)
_BARE_HEADING = re.compile(
    rf"({_CLEAR_PARTS})( \d+| [IVX]+)? ?[:.]?{_TIMES}|({_PARTS})( \d+| [IVX]+)? ?:{_TIMES}", re.IGNORECASE
)
_REPEAT = re.compile(
    r"[x×] ?\d+|\d+ ?([x×]|times|mal|fois|veces|razy)|bis|rep\.?|repeats?( (chorus|verse|refrain|to fade|twice|[x×\d]+"
    r"( times)?))*|(repeat and )?fade[sd]?( out)?|to fade",
    re.IGNORECASE,
)
_LOOSE_REPEAT = re.compile(r"(?<!\S)([x×]\d+|\d+[x×])(?!\S)", re.IGNORECASE)
_SQUARE = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>")
_ROUND = re.compile(r"\(([^()]*)\)")
_UNSUNG_SIGNS = re.compile(r"[♪♫♬♩#*_~|=]+|(?<!\w)[-–—]{2,}(?!\w)")
_CHORD = re.compile(
    r"\(?[A-H][#b♯♭]?(m|maj|min|dim|aug|sus|add|M|\d|[#b♯♭+°ø(),-])*(/[A-H][#b♯♭]?)?\)?|N\.?C\.?|[|/%-]+"
)
_CREDIT = re.compile(
    r"(lyrics?|music|words|text|musik|paroles|letra|testo|tekst|source|artist|title|album|songwriters?)( and \w+)? ?:.*"
    r"|(lyrics|written|composed|produced|arranged|(words|lyrics) and music) by .*|.*(©|\([cp]\) ?\d{4}|copyright).*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://|www\.|\S+@\S+\.\w", re.IGNORECASE)


def sung(line: str) -> str:
    """Return what of a line is sung, on one line; "" where nothing is.

    Square brackets never are; round ones are (the second voice sings them) unless they hold a heading or a repeat.
    """
    kept = _UNSUNG_SIGNS.sub(" ", _LOOSE_REPEAT.sub(" ", _ROUND.sub(_round, _SQUARE.sub(" ", line))))
    kept = " ".join(kept.split())
    unsung = (
        not any(mark.isalnum() for mark in kept)
        or _BARE_HEADING.fullmatch(kept)
        or _CREDIT.fullmatch(kept)
        or _ADDRESS.search(kept)
        or _chords(kept)
    )
    return "" if unsung else kept


def sung_lines(lines: Iterable[str]) -> tuple[str, ...]:
    """Return what is sung of each line, lines without any left out."""
    return tuple(kept for line in lines if (kept := sung(line)))


def without_title(lines: tuple[str, ...], *, title: str | None, artist: str | None) -> tuple[str, ...]:
    """Return lines without those at the beginning that only name the song or who made it.

    Args:
        lines: as they stand in the file, empty ones too: a title is followed by one or by the artist.
        title: of the song, where it is known.
        artist: the same.
    """
    names = {_plain(name) for name in (title, artist) if name}
    names |= {
        _plain(f"{a} {b}") for a, b in ((title, artist), (artist, title), (title, f"by {artist}")) if a and b
    }
    names |= {_plain(f"by {artist}")} if artist else set()
    names.discard("")
    start = 0
    while start < min(len(lines), 4) and (not lines[start].strip() or _plain(lines[start]) in names):
        start += 1
    # A first line that is the title may be sung; only an empty line or a name after it says that it is not.
    return lines[start:] if start >= 2 else lines


def _round(match: re.Match[str]) -> str:
    inside = match[1].strip()
    return " " if _REPEAT.fullmatch(inside) or _HEADING.fullmatch(inside) else match[0]


def _chords(line: str) -> bool:
    """Whether a line holds nothing but chords; a lone "A" is a word."""
    words = line.split()
    return all(map(_CHORD.fullmatch, words)) and (len(words) > 1 or len(words[0]) > 1)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
