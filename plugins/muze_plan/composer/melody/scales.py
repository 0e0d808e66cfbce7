"""Scales, and which of their notes a chord lets through.

A melody keeps to one scale; where a chord has a note outside it (the G# of an E major in A minor), that note stands
in for the scale's note of the same letter (the G) for as long as the chord holds.
"""

from __future__ import annotations

from functools import lru_cache

from muzecli.song.chord import QUALITIES, Chord

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic_minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic_minor": (0, 2, 3, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "major_pentatonic": (0, 2, 4, 7, 9),
    "minor_pentatonic": (0, 3, 5, 7, 10),
    "major_blues": (0, 2, 3, 4, 7, 9),
    "minor_blues": (0, 3, 5, 6, 7, 10),
}
"""Name → semitones above the tonic."""

CHORD, SCALE, AVOID, BLUE = 0, 1, 2, 3
"""What a note is to the chord that sounds: of it, of the scale, of the scale but a semitone above a note of
the chord, or a blue note."""


@lru_cache(maxsize=4096)
def palette(tonic: int, scale: str, chord: Chord) -> tuple[int | None, ...]:
    """Return, for each pitch class 0…11, what it is to the chord; None where it should not be sung.

    Args:
        tonic: pitch class of the key.
        scale: a name of `SCALES`.
        chord: the chord that sounds; with no chord, every note of the scale will do.
    """
    degrees = [(tonic + step) % 12 for step in SCALES[scale]]
    tones = chord.pitch_classes
    kinds: list[int | None] = [None] * 12
    blue = blue_note(tonic, scale)
    replaced = _replaced(degrees, chord)
    for pc in degrees:
        if pc == blue:
            kinds[pc] = BLUE
        elif pc not in replaced:
            kinds[pc] = AVOID if (pc - 1) % 12 in tones else SCALE
    for tone in tones:
        kinds[tone] = CHORD
    if not tones:
        for pc in degrees:
            kinds[pc] = CHORD if (pc - tonic) % 12 in (0, 3, 4, 7) else SCALE
    return tuple(kinds)


# Semitones above the root of a chord's notes that are raised when they are foreign to the key, and so stand in for
# the note below them: major third, major seventh, augmented fifth. Minor and diminished ones are lowered.
_RAISED = (4, 8, 11)


def _replaced(degrees: list[int], chord: Chord) -> set[int]:
    """Return the notes of a scale that foreign notes of a chord stand in for."""
    if chord.root is None:
        return set()
    replaced = set()
    for step in QUALITIES[chord.quality]:
        tone = (chord.root + step) % 12
        if tone in degrees:
            continue
        raised = step % 12 in _RAISED
        if step == 0:  # a foreign root is lowered (♭VII), unless it leads upwards (♯iv°)
            raised = "dim" in chord.quality
        elif step == 7:
            raised = chord.root in degrees
        replaced.add((tone - 1 if raised else tone + 1) % 12)
    return replaced


def blue_note(tonic: int, scale: str) -> int | None:
    """Return the pitch class of a blues scale's blue note."""
    if scale == "major_blues":
        return (tonic + 3) % 12
    if scale == "minor_blues":
        return (tonic + 6) % 12
    return None


def step_semitones(scale: str) -> float:
    """Return the mean size of one step of a scale in semitones."""
    return 12 / len(SCALES[scale])
