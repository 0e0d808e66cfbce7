"""Texts as words that can be compared: what is sung alike is written alike.

In this order, and nothing else:

    compatibility forms      ﬁ → fi, full width → narrow (NFKC)
    headings                 lines such as [Chorus] or (x2) alone are not sung, and go
    case                     folded, as Unicode has it: Straße → strasse
    apostrophes              ’ ʼ ` ´ → ', kept within words (don't, rock'n'roll), gone at their edges ('cause → cause)
    other punctuation        a blank: hyphens part words (uh-huh → uh huh)

Numbers stay as they are written, since how they are sung depends on the language; accents stay, since they tell words
apart.
"""

from __future__ import annotations

import re
import unicodedata

_HEADING = re.compile(r"^\s*(\[[^\]]*\]|\(\s*[x×]?\s*\d+\s*[x×]?\s*\))\s*$", re.MULTILINE)
_APOSTROPHES = re.compile("[’‘ʼ`´＇]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def words_of(text: str) -> list[str]:
    """Return the words of a text.

    Example:
        >>> words_of("[Chorus]\\nDon’t STOP, uh-huh!")
        ["don't", 'stop', 'uh', 'huh']
    """
    # Apostrophes first: NFKC would make a blank and an accent of ´.
    plain = unicodedata.normalize("NFKC", _APOSTROPHES.sub("'", text))
    return _WORD.findall(_HEADING.sub("", plain).casefold())


def letters_of(words: list[str]) -> str:
    """Return words as one text, a blank between any two, for errors by letters."""
    return " ".join(words)
