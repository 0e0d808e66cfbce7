"""Roman numerals: chords as degrees of a key, the way musicians write them.

    numeral   := accidental* degree quality? ("/" applied | "/" inversion | "/p")?
    degree    := I…VII (a major third) or i…vii (a minor third)
    applied   := a numeral that is tonicised: V7/V, ii7/IV, vii°7/ii
    inversion := 3, 5, 7 or 9: the note of the chord that lies in the bass
    /p        := over the tonic as a pedal

Degrees are counted on the major scale of the tonic in both modes, so that a minor key writes its own chords
as i, ii°, bIII, iv, v, bVI, bVII, and V or vii° where the leading note is raised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from muze_plan.harmony.spelling import accidental, flats_for, tonic_letter
from muzecli.song.chord import QUALITIES, Chord
from muzecli.song.pitch import Key

_DEGREES = ("i", "ii", "iii", "iv", "v", "vi", "vii")
_STEPS = (0, 2, 4, 5, 7, 9, 11)
_NUMERAL = re.compile(r"([b#]*)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)([^/]*)(?:/(.+))?")

# Suffix → quality, for capital numerals and for small ones.
_MAJOR = {
    "": "maj",
    "5": "5",
    "6": "maj6",
    "7": "7",
    "maj7": "maj7",
    "9": "9",
    "maj9": "maj9",
    "add9": "add9",
    "13": "13",
    "sus2": "sus2",
    "sus4": "sus4",
    "7sus4": "7sus4",
    "+": "aug",
    "7b9": "7b9",
    "7#9": "7#9",
}
_MINOR = {
    "": "min",
    "5": "5",
    "6": "min6",
    "7": "min7",
    "9": "min9",
    "maj7": "minmaj7",
    "7b5": "hdim7",
    "°": "dim",
    "°7": "dim7",
    "sus2": "sus2",
    "sus4": "sus4",
    "7sus4": "7sus4",
}


@dataclass(frozen=True)
class Numeral:
    """A chord as a degree of any key.

    Attributes:
        degree: 0 for I … 6 for VII.
        shift: semitones that the accidentals move it by.
        quality: a key of `muzecli.song.chord.QUALITIES`.
        minor: whether it is written small, which `5` and `sus4` do not say by their quality.
        bass: index of the chord's note in the bass; 0 for its root.
        pedal: whether the tonic lies in the bass.
        of: the numeral that is tonicised, for an applied chord.
    """

    degree: int
    shift: int = 0
    quality: str = "maj"
    minor: bool = False
    bass: int = 0
    pedal: bool = False
    of: Numeral | None = None

    @property
    def step(self) -> int:
        """Semitones of the root above the tonic, 0…11."""
        own = _STEPS[self.degree] + self.shift
        return (own + (self.of.step if self.of else 0)) % 12

    @property
    def letter_step(self) -> int:
        """Letters of the root above the tonic's: 4 for V of anything on the tonic."""
        return (self.degree + (self.of.letter_step if self.of else 0)) % 7

    @property
    def tonic(self) -> bool:
        """Whether it is the chord of the tonic itself."""
        return self.degree == 0 and self.shift == 0 and self.of is None

    @property
    def dominant(self) -> bool:
        """Whether it calls for the tonic: V with a major third or suspended, or vii°."""
        if self.of is not None or self.shift:
            return False
        return (self.degree == 4 and not self.minor) or (
            self.degree == 6 and self.quality in ("dim", "dim7", "hdim7")
        )

    def chord(self, key: Key) -> Chord:
        """Return the chord in a key, spelled by its letter: bVII in C major is Bb, V/vi in E major G#."""
        root = (key.tonic + self.step) % 12
        letter = tonic_letter(key) + self.letter_step
        if self.pedal:
            bass, bass_letter = key.tonic, tonic_letter(key)
        else:  # D over F# in F major: the bass decides how the pair is written
            bass, bass_letter = (root + QUALITIES[self.quality][self.bass]) % 12, letter + 2 * self.bass
        flats = flats_for((accidental(root, letter), accidental(bass, bass_letter)), key)
        return Chord(root, self.quality, bass, flats)

    def __str__(self) -> str:
        sign = "b" * -self.shift if self.shift < 0 else "#" * self.shift
        suffixes = _MINOR if self.minor else _MAJOR
        suffix = next(text for text, quality in suffixes.items() if quality == self.quality)
        name = _DEGREES[self.degree]
        over = (
            f"/{self.of}" if self.of else "/p" if self.pedal else f"/{2 * self.bass + 1}" if self.bass else ""
        )
        return f"{sign}{name if self.minor else name.upper()}{suffix}{over}"


Bar = tuple[Numeral, ...]
"""The numerals that share a bar."""


def parse_numeral(text: str) -> Numeral:
    """Read one numeral.

    Raises:
        ValueError: it is none; says what is wrong.
    """
    match = _NUMERAL.fullmatch(text)
    if match is None:
        raise ValueError(f"a chord is a Roman numeral such as ii7, bVII or V7/V, not '{text}'")
    accidentals, name, suffix, over = match.groups()
    minor = name.islower()
    suffixes = _MINOR if minor else _MAJOR
    if suffix not in suffixes:
        known = ", ".join(filter(None, suffixes))
        raise ValueError(f"after '{name}' stands one of {known}, not '{suffix}'")
    shift = sum(1 if sign == "#" else -1 for sign in accidentals)
    plain = Numeral(_DEGREES.index(name.lower()), shift, suffixes[suffix], minor)
    if over is None:
        return plain
    if over == "p":
        return Numeral(plain.degree, shift, plain.quality, minor, pedal=True)
    if over.isdigit():
        bass, odd = divmod(int(over) - 1, 2)
        if odd or not 0 < bass < len(QUALITIES[plain.quality]):
            raise ValueError(f"the chord '{name}{suffix}' has no note {over} to put in the bass")
        return Numeral(plain.degree, shift, plain.quality, minor, bass=bass)
    target = parse_numeral(over)
    if target.of is not None:
        raise ValueError(f"'{text}' tonicises a tonicised chord")
    return Numeral(plain.degree, shift, plain.quality, minor, of=target)


def parse_progression(text: str) -> tuple[Bar, ...]:
    """Read bars parted by `|`, their chords by spaces; `%` repeats the bar before.

    Raises:
        ValueError: a chord is none, or a bar is empty.
    """
    bars: list[Bar] = []
    for written in text.split("|"):
        words = written.split()
        if not words:
            raise ValueError(f"a bar must hold a chord, and bar {len(bars) + 1} of '{text}' is empty")
        if words == ["%"]:
            if not bars:
                raise ValueError("'%' repeats the bar before, and there is none")
            bars.append(bars[-1])
        else:
            bars.append(tuple(parse_numeral(word) for word in words))
    return tuple(bars)
