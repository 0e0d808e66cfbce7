"""The annotated track: what is known of a recording (dataset schema 3.1).

A track's fields keep the names they have in a dataset file; None says that a field was not measured.
Times are seconds from the beginning of the audio. F frames stand for the f0 arrays, one every 10 ms.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from muzecli.song.chord import Chord
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import Plan, SectionType

F0_RATE_HZ = 100
F0_BINS = 84
"""Semitones from C1 (MIDI pitch 24, bin 0) to B7 (107, bin 83)."""
SPLITS = ("train", "valid", "test")


@dataclass(frozen=True)
class Segment:
    """A part of a song.

    Attributes:
        type: one of the thirteen.
        start_s: where it begins.
        end_s: where it ends.
        energy: 0…1; None where it was not measured.
        has_vocals: whether somebody sings; None where nobody listened.
        lyrics: what is sung.
    """

    type: SectionType
    start_s: float
    end_s: float
    energy: float | None = None
    has_vocals: bool | None = None
    lyrics: str | None = None


@dataclass(frozen=True)
class PhonemeTime:
    """A phoneme (IPA) and when it sounds."""

    phoneme: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class ChordTime:
    """A chord and when it sounds."""

    chord: Chord
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Track:
    """One annotated recording.

    Attributes:
        audio_path: the audio, relative to the dataset's file.
        track_id: unique in its dataset.
        duration: seconds.
        sample_rate: Hz.
        artist, title, album, genre: tags.
        year: of release.
        prompt: description in words.
        text_sentiment: "positive", "neutral" or "negative".
        sentiment_score: −1…1.
        tempo: beats a minute.
        key: tonic and mode.
        time_signature: the metre.
        loudness_db: integrated loudness in LUFS.
        energy: 0…1.
        has_vocals: whether somebody sings.
        lyrics: all that is sung, a line a line.
        language: of the lyrics, ISO 639-1.
        phonemes_ipa: all phonemes in order.
        phoneme_timestamps: the same with times.
        voice_embedding: (256,) of the voice in the mix.
        voice_embedding_separated: (256,) of the voice alone.
        ecapa_embedding: (192,) of the voice alone.
        clap_audio_embedding: (512,) of the mix.
        clap_text_embedding: (512,) of the prompt.
        segments: from the beginning to the end, without gaps.
        beat_positions: times of the beats.
        downbeat_positions: times of the first beats of the bars.
        chord_progression: in order, without overlaps.
        f0_contour: (F,) pitch of the voice in Hz, 0 where there is none.
        f0_coarse: (F,) semitones above C1, 0…83, 0 where there is none.
        f0_voiced_mask: (F,) whether the voice has a pitch.
        vibrato_rate: Hz.
        vibrato_depth: cents.
        vibrato_extent: 0…1, share of the sung time with vibrato.
        breath_positions: start and end of each breath.
        split: "train", "valid" or "test".
        source: how each field came about, JSON values.
        score_path: the score, relative to the dataset's file.
        plan: the plan it was made from.
    """

    audio_path: str
    track_id: str
    duration: float
    sample_rate: int
    artist: str | None = None
    title: str | None = None
    album: str | None = None
    genre: str | None = None
    year: int | None = None
    prompt: str | None = None
    text_sentiment: str | None = None
    sentiment_score: float | None = None
    tempo: float | None = None
    key: Key | None = None
    time_signature: TimeSignature | None = None
    loudness_db: float | None = None
    energy: float | None = None
    has_vocals: bool | None = None
    lyrics: str | None = None
    language: str | None = None
    phonemes_ipa: tuple[str, ...] | None = None
    phoneme_timestamps: tuple[PhonemeTime, ...] | None = None
    voice_embedding: tuple[float, ...] | None = None
    voice_embedding_separated: tuple[float, ...] | None = None
    ecapa_embedding: tuple[float, ...] | None = None
    clap_audio_embedding: tuple[float, ...] | None = None
    clap_text_embedding: tuple[float, ...] | None = None
    segments: tuple[Segment, ...] | None = None
    beat_positions: tuple[float, ...] | None = None
    downbeat_positions: tuple[float, ...] | None = None
    chord_progression: tuple[ChordTime, ...] | None = None
    f0_contour: tuple[float, ...] | None = None
    f0_coarse: tuple[int, ...] | None = None
    f0_voiced_mask: tuple[bool, ...] | None = None
    vibrato_rate: float | None = None
    vibrato_depth: float | None = None
    vibrato_extent: float | None = None
    breath_positions: tuple[tuple[float, float], ...] | None = None
    split: str | None = None
    source: Mapping[str, Any] = field(default_factory=dict)
    score_path: str | None = None
    plan: Plan | None = None

    def __post_init__(self) -> None:
        """Check everything that the fields say of each other.

        Raises:
            FieldError: names the first field that is wrong.
        """
        from muzecli.song.track_checks import check_track

        check_track(self)

    @property
    def key_idx(self) -> int | None:
        """The key as 0…23, see `Key.index`."""
        return None if self.key is None else self.key.index

    @property
    def num_beats(self) -> int | None:
        """How many beats there are."""
        return None if self.beat_positions is None else len(self.beat_positions)

    @property
    def f0_frames(self) -> int:
        """F, the length of the f0 arrays: frames of 10 ms that begin within the duration."""
        return math.ceil(self.duration * F0_RATE_HZ - 1e-6)


def coarse_bin(frequency_hz: float) -> int:
    """Return the bin 0…83 of a frequency, the nearest semitone above C1; 0 for no pitch (0 Hz)."""
    if frequency_hz <= 0.0:
        return 0
    semitones = round(12.0 * math.log2(frequency_hz / 440.0)) + 69 - 24
    return min(max(semitones, 0), F0_BINS - 1)
