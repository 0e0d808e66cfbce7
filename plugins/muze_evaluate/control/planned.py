"""What a plan asks for, in seconds of the audio that was made from it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace

from muzecli.song.instruments import FAMILIES, instruments
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import Plan, SectionSpan
from muzecli.song.track import ChordTime


@dataclass(frozen=True)
class Planned:
    """What a song is to be; times are seconds from where the plan begins.

    Attributes:
        duration_s: length of the plan.
        tempo_bpm: beats a minute; what a beat is, `TimeSignature` says.
        time_signature: the metre.
        key: tonic and mode.
        beats_s: every beat.
        downbeats_s: the first beat of every bar.
        chords: without gaps; empty where the plan leaves them open.
        sections: without gaps.
        families: of the instruments, in the order of `FAMILIES`.
        loudness_lufs: integrated loudness that was asked for; None where the level was left open.
    """

    duration_s: float
    tempo_bpm: float
    time_signature: TimeSignature
    key: Key
    beats_s: tuple[float, ...]
    downbeats_s: tuple[float, ...]
    chords: tuple[ChordTime, ...]
    sections: tuple[SectionSpan, ...]
    families: tuple[str, ...]
    loudness_lufs: float | None = None

    @property
    def has_vocals(self) -> bool:
        """Whether somebody is to sing in any section."""
        return any(section.has_vocals for section in self.sections)

    @property
    def sha256(self) -> str:
        """The hash of all that is asked for: what a song is held against decides its numbers as its sound does."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, default=str).encode()).hexdigest()

    def until(self, end_s: float) -> Planned:
        """Return what is planned before a time: what begins there or later is gone, what lasts longer is cut."""
        if end_s >= self.duration_s:
            return self
        return replace(
            self,
            duration_s=end_s,
            beats_s=tuple(time for time in self.beats_s if time < end_s),
            downbeats_s=tuple(time for time in self.downbeats_s if time < end_s),
            chords=tuple(
                replace(chord, end_s=min(chord.end_s, end_s))
                for chord in self.chords
                if chord.start_s < end_s
            ),
            sections=tuple(
                replace(section, end_s=min(section.end_s, end_s))
                for section in self.sections
                if section.start_s < end_s
            ),
        )


def planned_from(plan: Plan, *, loudness_lufs: float | None = None) -> Planned:
    """Return what a plan asks for.

    Args:
        plan: its chords may be missing in all sections or in some; then none are compared.
        loudness_lufs: what was asked for beside the plan.
    """
    metre = plan.time_signature
    beat_s = 60.0 / plan.tempo_bpm
    count = plan.bars * metre.beats_per_bar
    beats_s = tuple(index * beat_s for index in range(count))
    return Planned(
        duration_s=plan.duration_s,
        tempo_bpm=plan.tempo_bpm,
        time_signature=metre,
        key=plan.key,
        beats_s=beats_s,
        downbeats_s=beats_s[:: metre.beats_per_bar],
        chords=_chords(plan),
        sections=plan.spans,
        families=_families(plan),
        loudness_lufs=loudness_lufs,
    )


def _chords(plan: Plan) -> tuple[ChordTime, ...]:
    if not all(section.chords for section in plan.sections):
        return ()
    bars = [bar for section in plan.sections for bar in section.chords]
    return tuple(
        ChordTime(
            chord, (at + place / len(bar)) * plan.bar_s, (at + (place + 1) / len(bar)) * plan.bar_s
        )  # the chords of a bar share it in equal parts
        for at, bar in enumerate(bars)
        for place, chord in enumerate(bar)
    )


def _families(plan: Plan) -> tuple[str, ...]:
    table = instruments()
    named = {table[name].family for name in plan.instruments if name in table}
    return tuple(family for family in FAMILIES if family in named)
