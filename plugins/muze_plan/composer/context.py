"""What a writer of notes is told: the song, and where in it a section stands.

    plan ── arrangement ──▶ SongContext ──┬─▶ drums, bass, comping  (this folder)
                                          └─▶ melodies              (`melody/`)

Ticks are absolute, counted from the song's beginning, `TICKS_PER_QUARTER` to a quarter note.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from muzecli.seeds import item_seed
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import Plan, SectionType
from muzecli.song.score import ChordEvent, Role

if TYPE_CHECKING:
    from muze_plan.composer.styles import Style
    from muzecli.song.instruments import Instrument


@dataclass(frozen=True)
class SectionContext:
    """One section as its writers see it.

    Attributes:
        index: place in the song, from 0.
        type: one of the thirteen.
        start: tick of its beginning.
        end: tick of its end.
        start_bar: the song's bar it begins with, from 0.
        bars: whole bars.
        energy: 0…1.
        has_vocals: whether somebody sings.
        lyrics: what is sung, a line a line.
        chords: of this section, in order and without gaps.
        occurrence: 0 for the first section of its type, 1 for the second …
        previous: type of the section before; None at the beginning.
        next: type of the section after; None at the end.
        next_energy: energy of the section after.
        players: names of the instruments that play here, by role; a role without players is missing.
        entries: tick at which an instrument comes in, where that is later than `start`.
        exits: tick at which an instrument leaves, where that is before `end`.
    """

    index: int
    type: SectionType
    start: int
    end: int
    start_bar: int
    bars: int
    energy: float
    has_vocals: bool
    lyrics: str | None
    chords: tuple[ChordEvent, ...]
    occurrence: int
    previous: SectionType | None
    next: SectionType | None
    next_energy: float | None
    players: Mapping[Role, tuple[str, ...]]
    entries: Mapping[str, int] = field(default_factory=dict)
    exits: Mapping[str, int] = field(default_factory=dict)

    @property
    def bar_ticks(self) -> int:
        """Length of a bar in ticks."""
        return (self.end - self.start) // self.bars

    @property
    def bar_starts(self) -> range:
        """Tick of each bar's beginning."""
        return range(self.start, self.end, self.bar_ticks)

    @cached_property
    def _chord_starts(self) -> tuple[int, ...]:
        return tuple(event.start for event in self.chords)

    def chord_at(self, tick: int) -> ChordEvent:
        """Return the chord that holds at a tick; outside the section the nearest of its chords."""
        return self.chords[max(bisect_right(self._chord_starts, tick) - 1, 0)]

    def plays(self, role: Role) -> bool:
        """Whether anybody has this role here."""
        return bool(self.players.get(role))

    def span(self, instrument: str) -> tuple[int, int]:
        """Return the ticks between which an instrument plays here."""
        return self.entries.get(instrument, self.start), self.exits.get(instrument, self.end)


@dataclass(frozen=True)
class SongContext:
    """The whole song as its writers see it.

    Attributes:
        plan: what to play.
        style: how the genre plays.
        sections: in order.
        instruments: the instrument table's rows of the plan's instruments, by name.
    """

    plan: Plan
    style: Style
    sections: tuple[SectionContext, ...]
    instruments: Mapping[str, Instrument]

    @property
    def metre(self) -> TimeSignature:
        """The time signature."""
        return self.plan.time_signature

    @property
    def key(self) -> Key:
        """Tonic and mode."""
        return self.plan.key

    @property
    def end(self) -> int:
        """Tick at which the song ends."""
        return self.sections[-1].end

    def chord_at(self, tick: int) -> ChordEvent:
        """Return the chord that holds at a tick; after the end the last one."""
        index = bisect_right(self._section_starts, tick) - 1
        return self.sections[max(index, 0)].chord_at(tick)

    @cached_property
    def _section_starts(self) -> tuple[int, ...]:
        return tuple(section.start for section in self.sections)

    def usual_energy(self, type_: SectionType) -> float:
        """Return the mean energy of a type's sections: what its returns have in common is chosen by it."""
        found = [section.energy for section in self.sections if section.type is type_]
        return sum(found) / len(found) if found else 0.5

    def ticks(self, seconds: float) -> float:
        """Return a duration in ticks."""
        return seconds / self.metre.tick_s(self.plan.tempo_bpm)

    def rng(self, *names: object) -> random.Random:
        """Return the generator of one decision, named so that other decisions do not disturb it."""
        return random.Random(item_seed(self.plan.seed, "/".join(str(name) for name in names)))
