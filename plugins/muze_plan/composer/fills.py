"""Fills and build-ups: how drums lead into what follows.

A fill is as long as the step it prepares: into a chorus or a drop a whole bar, into more of the same a beat.
A build-up doubles its density: quarters, eighths, sixteenths, and a breath before the drop.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from muze_plan.composer.patterns import compound_beat, felt_quarter
from muze_plan.composer.styles import Build, Fill
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import SectionType

STRENGTH = {"X": 1.12, "x": 1.0, "o": 0.8, "g": 0.42}
"""Symbol of a drum pattern → share of a normal stroke's velocity."""

_ARRIVALS = (SectionType.CHORUS, SectionType.DROP, SectionType.SOLO)
_RETREATS = (SectionType.BREAKDOWN, SectionType.OUTRO, SectionType.INTRO)


@dataclass(frozen=True, order=True)
class Strike:
    """One stroke on a drum.

    Attributes:
        tick: absolute, or from the beginning of what is being written.
        voice: a name of `kit.VOICES`.
        force: 1 is a normal stroke of that voice.
    """

    tick: int
    voice: str
    force: float


def fill_beats(energy: float, next_type: SectionType | None, next_energy: float | None) -> int:
    """Return how many beats of fill lead from a section into the next, 0…4.

    Args:
        energy: of the section that ends.
        next_type: of the one that follows; None at the song's end.
        next_energy: its energy.
    """
    if next_type is None or next_energy is None:
        return 0
    jump = next_energy - energy
    if next_type in _RETREATS or jump < -0.15:
        return 1
    beats = 1 + (jump > 0.02) + (jump > 0.15) + (next_type in _ARRIVALS)
    return min(beats, 2 if max(energy, next_energy) < 0.35 else 4)


def choose_fill(fills: Sequence[Fill], beats: int, rng: random.Random) -> Fill | None:
    """Return one of the longest fills that are no longer than so many beats; None where there is none."""
    fitting = [fill for fill in fills if fill.beats <= beats]
    if not fitting:
        return None
    longest = max(fill.beats for fill in fitting)
    return rng.choice([fill for fill in fitting if fill.beats == longest])


def fill_strikes(fill: Fill, metre: TimeSignature, tempo_bpm: float) -> tuple[list[Strike], int]:
    """Return a fill's strokes, ticks from its own beginning, and its length in ticks.

    Where it is longer than a bar of the metre its last beats are played.
    """
    quarter = felt_quarter(metre, tempo_bpm)
    beats = min(fill.beats, metre.bar_ticks // quarter)
    strikes = []
    for voice, steps in fill.voices.items():
        per_beat = len(steps) // fill.beats
        for beat in range(beats):
            at = (fill.beats - beats + beat) * per_beat
            text = steps[at : at + per_beat]
            text = compound_beat(text) if metre.compound else text
            step_ticks = quarter // len(text)
            strikes += [
                Strike(beat * quarter + i * step_ticks, voice, STRENGTH[symbol])
                for i, symbol in enumerate(text)
                if symbol in STRENGTH
            ]
    length = beats * quarter
    rising = [Strike(s.tick, s.voice, s.force * (0.88 + 0.2 * s.tick / length)) for s in strikes]
    return sorted(rising), length


def build_strikes(
    build: Build, bars: int, energy: float, metre: TimeSignature, tempo_bpm: float, *, breath: bool
) -> list[Strike]:
    """Return a build-up's strokes, ticks from the section's beginning.

    Args:
        build: how it climbs.
        bars: its length.
        energy: 0…1.
        metre: time signature.
        tempo_bpm: beats a minute.
        breath: whether the last beat is silent.
    """
    quarter, end = felt_quarter(metre, tempo_bpm), bars * metre.bar_ticks
    if breath:
        end -= quarter
    strikes: list[Strike] = []
    tick = 0
    while tick < end:
        done = tick / (bars * metre.bar_ticks)
        division = _division(done, metre.compound)
        force = 0.5 + 0.6 * done
        beat_of_bar, inside = divmod(tick % metre.bar_ticks, quarter)
        strikes += _build_stroke(build, tick, beat_of_bar, inside, done, force, energy)
        tick += min(quarter // division, end - tick)
    return strikes


def _division(done: float, compound: bool) -> int:
    """Return into how many strokes a beat is divided after a share of a build-up."""
    steps = (1, 3, 3, 6) if compound else (1, 2, 4, 4)
    return steps[min(int(done * 4), 3)] if done < 0.9375 or compound else 8


def _build_stroke(
    build: Build, tick: int, beat: int, inside: int, done: float, force: float, energy: float
) -> list[Strike]:
    if build is Build.SNARE_ROLL:
        found = [Strike(tick, "snare", force)]
        if inside == 0 and done < 0.75:
            found.append(Strike(tick, "kick", 0.8 + 0.2 * done))
        if inside == 0 and energy > 0.6:
            found.append(Strike(tick, "clap", force))
        return found
    if build is Build.TOMS:
        voices = ("floor_tom", "low_tom", "mid_tom", "snare")
        found = [Strike(tick, voices[min(int(done * 4), 3)], force)]
        if inside == 0:
            found.append(Strike(tick, "kick", 0.8 + 0.2 * done))
        if done >= 0.5 and inside == 0:
            found.append(Strike(tick, "snare", force))
        return found
    found = [Strike(tick, "crash2", 0.25 + 0.6 * done)] if inside == 0 or done > 0.5 else []
    if inside == 0 and beat % 2 == 0:
        found.append(Strike(tick, "kick", 0.6 + 0.4 * done))
        found.append(Strike(tick, "timpani", force))
    if done > 0.6:
        found.append(Strike(tick, "timpani", force))
        found.append(Strike(tick, "snare", force * 0.8))
    return found
