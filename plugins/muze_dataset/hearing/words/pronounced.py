"""Lyrics to words with phonemes.

eSpeak NG reads them, through `muzecli.text.phonemes`: what muze sings with, plans with and renders corpora with, so
phonemes of recordings and of songs to be made are the same symbols. gruut writes others for the same sounds ("i" for
"iː", a plain "g"), reads no clause as a whole, and knows a handful of languages; it reads where eSpeak NG is not
on the machine, its symbols brought as near as they can be.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from muze_dataset.hearing.words.sung import sung_lines
from muzecli.errors import UnavailableError, UsageError
from muzecli.packages import package_version
from muzecli.text.espeak import espeak
from muzecli.text.ipa import is_vowel, phonemes_of
from muzecli.text.phonemes import Syllable, Word, phonemise

_ESPEAK_CODES = {"zh": "cmn", "no": "nb"}
"""Languages that eSpeak NG has under another code."""
_GRUUT_CODES = {"en": "en-us", "de": "de-de", "es": "es-es", "fr": "fr-fr", "it": "it-it", "nl": "nl", "pt": "pt",
                "cs": "cs-cz", "ru": "ru-ru", "sv": "sv-se"}  # fmt: skip
_OTHER_LETTERS = frozenset(
    {
        *(
            "am",
            "ar",
            "be",
            "bg",
            "bn",
            "el",
            "fa",
            "gu",
            "he",
            "hi",
            "hy",
            "ja",
            "ka",
            "kk",
            "kn",
            "ko",
            "ky",
            "mk",
        ),
        *(
            "ml",
            "mr",
            "my",
            "ne",
            "or",
            "pa",
            "ru",
            "sd",
            "si",
            "sr",
            "ta",
            "te",
            "th",
            "ug",
            "uk",
            "ur",
            "yi",
            "zh",
        ),
    }
)
"""Languages that are not written in Latin letters; in others eSpeak NG names foreign letters, not reading them."""
_GRUUT = "gruut"
_FALLBACK = "eSpeak NG is not on this machine: pip install espeakng-loader"
# American vowels that gruut leaves without the length mark that eSpeak NG writes.
_LENGTHENED = {"i": "iː", "u": "uː", "ɑ": "ɑː", "ɔ": "ɔː"}


@dataclass(frozen=True)
class Pronounced:
    """How lyrics sound.

    Attributes:
        lines: those that are sung, each its words in order, each word with phonemes.
        method: who read them.
        fallback: why not eSpeak NG; None where it did.
        unread: words that could not be read, such as those in other letters.
    """

    lines: tuple[tuple[Word, ...], ...]
    method: str
    fallback: str | None = None
    unread: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """All of them in order."""
        return tuple(word for line in self.lines for word in line)

    @property
    def phonemes(self) -> tuple[str, ...]:
        """All of them in order."""
        return tuple(phoneme for word in self.words for phoneme in word.phonemes)


def readers() -> dict[str, str | None]:
    """Return who can read lyrics here, and their versions: eSpeak NG, else gruut and its languages."""
    try:
        return {"espeak": espeak().version}
    except UnavailableError:
        names = (_GRUUT, *(f"{_GRUUT}-lang-{language}" for language in _GRUUT_CODES))
        return {"espeak": None} | {name: package_version(name) for name in names}


@lru_cache(maxsize=4)  # who places phonemes in time reads the same lyrics again
def pronounce(text: str, language: str) -> Pronounced:
    """Return the words of lyrics with their phonemes; headings, repeats and the like are not read.

    Args:
        text: a line a line.
        language: ISO 639-1.

    Raises:
        UsageError: nobody reads the language.
        UnavailableError: neither eSpeak NG nor gruut is there.
    """
    unread: list[str] = []
    lines = [_readable(line, language, unread) for line in sung_lines(text.split("\n"))]
    try:
        read = tuple(tuple(_espeak_words(line, language, unread)) for line in lines)
        return Pronounced(read, "eSpeak NG", unread=tuple(unread))
    except UnavailableError:
        if package_version(_GRUUT) is None:
            raise
    code = _GRUUT_CODES.get(language)
    version = code and package_version(f"{_GRUUT}-lang-{language}")
    if code is None or version is None:  # without a language's data gruut returns words without phonemes
        raise UsageError(f"gruut does not read '{language}'", hint=_FALLBACK)
    read = tuple(tuple(_gruut_words(line, code, unread)) for line in lines)
    return Pronounced(read, "gruut", _FALLBACK, tuple(unread))


def _readable(line: str, language: str, unread: list[str]) -> str:
    """Return a line without the words that are in letters the language is not written with."""
    if line.isascii() or language.split("-")[0] in _OTHER_LETTERS:
        return line
    foreign = [word for word in line.split() if _foreign(word)]
    unread += foreign
    return " ".join(word for word in line.split() if word not in foreign)


def _foreign(word: str) -> bool:
    marks = [mark for mark in word if mark.isalpha()]
    return bool(marks) and not any("LATIN" in unicodedata.name(mark, "") for mark in marks)


def _espeak_words(line: str, language: str, unread: list[str]) -> Iterator[Word]:
    """Yield the words of a line; where the whole cannot be read, those that can be."""
    code = _ESPEAK_CODES.get(language, language)
    try:
        words = phonemise(line, code)
    except UsageError:
        phonemise("", code)  # fails again where it is the language that is unknown
        words = ()
        for match in re.finditer(r"\S+", line):
            try:
                words += phonemise(match[0], code)
            except UsageError:
                unread.append(match[0])
    for word in words:
        if word.phonemes:
            yield word
        else:
            unread.append(word.text)


def _gruut_words(line: str, code: str, unread: list[str]) -> Iterator[Word]:
    from gruut import sentences  # type: ignore[import-not-found,unused-ignore]

    at = 0
    for sentence in sentences(line, lang=code):
        for token in sentence:
            if not any(mark.isalnum() for mark in token.text):
                continue
            start = max(line.find(token.text, at), at)
            at = start + len(token.text)
            symbols = phonemes_of("_".join(token.phonemes or ()).replace("g", "ɡ"))
            named = [(_LENGTHENED.get(s, s) if code == "en-us" else s, stress) for s, stress in symbols]
            if named:
                yield Word(token.text, start, tuple(s for s, _ in named), _syllables(token.text, named))
            else:
                unread.append(token.text)


def _syllables(text: str, symbols: list[tuple[str, int]]) -> tuple[Syllable, ...]:
    """Return a word as one syllable on its first vowel: enough to place it, whose parts have no times of their own."""
    nuclei = [index for index, (symbol, _) in enumerate(symbols) if is_vowel(symbol)]
    if not nuclei:
        return ()
    names, first = tuple(symbol for symbol, _ in symbols), nuclei[0]
    return (Syllable(text, names[:first], names[first], names[first + 1 :], symbols[first][1]),)
