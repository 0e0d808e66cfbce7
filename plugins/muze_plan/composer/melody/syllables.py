"""Cut a line of a lyric into syllables to be sung, by rule, so that a plan gives the same score on every machine.

Words of Latin, Cyrillic and Greek script are cut at their vowels by the rules of their language; Chinese, Japanese
and Korean have a syllable a character (small kana belong to the one before); a figure is a syllable a digit; in
other scripts two letters count as a syllable.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from muze_plan.composer.melody import english
from muze_plan.composer.melody.english_words import FUNCTION_WORDS
from muze_plan.composer.melody.spelling import ANY, SPELLINGS, Spelling, nuclei


@dataclass(frozen=True)
class Syllable:
    """What one note sings.

    Attributes:
        text: letters as they were written; "-" at its end where the word goes on.
        stress: 0 (a little word) … 1 (the stressed syllable of a word).
    """

    text: str
    stress: float

    @property
    def continues(self) -> bool:
        """Whether the word goes on."""
        return self.text.endswith("-")


# Letters and digits, with the marks that are written above, below and after them.
_LETTERS = r"(?:[^\W_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u109f])+"
_WORD = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})*['’]?|['’]{_LETTERS}")
_HEADING = re.compile(r"\s*[\[(].*[\])]\s*:?\s*")
_SMALL_KANA = frozenset("ゃゅょァィゥェォャュョぁぃぅぇぉっッーんン")
_CLITICS = {"pl": frozenset("wz"), "cs": frozenset("vzsk"), "sk": frozenset("vzsk"), "ru": frozenset("вск")}


def lines(lyrics: str) -> tuple[str, ...]:
    """Return the lines of a lyric that have something to sing; headings in brackets have not."""
    return tuple(
        line.strip() for line in lyrics.splitlines() if _WORD.search(line) and not _HEADING.fullmatch(line)
    )


def syllables(text: str, language: str | None = None) -> tuple[Syllable, ...]:
    """Return the syllables of a text in order.

    Args:
        text: a line, with or without punctuation.
        language: ISO 639-1; None is English.
    """
    code = (language or "en").lower().split("-")[0].split("_")[0]
    clitics = _CLITICS.get(code, frozenset())
    found: list[Syllable] = []
    waiting = ""
    for word in _WORD.findall(unicodedata.normalize("NFC", text)):
        if word.lower() in clitics:  # a preposition of one consonant is sung with the word after it
            waiting += word + " "
            continue
        parts = _word(word, code)
        if waiting:
            parts[0] = Syllable(waiting + parts[0].text, parts[0].stress)
            waiting = ""
        found += parts
    if waiting and found:
        last = found[-1]
        found[-1] = Syllable(f"{last.text} {waiting.strip()}", last.stress)
    elif waiting:
        found.append(Syllable(waiting.strip(), 1.0))
    return tuple(found)


def _word(word: str, language: str) -> list[Syllable]:
    lower = word.lower()
    if len(lower) != len(word):  # a letter whose small form is longer: keep to the small one
        word = lower
    if lower.isdigit():
        parts, stressed = tuple(word), 0
    elif _is_east_asian(lower):
        parts, stressed = _characters(word), 0
    elif language == "en":
        parts = english.split(lower)
        stressed = english.stressed(lower, len(parts))
    else:
        spelling = SPELLINGS.get(language, ANY)
        parts = _cut(lower, spelling)
        stressed = spelling.stressed(lower, list(parts))
    little = len(parts) == 1 and (lower in FUNCTION_WORDS if language == "en" else len(lower) <= 2)
    made, at = [], 0
    for index, part in enumerate(parts):
        text = word[at : at + len(part)]
        at += len(part)
        goes_on = "-" if index < len(parts) - 1 else ""
        stress = (0.0 if little else 1.0) if index == stressed else 0.25 if abs(index - stressed) > 1 else 0.0
        made.append(Syllable(text + goes_on, stress))
    return made


def _is_east_asian(word: str) -> bool:
    return any(unicodedata.east_asian_width(letter) in ("W", "F") for letter in word)


def _characters(word: str) -> tuple[str, ...]:
    parts: list[str] = []
    for letter in word:
        if parts and letter in _SMALL_KANA:
            parts[-1] += letter
        else:
            parts.append(letter)
    return tuple(parts)


def _cut(word: str, spelling: Spelling) -> tuple[str, ...]:
    """Cut a word between its nuclei: a consonant, or a stop with a liquid, belongs to the vowel after it."""
    spans = nuclei(word, spelling)
    if not spans:
        known = any(letter in ANY.vowels or "a" <= letter <= "z" for letter in word)
        size = len(word) if known or len(word) < 4 else 2
        return tuple(word[i : i + size] for i in range(0, len(word), size))
    cuts = []
    for (_, end), (start, _) in pairwise(spans):
        mute = start - end > 1 and word[start - 1] in spelling.vowels  # it softens the consonant before it
        between = word[end : start - mute]
        right = min(len(between), 1)
        if len(between) > 1 and (
            between[-2:] in _CLUSTERS or (between[-1] in "lrлр" and between[-2] in "bpdtgkfvcбпдтгкфв")
        ):
            right = 2
        cuts.append(start - mute - right)
    return tuple(word[a:b] for a, b in zip([0, *cuts], [*cuts, len(word)], strict=True))


_CLUSTERS = frozenset(
    (
        *("ch", "sh", "th", "ph", "rz", "sz", "cz", "dz", "dź", "dż", "ck", "gn"),
        *("ñ", "lh", "nh", "qu", "gu", "st", "sp", "sk", "ст"),
    )
)
