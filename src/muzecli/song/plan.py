"""The song plan: what to play, before any note is written.

A plan counts in bars; seconds follow from tempo and metre, so that an edited plan can never contradict itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from muzecli.song.checks import FieldError, distinct, in_range
from muzecli.song.chord import Chord
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key


class SectionType(StrEnum):
    """The thirteen types of section."""

    INTRO = "intro"
    VERSE = "verse"
    PRE_CHORUS = "pre_chorus"
    CHORUS = "chorus"
    POST_CHORUS = "post_chorus"
    BRIDGE = "bridge"
    INSTRUMENTAL = "instrumental"
    SOLO = "solo"
    BREAKDOWN = "breakdown"
    BUILDUP = "buildup"
    DROP = "drop"
    OUTRO = "outro"
    UNKNOWN = "unknown"


SECTION_TYPES: tuple[SectionType, ...] = tuple(SectionType)
"""In the order of their indices 0…12."""

TEMPO_RANGE_BPM = (20.0, 400.0)
LARGEST_SEED = 2**32 - 1
MOST_BARS = 4000
"""Of a song: an hour of 4/4 at 260 beats a minute."""

BarChords = tuple[Chord, ...]
"""The chords of one bar; several share it in equal parts."""


@dataclass(frozen=True)
class Section:
    """A part of a song.

    Attributes:
        type: one of the thirteen.
        bars: whole bars, 1…`MOST_BARS`.
        energy: 0…1.
        has_vocals: whether somebody sings.
        chords: one entry a bar; empty while the harmony is not yet chosen.
        lyrics: what is sung, a line a line; None where nothing is written.
        instruments: who plays here, a part of the plan's instruments; None leaves it to the composer.
    """

    type: SectionType
    bars: int
    energy: float
    has_vocals: bool = False
    chords: tuple[BarChords, ...] = ()
    lyrics: str | None = None
    instruments: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.bars < 1:
            raise FieldError("bars", f"must be whole bars, at least 1; found {self.bars!r}")
        if self.bars > MOST_BARS:
            raise FieldError("bars", f"must be at most {MOST_BARS}; found {self.bars!r}")
        in_range("energy", self.energy, 0.0, 1.0)
        if self.chords and len(self.chords) != self.bars:
            raise FieldError(
                "chords",
                f"must be an entry a bar, {self.bars} of them, or none; found {len(self.chords)}",
                hint="--set sections.N.bars=… repeats the chords of a section, or cuts them, to fit",
            )
        for index, bar in enumerate(self.chords):
            if not bar:
                raise FieldError(("chords", index), "must be at least one chord, N where there is none")
        distinct("instruments", self.instruments or ())


@dataclass(frozen=True)
class SectionSpan:
    """When a section sounds.

    Attributes:
        type: one of the thirteen.
        start_s: seconds from the beginning.
        end_s: where it ends.
        position: start over the song's duration, 0…1.
        energy: 0…1.
        has_vocals: whether somebody sings.
    """

    type: SectionType
    start_s: float
    end_s: float
    position: float
    energy: float
    has_vocals: bool


@dataclass(frozen=True)
class Plan:
    """What to play.

    Attributes:
        prompt: the words it came from; may be empty.
        genre: a genre's name.
        tempo_bpm: beats a minute, 20…400; what a beat is, `TimeSignature` says.
        key: tonic and mode.
        time_signature: the metre.
        seed: 0…2³²−1; decides all that the plan leaves open.
        sections: in order, at least one.
        instruments: names of the instruments, as in the instrument table; drums and singers too.
        mood: words such as "dark".
        style_positive: words for the sound that is wanted.
        style_negative: words for what is not.
        language: of the lyrics, ISO 639-1; None without lyrics.
        template: name of the form it was made with; None where it has none.
    """

    prompt: str
    genre: str
    tempo_bpm: float
    key: Key
    time_signature: TimeSignature
    seed: int
    sections: tuple[Section, ...]
    instruments: tuple[str, ...] = ()
    mood: tuple[str, ...] = ()
    style_positive: tuple[str, ...] = ()
    style_negative: tuple[str, ...] = ()
    language: str | None = None
    template: str | None = None

    def __post_init__(self) -> None:
        in_range("tempo_bpm", self.tempo_bpm, *TEMPO_RANGE_BPM)
        if not 0 <= self.seed <= LARGEST_SEED:
            raise FieldError("seed", f"must be a whole number from 0 to {LARGEST_SEED}; found {self.seed!r}")
        if not self.sections:
            raise FieldError("sections", "must be at least one; found none")
        if self.bars > MOST_BARS:
            raise FieldError("sections", f"must have at most {MOST_BARS} bars together; found {self.bars}")
        distinct("instruments", self.instruments)
        for index, section in enumerate(self.sections):
            for name in section.instruments or ():
                if name not in self.instruments:
                    raise FieldError(
                        ("sections", index, "instruments"),
                        f"must be some of the plan's instruments; found '{name}'",
                        hint=f"add {name} to the plan's instruments as well",
                    )

    @property
    def bars(self) -> int:
        """Bars of the whole song."""
        return sum(section.bars for section in self.sections)

    @property
    def bar_s(self) -> float:
        """Length of a bar in seconds."""
        return self.time_signature.bar_s(self.tempo_bpm)

    @property
    def duration_s(self) -> float:
        """Length of the song in seconds."""
        return self.bars * self.bar_s

    @property
    def spans(self) -> tuple[SectionSpan, ...]:
        """When each section sounds."""
        spans, bar = [], 0
        for section in self.sections:
            start_s, end_s = bar * self.bar_s, (bar + section.bars) * self.bar_s
            position = bar / self.bars
            spans.append(
                SectionSpan(section.type, start_s, end_s, position, section.energy, section.has_vocals)
            )
            bar += section.bars
        return tuple(spans)

    def with_sections(self, sections: Sequence[Section]) -> Plan:
        """Return the plan with other sections."""
        return replace(self, sections=tuple(sections))


@dataclass(frozen=True)
class PlanRequest:
    """What is asked of a planner. None leaves the choice to the words of the prompt, then to the genre.

    Attributes:
        prompt: words; may be empty when the genre is given.
        duration_s: how long the song should be.
        seed: 0…2³²−1.
        template: a form's name or file, or "auto" for the planner model.
        genre: a genre's name.
        tempo_bpm: beats a minute.
        key: tonic and mode.
        time_signature: the metre.
        lyrics: words to sing, with section headings like [verse] where wanted.
        language: of the lyrics, ISO 639-1.
        instruments: names that must be in it.
        without: names that must not.
        mood: words such as "dark".
        energy: 0…1, of the whole.
        has_vocals: whether there is singing.
    """

    prompt: str
    duration_s: float | None = None
    seed: int = 0
    template: str | None = None
    genre: str | None = None
    tempo_bpm: float | None = None
    key: Key | None = None
    time_signature: TimeSignature | None = None
    lyrics: str | None = None
    language: str | None = None
    instruments: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    mood: tuple[str, ...] = ()
    energy: float | None = None
    has_vocals: bool | None = None
