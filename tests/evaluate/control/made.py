"""Plans, and what a faultless listener hears of a faultless song."""

from __future__ import annotations

from collections.abc import Sequence

from muze_evaluate.control.measured import EnergyCurve, Measured, Part
from muze_evaluate.control.planned import Planned, planned_from
from muzecli.song.chord import Chord
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import Plan, Section, SectionType

CURVE_RATE_HZ = 2.0


def plan(
    *,
    tempo_bpm: float = 120.0,
    key: str = "C major",
    metre: str = "4/4",
    chords: Sequence[str] = ("C:maj", "F:maj", "G:7", "C:maj"),
    energies: Sequence[float] = (0.2, 0.8, 0.5),
    sung: Sequence[bool] = (False, True, False),
    types: Sequence[str] = ("intro", "chorus", "outro"),
    instruments: Sequence[str] = ("drums", "electric_bass", "piano"),
) -> Plan:
    """A plan whose sections have four bars each, a chord a bar."""
    bars = tuple((Chord.parse(name),) for name in chords)
    sections = tuple(
        Section(SectionType(kind), len(bars) or 4, energy, has_vocals=voice, chords=bars)
        for kind, energy, voice in zip(types, energies, sung, strict=True)
    )
    return Plan(
        prompt="",
        genre="pop",
        tempo_bpm=tempo_bpm,
        key=Key.parse(key),
        time_signature=TimeSignature.parse(metre),
        seed=1,
        sections=sections,
        instruments=tuple(instruments),
    )


def planned(loudness_lufs: float | None = None, **given: object) -> Planned:
    return planned_from(plan(**given), loudness_lufs=loudness_lufs)  # type: ignore[arg-type]


def heard(song: Planned) -> Measured:
    """What is heard of a song that does all that is planned."""
    times = [index / CURVE_RATE_HZ for index in range(int(song.duration_s * CURVE_RATE_HZ))]
    energy = [next(s.energy for s in song.sections if s.start_s <= time < s.end_s) for time in times]
    voices = tuple((s.start_s, s.end_s) for s in song.sections if s.has_vocals)
    families = {name: float(name in song.families) for name in ("drums", "bass", "keys", "strings")}
    return Measured(
        duration_s=song.duration_s,
        tempo_bpm=song.tempo_bpm,
        beats_s=song.beats_s,
        downbeats_s=song.downbeats_s,
        time_signature=str(song.time_signature),
        key=song.key,
        chords=song.chords,
        sections=tuple(Part(str(s.type), s.start_s, s.end_s) for s in song.sections),
        energy=EnergyCurve(CURVE_RATE_HZ, tuple(energy)),
        loudness_lufs=song.loudness_lufs,
        has_vocals=song.has_vocals,
        voices_s=voices,
        families=families,
    )
