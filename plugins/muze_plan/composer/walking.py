"""Walking bass: a note a beat, roots on new chords, chord tones and steps between, a half-step into the next."""

from __future__ import annotations

import random
from collections.abc import Iterator

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.degrees import place, steps_of
from muze_plan.composer.patterns import accents
from muzecli.song.chord import Chord
from muzecli.song.score import ChordEvent

_SKIP_CHANCE = 0.1  # of a short extra note before a beat
_SPAN = 19  # semitones that the line moves in


def walk(
    song: SongContext, section: SectionContext, low: int, rng: random.Random
) -> Iterator[tuple[int, int, int, float]]:
    """Yield the notes of a section: start, end, pitch, force.

    Args:
        song: the song.
        section: the section.
        low: lowest pitch.
        rng: draws the line.
    """
    beats = [
        start + tick for start in section.bar_starts for tick in accents(song.metre, song.plan.tempo_bpm)
    ]
    beats = sorted({*beats, *(event.start for event in section.chords)})
    ends = [*beats[1:], section.end]
    pitch = low + 8
    for start, end in zip(beats, ends, strict=True):
        event = section.chord_at(start)
        if event.chord.root is None:
            continue
        following = song.chord_at(end)
        if start == event.start:
            pitch = place(event.chord.bass_pc or 0, low, pitch)
        elif following.start > event.start and following.chord.bass_pc is not None:
            pitch = _approach(song, place(following.chord.bass_pc, low, pitch), pitch, low, rng)
        else:
            pitch = _step(
                song, event, pitch, low, rng, strong=(start - section.start) % section.bar_ticks == 0
            )
        force = 1.03 if (start - section.start) % section.bar_ticks == 0 else 1.0
        skip = end - start >= 480 and rng.random() < _SKIP_CHANCE and song.metre.denominator == 4
        middle = start + (end - start) // 2
        yield start, middle if skip else end, pitch, force
        if skip:
            yield middle, end, pitch, 0.66


def _approach(song: SongContext, target: int, pitch: int, low: int, rng: random.Random) -> int:
    """Return the last note before a target: a half-step, a step of the key, or its fifth."""
    options = {target - 1: 3.0, target + 1: 2.0, target - 5: 0.8, target + 7: 0.8}
    for step in (-2, 2):
        if (target + step) % 12 in song.key.scale:
            options[target + step] = 1.5
    found = {
        p: w / (1 + 0.25 * abs(p - pitch))
        for p, w in options.items()
        if low <= p <= low + _SPAN and p != pitch
    }
    return _draw(found, rng) if found else target


def _step(
    song: SongContext, event: ChordEvent, pitch: int, low: int, rng: random.Random, *, strong: bool
) -> int:
    """Return the next note under a chord that goes on."""
    chord, options = event.chord, {}
    for candidate in range(max(low, pitch - 7), min(low + _SPAN, pitch + 7) + 1):
        if candidate == pitch:
            continue
        leap = abs(candidate - pitch)
        if _in_chord(chord, candidate):
            options[candidate] = (2.0 if strong else 1.4) / (1 + 0.15 * leap)
        elif not strong and leap <= 2 and candidate % 12 in song.key.scale:
            options[candidate] = 0.9
    return _draw(options, rng) if options else pitch


def _in_chord(chord: Chord, pitch: int) -> bool:
    return (pitch - (chord.root or 0)) % 12 in steps_of(chord)


def _draw(options: dict[int, float], rng: random.Random) -> int:
    at = rng.random() * sum(options.values())
    for pitch, weight in options.items():
        at -= weight
        if at < 0:
            return pitch
    return next(iter(options))
