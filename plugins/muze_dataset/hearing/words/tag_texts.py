"""Names, years and genres out of the texts that tags hold.

Tags are written by hand and by machines: what says nothing ("Unknown Artist", "Track 01", an empty field) counts
as no tag.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d{1,3}(?!\d))")
_NUMBERED_GENRES = re.compile(r"(?:\((?:\d{1,3}|RX|CR)\))+|\d{1,3}")
_GENRE_NUMBER = re.compile(r"\((\d{1,3}|RX|CR)\)|^(\d{1,3})$")
_GENRE_LIST = re.compile(r"\s*[;/,|\\\x00]\s*")
_AND = re.compile(r"\s*&\s*|[\s_'’-]+(?:and|n)[\s_'’-]+")

_SAYS_NOTHING = frozenset(
    {
        *("", "-", "?", "n/a", "na", "none", "null", "nil", "unknown", "undefined", "unnamed", "untitled", "no title"),
        *("unbekannt", "inconnu", "desconocido", "sconosciuto", "nieznany", "okänd", "onbekend", "empty", "blank"),
    }
)  # fmt: skip
_NO_ARTIST = re.compile(
    r"(unknown|unbekannter?|no|artiste?|various|verschiedene|diverse|va|v\.? ?a\.?)"
    r"([ _]*(artists?|interpret(en)?|inconnue?|k[uü]nstler))?[ _]*[0-9]*|artista desconocido|nieznany wykonawca"
)
_NO_TITLE = re.compile(
    r"(unknown |audio ?)?(track|titel|title|piste|pista|spår|traccia|utwór|faixa)[ _#-]*\d*"
)
_NO_ALBUM = re.compile(r"(unknown|unbekanntes|no|untitled)[ _]album|album inconnu|nieznany album")
_NO_GENRE = re.compile(
    r"other|misc(ellaneous)?|genre|default|general|<?not[- ]?genre>?|unclassifiable|music|\d+|unknown genre"
)
_SAYS_NOTHING_OF = {"artist": _NO_ARTIST, "title": _NO_TITLE, "album": _NO_ALBUM, "genre": _NO_GENRE}


def tidy(text: str) -> str:
    """Return a text on one line, in Unicode NFC, without what cannot be seen."""
    return " ".join(_UNSEEN.sub(" ", unicodedata.normalize("NFC", text)).split())


def telling(text: str | None, kind: str) -> str | None:
    """Return a tidied text, or None where it says nothing.

    Args:
        text: as it was found.
        kind: "artist", "title", "album" or "genre".
    """
    tidied = tidy(text or "")
    folded = tidied.casefold().strip("<>[]() ")
    if folded in _SAYS_NOTHING or _SAYS_NOTHING_OF[kind].fullmatch(folded):
        return None
    return tidied if any(mark.isalnum() for mark in tidied) else None


def joined(texts: Iterable[str], kind: str) -> str | None:
    """Return the values of a tag as one text: several artists are "A, B"."""
    told = dict.fromkeys(one for text in texts if (one := telling(text, kind)))
    return ", ".join(told) or None


def year_in(text: str | None) -> int | None:
    """Return the first year 1800…2099 in a date or a sentence: "1999-05-01", "℗ 1999", "19990501"."""
    found = _YEAR.search(text or "")
    return int(found[1]) if found else None


def genre_in(texts: Iterable[str], known: Sequence[str]) -> str | None:
    """Return the genre that a tag names: the first of muze's own, under its name there, else the first named.

    Args:
        texts: the tag's values; lists within a value, and ID3's numbers such as "(17)", are taken apart.
        known: muze's genres.
    """
    named = [one for text in texts for part in _parts(tidy(text)) if (one := telling(part, "genre"))]
    own = {_plain(genre): genre for genre in known}
    return next((own[_plain(one)] for one in named if _plain(one) in own), named[0] if named else None)


def is_listed(genre: str) -> bool:
    """Say whether a genre is on ID3's list: what else a tag says may be anything."""
    from mutagen.id3 import TCON

    return _plain(genre) in {_plain(name) for name in TCON.GENRES}


def _parts(text: str) -> list[str]:
    """Return the genres that one text lists; numbers come after names, which say more."""
    numbers = _NUMBERED_GENRES.match(text)
    if not numbers or (numbers.end() < len(text) and text[0] != "("):  # "2 Step" and "80s" are names
        return _GENRE_LIST.split(text)
    codes = [bracketed or bare for bracketed, bare in _GENRE_NUMBER.findall(numbers[0])]
    return [*_GENRE_LIST.split(text[numbers.end() :]), *map(_numbered, codes)]


def _numbered(code: str) -> str:
    from mutagen.id3 import TCON

    return " ".join(TCON(encoding=3, text=[code]).genres[:1])


def _plain(name: str) -> str:
    """Return a genre's name without what people write differently: "R&B" is rnb, "Drum 'n' Bass" drum_and_bass."""
    return re.sub(r"[\W_]+", "", _AND.sub("n", name.casefold()))
