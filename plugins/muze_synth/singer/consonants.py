"""Consonants: how long they take, where their formants lead, and the noise they make.

Formants and the relative spectra of noises follow Klatt, "Software for a cascade/parallel formant synthesizer",
J. Acoust. Soc. Am. 67 (1980), table III; loci of the places that he leaves out follow Stevens, "Acoustic
Phonetics" (1998). Values are a man's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from muzecli.errors import UsageError


class Manner(StrEnum):
    """How a consonant is made."""

    STOP = "stop"
    AFFRICATE = "affricate"
    FRICATIVE = "fricative"
    BREATH = "breath"  # the h sounds: noise through the vowel's own formants
    NASAL = "nasal"
    SMOOTH = "smooth"  # liquids and glides
    TAP = "tap"
    TRILL = "trill"


@dataclass(frozen=True)
class Resonance:
    """A peak in a noise's spectrum: Hz, Hz and dB against the strongest."""

    centre_hz: float
    width_hz: float
    gain_db: float = 0.0


NOISES: Mapping[str, tuple[Resonance, ...]] = MappingProxyType(
    {
        "labial": (Resonance(900, 900, -2), Resonance(2200, 2000, -4), Resonance(8000, 5000)),
        "dental": (Resonance(1400, 1500, -8), Resonance(7500, 4000)),
        "alveolar": (Resonance(5200, 900, -4), Resonance(7000, 1800), Resonance(9500, 3000, -5)),
        "stop_alveolar": (Resonance(1800, 900, -10), Resonance(4200, 1600), Resonance(6500, 3000, -3)),
        "postalveolar": (Resonance(2700, 500), Resonance(4300, 1200, -3), Resonance(6500, 2500, -9)),
        "retroflex": (Resonance(2200, 450), Resonance(3800, 1000, -5), Resonance(6000, 2500, -12)),
        "alveolopalatal": (Resonance(3400, 600), Resonance(5200, 1500, -3), Resonance(7500, 2500, -9)),
        "palatal": (Resonance(3100, 600), Resonance(4600, 1400, -6)),
        "velar": (Resonance(1600, 400), Resonance(3800, 1500, -8)),
        # Turbulence at the teeth and lips that every sung tone carries.
        "air": (Resonance(2700, 300, -5), Resonance(4500, 500), Resonance(7200, 700, -4)),
        "uvular": (Resonance(1150, 350), Resonance(2600, 900, -8)),
    }
)


@dataclass(frozen=True)
class Consonant:
    """One consonant.

    Attributes:
        manner: how it is made.
        voiced: whether the glottis sounds.
        duration_s: usual length.
        formants_hz: F1, F2 and F3 it leads to.
        follow: how far its F2 and F3 follow the neighbouring vowel, 0…1.
        noise: name in `NOISES`; None without.
        noise_db: level of the noise against a sung vowel.
        voice_db: level of the voice against a sung vowel.
    """

    manner: Manner
    voiced: bool
    duration_s: float
    formants_hz: tuple[float, float, float]
    follow: float = 0.3
    noise: str | None = None
    noise_db: float = -99.0
    voice_db: float = -99.0


_LABIAL, _ALVEOLAR, _VELAR = (320.0, 1000.0, 2150.0), (320.0, 1700.0, 2600.0), (320.0, 1990.0, 2500.0)
_POSTALVEOLAR, _PALATAL, _UVULAR = (320.0, 1840.0, 2750.0), (280.0, 2200.0, 2950.0), (450.0, 1000.0, 2400.0)
_DENTAL, _RETROFLEX = (320.0, 1350.0, 2550.0), (330.0, 1500.0, 1900.0)
_TABLE: dict[str, Consonant] = {}


def _stop(
    letters: tuple[str, str], place: tuple[float, float, float], noise: str, level_db: float, follow: float
) -> None:
    voiceless, voiced = letters
    _TABLE[voiceless] = Consonant(Manner.STOP, False, 0.095, place, follow, noise, level_db)
    _TABLE[voiced] = Consonant(Manner.STOP, True, 0.07, place, follow, noise, level_db - 6, -20)


def _fricative(
    letters: tuple[str, str], place: tuple[float, float, float], noise: str, level_db: float, length_s: float
) -> None:
    voiceless, voiced = letters
    _TABLE[voiceless] = Consonant(Manner.FRICATIVE, False, length_s, place, 0.3, noise, level_db)
    _TABLE[voiced] = Consonant(Manner.FRICATIVE, True, 0.75 * length_s, place, 0.3, noise, level_db - 5, -9)


def _affricate(
    voiceless: str, voiced: str, place: tuple[float, float, float], noise: str, level_db: float
) -> None:
    _TABLE[voiceless] = Consonant(Manner.AFFRICATE, False, 0.13, place, 0.25, noise, level_db)
    _TABLE[voiced] = Consonant(Manner.AFFRICATE, True, 0.1, place, 0.25, noise, level_db - 5, -18)


def _nasal(letter: str, place: tuple[float, float, float], follow: float) -> None:
    _TABLE[letter] = Consonant(Manner.NASAL, True, 0.075, place, follow, voice_db=-6)


def _smooth(letter: str, formants: tuple[float, float, float], voice_db: float, follow: float = 0.15) -> None:
    _TABLE[letter] = Consonant(Manner.SMOOTH, True, 0.07, formants, follow, voice_db=voice_db)


_stop(("p", "b"), _LABIAL, "labial", -14, 0.5)
_stop(("t", "d"), _ALVEOLAR, "stop_alveolar", -9, 0.3)
_stop(("ʈ", "ɖ"), _RETROFLEX, "retroflex", -10, 0.3)
_stop(("c", "ɟ"), _PALATAL, "palatal", -11, 0.4)
_stop(("k", "ɡ"), _VELAR, "velar", -11, 0.75)
_stop(("q", "ɢ"), _UVULAR, "uvular", -12, 0.5)
_TABLE["ʔ"] = Consonant(Manner.STOP, False, 0.06, (500.0, 1500.0, 2500.0), 1.0)
_fricative(("ɸ", "β"), _LABIAL, "labial", -24, 0.09)
_fricative(("f", "v"), (340.0, 1100.0, 2080.0), "labial", -21, 0.1)
_fricative(("θ", "ð"), (320.0, 1290.0, 2540.0), "dental", -23, 0.095)
_fricative(("s", "z"), (320.0, 1390.0, 2530.0), "alveolar", -11, 0.115)
_fricative(("ʃ", "ʒ"), _POSTALVEOLAR, "postalveolar", -9, 0.115)
_fricative(("ʂ", "ʐ"), _RETROFLEX, "retroflex", -10, 0.11)
_fricative(("ɕ", "ʑ"), _PALATAL, "alveolopalatal", -11, 0.11)
_fricative(("ç", "ʝ"), _PALATAL, "palatal", -15, 0.1)
_fricative(("x", "ɣ"), (350.0, 1500.0, 2400.0), "velar", -15, 0.09)
_fricative(("χ", "ʁ"), _UVULAR, "uvular", -14, 0.09)
_fricative(("ħ", "ʕ"), (650.0, 1200.0, 2400.0), "uvular", -17, 0.09)
_affricate("ts", "dz", _ALVEOLAR, "alveolar", -11)
_affricate("tʃ", "dʒ", _POSTALVEOLAR, "postalveolar", -9)
_affricate("tʂ", "dʐ", _RETROFLEX, "retroflex", -10)
_affricate("tɕ", "dʑ", _PALATAL, "alveolopalatal", -11)
_affricate("cç", "ɟʝ", _PALATAL, "palatal", -14)
_affricate("tθ", "dð", _DENTAL, "dental", -22)
_affricate("pf", "bv", _LABIAL, "labial", -19)
_affricate("kx", "ɡɣ", _VELAR, "velar", -14)
_nasal("m", (280.0, 1000.0, 2200.0), 0.35)
_nasal("ɱ", (280.0, 1050.0, 2150.0), 0.35)
_nasal("n", (280.0, 1600.0, 2600.0), 0.25)
_nasal("ɳ", (280.0, 1500.0, 2000.0), 0.25)
_nasal("ɲ", (270.0, 2150.0, 2900.0), 0.2)
_nasal("ŋ", (280.0, 1900.0, 2500.0), 0.6)
_nasal("ɴ", (300.0, 1100.0, 2400.0), 0.5)
_smooth("l", (330.0, 1150.0, 2880.0), -5, 0.25)
_smooth("ɫ", (400.0, 800.0, 2700.0), -5)
_smooth("ʎ", (280.0, 2000.0, 2850.0), -5)
_smooth("ɭ", (340.0, 1300.0, 2000.0), -5)
_smooth("ɹ", (330.0, 1100.0, 1500.0), -4)
_smooth("ɻ", (340.0, 1250.0, 1600.0), -4)
_smooth("j", (260.0, 2070.0, 3020.0), -3)
_smooth("w", (290.0, 650.0, 2150.0), -4)
_smooth("ɥ", (260.0, 1750.0, 2120.0), -4)
_smooth("ɰ", (300.0, 1300.0, 2300.0), -4, 0.4)
_smooth("ʋ", (300.0, 1000.0, 2150.0), -5, 0.4)
_TABLE["h"] = Consonant(Manner.BREATH, False, 0.075, (500.0, 1500.0, 2500.0), 1.0)
_TABLE["ɦ"] = Consonant(Manner.BREATH, True, 0.06, (500.0, 1500.0, 2500.0), 1.0, voice_db=-9)
_TABLE["ɾ"] = Consonant(Manner.TAP, True, 0.035, _ALVEOLAR, 0.5, voice_db=-13)
_TABLE["ɽ"] = Consonant(Manner.TAP, True, 0.035, _RETROFLEX, 0.5, voice_db=-13)
_TABLE["r"] = Consonant(Manner.TRILL, True, 0.085, (400.0, 1350.0, 2400.0), 0.4, voice_db=-5)
_TABLE["ʀ"] = Consonant(Manner.TRILL, True, 0.085, _UVULAR, 0.4, voice_db=-5)
_TABLE["ɬ"] = Consonant(Manner.FRICATIVE, False, 0.1, (330.0, 1500.0, 2800.0), 0.3, "alveolar", -16)
_TABLE["ɮ"] = Consonant(Manner.FRICATIVE, True, 0.08, (330.0, 1500.0, 2800.0), 0.3, "alveolar", -20, -9)
_TABLE["ʟ"] = _TABLE["ɫ"]
_TABLE["g"] = _TABLE["ɡ"]

CONSONANTS: Mapping[str, Consonant] = MappingProxyType(_TABLE)
"""By IPA symbol, without length marks and diacritics."""


def find_consonant(phoneme: str) -> Consonant:
    """Return what is known of a consonant; length marks and diacritics do not change it.

    Raises:
        UsageError: it is no consonant that can be sung.
    """
    letters = "".join(
        mark for mark in unicodedata.normalize("NFC", phoneme) if unicodedata.category(mark) in ("Ll", "Lo")
    )
    for symbol in (letters[:2], letters[:1]):
        if symbol in CONSONANTS:
            return CONSONANTS[symbol]
    raise UsageError(
        f"a sung consonant must be of the pulmonic IPA chart, not {phoneme!r}",
        hint="leave the word out, or spell it another way",
    )


def length_s(phoneme: str) -> float:
    """Return a consonant's usual length; long ones ("kː") take 1.6 times as much."""
    return find_consonant(phoneme).duration_s * (1.6 if "ː" in phoneme else 1.0)
