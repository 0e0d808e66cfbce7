"""Pitch classes, keys and their names.

A pitch class (pc) is 0…11 with C = 0; a MIDI pitch is 0…127 with middle C = 60.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}

# Tonics whose key signature is written with flats.
_FLAT_MAJORS = frozenset({5, 10, 3, 8, 1})
_FLAT_MINORS = frozenset({2, 7, 0, 5, 10, 3})

_NAME = re.compile(r"([A-Ga-g])([#b♯♭]*)")


def pitch_class(name: str) -> int:
    """Return the pitch class of a note name: "C" → 0, "F#" → 6, "Bb" → 10.

    Raises:
        ValueError: it is no note name.
    """
    match = _NAME.fullmatch(name.strip())
    if match is None:
        raise ValueError(f"a note is a letter A–G with # or b, not '{name}'")
    letter, accidentals = match.groups()
    sharps = sum(1 if sign in "#♯" else -1 for sign in accidentals)
    return (NATURALS[letter.upper()] + sharps) % 12


def note_name(pitch: int, *, flats: bool = False) -> str:
    """Return a MIDI pitch's name with its octave: 60 → "C4"."""
    return f"{(FLAT_NAMES if flats else SHARP_NAMES)[pitch % 12]}{pitch // 12 - 1}"


@dataclass(frozen=True, order=True)
class Key:
    """A tonic and a mode.

    Attributes:
        tonic: pitch class 0…11.
        mode: "major" or "minor".
    """

    tonic: int
    mode: str = "major"

    def __post_init__(self) -> None:
        if not 0 <= self.tonic <= 11:
            raise ValueError(f"a tonic is a pitch class 0…11, not {self.tonic}")
        if self.mode not in SCALES:
            raise ValueError(f"a mode is major or minor, not '{self.mode}'")

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read "C minor", "F# major", "Am", "Bb" (major when no mode is given).

        Raises:
            ValueError: it is no key.
        """
        match = re.fullmatch(r"\s*([A-Ga-g][#b♯♭]*)\s*[- ]?\s*([A-Za-z]*)\s*", text)
        if match is None:
            raise ValueError(f"a key is a note and major or minor, such as 'F# minor', not '{text}'")
        name, mode = match.groups()
        modes = {
            "": "major",
            "maj": "major",
            "major": "major",
            "m": "minor",
            "min": "minor",
            "minor": "minor",
        }
        known = modes.get("" if mode == "M" else mode.lower())
        if known is None:
            raise ValueError(f"a mode is major or minor, not '{mode}'")
        return cls(pitch_class(name), known)

    @classmethod
    def from_index(cls, index: int) -> Key:
        """Return the key of an index 0…23: C major is 0, B major 11, C minor 12, B minor 23."""
        if not 0 <= index <= 23:
            raise ValueError(f"a key's index is 0…23, not {index}")
        return cls(index % 12, "major" if index < 12 else "minor")

    @property
    def index(self) -> int:
        """0…11 for the major keys from C, 12…23 for the minor ones."""
        return self.tonic + (12 if self.mode == "minor" else 0)

    @property
    def flats(self) -> bool:
        """Whether its signature is written with flats."""
        return self.tonic in (_FLAT_MINORS if self.mode == "minor" else _FLAT_MAJORS)

    @property
    def scale(self) -> tuple[int, ...]:
        """The seven pitch classes, from the tonic up (natural minor)."""
        return tuple((self.tonic + step) % 12 for step in SCALES[self.mode])

    def __str__(self) -> str:
        names = FLAT_NAMES if self.flats else SHARP_NAMES
        return f"{names[self.tonic]} {self.mode}"
