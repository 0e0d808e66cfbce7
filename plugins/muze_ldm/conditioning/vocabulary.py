"""Names as numbers: artists, genres, chords, metres and phonemes.

Numbers are stored with weights and never change: tables may grow at their end, and networks have room for it.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from muzecli.song.chord import QUALITIES, Chord
from muzecli.song.metre import TimeSignature

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ARTISTS = 1000
"""Buckets of artists."""
CHORDS = 1 + 12 * 32
"""Chord numbers that a network has room for: no chord, and 32 qualities on 12 roots."""
METRES = 32
"""Numbers of metres."""
PHONEMES = 512
"""Phoneme numbers that a network has room for; 0 is padding, 1 a symbol that is no IPA."""
UNKNOWN_PHONEME = 1

_QUALITY_INDEX = {name: index for index, name in enumerate(QUALITIES)}
assert 1 + 12 * len(QUALITIES) <= CHORDS

_METRES = (
    *("4/4", "3/4", "6/8", "2/4", "12/8", "9/8", "5/4", "7/8", "2/2", "3/8", "5/8", "6/4", "7/4", "3/2"),
    *("8/8", "10/8", "11/8", "13/8", "15/8", "8/4", "9/4", "10/4", "11/4", "4/2", "4/8", "1/4", "12/4"),
    *("7/16", "9/16", "5/16", "12/16"),
)
_METRE_INDEX = {name: index for index, name in enumerate(_METRES)}
OTHER_METRE = METRES - 1
assert len(_METRES) == OTHER_METRE

_VOWELS = "iyɨʉɯuɪʏʊeøɘɵɤoəɛœɜɞʌɔæɐaɶɑɒɚɝᵻ"
_CONSONANTS = "pbtdʈɖcɟkɡqɢʔmɱnɳɲŋɴʙrʀɾɽɸβfvθðszʃʒʂʐçʝxɣχʁħʕhɦɬɮʋɹɻjɰlɭʎʟwʍɥɕʑɧɫ"
_AFFRICATES = ("ts", "dz", "tʃ", "dʒ", "tɕ", "dʑ", "tʂ", "dʐ", "pf", "kx", "cç", "ɟʝ", "tθ", "dð")
_DIPHTHONGS = (
    *("aɪ", "aʊ", "eɪ", "oʊ", "əʊ", "ɔɪ", "ɪə", "eə", "ʊə", "ɛə", "ɔʏ", "ɔø", "aɛ", "ai"),
    *("au", "ei", "eu", "oi", "ou", "ui", "iu", "ɐi", "ɐu", "ɛi", "ɛɪ", "œy", "øy", "ɔi"),
    *("ɔu", "uɪ", "ie", "uo", "ia", "ua", "ue", "io", "ɑɪ", "ɑʊ", "ɛʊ", "ʌɪ", "ʌʊ", "æɪ"),
    *("æʊ", "oɪ", "yi", "ɨə", "iə", "uə", "ɯə", "əɪ", "əi", "ɐɪ", "ɐʊ", "ɪu", "ɑu", "ɑi"),
)
_LONG, _NASAL, _SOFT = "ː", "\u0303", "ʲ"


def artist_bucket(name: str) -> int:
    """Return the bucket 0…999 of an artist: a BLAKE2b hash of the name, whatever its case and spacing.

    The same on every machine and in every process, unlike Python's own hashes.
    """
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    digest = hashlib.blake2b(folded.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % ARTISTS


def genre_vector(names: Sequence[str], genres: Sequence[str]) -> npt.NDArray[np.float32] | None:
    """Return (G,) with 1 for each named genre; None where none of them is known.

    Case, spaces, hyphens and underscores make no difference.
    """
    import numpy as np

    wanted = {_plain(name) for name in names}
    hot = np.array([_plain(genre) in wanted for genre in genres], np.float32)
    return hot if hot.any() else None


def _plain(name: str) -> str:
    return name.casefold().replace("-", " ").replace("_", " ").strip()


def chord_number(chord: Chord) -> int:
    """Return a chord's number: 0 for no chord, else 1 + 12 · quality + root; the bass makes no difference."""
    return 0 if chord.root is None else 1 + 12 * _QUALITY_INDEX[chord.quality] + chord.root


def metre_number(metre: TimeSignature) -> int:
    """Return the number 0…31 of a metre; 31 for those that are in no table, such as 17/8."""
    return _METRE_INDEX.get(str(metre), OTHER_METRE)


@cache
def phoneme_table() -> dict[str, int]:
    """Return the number of each phoneme that has one of its own: vowels plain, long and nasal, consonants plain,
    long and soft, affricates, diphthongs."""
    symbols = [
        *(vowel + mark for mark in ("", _LONG, _NASAL) for vowel in _VOWELS),
        *(consonant + mark for mark in ("", _SOFT, _LONG) for consonant in [*_CONSONANTS, *_AFFRICATES]),
        *_DIPHTHONGS,
    ]
    table = {unicodedata.normalize("NFC", symbol): number for number, symbol in enumerate(symbols, start=2)}
    assert len(table) + 2 <= PHONEMES
    return table


@cache
def phoneme_number(phoneme: str) -> int:
    """Return the number of a phoneme, 2…511.

    One that has none of its own is taken for the longest beginning that has: "aɪə" for "aɪ", "t̪" for "t".
    What begins with no letter of the IPA is 1.
    """
    table = phoneme_table()
    for whole in (unicodedata.normalize("NFC", phoneme), unicodedata.normalize("NFD", phoneme)):
        for end in range(len(whole), 0, -1):
            number = table.get(unicodedata.normalize("NFC", whole[:end]))
            if number is not None:
                return number
    return UNKNOWN_PHONEME
