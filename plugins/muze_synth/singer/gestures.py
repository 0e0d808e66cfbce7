"""Phonemes as gestures: what glottis and tongue do, and how loud each sounds.

A vowel or a nasal is one gesture; a stop is a closure and a burst, an affricate a closure and a noise, a trill a
row of short closures. Levels are linear, against a vowel sung at the same force.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muze_synth.singer.consonants import Consonant, Manner, find_consonant
from muze_synth.singer.timing import Segment, is_voiced_nucleus

_ASPIRATING = ("en", "de", "da", "sv", "no", "nb", "is", "ga", "cy")
"""Languages whose voiceless stops are breathed out before a stressed vowel."""

_BURST_S = 0.014
_HUM_DB = -4.0


@dataclass(frozen=True)
class Gesture:
    """A stretch of steady intent.

    Attributes:
        start_s: its beginning.
        end_s: its end.
        voice: level of the glottal tone.
        breath: level of the air that passes the open glottis.
        noise: level of the noise at a constriction.
        noise_name: its spectrum in `NOISES`.
        burst: whether the noise starts at once and dies away.
        segment: index of the phoneme in the phrase.
    """

    start_s: float
    end_s: float
    voice: float
    breath: float
    noise: float
    noise_name: str | None
    burst: bool
    segment: int


def _linear(db: float) -> float:
    return 0.0 if db <= -90.0 else float(10.0 ** (db / 20.0))


def gestures_of(segments: Sequence[Segment], language: str) -> tuple[Gesture, ...]:
    """Return the gestures of a phrase, gapless and in order."""
    aspirates = language.split("-")[0] in _ASPIRATING
    found: list[Gesture] = []
    for index, segment in enumerate(segments):
        if is_voiced_nucleus(segment):
            found.append(_gesture(segment.start_s, segment.end_s, index, voice=1.0))
            continue
        consonant = find_consonant(segment.phoneme)
        before_vowel = index + 1 < len(segments) and segments[index + 1].vowel
        after_hiss = index > 0 and _hisses(segments[index - 1])
        found += _consonant(segment, index, consonant, aspirates and before_vowel and not after_hiss)
    return tuple(found)


def _hisses(segment: Segment) -> bool:
    return not is_voiced_nucleus(segment) and find_consonant(segment.phoneme).manner is Manner.FRICATIVE


def _consonant(segment: Segment, index: int, consonant: Consonant, aspirated: bool) -> Iterator[Gesture]:
    start, end = segment.start_s, segment.end_s
    voice, noise = _linear(consonant.voice_db), _linear(consonant.noise_db)
    name = consonant.noise
    match consonant.manner:
        case Manner.STOP:
            opening = min(
                _BURST_S + (0.035 if aspirated and not consonant.voiced else 0.0), 0.6 * (end - start)
            )
            release = end - opening
            burst_end = min(release + _BURST_S, end)
            yield _gesture(start, release, index, voice=voice)
            yield _gesture(
                release, burst_end, index, voice=voice, noise=noise, name=name, burst=True,
                breath=0.3 if aspirated and not consonant.voiced else 0.0,
            )  # fmt: skip
            if burst_end < end:
                yield _gesture(burst_end, end, index, breath=0.0 if consonant.voiced else 0.45)
        case Manner.AFFRICATE:
            release = start + 0.42 * (end - start)
            yield _gesture(start, release, index, voice=voice)
            yield _gesture(release, end, index, voice=voice, noise=noise, name=name, burst=True)
        case Manner.BREATH:
            yield _gesture(start, end, index, voice=voice, breath=0.6)
        case Manner.TRILL:
            closures = max(1, round((end - start) / 0.042))
            step = (end - start) / closures
            for number in range(closures):
                at = start + number * step
                yield _gesture(at, at + 0.45 * step, index, voice=0.22)
                yield _gesture(at + 0.45 * step, at + step, index, voice=0.65)
        case _:
            level = _linear(_HUM_DB) if segment.vowel else voice
            yield _gesture(start, end, index, voice=level, noise=noise, name=name)


def _gesture(
    start: float,
    end: float,
    segment: int,
    *,
    voice: float = 0.0,
    breath: float = 0.0,
    noise: float = 0.0,
    name: str | None = None,
    burst: bool = False,
) -> Gesture:
    return Gesture(start, end, voice, breath, noise, name, burst, segment)
