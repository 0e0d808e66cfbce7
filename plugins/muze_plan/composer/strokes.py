"""What all strokes of chord players share: how loud they are, and what a change of chord does to them."""

from __future__ import annotations

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.drums import loudness
from muze_plan.composer.patterns import felt_quarter
from muze_plan.composer.styles import Comp
from muzecli.song.score import ChordEvent


def pieces(
    song: SongContext, section: SectionContext, start: int, end: int, event: ChordEvent
) -> list[tuple[int, int, ChordEvent]]:
    """Cut a stroke where the chord changes under it; the new chord is struck when it has time to sound."""
    if end <= event.end or event.start > start:
        return [(start, end, event)]
    found = [(start, event.end, event)]
    shortest = felt_quarter(song.metre, song.plan.tempo_bpm) // 2
    at = event.end
    while at < min(end, section.end):
        chord = section.chord_at(at)
        stop = min(end, chord.end)
        if stop - at >= shortest:
            found.append((at, stop, chord))
        at = chord.end
    return found


def stroke_velocity(comp: Comp, force: float, voice: int, voices: int, section: SectionContext) -> int:
    """Return a velocity; the outer voices speak a little more than the inner ones."""
    shade = 1.04 if voice == voices - 1 else 1.0 if voice == 0 else 0.95
    return min(max(round(comp.velocity * force * shade * loudness(section.energy)), 1), 127)
