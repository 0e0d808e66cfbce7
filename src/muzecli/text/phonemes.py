"""Lyrics to phonemes: words, their IPA and their syllables.

A clause is read as a whole, so that words sound as they do beside each other (weak forms, French liaison, Polish
assimilation); then its phonemes are given back to the words they belong to.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from muzecli.errors import UsageError
from muzecli.text.espeak import espeak
from muzecli.text.ipa import is_vowel, onset_length, phonemes_of
from muzecli.text.spelling import split_spelling

_CLAUSE_END = re.compile(r"[.,;:!?…—–()\[\]\"«»„“”]$")
_EDGE = re.compile(r"^[^\w'’]+|[^\w'’]+$|^['’]+(?=\W|$)")
_HUM = re.compile(r"(h*)m{2,}h*", re.IGNORECASE)
_SWITCHED = re.compile(r"\([a-z]")
_CLAUSE_WORDS = 40  # eSpeak NG cuts longer clauses itself, in the middle of a phrase

# What singers fill a line with is spelled by feel, and eSpeak NG reads it as names or letters.
_VOCABLES = {
    "la": "lˈɑː", "na": "nˈɑː", "da": "dˈɑː", "ba": "bˈɑː", "sha": "ʃˈɑː", "ah": "ˈɑː", "ahh": "ˈɑː", "aah": "ˈɑː",
    "ooh": "ˈuː", "oooh": "ˈuː", "oo": "ˈuː", "doo": "dˈuː", "whoa": "wˈoʊ", "woah": "wˈoʊ", "ohh": "ˈoʊ",
}  # fmt: skip

Symbols = tuple[tuple[str, int], ...]
"""(phoneme, stress) pairs."""


@dataclass(frozen=True)
class Syllable:
    """One syllable.

    Attributes:
        text: the letters it is spelled with; the syllables' texts joined are the word's letters.
        onset: consonants before the vowel.
        nucleus: the vowel, diphthong or syllabic consonant.
        coda: consonants after it.
        stress: 2 primary, 1 secondary, 0 none.
    """

    text: str
    onset: tuple[str, ...]
    nucleus: str
    coda: tuple[str, ...]
    stress: int

    @property
    def phonemes(self) -> tuple[str, ...]:
        """All its phonemes in order."""
        return (*self.onset, self.nucleus, *self.coda)


@dataclass(frozen=True)
class Word:
    """One word of a text.

    Attributes:
        text: as it was written, with punctuation.
        start: where it begins in the text, in characters.
        phonemes: all of it in order.
        syllables: one a vowel; none for a word that is only a consonant, such as Polish "w".
    """

    text: str
    start: int
    phonemes: tuple[str, ...]
    syllables: tuple[Syllable, ...]

    @property
    def end(self) -> int:
        """Where it ends in the text, in characters."""
        return self.start + len(self.text)

    @property
    def ipa(self) -> str:
        """Its IPA with stress marks before stressed syllables, where there is more than one."""
        if not self.syllables:
            return "".join(self.phonemes)
        marks = ("", "ˌ", "ˈ") if len(self.syllables) > 1 else ("", "", "")
        return "".join(marks[s.stress] + "".join(s.phonemes) for s in self.syllables)


def phonemise(text: str, language: str) -> tuple[Word, ...]:
    """Return the words of a text with their phonemes and syllables.

    Words are what stands between white space and holds a letter or a digit. Line ends and punctuation end a
    clause. The same text always gives the same words, whatever was read before.

    Args:
        text: a word, a line or whole lyrics.
        language: ISO 639-1, with a region where eSpeak NG has one ("en" is American, "en-gb" British).

    Raises:
        UsageError: the language is unknown, or the text is in letters that it is not written with.
        UnavailableError: eSpeak NG is not on this machine.
    """
    code = espeak().code(language)
    words: list[Word] = []
    for clause in _clauses(text):
        spoken = _read_clause(tuple(_bare(word) for _, word in clause), code)
        words += [
            _word(written, start, symbols, code)
            for (start, written), symbols in zip(clause, spoken, strict=True)
        ]
    return tuple(words)


def _clauses(text: str) -> list[list[tuple[int, str]]]:
    clauses: list[list[tuple[int, str]]] = [[]]
    for line in re.finditer(r"[^\n]+", text):
        for match in re.finditer(r"\S+", line[0]):
            word = match[0]
            if any(mark.isalnum() for mark in word):
                clauses[-1].append((line.start() + match.start(), word))
            if _CLAUSE_END.search(word) or len(clauses[-1]) >= _CLAUSE_WORDS:
                clauses.append([])
        clauses.append([])
    return [clause for clause in clauses if clause]


def _bare(word: str) -> str:
    """Return a word without punctuation at its edges; apostrophes belong to it ("livin'", "’cause")."""
    return _EDGE.sub("", word).replace("’", "'")


@functools.lru_cache(maxsize=4096)  # a chorus comes back
def _read_clause(words: tuple[str, ...], language: str) -> tuple[Symbols, ...]:
    alone = [_vocable(word, language) for word in words]
    asked = [word for word, fixed in zip(words, alone, strict=True) if fixed is None]
    whole, *single = espeak().ipa((" ".join(asked), *asked), language)
    for word, ipa in zip(asked, single, strict=True):
        if _SWITCHED.search(ipa) and not word.isascii() and not _latin(word):
            raise UsageError(
                f"lyrics must be in letters that language {language!r} is written with; it cannot read {word!r}",
                hint="name the language of the words, or write them in Latin letters",
            )
    isolated = [phonemes_of(ipa) for ipa in single]
    in_clause = iter(_hand_out(isolated, whole))
    return tuple(next(in_clause) if fixed is None else fixed for fixed in alone)


def _latin(word: str) -> bool:
    return all(unicodedata.name(mark, "").startswith("LATIN") for mark in word if mark.isalpha())


def _vocable(word: str, language: str) -> Symbols | None:
    """Return how a sung filler sounds, or None for a word that eSpeak NG should read."""
    hum = _HUM.fullmatch(word)
    if hum:
        return ((("h", 0),) if hum[1] else ()) + (("m̩", 2),)
    if language.startswith("en"):
        parts = [_VOCABLES.get(part) for part in word.lower().split("-")]
        if all(parts):
            return tuple(symbol for part in parts if part for symbol in phonemes_of(part))
    return None


def _hand_out(isolated: Sequence[Symbols], clause: str) -> list[Symbols]:
    """Give a clause's phonemes to its words.

    eSpeak NG writes neighbours as one ("in the") and numbers as several, so spaces do not tell. The clause is
    aligned with its words as each sounds alone (Needleman and Wunsch 1970); where a word would be left
    without its vowel, the words are taken as they sound alone.
    """
    groups = [phonemes_of(group) for group in clause.split()]
    groups = [group for group in groups if group]
    if len(groups) == len(isolated):
        return groups
    owner = [index for index, word in enumerate(isolated) for _ in word]
    flat = [symbol for word in isolated for symbol, _ in word]
    spoken = [item for group in groups for item in group]
    owners = _align(flat, [symbol for symbol, _ in spoken], owner)
    shared = [
        tuple(item for item, index in zip(spoken, owners, strict=True) if index == word)
        for word in range(len(isolated))
    ]
    whole = all(
        any(is_vowel(s) for s, _ in got) == any(is_vowel(s) for s, _ in had) and bool(got) == bool(had)
        for got, had in zip(shared, isolated, strict=True)
    )
    return shared if whole else list(isolated)


def _align(alone: Sequence[str], spoken: Sequence[str], owner: Sequence[int]) -> list[int]:
    """Return, for each spoken phoneme, the word of the phoneme it is aligned with."""
    rows, columns = len(alone) + 1, len(spoken) + 1
    cost = [[float(i + j) if i == 0 or j == 0 else 0.0 for j in range(columns)] for i in range(rows)]
    for i in range(1, rows):
        for j in range(1, columns):
            cost[i][j] = min(
                cost[i - 1][j - 1] + _difference(alone[i - 1], spoken[j - 1]),
                cost[i - 1][j] + 1.0,
                cost[i][j - 1] + 1.0,
            )
    owners = [0] * len(spoken)
    i, j = rows - 1, columns - 1
    while j:
        if i and cost[i][j] == cost[i - 1][j - 1] + _difference(alone[i - 1], spoken[j - 1]):
            i, j = i - 1, j - 1
            owners[j] = owner[i]
        elif i and cost[i][j] == cost[i - 1][j] + 1.0:
            i -= 1
        else:  # heard only in the clause, as in liaison: it belongs to the word before
            j -= 1
            owners[j] = owner[i - 1] if i else owner[0]
    return owners


def _difference(first: str, second: str) -> float:
    if first == second:
        return 0.0
    return 0.6 if is_vowel(first) == is_vowel(second) else 2.5


def _word(written: str, start: int, symbols: Symbols, language: str) -> Word:
    phonemes = tuple(symbol for symbol, _ in symbols)
    nuclei = [index for index, phoneme in enumerate(phonemes) if is_vowel(phoneme)]
    starts = [0]
    for left, right in pairwise(nuclei):
        starts.append(right - onset_length(phonemes[left + 1 : right], language))
    ends = [*starts[1:], len(phonemes)]
    texts = split_spelling(_bare(written), [n - s for n, s in zip(nuclei, starts, strict=False)], language)
    syllables = tuple(
        Syllable(
            text=piece,
            onset=phonemes[first:nucleus],
            nucleus=phonemes[nucleus],
            coda=phonemes[nucleus + 1 : last],
            stress=symbols[nucleus][1],
        )
        for piece, first, nucleus, last in zip(texts, starts, nuclei, ends, strict=False)
    )
    return Word(written, start, phonemes, syllables)
