"""How phonemes sound, coarsely, and how long they last.

Twelve classes that look different in any voice's spectrum: vowels by where their second formant lies, consonants by
manner and voicing (Stevens, Acoustic Phonetics, 1998).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from muzecli.text.ipa import is_vowel

CLASSES = (
    "silence",
    "open vowel",
    "front vowel",
    "back vowel",
    "central vowel",
    "liquid or glide",
    "nasal",
    "voiced fricative",
    "sibilant",
    "weak fricative",
    "voiced stop",
    "voiceless stop",
)
SILENCE = 0
(_OPEN, _FRONT, _BACK, _CENTRAL, _LIQUID, _NASAL, _VOICED_FRICATIVE, _SIBILANT, _WEAK_FRICATIVE, _VOICED_STOP,
 _VOICELESS_STOP) = range(1, len(CLASSES))  # fmt: skip
_VOWELS = frozenset({_OPEN, _FRONT, _BACK, _CENTRAL})

_LETTERS = {
    **dict.fromkeys("mnŋɲɱɳɴ", _NASAL),
    **dict.fromkeys("vðzʒɣʁβʝʑʐ", _VOICED_FRICATIVE),
    **dict.fromkeys("sʃɕʂɬ", _SIBILANT),
    **dict.fromkeys("fθhxçχħɸɦʍ", _WEAK_FRICATIVE),
    **dict.fromkeys("bdɡgɢɖɟʙ", _VOICED_STOP),
    **dict.fromkeys("ptkqcʔʈ", _VOICELESS_STOP),
    **dict.fromkeys("aɑæɐɒʌɶ", _OPEN),
    **dict.fromkeys("iɪeɛyøœʏɨᵻɘ", _FRONT),
    **dict.fromkeys("uʊoɔɯɤʉɵ", _BACK),
}
_HISSING = ("ts", "tʃ", "tɕ", "tʂ")

_CONSONANTS_S = {
    _LIQUID: 0.07,
    _NASAL: 0.08,
    _VOICED_FRICATIVE: 0.07,
    _SIBILANT: 0.10,
    _WEAK_FRICATIVE: 0.08,
    _VOICED_STOP: 0.07,
    _VOICELESS_STOP: 0.08,
}
"""How long consonants last, in speech and singing alike; a singer who wants a note longer holds its vowel."""
_VOWEL_SPREAD, _CONSONANT_SPREAD = 0.7, 0.35
"""Standard deviations of the logarithms of durations."""
_SHORTEST_VOWEL_S = 0.06
_MOST_CONSONANTS = 0.6  # of a stretch; where the notes are quick, consonants give way


def class_of(phoneme: str) -> int:
    """Return the index in `CLASSES` of an IPA symbol; of a diphthong its first vowel's."""
    if is_vowel(phoneme):
        return _LETTERS.get(phoneme[0], _CENTRAL)
    if phoneme.startswith(_HISSING):
        return _SIBILANT
    return _LETTERS.get(phoneme[0], _LIQUID)


def classes_of(phonemes: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return (P,) the class of each phoneme."""
    return np.array([class_of(phoneme) for phoneme in phonemes], np.int64)


def durations(classes: npt.NDArray[np.int64], sung_s: float) -> npt.NDArray[np.float64]:
    """Return (P,) how long each phoneme may be expected to last, in seconds.

    Consonants have their lengths, and the vowels share what is left.

    Args:
        classes: (P,) of the phonemes.
        sung_s: what all of them last.
    """
    lengths = np.array([_CONSONANTS_S.get(int(one), 0.0) for one in classes])
    vowels = lengths == 0.0
    each_s = (sung_s - lengths.sum()) / max(int(vowels.sum()), 1)
    scale = min(1.0, _MOST_CONSONANTS * sung_s / max(lengths.sum(), 1e-9))
    result: npt.NDArray[np.float64] = np.where(vowels, max(each_s, _SHORTEST_VOWEL_S), lengths * scale)
    return result


def spreads(classes: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return (P,) how far durations scatter: standard deviations of their logarithms."""
    vowels = np.isin(classes, list(_VOWELS))
    result: npt.NDArray[np.float64] = np.where(vowels, _VOWEL_SPREAD, _CONSONANT_SPREAD)
    return result
