"""The left hand: low notes of players who have two, and the roots where a song has no bass."""

from __future__ import annotations

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.degrees import degree_pitch, place
from muze_plan.composer.drums import loudness
from muze_plan.composer.patterns import Pattern
from muze_plan.composer.strokes import pieces
from muze_plan.composer.styles import Comp
from muzecli.song.score import Note, Role

_LOW = 36  # lowest root of a left hand, C2
ROOTS = Pattern.parse("R---", symbols="R")
"""What it plays where a style has nothing for it and nobody else plays roots."""


def left_hand(song: SongContext, section: SectionContext, comp: Comp, name: str, left: Pattern) -> list[Note]:
    """Return the low notes of a player who has two hands, softer where a bass plays too."""
    instrument = song.instruments[name]
    low = max(instrument.low, _LOW)
    force = 0.86 if section.plays(Role.BASS) else 1.0
    notes, near, last = [], low + 6, None
    for bar, start in enumerate(section.bar_starts):
        for hit in left.hits(bar, song.metre, song.plan.tempo_bpm):
            at = start + hit.tick
            event = section.chord_at(at)
            if event.chord.bass_pc is None:
                continue
            symbol = "R" if event is not last and hit.symbol in "f537T" else hit.symbol
            last = event
            root = place(event.chord.bass_pc, low, near, 14)
            near = root
            pitch = degree_pitch(symbol, event.chord, song.key, root)
            if pitch < instrument.low:
                pitch += 12
            for begin, stop, chord in pieces(song, section, at, at + hit.ticks, event):
                if chord is not event and chord.chord.bass_pc is not None:
                    pitch, last = place(chord.chord.bass_pc, low, near, 14), chord
                velocity = min(max(round(comp.velocity * force * loudness(section.energy)), 1), 127)
                notes.append(Note(begin, max(begin + 1, int(stop - 0.03 * (stop - begin))), pitch, velocity))
    return notes
