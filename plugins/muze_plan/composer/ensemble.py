"""Ensembles of single voices: who plays one note at a time takes one voice of the chord."""

from __future__ import annotations

from collections.abc import Sequence

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.degrees import place
from muze_plan.composer.strokes import stroke_velocity
from muze_plan.composer.styles import Comp, VoicingKind
from muze_plan.composer.voicing import lead_voices
from muzecli.song.score import Note, Role


def single_voice(
    song: SongContext, section: SectionContext, comp: Comp, name: str, singles: Sequence[str]
) -> list[Note]:
    """Return one voice of the chord for a player of single notes; the highest player takes the highest."""
    order = sorted(
        singles, key=lambda n: -(song.instruments[n].comfortable_low + song.instruments[n].comfortable_high)
    )
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
        middle = (instrument.comfortable_low + instrument.comfortable_high) // 2
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
        return notes
    return _rhythmic(song, section, comp, notes)


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
