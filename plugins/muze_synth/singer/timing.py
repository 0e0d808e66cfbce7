"""When each phoneme sounds: vowels on the beat, consonants before it.

A vowel starts exactly where its note does; the consonants that open a syllable end there, so they take their time
from the rest or the vowel before. Where that is too short, consonants are shortened in proportion. Only at the
very beginning of a song, where there is no time before the beat, does a vowel start late.

        note 1            note 2
        |                 |
    s t ɑ ɑ ɑ ɑ ɑ ɑ ɑ ɹ l aɪ aɪ aɪ t
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from muze_synth.singer.consonants import Manner, find_consonant, length_s
from muze_synth.singer.setting import Unit
from muzecli.text.ipa import is_vowel

_VOWEL_SHARE = 0.45  # of the time between two beats that stays with the vowel at least
_VOWEL_LEAST_S = 0.05
_LONG_S = 1.5  # a note on which closing hums take twice their usual length
_BREATH_GAP_S = 0.22
_BREATH_BEFORE_S = 0.04


@dataclass(frozen=True)
class Segment:
    """One phoneme in time.

    Attributes:
        phoneme: IPA symbol.
        start_s: its beginning.
        end_s: its end.
        unit: index of its syllable in the phrase.
        vowel: whether it carries the syllable.
    """

    phoneme: str
    start_s: float
    end_s: float
    unit: int
    vowel: bool


def time_phrase(units: Sequence[Unit], *, earliest_s: float) -> tuple[Segment, ...]:
    """Return the phonemes of a phrase, gapless and in order.

    Args:
        units: its syllables.
        earliest_s: where the phrase before ended; nothing begins sooner.
    """
    beats = [unit.notes[0].start_s for unit in units]
    opening = sum(map(length_s, units[0].onset))
    start = max(beats[0] - opening, earliest_s)
    if opening > 0 and beats[0] - start < 0.5 * opening:  # no room: the vowel gives way
        beats[0] = start + min(opening, 0.35 * (units[0].notes[-1].end_s - start))
    segments = _row(units[0].onset, start, beats[0], 0)
    for index, unit in enumerate(units):
        final = index + 1 == len(units)
        end = unit.notes[-1].end_s if final else beats[index + 1]
        following = () if final else units[index + 1].onset
        room = end - beats[index]
        wanted = [*(_closing_s(c, room) for c in unit.coda), *map(length_s, following)]
        allowed = max(room - max(_VOWEL_LEAST_S, _VOWEL_SHARE * room), 0.4 * room)
        scale = min(1.0, allowed / sum(wanted)) if wanted else 1.0
        closing = end - scale * sum(wanted)
        boundary = closing + scale * sum(wanted[: len(unit.coda)])
        segments.append(Segment(unit.nucleus, beats[index], closing, index, True))
        segments += _row(unit.coda, closing, boundary, index, room)
        segments += _row(following, boundary, end, index + 1)
    return tuple(segments)


def _closing_s(consonant: str, room_s: float) -> float:
    """Return the length of a consonant after its vowel: hums and liquids grow with a long note."""
    known = find_consonant(consonant)
    sings = known.manner in (Manner.NASAL, Manner.SMOOTH)
    return length_s(consonant) * (1.0 + min(room_s, _LONG_S) / _LONG_S if sings else 1.0)


def _row(
    consonants: Sequence[str], start_s: float, end_s: float, unit: int, room_s: float = 0.0
) -> list[Segment]:
    lengths = [_closing_s(c, room_s) for c in consonants]
    scale = (end_s - start_s) / sum(lengths) if lengths else 0.0
    segments, place = [], start_s
    for index, (consonant, length) in enumerate(zip(consonants, lengths, strict=True)):
        end = end_s if index + 1 == len(lengths) else place + scale * length
        segments.append(Segment(consonant, place, end, unit, False))
        place = end
    return segments


def breath_before(
    segments: Sequence[Segment], *, earliest_s: float, rng: random.Random
) -> tuple[float, float] | None:
    """Return when a singer breathes in before a phrase, or None where there is no time."""
    gap = segments[0].start_s - earliest_s
    if gap < _BREATH_GAP_S:
        return None
    length = min(rng.uniform(0.22, 0.42), gap - _BREATH_BEFORE_S - 0.04)
    end = segments[0].start_s - _BREATH_BEFORE_S
    return end - length, end


def is_voiced_nucleus(segment: Segment) -> bool:
    """Whether a segment carries its syllable as a vowel; hummed consonants do not."""
    return segment.vowel and is_vowel(segment.phoneme) and "\u0329" not in segment.phoneme
