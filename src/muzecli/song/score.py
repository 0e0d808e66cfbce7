"""The score: every note of a song on a grid of ticks.

Times are integer ticks of `TICKS_PER_QUARTER`, so that bars add up exactly; seconds follow from the tempo.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from muzecli.song.checks import FieldError, distinct, in_range
from muzecli.song.chord import Chord
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import TEMPO_RANGE_BPM, SectionSpan

if TYPE_CHECKING:
    from muzecli.song.frames import Frames


SLACK_S = 1e-3
"""How far sections given in seconds may lie from the bars they stand for."""


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


@dataclass(frozen=True)
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

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise FieldError((), f"a note must end after it starts; found ticks {self.start} to {self.end}")
        if not 0 <= self.pitch <= 127:
            raise FieldError("pitch", f"must be a MIDI pitch 0…127; found {self.pitch!r}")
        if not 1 <= self.velocity <= 127:
            raise FieldError("velocity", f"must be a whole number 1…127; found {self.velocity!r}")

    def __lt__(self, other: Note) -> bool:
        """Whether it comes first: by time, then pitch, then velocity; one without a lyric before one with."""
        return self._order < other._order

    @property
    def _order(self) -> tuple[int, int, int, int, str]:
        return self.start, self.end, self.pitch, self.velocity, self.lyric or ""


@dataclass(frozen=True)
class Part:
    """What one instrument plays.

    Attributes:
        name: unique in the score, such as "electric_bass".
        role: what it does.
        instrument: name in the instrument table.
        program: General MIDI program 0…127; on drums the kit.
        is_drum: whether pitches are percussion keys.
        notes: sorted by their beginnings; a key that sounds is not struck again before it ends.
    """

    name: str
    role: Role
    instrument: str
    program: int
    is_drum: bool
    notes: tuple[Note, ...]

    def __post_init__(self) -> None:
        if not self.name:
            raise FieldError("name", "must not be empty")
        if not 0 <= self.program <= 127:
            raise FieldError("program", f"must be a General MIDI program 0…127; found {self.program!r}")
        ends: dict[int, int] = {}
        last = 0
        for index, note in enumerate(self.notes):
            if note.start < last:
                raise FieldError(
                    ("notes", index),
                    f"must be in order of their beginnings; tick {note.start} comes after tick {last}",
                    hint="muzecli.song.tidy puts notes in order",
                )
            if note.start < ends.get(note.pitch, 0):
                raise FieldError(
                    ("notes", index),
                    f"must not strike pitch {note.pitch} at tick {note.start} while it sounds until tick "
                    f"{ends[note.pitch]}",
                    hint="muzecli.song.tidy ends a note where its key is struck again",
                )
            last, ends[note.pitch] = note.start, note.end


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
        chords: in order and without gaps from the beginning to the end; empty where they are not known.
        sections: when each section sounds, without gaps; empty where they are not known.
    """

    tempo_bpm: float
    time_signature: TimeSignature
    key: Key
    bars: int
    parts: tuple[Part, ...]
    chords: tuple[ChordEvent, ...]
    sections: tuple[SectionSpan, ...] = field(default=())

    def __post_init__(self) -> None:
        in_range("tempo_bpm", self.tempo_bpm, *TEMPO_RANGE_BPM)
        if self.bars < 1:
            raise FieldError("bars", f"must be whole bars, at least 1; found {self.bars!r}")
        distinct("parts", [part.name for part in self.parts])
        for index, part in enumerate(self.parts):
            at = next((at for at, note in enumerate(part.notes) if note.end > self.ticks), None)
            if at is not None:
                raise FieldError(
                    ("parts", index, "notes", at),
                    f"must end within the score's {self.ticks} ticks; found {part.notes[at].end}",
                    hint="muzecli.song.tidy ends notes with the song",
                )
        self._check_chords()
        self._check_sections()

    def _check_chords(self) -> None:
        for index, event in enumerate(self.chords):
            start = self.chords[index - 1].end if index else 0
            if event.start != start or event.end <= start:
                raise FieldError(
                    ("chords", index),
                    f"must begin at tick {start}, without a gap, and last; found {event.start} to {event.end}",
                )
        if self.chords and self.chords[-1].end != self.ticks:
            raise FieldError(
                ("chords", len(self.chords) - 1),
                f"must last until the end, tick {self.ticks}; found {self.chords[-1].end}",
            )

    def _check_sections(self) -> None:
        if not self.sections:
            return
        edges = [0.0, *(section.end_s for section in self.sections)]
        for index, (section, edge) in enumerate(zip(self.sections, edges, strict=False)):
            in_range(("sections", index, "energy"), section.energy, 0.0, 1.0)
            if abs(section.start_s - edge) > SLACK_S or section.end_s <= section.start_s:
                raise FieldError(
                    ("sections", index),
                    f"must begin at {edge:g} s and last; found {section.start_s:g} to {section.end_s:g}",
                )
        if abs(edges[-1] - self.duration_s) > SLACK_S:
            raise FieldError(
                ("sections", len(self.sections) - 1),
                f"must last until the end, {self.duration_s:g} s; found {edges[-1]:g}",
            )

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

    def frames(self, rate_hz: float) -> Frames:
        """Return the score as arrays of controls in time; `muzecli.song.frames` describes the channels."""
        from muzecli.song.frames import frames

        return frames(self, rate_hz)
