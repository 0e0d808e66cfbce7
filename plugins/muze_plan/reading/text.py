"""A prompt as text that rules can read: plain signs, words with their places, number words as figures.

Every step keeps the length of the text, so that a place in one of its forms is the same place in the prompt.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

PAD = "\x00"
"""Fills the rest of a number word after its figures: "twelve" is "12" and four of these."""

_REPLACED = {
    **dict.fromkeys("−–‐‑‒﹣－", "-"),
    "—": ";",  # always parts a sentence
    **dict.fromkeys("’‘ʼ′`´", "'"),
    **dict.fromkeys("“”„«»″", '"'),
    "≈": "~",
    "×": "x",
    "⁄": "/",
    "∶": ":",
    "_": " ",
    "\u00a0": " ",
    "\t": " ",
    "\r": " ",
    "\n": ";",
}
_SIMPLE = re.compile(r"[a-z0-9]+(?:[ -][a-z0-9]+)*")
_WORD = re.compile(r"&|[^\W_]+(?:'[^\W_]+)*")
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}

NUMBER = r"(?<![\d.,:/#])(\d+(?:[.,]\d+)?(?: ?[½¼¾])?)\x00*"
"""A number of `Text.figures` as a group of a pattern; `number` has its value."""

_BELOW_TWENTY = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
"""
_UNITS = {word: value for value, word in enumerate(_BELOW_TWENTY.split())}
_TENS = {
    **{"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50},
    **{"sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90},
}
_NUMBER_WORD = "|".join(sorted([*_UNITS, *_TENS, "hundred"], key=len, reverse=True))
_NUMBER_RUN = re.compile(
    rf"(?<![\w'])(?:a (?=hundred))?(?:{_NUMBER_WORD})(?:(?:[ -]|(?<=hundred) and )(?:{_NUMBER_WORD}))*(?![\w'])"
)
_SINGLE = re.compile(_NUMBER_WORD)
_AND_A_HALF = re.compile(r"(?<![\w.,])(\d+)\x00* and a half(?!\w)")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the prompt.

    Attributes:
        text: in lower case, with plain signs; "&" is "and".
        start: first character.
        end: one past the last.
        gap: what stands between it and the word before; for the first one, what stands before it.
    """

    text: str
    start: int
    end: int
    gap: str

    @property
    def joins(self) -> bool:
        """Whether nothing between it and the word before parts them."""
        return self.gap.strip(" ") in ("", "-", "/", '"', "'") and self.gap != " - "


@dataclass(frozen=True)
class Text:
    """A prompt in the forms that rules read. All have the length of the prompt.

    Attributes:
        prompt: as typed.
    """

    prompt: str

    @cached_property
    def plain(self) -> str:
        """With plain signs, in the case typed."""
        return "".join(map(_plain, self.prompt))

    @cached_property
    def lower(self) -> str:
        """With plain signs, in lower case."""
        return "".join(map(_lower, self.plain))

    @cached_property
    def figures(self) -> str:
        """In lower case with number words as figures: "two and a half" is "2.5" and `PAD`s."""
        return _as_figures(self.lower)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The words."""
        return tokenise(self.lower)

    def said(self, start: int, end: int) -> str:
        """Return what was typed between two places."""
        return " ".join(self.prompt[start:end].split())


def tokenise(lower: str) -> tuple[Token, ...]:
    """Return the words of a text in lower case."""
    tokens, end = [], 0
    for match in _WORD.finditer(lower):
        text = "and" if match[0] == "&" else match[0]
        tokens.append(Token(text, match.start(), match.end(), lower[end : match.start()]))
        end = match.end()
    return tuple(tokens)


def word_set(listed: str) -> frozenset[str]:
    """Return the words of a text that lists them."""
    return frozenset(listed.split())


def normal_form(words: str) -> str:
    """Return words as the lexicon stores them: "Lo-Fi" → "lo fi", "R&B" → "r and b"."""
    if _SIMPLE.fullmatch(words):  # nearly all of them
        return words.replace("-", " ")
    return " ".join(token.text for token in tokenise("".join(map(_lower, map(_plain, words)))))


def number(written: str) -> float:
    """Return the value of a number of `Text.figures`."""
    fraction = _FRACTIONS.get(written[-1], 0.0)
    whole = written.rstrip("½¼¾ " + PAD) if fraction else written.rstrip(PAD)
    return float(whole.replace(",", ".")) + fraction


def _plain(character: str) -> str:
    if character.isascii():
        return _REPLACED.get(character, character)
    if character in _REPLACED or character in _FRACTIONS:
        return _REPLACED.get(character, character)
    composed = unicodedata.normalize("NFKC", character)
    return composed if len(composed) == 1 else character  # longer ones would move all that follows


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character


def _as_figures(lower: str) -> str:
    text = _NUMBER_RUN.sub(lambda found: _run(found[0]), lower)
    return _AND_A_HALF.sub(lambda found: (found[1] + ".5").ljust(len(found[0]), PAD), text)


def _run(run: str) -> str:
    value = _value(run)
    if value is not None:
        return _padded(value, run)
    return _SINGLE.sub(lambda found: _padded(_value(found[0]), found[0]), run)  # "six-eight"


def _padded(value: int | None, written: str) -> str:
    return written if value is None else str(value).ljust(len(written), PAD)


def _value(run: str) -> int | None:
    """Return the value of "one hundred and twenty", of "one twenty", or None where it is no one number."""
    total, last = 0, 10**6
    for word in re.split(r"[ -]", run.removeprefix("a ")):
        if word == "and":
            continue
        if word == "hundred":
            if total > 9:
                return None
            total, last = max(total, 1) * 100, 100
            continue
        value = _TENS[word] if word in _TENS else _UNITS[word]
        if last in range(1, 10) and 1 <= total <= 3 and value >= 10:  # "one twenty", as tempos are spoken
            total, last = total * 100 + value, value
        elif last == 10**6 or (last == 100 and value < 100) or (last >= 20 and last % 10 == 0 and value < 10):
            total, last = total + value, value
        else:
            return None
    return total
