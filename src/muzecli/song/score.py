"""The score: every note of a song on a grid of ticks.

Times are integer ticks of `TICKS_PER_QUARTER`, so that bars add up exactly; seconds follow from the tempo.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from muzecli.song.chord import Chord
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import SectionSpan


class Role(StrEnum):
    """What a part does in the music."""

    DRUMS = "drums"
    BASS = "bass"
    CHORDS = "chords"
    PAD = "pad"
    ARPEGGIO = "arpeggio"
    LEAD = "lead"
    COUNTER = "counter"
    VOCALS = "vocals"
    EFFECTS = "effects"


@dataclass(frozen=True, order=True)
class Note:
    """One note.

    Attributes:
        start: tick of its beginning.
        end: tick of its end, after the beginning.
        pitch: MIDI pitch 0…127; on a drum part the General MIDI percussion key.
        velocity: 1…127.
        lyric: the syllable sung on it; a word that goes on ends with "-".
    """

    start: int
    end: int
    pitch: int
    velocity: int
    lyric: str | None = None


@dataclass(frozen=True)
class Part:
    """What one instrument plays.

    Attributes:
        name: unique in the score, such as "electric_bass".
        role: what it does.
        instrument: name in the instrument table.
        program: General MIDI program 0…127; on drums the kit.
        is_drum: whether pitches are percussion keys.
        notes: sorted.
    """

    name: str
    role: Role
    instrument: str
    program: int
    is_drum: bool
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class ChordEvent:
    """A chord and the ticks it holds for."""

    start: int
    end: int
    chord: Chord


@dataclass(frozen=True)
class Score:
    """The notes of a song.

    Attributes:
        tempo_bpm: beats a minute.
        time_signature: the metre.
        key: tonic and mode.
        bars: whole bars.
        parts: who plays what.
        chords: in order, without gaps.
        sections: when each section sounds.
    """

    tempo_bpm: float
    time_signature: TimeSignature
    key: Key
    bars: int
    parts: tuple[Part, ...]
    chords: tuple[ChordEvent, ...]
    sections: tuple[SectionSpan, ...] = field(default=())

    @property
    def ticks(self) -> int:
        """Length in ticks."""
        return self.bars * self.time_signature.bar_ticks

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.seconds(self.ticks)

    def seconds(self, tick: float) -> float:
        """Return the time of a tick in seconds."""
        return tick * self.time_signature.tick_s(self.tempo_bpm)

    @property
    def beats_s(self) -> tuple[float, ...]:
        """Time of every beat in seconds."""
        return tuple(self.seconds(t) for t in range(0, self.ticks, self.time_signature.beat_ticks))

    @property
    def downbeats_s(self) -> tuple[float, ...]:
        """Time of every bar's first beat in seconds."""
        return tuple(self.seconds(t) for t in range(0, self.ticks, self.time_signature.bar_ticks))

    def parts_of(self, role: Role) -> tuple[Part, ...]:
        """Return the parts of one role."""
        return tuple(part for part in self.parts if part.role is role)
