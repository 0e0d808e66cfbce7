"""Formants of vowels.

Men's, women's and children's means of ten American vowels: Peterson and Barney, "Control methods used in a study of
the vowels", J. Acoust. Soc. Am. 24 (1952). Front rounded, close-mid and cardinal vowels: Calliope, "La parole et
son traitement automatique" (1989), men's means of French; women's and children's follow from them by the mean
ratios of Peterson and Barney. Fourth formants: Hillenbrand et al., J. Acoust. Soc. Am. 97 (1995). The rest of
the chart lies between its neighbours.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muzecli.errors import UsageError
from muzecli.text.ipa import VOWEL_LETTERS

Formants = npt.NDArray[np.float64]
"""(5,) in Hz."""

# (F1, F2, F3) of men, women and children.
_PETERSON_BARNEY = {
    "i": ((270, 2290, 3010), (310, 2790, 3310), (370, 3200, 3730)),
    "ɪ": ((390, 1990, 2550), (430, 2480, 3070), (530, 2730, 3600)),
    "ɛ": ((530, 1840, 2480), (610, 2330, 2990), (690, 2610, 3570)),
    "æ": ((660, 1720, 2410), (860, 2050, 2850), (1010, 2320, 3320)),
    "ɑ": ((730, 1090, 2440), (850, 1220, 2810), (1030, 1370, 3170)),
    "ɔ": ((570, 840, 2410), (590, 920, 2710), (680, 1060, 3180)),
    "ʊ": ((440, 1020, 2240), (470, 1160, 2680), (560, 1410, 3310)),
    "u": ((300, 870, 2240), (370, 950, 2670), (430, 1170, 3260)),
    "ʌ": ((640, 1190, 2390), (760, 1400, 2780), (850, 1590, 3360)),
    "ɝ": ((490, 1350, 1690), (500, 1640, 1960), (560, 1820, 2160)),
}
_MEN_ONLY = {
    "e": (365, 1961, 2644),  # Calliope
    "a": (684, 1256, 2503),
    "o": (383, 793, 2283),
    "y": (300, 1750, 2120),
    "ø": (381, 1417, 2235),
    "œ": (517, 1391, 2379),
    "ʏ": (370, 1600, 2200),  # between y and ø
    "ɨ": (320, 1750, 2450),  # between i and u, nearer to i
    "ʉ": (310, 1450, 2250),
    "ɯ": (320, 1200, 2300),
    "ɘ": (400, 1550, 2400),
    "ɵ": (400, 1250, 2250),
    "ɤ": (420, 1150, 2350),
    "ə": (500, 1500, 2500),  # a uniform tube of 17.5 cm
    "ɐ": (620, 1350, 2480),
    "ɜ": (560, 1450, 2450),
    "ɞ": (550, 1250, 2350),
    "ɶ": (650, 1400, 2400),
    "ɒ": (600, 900, 2400),
}
_ALIASES = {"ɚ": "ɝ", "ᵻ": "ɪ"}
_FOURTH = (3550.0, 4150.0, 4700.0)
_FIFTH = (4500.0, 5050.0, 5700.0)
_NASAL = "\u0303"


def _ratios() -> npt.NDArray[np.float64]:
    """Return the mean ratio of women's and children's F1, F2 and F3 to men's: (3, 3)."""
    table = np.array(list(_PETERSON_BARNEY.values()), dtype=np.float64)  # (vowel, speaker, formant)
    ratios: npt.NDArray[np.float64] = np.exp(np.log(table / table[:, :1]).mean(axis=0))
    return ratios


_RATIOS = _ratios()


@dataclass(frozen=True)
class VowelTarget:
    """Where a vowel's formants stand.

    Attributes:
        formants: (5,) Hz.
        nasal: whether the nose is open.
    """

    formants: Formants
    nasal: bool


def vowel_targets(phoneme: str, tract: float) -> tuple[VowelTarget, ...]:
    """Return one target for a vowel, two for a diphthong.

    Args:
        phoneme: such as "iː", "aɪ" or "ɑ̃".
        tract: 0 a man's, 1 a woman's, 2 a child's; values between are mixed on a logarithmic scale.

    Raises:
        UsageError: it is no vowel of the IPA.
    """
    marks = unicodedata.normalize("NFD", phoneme)
    letters = [mark for mark in marks if mark in VOWEL_LETTERS]
    if not letters:
        raise UsageError(f"a vowel must be a letter of the IPA chart, not {phoneme!r}")
    return tuple(VowelTarget(_formants(letter, tract), _NASAL in marks) for letter in letters[:2])


def tract_ratio(tract: float) -> npt.NDArray[np.float64]:
    """Return the factors (5,) from a man's formants to those of a tract."""
    whole = np.vstack([_RATIOS.T, np.array(_FOURTH) / _FOURTH[0], np.array(_FIFTH) / _FIFTH[0]])
    return _mix(whole.T, tract)


def _formants(letter: str, tract: float) -> Formants:
    letter = _ALIASES.get(letter, letter)
    if letter in _PETERSON_BARNEY:
        rows = np.array(_PETERSON_BARNEY[letter], dtype=np.float64)
    else:
        rows = np.array(_MEN_ONLY[letter], dtype=np.float64) * _RATIOS
    return _mix(np.column_stack([rows, _FOURTH, _FIFTH]), tract)


def _mix(rows: npt.NDArray[np.float64], tract: float) -> npt.NDArray[np.float64]:
    lower = min(int(tract), 1)
    share = tract - lower
    mixed: npt.NDArray[np.float64] = rows[lower] ** (1.0 - share) * rows[lower + 1] ** share
    return mixed
