"""Ensembles of single voices: who plays one note at a time takes one voice of the chord.

Beside chord instruments it holds its voice; where there are none, as in a string quartet, inner voices move through
the chord, the more the fuller the music is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.degrees import place
from muze_plan.composer.drums import last_chord
from muze_plan.composer.patterns import accents
from muze_plan.composer.strokes import stroke_velocity
from muze_plan.composer.styles import Comp, VoicingKind
from muze_plan.composer.voicing import lead_voices
from muzecli.song.score import Note, Role

if TYPE_CHECKING:
    from muzecli.song.instruments import Instrument


_INNER = 0.4  # share of its comfortable range at which an inner voice lies
_FIGURE = (0, -1, 0, 1)  # neighbouring tones of the chord that an inner voice goes through, a step a beat
_FLOWING = 0.55  # energy from which it moves on every beat


def single_voice(
    song: SongContext, section: SectionContext, comp: Comp, name: str, singles: Sequence[str]
) -> list[Note]:
    """Return one voice of the chord for a player of single notes; the highest player takes the highest."""
    order = sorted(
        singles, key=lambda n: -(song.instruments[n].comfortable_low + song.instruments[n].comfortable_high)
    )
    alone = not any(player.polyphonic for player in song.instruments.values())
    rank, instrument = order.index(name), song.instruments[name]
    held = Comp(comp.name, Role.PAD, voicing=VoicingKind.CLOSE, centre=comp.centre, velocity=comp.velocity)
    chords = tuple(event.chord for event in section.chords)
    shapes = lead_voices(chords, held.voicing, song.key, 64, 36, 96)
    notes: list[Note] = []
    before: int | None = None
    for event, voicing in zip(section.chords, shapes, strict=True):
        if not voicing:
            before = None
            continue
        pc = voicing[-1 - rank % len(voicing)]
        low, high = instrument.comfortable_low, instrument.comfortable_high
        middle = round(low + _INNER * (high - low)) if alone else (low + high) // 2
        near = before if before is not None else middle
        pitch = place(
            pc % 12,
            instrument.comfortable_low,
            near,
            instrument.comfortable_high - instrument.comfortable_low,
        )
        if before == pitch and notes and event.end - notes[-1].start <= 2 * section.bar_ticks:
            notes[-1] = Note(notes[-1].start, event.end, pitch, notes[-1].velocity)
        else:
            notes.append(Note(event.start, event.end, pitch, stroke_velocity(held, 1.0, 0, 1, section)))
        before = pitch
    if comp.right is None:
        return _moving(song, section, notes, instrument) if alone else notes
    return _rhythmic(song, section, comp, notes)


def _moving(
    song: SongContext, section: SectionContext, line: Sequence[Note], instrument: Instrument
) -> list[Note]:
    """Return a held line that goes through the chord, twice a bar or on every felt beat."""
    beats = accents(song.metre, song.plan.tempo_bpm)
    if section.energy < _FLOWING and len(beats) > 2:
        beats = beats[:: 2 if len(beats) % 2 == 0 else len(beats) - 1]
    at = {start + tick for start in section.bar_starts for tick in beats}
    if section.next is None:
        at = {tick for tick in at if tick <= last_chord(song)}
    found = []
    for note in line:
        bounds = sorted({note.start, *(tick for tick in at if note.start < tick < note.end), note.end})
        for start, end in pairwise(bounds):
            tones = [
                pitch
                for pitch in range(instrument.low, instrument.high + 1)
                if pitch % 12 in section.chord_at(start).chord.pitch_classes
            ]
            home = min(range(len(tones)), key=lambda i: abs(tones[i] - note.pitch))
            beat = sum(tick <= start % section.bar_ticks for tick in beats) - 1
            step = 0 if end >= song.end else _FIGURE[beat % len(_FIGURE)]
            pitch = tones[min(max(home + step, 0), len(tones) - 1)]
            found.append(Note(start, end, pitch, note.velocity))
    return found


def _rhythmic(song: SongContext, section: SectionContext, comp: Comp, line: Sequence[Note]) -> list[Note]:
    """Return a held line struck in the rhythm of an accompaniment."""
    assert comp.right is not None
    found = []
    for bar, start in enumerate(section.bar_starts):
        for hit in comp.right.hits(bar, song.metre, song.plan.tempo_bpm):
            at = start + hit.tick
            note = next((note for note in line if note.start <= at < note.end), None)
            if note is not None:
                end = min(at + max(int(hit.ticks * comp.gate), 1), note.end)
                found.append(Note(at, end, note.pitch, note.velocity))
    return found
