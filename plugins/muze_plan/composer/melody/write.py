"""All the melodies of a song: singers first, then who leads where nobody sings, then second voices and arpeggios."""

from __future__ import annotations

from muze_plan.composer.context import SongContext
from muze_plan.composer.melody.arpeggio import arpeggiate
from muze_plan.composer.melody.counter import accompany
from muze_plan.composer.melody.lead import play
from muze_plan.composer.melody.line import one_at_a_time
from muze_plan.composer.melody.style import melody_style
from muze_plan.composer.melody.themes import Themes
from muze_plan.composer.melody.vocals import sing
from muzecli.song.score import Note, Role


def write_melodies(song: SongContext) -> dict[tuple[Role, str], list[Note]]:
    """Return the notes of everybody who sings or plays a melody, by role and instrument.

    Each list is sorted and has one note at a time; lyrics stand on the singers' notes.

    Args:
        song: the song; its style's name says whose melodies it has.

    Raises:
        ConfigError: there are no melodies of that name, or their file has a fault.
    """
    style = melody_style(song.style.name)
    themes = Themes(song, style)
    vocals, _ = sing(song, themes)
    voices = [note for notes in vocals.values() for note in notes]
    by_section = {
        section.index: sorted(note for note in voices if section.start <= note.start < section.end)
        for section in song.sections
        if section.has_vocals
    }
    sung = {
        index: one_at_a_time(notes, start=0, end=song.end) for index, notes in by_section.items() if notes
    }
    lead = play(song, themes, sung)
    tune = sorted(
        [note for notes in sung.values() for note in notes]
        + [note for notes in list(lead.values())[:1] for note in notes]
    )
    found: dict[tuple[Role, str], list[Note]] = {}
    for role, parts in (
        (Role.VOCALS, vocals),
        (Role.LEAD, lead),
        (Role.COUNTER, accompany(song, themes, tune)),
        (Role.ARPEGGIO, arpeggiate(song, style)),
    ):
        for name, notes in parts.items():
            line = one_at_a_time(notes, start=0, end=song.end)
            if line:
                found[role, name] = line
    return found
