"""Chords, written as in Harte et al., "Symbolic Representation of Musical Chords", ISMIR 2005.

`C:maj`, `F#:min7`, `Bb:maj/D`, `N` for no chord. The bass after the slash is a note name here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from muzecli.song.pitch import FLAT_NAMES, SHARP_NAMES, pitch_class

QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "5": (0, 7),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "maj6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "minmaj7": (0, 3, 7, 11),
    "dim7": (0, 3, 6, 9),
    "hdim7": (0, 3, 6, 10),
    "7sus4": (0, 5, 7, 10),
    "9": (0, 4, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "min9": (0, 3, 7, 10, 14),
    "add9": (0, 4, 7, 14),
    "13": (0, 4, 7, 10, 14, 21),
    "7b9": (0, 4, 7, 10, 13),
    "7#9": (0, 4, 7, 10, 15),
}
"""Quality → semitones above the root, in thirds as far as they go."""

_PATTERN = re.compile(r"([A-G][#b]*)(?::([a-z0-9#]+))?(?:/([A-G][#b]*))?")


@dataclass(frozen=True)
class Chord:
    """A chord, or no chord.

    Attributes:
        root: pitch class 0…11; None for no chord.
        quality: a key of `QUALITIES`.
        bass: pitch class of the bass; None where it is the root.
        flats: whether it is written with flats, which makes no other chord of it.
    """

    root: int | None
    quality: str = "maj"
    bass: int | None = None
    flats: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        if self.quality not in QUALITIES:
            raise ValueError(f"a chord's quality is one of {', '.join(QUALITIES)}, not '{self.quality}'")
        for name, pc in (("root", self.root), ("bass", self.bass)):
            if pc is not None and not 0 <= pc <= 11:
                raise ValueError(f"a chord's {name} is a pitch class 0…11, not {pc}")
        if self.root is None and (self.bass is not None or self.quality != "maj"):
            raise ValueError("no chord (N) has neither a quality nor a bass")
        if self.bass == self.root:
            object.__setattr__(self, "bass", None)  # one way to write it, so that equal chords are equal

    @classmethod
    def parse(cls, text: str) -> Chord:
        """Read one chord.

        Raises:
            ValueError: it is no chord of this notation.
        """
        if text == "N":
            return cls(None)
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise ValueError(f"a chord is written like C:maj, F#:min7 or Bb:maj/D, not '{text}'")
        root, quality, bass = match.groups()
        flats = "b" in root or "b" in (bass or "")
        bass_pc = pitch_class(bass) if bass else None
        root_pc = pitch_class(root)
        return cls(root_pc, quality or "maj", None if bass_pc == root_pc else bass_pc, flats)

    @property
    def bass_pc(self) -> int | None:
        """The pitch class that sounds lowest; None for no chord."""
        return self.root if self.bass is None else self.bass

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The notes as pitch classes, root first; empty for no chord. A foreign bass is not among them."""
        if self.root is None:
            return ()
        return tuple((self.root + step) % 12 for step in QUALITIES[self.quality])

    def transposed(self, semitones: int) -> Chord:
        """Return the chord moved by semitones."""
        if self.root is None:
            return self
        bass = None if self.bass is None else (self.bass + semitones) % 12
        return Chord((self.root + semitones) % 12, self.quality, bass, self.flats)

    def __str__(self) -> str:
        if self.root is None:
            return "N"
        names = FLAT_NAMES if self.flats else SHARP_NAMES
        bass = "" if self.bass is None else f"/{names[self.bass]}"
        return f"{names[self.root]}:{self.quality}{bass}"
