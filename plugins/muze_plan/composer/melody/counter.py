"""Counter-melodies: which of the second voices an instrument plays beside the tune, section by section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.melody.answers import beneath
from muze_plan.composer.melody.ending import come_to_rest
from muze_plan.composer.melody.line import one_at_a_time, tessitura
from muze_plan.composer.melody.second_voice import beside, harmony, held_line, stabs
from muze_plan.composer.melody.themes import Themes
from muzecli.song.plan import SectionType
from muzecli.song.score import Note, Role


def accompany(song: SongContext, themes: Themes, tune: Sequence[Note]) -> dict[str, list[Note]]:
    """Return the notes of every counter-melody, by instrument.

    Args:
        song: the song.
        themes: its themes.
        tune: the main melody of the whole song, in order.
    """
    found: dict[str, list[Note]] = {}
    heights = sorted(note.pitch for note in tune)
    for section in song.sections:
        heard = [note for note in tune if section.start <= note.start < section.end]
        for place, name in enumerate(section.players.get(Role.COUNTER, ())):
            start, end = section.span(name)
            kind = _kind(song, themes, section, place, bool(heard))
            notes = _played(song, themes, section, kind, name, heard, heights)
            room = tessitura(song.instruments[name], width=24)
            kept = [n for n in notes if room.low - 5 <= n.pitch <= room.high + 5]
            line = one_at_a_time(kept, start=start, end=end)
            if end == section.end:
                line = come_to_rest(song, section, line, room)
            found.setdefault(name, []).extend(line)
    return found


def _kind(song: SongContext, themes: Themes, section: SectionContext, place: int, heard: bool) -> str:
    """Return what a counter-melody does in a section; the same in every section of a type."""
    weights = dict(themes.style.counter)
    if not heard:
        weights.pop("harmony", None)
        weights.pop("fills", None)
    elif (
        themes.is_last(section)
        and section.type is SectionType.CHORUS
        and section.energy >= 0.6
        and place == 0
    ):
        return "harmony"
    rng = song.rng("melody", "counter", section.type, place)
    if not any(weights.values()):
        return "line"
    return rng.choices(list(weights), list(weights.values()))[0]


def _played(
    song: SongContext,
    themes: Themes,
    section: SectionContext,
    kind: str,
    name: str,
    tune: Sequence[Note],
    heights: Sequence[int],
) -> list[Note]:
    room = tessitura(song.instruments[name], width=24)
    if kind == "harmony":
        theme = themes.get(themes.name_of(section), voice="lead", tessitura=room, energy=section.energy)
        sung = harmony(song, theme, section, tune, room)
        return sung if song.instruments[name].is_voice else [replace(note, lyric=None) for note in sung]
    if kind == "fills":
        return beneath(song, themes.style, section, tune, room, heights, name=name)
    if kind == "stabs":
        return stabs(song, themes.style, section, room)
    return held_line(song, section, tune, beside(room, heights))
