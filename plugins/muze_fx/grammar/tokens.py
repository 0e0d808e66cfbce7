"""Prompt to tokens: numbers, words and marks, each with its place in the prompt.

Normalisation keeps the length, so a place in the normalised text is the same place in the prompt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a token is made of."""

    NUMBER = "number"
    WORD = "word"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Token:
    """A number, a word or a mark.

    Args:
        kind: which of the three.
        text: normalised text (lower case, plain hyphen, straight apostrophe).
        start: first character in the prompt.
        end: one past its last character.
        glued: True where nothing stands between it and the token before.
        value: what a NUMBER says, without a sign.
    """

    kind: Kind
    text: str
    start: int
    end: int
    glued: bool
    value: float = 0.0


_REPLACED = {
    **dict.fromkeys("−–—‐‑‒﹣－", "-"),
    **dict.fromkeys("’‘ʼ′`´", "'"),
    **dict.fromkeys("“”„«»″", '"'),
    "≈": "~",
    "×": "x",
    "✕": "x",
    "⁄": "/",
    "∶": ":",
    "_": " ",
    "→": ">",
    "⇒": ">",
    "➔": ">",
    "\u00a0": " ",
    "\n": ";",
}

#: Longest run of words that `skip` passes over.
_MOST_SKIPPED = 4
_PATTERN = re.compile(
    r"""
      (?P<engineer>\d+k\d+)(?!\w)                      # 2k5 is 2.5 thousand
    | (?P<thousands>[1-9]\d{0,2}(?:(?:,\d{3})+|(?:'\d{3})+|(?:[ ]000)+))(?!\d)  # 2,500  2'500  12 000
    | (?P<number>\d+[.,]\d+|\d+|(?<![.])[.]\d+)                # a decimal comma is a point
    | (?P<fraction>[½¼¾⅓⅔⅛⅜⅝⅞])
    | (?P<with>w/o?)(?!\w)
    | (?P<prefix>(?:q|[hl]pf?)(?=\d))                  # q1.5, hp80
    | (?P<word>(?<=\d)'s(?!\w)|[^\W\d]\w*(?:'[^\W\d]\w*)*)
    | (?P<mark>-*>|=+>|\S)
    """,
    re.VERBOSE,
)


def normalise(prompt: str) -> str:
    """Return the prompt in lower case with typographic variants replaced, character for character."""
    return "".join(_normal_character(character) for character in prompt)


def tokenise(prompt: str) -> list[Token]:
    """Split a prompt into tokens; every character that is not white space belongs to exactly one."""
    text = normalise(prompt)
    tokens: list[Token] = []
    end = 0
    for match in _PATTERN.finditer(text):
        group, written = match.lastgroup, match.group()
        kind, value = Kind.MARK, 0.0
        if group == "engineer":
            kind, value = Kind.NUMBER, float(written.replace("k", ".")) * 1000
        elif group == "thousands":
            kind, value = Kind.NUMBER, float(re.sub("[,' ]", "", written))
        elif group == "number":
            kind, value = Kind.NUMBER, float(written.replace(",", "."))
        elif group == "fraction":
            kind, value = Kind.NUMBER, unicodedata.numeric(written)
        elif group in ("word", "with", "prefix"):
            kind = Kind.WORD
        glued = bool(tokens) and match.start() == end
        end = match.end()
        tokens.append(Token(kind, written, match.start(), end, glued, value))
    return tokens


def _normal_character(character: str) -> str:
    if character.isascii() or character in _REPLACED:
        return _REPLACED.get(character, character.lower())
    for changed in (unicodedata.normalize("NFKC", character).lower(), character.lower()):
        if len(changed) == 1:  # anything longer would move the places of what follows
            return _REPLACED.get(changed, changed)
    return character


def text_at(tokens: Sequence[Token], index: int) -> str:
    """Return the text of a token, "" beyond either end."""
    return tokens[index].text if 0 <= index < len(tokens) else ""


def is_number_at(tokens: Sequence[Token], index: int) -> bool:
    """Whether there is a number in figures at `index`."""
    return 0 <= index < len(tokens) and tokens[index].kind is Kind.NUMBER


def skip(tokens: Sequence[Token], index: int, *words: str) -> int:
    """Return the first index from `index` on whose token is none of these words; a few are skipped, not hundreds."""
    for place in range(index, index + _MOST_SKIPPED):
        if text_at(tokens, place) not in words:
            return place
    return index + _MOST_SKIPPED
