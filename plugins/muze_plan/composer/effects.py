"""Effects: accents where sections begin and rolls into louder ones, on timpani and their like."""

from __future__ import annotations

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.degrees import place
from muze_plan.composer.drums import last_chord, loudness
from muze_plan.composer.patterns import felt_quarter
from muzecli.song.score import Note, Role

_LEVEL = 88


def effects(song: SongContext, section: SectionContext) -> dict[str, list[Note]]:
    """Return the notes of each player of effects in a section."""
    return {name: _player(song, section, name) for name in section.players.get(Role.EFFECTS, ())}


def _player(song: SongContext, section: SectionContext, name: str) -> list[Note]:
    instrument = song.instruments[name]
    quarter = felt_quarter(song.metre, song.plan.tempo_bpm)
    rises = section.next_energy is not None and section.next_energy > section.energy + 0.05
    roll = section.end - section.bar_ticks if rises and section.bars > 1 else section.end
    notes = []

    def strike(at: int, ticks: int, force: float) -> None:
        pc = section.chord_at(at).chord.bass_pc
        if pc is None:
            return
        pitch = place(pc, instrument.comfortable_low, instrument.comfortable_low + 6)
        velocity = min(max(round(_LEVEL * force * loudness(section.energy)), 1), 127)
        notes.append(Note(at, min(at + ticks, section.end), pitch, velocity))

    accents = {section.start}
    if section.energy >= 0.5:
        accents |= {event.start for event in section.chords if event.start < roll}
    if section.next is None:
        accents = {at for at in accents if at < last_chord(song)} | {last_chord(song)}
    for at in sorted(accents):
        strike(at, section.bar_ticks if at == last_chord(song) else quarter, 1.0)
    step = quarter // (6 if song.metre.compound else 4)
    for at in range(roll, section.end, step):
        strike(at, step, 0.45 + 0.6 * (at - roll) / section.bar_ticks)
    return [note for note in notes if section.span(name)[0] <= note.start < section.span(name)[1]]
