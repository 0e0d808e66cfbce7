"""How chords are written: by the letter of their degree, so that bVII in C major is Bb and V/vi in E major G#."""

from __future__ import annotations

from muzecli.song.chord import Chord
from muzecli.song.pitch import FLAT_NAMES, NATURALS, SHARP_NAMES, Key

LETTERS = "CDEFGAB"


def tonic_letter(key: Key) -> int:
    """Return the letter of a key's tonic, 0 for C … 6 for B."""
    return LETTERS.index(_names(key.flats)[key.tonic][0])


def accidental(pitch_class: int, letter: int) -> int:
    """Return the sharps (above 0) or flats (below 0) that a letter needs to be a pitch class."""
    return (pitch_class - NATURALS[LETTERS[letter % 7]] + 6) % 12 - 6


def flats_for(accidentals: tuple[int, ...], key: Key) -> bool:
    """Say whether a chord is written with flats: as its first note that has an accidental asks, else as the key."""
    first = next(filter(None, accidentals), 0)
    return first < 0 or (first == 0 and key.flats)


def moved(chord: Chord, old: Key, new: Key) -> Chord:
    """Return a chord of one key as the same degree of another, spelled as that degree is.

    Args:
        chord: in the old key.
        old: where it stands.
        new: where it goes; of the same mode.
    """
    if chord.root is None:
        return chord
    letters = tonic_letter(new) - tonic_letter(old)
    plain = chord.transposed(new.tonic - old.tonic)
    accidentals = []
    for before, after in ((chord.root, plain.root), (chord.bass, plain.bass)):
        if before is not None and after is not None:
            letter = LETTERS.index(_names(chord.flats)[before][0])
            accidentals.append(accidental(after, letter + letters))
    return Chord(plain.root, plain.quality, plain.bass, flats_for(tuple(accidentals), new))


def _names(flats: bool) -> tuple[str, ...]:
    return FLAT_NAMES if flats else SHARP_NAMES
