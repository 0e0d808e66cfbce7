"""Degrees of a chord as low instruments name them: root, fifth, third, sixth, seventh.

The root is the chord's bass where the chord is inverted, so that inversions sound.
"""

from __future__ import annotations

from muzecli.song.chord import QUALITIES, Chord
from muzecli.song.pitch import Key


def steps_of(chord: Chord) -> tuple[int, ...]:
    """Return a chord's notes in semitones above its root, within an octave."""
    return tuple(sorted({step % 12 for step in QUALITIES[chord.quality]}))


def third(chord: Chord) -> int:
    """Return the semitones to the third, or to what stands for it in suspended chords and bare fifths."""
    return next((step for step in steps_of(chord) if step in (3, 4)), fifth(chord))


def fifth(chord: Chord) -> int:
    """Return the semitones to the fifth: 7, or 6 and 8 where the chord has it lowered or raised."""
    return next((step for step in (7, 6, 8) if step in steps_of(chord)), 7)


def seventh(chord: Chord, key: Key) -> int:
    """Return the semitones to the chord's seventh; a chord without one takes that of the key."""
    own = next((step for step in (10, 11) if step in steps_of(chord)), None)
    if own is not None:
        return own
    if chord.quality == "dim7":
        return 9
    root = chord.root or 0
    return 10 if (root + 10) % 12 in key.scale else 11 if (root + 11) % 12 in key.scale else 10


def sixth(chord: Chord, key: Key) -> int:
    """Return the semitones to the sixth that the key has."""
    root = chord.root or 0
    return 9 if 9 in steps_of(chord) or (root + 9) % 12 in key.scale else 8


def degree_pitch(symbol: str, chord: Chord, key: Key, bass: int) -> int:
    """Return the pitch of a degree.

    Args:
        symbol: R, O, 5, f, 3, T, 6 or 7.
        chord: with a root.
        key: of the song.
        bass: MIDI pitch of the chord's bass note, which R gives back.
    """
    if symbol == "R":
        return bass
    if symbol == "O":
        return bass + 12
    root = chord.root or 0
    if symbol == "f":
        return bass - (bass - root - fifth(chord)) % 12
    step = {"5": fifth(chord), "3": third(chord), "T": third(chord)}.get(symbol)
    if step is None:
        step = sixth(chord, key) if symbol == "6" else seventh(chord, key)
    above = (root + step - bass) % 12
    return bass + above + (12 if symbol == "T" else 0)


def place(pc: int, low: int, near: int, span: int = 17) -> int:
    """Return the pitch of a pitch class from `low` up, within a span of semitones, that is nearest to one."""
    lowest = low + (pc - low) % 12
    options = [pitch for pitch in (lowest, lowest + 12) if pitch <= low + span]
    return min(options, key=lambda pitch: (abs(pitch - near), pitch))
