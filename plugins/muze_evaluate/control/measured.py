"""What extractors found in a recording, in the terms in which plans speak.

A field without a value has a reason. It also matters whose fault that is: where nobody here can look for a field it
is `unheard`, and nothing can be said of the recording; where somebody looked and found nothing, such as no pulse,
that is a finding about the recording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from muzecli.song.chord import Chord
from muzecli.song.pitch import Key
from muzecli.song.track import ChordTime

Span = tuple[float, float]

TEMPO, BEATS, DOWNBEATS, METRE = "tempo", "beat_positions", "downbeat_positions", "time_signature"
KEY, CHORDS, SECTIONS, LOUDNESS = "key", "chord_progression", "segments", "loudness_db"
VOCALS, VOICES, FAMILIES = "has_vocals", "fact.voice_activity", "fact.instruments"
ENERGY = "fact.energy_curve"
FIELDS = (
    *(TEMPO, BEATS, DOWNBEATS, METRE, KEY, CHORDS, SECTIONS, ENERGY, LOUDNESS, VOCALS, VOICES, FAMILIES),
)
"""All that is asked for, by the names that extractors give it."""


@dataclass(frozen=True)
class Part:
    """A section that was heard."""

    type: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class EnergyCurve:
    """Energy over time: value i belongs to the time i / rate_hz."""

    rate_hz: float
    values: tuple[float, ...]


@dataclass(frozen=True)
class Measured:
    """What was heard; times are seconds from where the plan begins. None where nothing was found.

    Attributes:
        duration_s: of the audio from there on.
        tempo_bpm: beats a minute.
        beats_s: every beat.
        downbeats_s: the first beat of every bar.
        time_signature: such as `3/4`.
        key: tonic and mode.
        chords: in order; a gap is no chord.
        sections: from the beginning to the end.
        energy: over time.
        loudness_lufs: of the whole file, what stands before the plan's beginning included.
        has_vocals: whether somebody sings.
        voices_s: when.
        families: how probable each family of instruments is, 0…1.
        unheard: fields that nobody here can look for.
        reasons: why a field has no value.
        doubts: why a lesser way of finding a field had to do.
    """

    duration_s: float
    tempo_bpm: float | None = None
    beats_s: tuple[float, ...] | None = None
    downbeats_s: tuple[float, ...] | None = None
    time_signature: str | None = None
    key: Key | None = None
    chords: tuple[ChordTime, ...] | None = None
    sections: tuple[Part, ...] | None = None
    energy: EnergyCurve | None = None
    loudness_lufs: float | None = None
    has_vocals: bool | None = None
    voices_s: tuple[Span, ...] | None = None
    families: Mapping[str, float] | None = None
    unheard: frozenset[str] = frozenset()
    reasons: Mapping[str, str] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)

    def until(self, end_s: float) -> Measured:
        """Return what was heard before a time; statements about the whole stay as they are."""
        if end_s >= self.duration_s:
            return self
        return replace(
            self,
            duration_s=end_s,
            beats_s=_before(self.beats_s, end_s),
            downbeats_s=_before(self.downbeats_s, end_s),
            sections=None
            if self.sections is None
            else tuple(
                replace(part, end_s=min(part.end_s, end_s)) for part in self.sections if part.start_s < end_s
            ),
        )


def measured_from(
    values: Mapping[str, Any],
    *,
    duration_s: float,
    unheard: frozenset[str] = frozenset(),
    reasons: Mapping[str, str] | None = None,
    doubts: Mapping[str, str] | None = None,
) -> Measured:
    """Return findings, JSON values by the names of `FIELDS`, as what was measured."""
    beats, downbeats, key = values.get(BEATS), values.get(DOWNBEATS), values.get(KEY)
    chords, sections, curve = values.get(CHORDS), values.get(SECTIONS), values.get(ENERGY)
    voices = values.get(VOICES)
    return Measured(
        duration_s=duration_s,
        tempo_bpm=values.get(TEMPO),
        beats_s=None if beats is None else tuple(beats),
        downbeats_s=None if downbeats is None else tuple(downbeats),
        time_signature=values.get(METRE),
        key=None if key is None else Key.parse(key),
        chords=None if chords is None else _chords(chords),
        sections=None
        if sections is None
        else tuple(Part(item["type"], item["start"], item["end"]) for item in sections),
        energy=None if curve is None else EnergyCurve(curve["rate_hz"], tuple(curve["values"])),
        loudness_lufs=values.get(LOUDNESS),
        has_vocals=values.get(VOCALS),
        voices_s=None if voices is None else tuple((start_s, end_s) for start_s, end_s in voices),
        families=values.get(FAMILIES),
        unheard=unheard,
        reasons=dict(reasons or {}),
        doubts=dict(doubts or {}),
    )


def _chords(items: Sequence[Mapping[str, Any]]) -> tuple[ChordTime, ...]:
    return tuple(ChordTime(Chord.parse(item["chord"]), item["start"], item["end"]) for item in items)


def _before(times_s: tuple[float, ...] | None, end_s: float) -> tuple[float, ...] | None:
    return None if times_s is None else tuple(time for time in times_s if time < end_s)
