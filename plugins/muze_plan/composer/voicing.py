"""Voicings and voice leading: how chords are spread, and how hands move from one to the next.

Each chord takes, of all its voicings of a kind near a centre, the one that is least motion away from the
chord before: common tones stay, outer voices do not leap, and not all voices jump the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from muze_plan.composer.degrees import fifth, seventh, steps_of, third
from muze_plan.composer.fretboard import shapes
from muze_plan.composer.styles import VoicingKind
from muzecli.song.chord import Chord
from muzecli.song.pitch import Key

Voicing = tuple[int, ...]
"""MIDI pitches, ascending."""

_REACH = 9  # semitones that a voicing's mean may lie from the centre


@lru_cache(maxsize=2048)
def lead_voices(
    chords: tuple[Chord, ...], kind: VoicingKind, key: Key, centre: int, low: int, high: int
) -> tuple[Voicing, ...]:
    """Return a voicing for each chord, () for no chord.

    Args:
        chords: in order.
        kind: how they are spread.
        key: of the song, for colour tones.
        centre: MIDI pitch around which they lie.
        low: lowest pitch allowed.
        high: highest one.
    """
    found: list[Voicing] = []
    before: Voicing = ()
    for chord in chords:
        options = voicings(chord, kind, key, centre, low, high)
        if not options:
            found.append(())
            continue
        before = min(options, key=lambda option: (_cost(before, option, centre), option))
        found.append(before)
    return tuple(found)


@lru_cache(maxsize=4096)
def voicings(
    chord: Chord, kind: VoicingKind, key: Key, centre: int, low: int, high: int
) -> tuple[Voicing, ...]:
    """Return the voicings of a chord near a centre; the nearest one at least, where the range allows any."""
    if chord.root is None:
        return ()
    every = sorted(
        {v for v in _spread(chord, kind, key) if low <= v[0] and v[-1] <= high},
        key=lambda v: (abs(_mean(v) - centre), v),
    )
    near = [v for v in every if abs(_mean(v) - centre) <= _REACH and not _muddy(v)]
    return tuple(near or every[:1])


def _spread(chord: Chord, kind: VoicingKind, key: Key) -> Iterable[Voicing]:
    """Yield the voicings of a kind in every octave."""
    root = chord.root or 0
    if kind is VoicingKind.POWER:
        yield from _octaves((root, root + fifth(chord), root + 12))
    elif kind is VoicingKind.GUITAR:
        instead = VoicingKind.POWER if chord.quality == "5" else VoicingKind.DROP2
        yield from shapes(chord) or _spread(chord, instead, key)
    else:
        for notes in _inversions(tuple(root + step for step in _tones(chord, kind, key))):
            shaped = _shaped(notes, kind)
            yield from _octaves(shaped)


def _tones(chord: Chord, kind: VoicingKind, key: Key) -> tuple[int, ...]:
    """Return which tones of a chord a kind uses, in semitones above the root, within an octave, ascending."""
    own, steps = _own_seventh(chord), steps_of(chord)
    if kind is VoicingKind.SHELL:
        colour = next((step for step in (2, 9) if step in steps), None)
        return tuple(
            sorted({third(chord), own if own is not None else 0, *(() if colour is None else (colour,))})
        )
    if kind is VoicingKind.ROOTLESS and own is not None:
        diatonic = 2 if ((chord.root or 0) + 2) % 12 in key.scale else 0
        ninth = next((step for step in (1, 2, 3) if step in steps and step != third(chord)), diatonic)
        return tuple(sorted({third(chord), fifth(chord), own, ninth}))
    if kind is VoicingKind.QUARTAL:
        fourth = ((chord.root or 0) + 5) % 12 in key.scale and 4 not in steps
        own_seventh = seventh(chord, key) if own is None else own
        return tuple(
            sorted({0 if own is None else own_seventh, third(chord), fifth(chord), *((5,) if fourth else ())})
        )
    if kind in (VoicingKind.TRIAD, VoicingKind.OPEN):
        if 3 in steps or 4 in steps:
            return (0, third(chord), fifth(chord) if own is None or kind is VoicingKind.OPEN else own)
        return tuple(step for step in steps if step not in (10, 11))
    if len(steps) <= 4:
        return steps
    return tuple(sorted(set(steps) - {fifth(chord)}))[:4]  # of five notes the fifth is missed least


def _own_seventh(chord: Chord) -> int | None:
    """Return the seventh or sixth that a chord itself has."""
    return next((step for step in (10, 11, 9) if step in steps_of(chord)), None)


def _inversions(notes: tuple[int, ...]) -> Iterable[tuple[int, ...]]:
    """Yield the notes with each of them as the lowest, as close as they go."""
    for i in range(len(notes)):
        yield (*notes[i:], *(note + 12 for note in notes[:i]))


def _shaped(notes: tuple[int, ...], kind: VoicingKind) -> tuple[int, ...]:
    """Return close notes spread as a kind wants them."""
    if kind in (VoicingKind.DROP2, VoicingKind.WIDE):
        four = notes if len(notes) >= 4 else (*notes, notes[0] + 12)
        lowest = four[0] - 12 if kind is VoicingKind.WIDE else four[0]
        return tuple(sorted({lowest, *four[1:-2], four[-2] - 12, four[-1]}))
    if kind is VoicingKind.OPEN and len(notes) >= 3:
        return tuple(sorted((notes[0], notes[1] + 12, *notes[2:])))
    if kind is VoicingKind.QUARTAL and len(notes) >= 3:
        return tuple(sorted((notes[0], notes[1] + 12 if notes[1] - notes[0] < 4 else notes[1], *notes[2:])))
    return notes


def _octaves(notes: tuple[int, ...]) -> Iterable[Voicing]:
    for octave in range(1, 8):
        yield tuple(note + 12 * octave for note in notes)


def _muddy(voicing: Voicing) -> bool:
    """Whether low neighbours are too close to be told apart."""
    return any(
        low < 52 and high - low < (7 if low < 43 else 5 if low < 48 else 3) for low, high in pairwise(voicing)
    )


@lru_cache(maxsize=65536)
def _cost(before: Voicing, after: Voicing, centre: int) -> float:
    """Return how much it costs to move from one voicing to another."""
    pull = 0.12 * abs(_mean(after) - centre)
    if not before:
        return 8 * pull
    moves = motion(before, after)
    cost = sum(abs(move) for move in moves) / len(moves) + pull
    cost += 0.25 * max(abs(after[-1] - before[-1]) - 4, 0) + 0.1 * max(abs(after[0] - before[0]) - 5, 0)
    if len(moves) > 2 and (min(moves) > 2 or max(moves) < -2):
        cost += 2.0
    if len(before) == len(after) and _parallel(before, after):
        cost += 0.6
    return cost


def motion(before: Sequence[int], after: Sequence[int]) -> tuple[int, ...]:
    """Return how far each voice moves, in semitones; voices that come or go move from their neighbour."""
    if len(before) == len(after):
        return tuple(b - a for a, b in zip(before, after, strict=True))
    many, few = (before, after) if len(before) > len(after) else (after, before)
    sign = 1 if many is after else -1
    return tuple(sign * min((pitch - other for other in few), key=abs) for pitch in many)


def _parallel(before: Voicing, after: Voicing) -> bool:
    """Whether two voices move in parallel fifths or octaves."""
    for i in range(len(before)):
        for j in range(i + 1, len(before)):
            apart = (before[j] - before[i]) % 12
            if apart in (0, 7) and before[i] != after[i] and (after[j] - after[i]) % 12 == apart:
                return True
    return False


def _mean(voicing: Voicing) -> float:
    return sum(voicing) / len(voicing)
