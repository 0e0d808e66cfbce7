"""A vocal part sung: audio and everything that is true about it."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from muze_synth.singer.gestures import Gesture, gestures_of
from muze_synth.singer.pitch import PitchCurve, Vibrato, pitch_curve
from muze_synth.singer.rendering import TAIL_S, Phrase, render_phrase
from muze_synth.singer.setting import Unit, phrases, set_phrase, sung_notes
from muze_synth.singer.timbre import VoiceTimbre
from muze_synth.singer.timing import Segment, breath_before, time_phrase
from muze_synth.singer.tract import tract_track
from muzecli.errors import UsageError
from muzecli.seeds import item_seed
from muzecli.song.score import Part, Score

TRUTH_HZ = 100
"""Frames a second of the pitch labels; frame i is at i / 100 s."""

END_S = 0.1
"""Time after the last bar for the last phoneme to die away, in seconds."""

_BREATH_LEVEL = 0.55
_VOICED_LEVEL = 0.05
LOWEST_RATE_HZ = 16_000
"""Lowest rate of a voice, whose hisses reach up to 8 kHz."""
_RATES_HZ = (LOWEST_RATE_HZ, 96_000)


class TimedPhoneme(NamedTuple):
    """A phoneme and when it sounds."""

    ipa: str
    start_s: float
    end_s: float


class Breath(NamedTuple):
    """When the singer breathes in."""

    start_s: float
    end_s: float


@dataclass(frozen=True)
class Sung:
    """A sung part with its truth.

    Attributes:
        samples: (1, N) float32, the score's length and `END_S`; zero where nothing is sung.
        phonemes: in order.
        breaths: in order.
        vibratos: in order, one a note that has one.
        f0_hz: (T,) float32 at `TRUTH_HZ`; 0 where unvoiced.
        voiced: (T,) bool.
        vibrato_rate_hz: mean rate over all vibrato; None where there is none.
        vibrato_depth_cents: mean depth from the middle to the peak; None where there is none.
        vibrato_extent: share of the voiced time that is sung with vibrato, 0…1.
    """

    samples: npt.NDArray[np.float32]
    phonemes: tuple[TimedPhoneme, ...]
    breaths: tuple[Breath, ...]
    vibratos: tuple[Vibrato, ...]
    f0_hz: npt.NDArray[np.float32]
    voiced: npt.NDArray[np.bool_]
    vibrato_rate_hz: float | None
    vibrato_depth_cents: float | None
    vibrato_extent: float


def sing(
    part: Part, score: Score, *, rate_hz: int, voice: VoiceTimbre, language: str = "en", seed: int = 0
) -> Sung:
    """Sing a part with a source–filter voice.

    Where notes have lyrics, their words are sung; a part without any is sung on vowels, which needs no eSpeak NG.
    The same arguments give the same samples.

    Args:
        part: what to sing; of notes at the same time, the highest.
        score: tempo and length.
        rate_hz: sampling rate, 16000…96000.
        voice: who sings; see `TIMBRES`.
        language: of the lyrics, as for `muzecli.text.phonemes.phonemise`.
        seed: 0…2³²−1; breaths, vibrato, noise and the vowels of phrases without words.

    Raises:
        UsageError: the rate is out of range, the language is unknown, or its letters cannot be read.
        UnavailableError: there are lyrics, and eSpeak NG is not on this machine.
    """
    if not _RATES_HZ[0] <= rate_hz <= _RATES_HZ[1]:
        raise UsageError(f"a voice is sung at {_RATES_HZ[0]}…{_RATES_HZ[1]} Hz, not at {rate_hz}")
    samples = np.zeros((1, math.ceil((score.duration_s + END_S) * rate_hz)), dtype=np.float32)
    f0 = np.zeros(math.ceil(score.duration_s * TRUTH_HZ), dtype=np.float32)
    phonemes: list[TimedPhoneme] = []
    breaths: list[Breath] = []
    vibratos: list[Vibrato] = []
    notes = sung_notes(part, score)
    has_lyrics = any(note.lyric for note in notes)
    free_s = 0.0
    for number, line in enumerate(phrases(notes)):
        chance = random.Random(item_seed(seed, f"phrase {number}"))
        units = set_phrase(line, language=language, has_lyrics=has_lyrics, rng=chance)
        phrase, segments, breath = _phrase(units, voice, language, free_s, chance)
        noise = np.random.default_rng(item_seed(seed, f"noise {number}"))
        place, audio = render_phrase(phrase, voice, rate_hz=rate_hz, rng=noise)
        _add(samples[0], place, audio)
        phonemes += [TimedPhoneme(s.phoneme, s.start_s, s.end_s) for s in segments]
        breaths += [] if breath is None else [Breath(*breath)]
        vibratos += phrase.pitch.vibratos
        _label(f0, phrase)
        free_s = phrase.end_s + 0.02
    voiced = f0 > 0.0
    rate, depth, extent = _vibrato_truth(vibratos, voiced)
    return Sung(samples, tuple(phonemes), tuple(breaths), tuple(vibratos), f0, voiced, rate, depth, extent)


def _phrase(
    units: tuple[Unit, ...],
    voice: VoiceTimbre,
    language: str,
    free_s: float,
    chance: random.Random,
) -> tuple[Phrase, tuple[Segment, ...], tuple[float, float] | None]:
    segments = time_phrase(units, earliest_s=free_s)
    breath = breath_before(segments, earliest_s=free_s, rng=chance)
    gestures = gestures_of(segments, language)
    start, end = segments[0].start_s, segments[-1].end_s
    if breath is not None:
        start = breath[0]
        inhaled = Gesture(
            breath[0], breath[1], 0.0, _BREATH_LEVEL * chance.uniform(0.7, 1.2), 0.0, None, False, -1
        )
        gestures = (inhaled, *gestures)
    beats = [segment.start_s for segment in segments if segment.vowel]
    pitch: PitchCurve = pitch_curve(units, beats, start_s=start, end_s=end + TAIL_S, timbre=voice, rng=chance)
    notes = tuple(note for unit in units for note in unit.notes)
    tract = tract_track(segments, voice)
    return Phrase(start, end, gestures, notes, tract, pitch), segments, breath


def _add(song: npt.NDArray[np.float32], place: int, audio: npt.NDArray[np.float32]) -> None:
    skipped = max(-place, 0)
    length = min(audio.size, song.size - place)
    song[place + skipped : place + length] += audio[skipped:length]


def _label(f0: npt.NDArray[np.float32], phrase: Phrase) -> None:
    for gesture in phrase.gestures:
        if gesture.voice > _VOICED_LEVEL:
            first = math.ceil(gesture.start_s * TRUTH_HZ - 1e-9)
            last = min(math.ceil(gesture.end_s * TRUTH_HZ - 1e-9), f0.size)
            f0[first:last] = phrase.pitch.at(np.arange(first, last) / TRUTH_HZ)


def _vibrato_truth(
    vibratos: list[Vibrato], voiced: npt.NDArray[np.bool_]
) -> tuple[float | None, float | None, float]:
    lengths = [vibrato.end_s - vibrato.start_s for vibrato in vibratos]
    total = sum(lengths)
    if total <= 0.0:
        return None, None, 0.0
    rate = sum(v.rate_hz * s for v, s in zip(vibratos, lengths, strict=True)) / total
    depth = sum(v.depth_cents * s for v, s in zip(vibratos, lengths, strict=True)) / total
    swinging = np.zeros_like(voiced)
    for vibrato in vibratos:
        swinging[math.ceil(vibrato.start_s * TRUTH_HZ) : math.ceil(vibrato.end_s * TRUTH_HZ)] = True
    return rate, depth, float((swinging & voiced).sum() / max(int(voiced.sum()), 1))
