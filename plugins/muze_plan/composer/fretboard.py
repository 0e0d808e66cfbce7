"""Chords as six strings can hold them: open shapes, barres and what lies between, found by search.

A shape lies within four frets (or uses open strings in first position), each string sounds its lowest or
second chord tone there, the lowest string that sounds has the chord's bass.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise, product

from muze_plan.composer.degrees import steps_of
from muzecli.song.chord import Chord

STRINGS = (40, 45, 50, 55, 59, 64)
"""Open strings of a guitar in standard tuning, E2 A2 D3 G3 B3 E4."""

_REACH = 3  # frets from the lowest finger to the highest
_HIGHEST_POSITION = 8
_FINGERS = 4


@lru_cache(maxsize=512)
def shapes(chord: Chord) -> tuple[tuple[int, ...], ...]:
    """Return the pitches of every playable shape of four strings and more, ascending; () for no chord."""
    if chord.root is None:
        return ()
    pcs = {(chord.root + step) % 12 for step in steps_of(chord)}
    needed = _needed(chord)
    found: set[tuple[int, ...]] = set()
    for position in range(_HIGHEST_POSITION + 1):
        for first in range(3):
            found.update(_at(position, first, pcs, needed, chord.bass_pc or 0))
    return tuple(sorted(found))


def _needed(chord: Chord) -> set[int]:
    """Return the pitch classes without which it would be another chord; the fifth can be left out of four."""
    root = chord.root or 0
    steps = steps_of(chord)
    if len(steps) > 3:
        steps = tuple(step for step in steps if step != 7)[:4]
    return {(root + step) % 12 for step in steps}


def _at(position: int, first: int, pcs: set[int], needed: set[int], bass: int) -> list[tuple[int, ...]]:
    """Return the shapes in one position whose lowest sounding string is the given one."""
    options: list[list[tuple[int, int]]] = []  # per string: (pitch, fret)
    for string in range(first, len(STRINGS)):
        frets = {*range(max(position, 1), position + _REACH + 1), *((0,) if position == 0 else ())}
        here = [(STRINGS[string] + fret, fret) for fret in sorted(frets)]
        wanted = {bass} if string == first else pcs
        options.append([(pitch, fret) for pitch, fret in here if pitch % 12 in wanted][:2])
    if not all(options):
        return []
    found = []
    for shape in product(*options):
        frets_held = [fret for _, fret in shape if fret > 0]
        barred = position > 0 and frets_held.count(min(frets_held)) > 1
        fingers = len(frets_held) - (frets_held.count(min(frets_held)) - 1 if barred else 0)
        pitches = tuple(pitch for pitch, _ in shape)
        ascending = all(low < high for low, high in pairwise(pitches))
        if fingers <= _FINGERS and ascending and needed <= {pitch % 12 for pitch in pitches}:
            found.append(pitches)
    return found
