"""IPA strings cut into phonemes, and phonemes into syllables.

A phoneme is one symbol: a letter with its length mark and diacritics ("iː", "ɑ̃", "tʲ"), an affricate ("tʃ"),
or a diphthong ("aɪ").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

VOWEL_LETTERS = frozenset("iyɨʉɯuɪʏʊeøɘɵɤoəɛœɜɞʌɔæɐaɶɑɒɚɝᵻ")
_MODIFIERS = "ːˑʲʷʰˠˤ˞ⁿ̯"
_SYLLABIC = "\u0329"
_TIE = "\u0361"
_PRIMARY, _SECONDARY = "ˈ", "ˌ"
_AFFRICATES = frozenset(
    {"ts", "dz", "tʃ", "dʒ", "tɕ", "dʑ", "tʂ", "dʐ", "pf", "kx", "cç", "ɟʝ", "tθ", "dð"},
)
_SWITCH = re.compile(r"\([a-z][a-z0-9-]*\)")

_STOPS = frozenset("pbtdkgɡcɟqɢʔʈɖ")
_FRICATIVES = frozenset("fvszʃʒθðxɣhɦçʝɕʑʂʐχʁħʕɸβ")
_NASALS = frozenset("mnŋɲɱɳɴ")
_LIQUIDS = frozenset("lrɹɾʎɫɭɻɽʀʟɬ")
_GLIDES = frozenset("jwɥɰʋ")


def is_vowel(phoneme: str) -> bool:
    """Whether a phoneme can carry a syllable: a vowel, a diphthong or a syllabic consonant."""
    return phoneme[0] in VOWEL_LETTERS or _SYLLABIC in phoneme


def phonemes_of(ipa: str) -> tuple[tuple[str, int], ...]:
    """Cut a word's IPA into phonemes, each with its stress.

    Underscores and spaces separate phonemes; letters that stand together without one are joined where they
    make an affricate or a diphthong. Tones, ties and language marks are dropped.

    Args:
        ipa: such as "t͡ʃˈuːz" or "f_ˈaɪ_ə".

    Returns:
        (phoneme, stress) pairs; stress is 2 primary, 1 secondary, 0 none, and stands on the syllable's vowel.
    """
    found: list[tuple[str, int]] = []
    stress = 0
    for chunk in re.split(r"[_\s]+", _SWITCH.sub(" ", unicodedata.normalize("NFD", ipa))):
        symbols: list[str] = []
        stresses: list[int] = []
        tied = False
        for mark in chunk:
            if mark in (_PRIMARY, _SECONDARY):
                stress = 2 if mark == _PRIMARY else 1
            elif mark == _TIE:
                tied = True
            elif symbols and (unicodedata.combining(mark) or mark in _MODIFIERS):
                symbols[-1] += mark
            elif mark.isalpha() and unicodedata.category(mark) != "Lm":
                if symbols and (tied or _joins(symbols[-1], mark)):
                    symbols[-1] += mark
                else:
                    symbols.append(mark)
                    stresses.append(stress if is_vowel(mark) else 0)
                    stress = 0 if is_vowel(mark) else stress
                tied = False
        found += zip(symbols, stresses, strict=True)
    return tuple((unicodedata.normalize("NFC", symbol), level) for symbol, level in found)


def _joins(symbol: str, letter: str) -> bool:
    if symbol + letter in _AFFRICATES:
        return True
    vowels = sum(mark in VOWEL_LETTERS for mark in symbol)
    return vowels == 1 and letter in VOWEL_LETTERS and letter not in "ɚɝ" and len(symbol) == 1


def sonority(phoneme: str) -> int:
    """Return how open a consonant is: 1 stop or affricate, 2 fricative, 3 nasal, 4 liquid, 5 glide; 6 a vowel."""
    letter = phoneme[0]
    if is_vowel(phoneme):
        return 6
    for level, letters in ((2, _FRICATIVES), (3, _NASALS), (4, _LIQUIDS), (5, _GLIDES)):
        if letter in letters:
            return level
    return 1


def onset_length(cluster: Sequence[str], language: str) -> int:
    """Return how many consonants between two vowels open the second syllable (maximal onset).

    The longest end of the cluster whose sonority rises, with the sibilant before a stop that English, German and
    Italian allow, and level obstruents as in Polish. A single consonant always opens; "ŋ" never does.

    Args:
        cluster: consonants between two vowels, in order.
        language: ISO 639-1 code.
    """
    base = language.split("-")[0]
    length = 0
    for count in range(1, len(cluster) + 1):
        if not _opens(cluster[len(cluster) - count :], base):
            break
        length = count
    return length


def _opens(onset: Sequence[str], base: str) -> bool:
    if any(phoneme[0] == "ŋ" or "ː" in phoneme for phoneme in onset):
        return len(onset) == 1 and onset[0][0] != "ŋ"
    levels = [sonority(phoneme) for phoneme in onset]
    for index in range(len(onset) - 1):
        first, second = onset[index][0], onset[index + 1][0]
        low, high = levels[index], levels[index + 1]
        if low <= 2 and base in ("pl", "cs", "sk", "ru", "uk"):
            if high < low:
                return False
            continue
        if first in "sʃz" and index == 0 and base not in ("es", "pt") and high in (1, 3, 4, 5):
            continue
        if high <= low or (low >= 3 and high != 5) or (first + second) in ("tl", "dl"):
            return False
        if high == 3 and low <= 2:  # stop or fricative and nasal: "hap-ness", "rhyth-mic"
            return False
    return True
