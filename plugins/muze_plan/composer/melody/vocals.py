"""The singers: every section that has vocals, with its words where it has some.

Two singers share the verses and sing the choruses together, the second one in thirds or sixths.
"""

from __future__ import annotations

from collections.abc import Sequence

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.melody.line import Tessitura, tessitura, transposed
from muze_plan.composer.melody.second_voice import harmony
from muze_plan.composer.melody.sung import Sung
from muze_plan.composer.melody.theme import Theme
from muze_plan.composer.melody.themes import Themes, notes_of
from muze_plan.composer.melody.variation import decorated, ended_higher, with_melismas
from muzecli.song.plan import SectionType
from muzecli.song.score import Note, Role

_TOGETHER = (SectionType.CHORUS, SectionType.POST_CHORUS, SectionType.DROP)
_SMOOTH = 0.75  # a genre that sustains so much sings through short rests
_VARIED = (SectionType.CHORUS, SectionType.POST_CHORUS, SectionType.DROP, SectionType.VERSE)


def sing(song: SongContext, themes: Themes) -> tuple[dict[str, list[Note]], dict[int, list[Sung]]]:
    """Return the notes of each singer, and the phrases of the main voice by the section's index."""
    notes: dict[str, list[Note]] = {}
    told: dict[int, list[Sung]] = {}
    busy = 0  # tick at which the last note so far begins
    for section in song.sections:
        singers = section.players[Role.VOCALS] if _sings(section) else ()
        if not singers:
            continue
        main = singers[0]
        second = singers[1] if len(singers) > 1 else None
        if second is not None and section.type is SectionType.VERSE and section.occurrence % 2:
            main, second = second, main
        first = tessitura(song.instruments[singers[0]], width=19)
        phrases, theme = _section(song, themes, section, first, busy)
        told[section.index] = phrases
        busy = max((s.start + s.tones[-1].offset for s in phrases), default=busy)
        legato = theme.grid.pulse_ticks // 2 if themes.style.sustain >= _SMOOTH else 0
        line = notes_of(phrases, section, theme.grid, base=62, legato=legato)
        room = tessitura(song.instruments[main], width=19)
        sung = line if main == singers[0] else transposed(line, _wider(room))
        notes.setdefault(main, []).extend(sung)
        if second is not None and section.type in _TOGETHER:
            other = _wider(tessitura(song.instruments[second], width=19))
            notes.setdefault(second, []).extend(harmony(song, theme, section, sung, other))
    return notes, told


def _wider(room: Tessitura) -> Tessitura:
    return Tessitura(room.low - 2, room.high + 2)


def _section(
    song: SongContext, themes: Themes, section: SectionContext, room: Tessitura, busy: int
) -> tuple[list[Sung], Theme]:
    theme = themes.get(themes.name_of(section), voice="vocals", tessitura=room, energy=section.energy)
    free = busy + theme.shortest <= section.start - theme.grid.pulses[-1].length
    upbeat = free and _may_lead_in(song, themes, theme.name)
    phrases = theme.sing(section, lyrics=section.lyrics, upbeat=upbeat)
    return _varied(song, themes, theme, section, phrases), theme


def _may_lead_in(song: SongContext, themes: Themes, name: str) -> bool:
    """Whether a theme may begin before its section: only where somebody sings before it every time it comes."""
    return all(
        section.index > 0 and _sings(song.sections[section.index - 1])
        for section in song.sections
        if _sings(section) and themes.name_of(section) == name
    )


def _sings(section: SectionContext) -> bool:
    return section.has_vocals and section.plays(Role.VOCALS)


def _varied(
    song: SongContext, themes: Themes, theme: Theme, section: SectionContext, phrases: Sequence[Sung]
) -> list[Sung]:
    """Return a section's phrases as they differ from the time before."""
    found = list(phrases)
    rng = song.rng("melody", "variation", section.index)
    if section.occurrence and section.type in _VARIED and found:
        share = (
            themes.style.ornament
            * (0.5 + section.energy)
            * (0.5 if section.type is SectionType.CHORUS else 1.0)
        )
        found = decorated(theme, found, share, rng)
        if themes.is_last(section) and section.type is SectionType.CHORUS and section.energy >= 0.5:
            found = ended_higher(theme, found)
    return with_melismas(theme, found, themes.style.ornament, rng)
