"""The instrument that leads: the tune where nobody sings, hints of the hook, riffs, solos, and answers to singers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.melody.answers import beneath
from muze_plan.composer.melody.line import Tessitura, one_at_a_time, tessitura, transposed
from muze_plan.composer.melody.phrases import Close
from muze_plan.composer.melody.sung import Sung
from muze_plan.composer.melody.theme import Kind, Theme
from muze_plan.composer.melody.themes import Themes, notes_of
from muze_plan.composer.melody.variation import decorated, ended_higher, restless, thinned
from muzecli.song.plan import SectionType
from muzecli.song.score import Note, Role

# Sections that state themes come first: introductions and endings quote them.
_FIRST = (
    SectionType.CHORUS,
    SectionType.DROP,
    SectionType.VERSE,
    SectionType.UNKNOWN,
    SectionType.PRE_CHORUS,
    SectionType.POST_CHORUS,
    SectionType.BRIDGE,
)
_DOUBLED = (SectionType.CHORUS, SectionType.DROP, SectionType.INSTRUMENTAL)


def play(song: SongContext, themes: Themes, sung: Mapping[int, Sequence[Note]]) -> dict[str, list[Note]]:
    """Return the notes of every leading instrument.

    Args:
        song: the song.
        themes: its themes; what singers have sung is remembered in them.
        sung: the singers' notes by the section's index.
    """
    found: dict[str, list[tuple[int, list[Note]]]] = {}
    heights = sorted(note.pitch for notes in sung.values() for note in notes)
    order = sorted(song.sections, key=lambda s: (s.type not in _FIRST, s.index))
    for section in order:
        players = section.players.get(Role.LEAD, ())
        if not players:
            continue
        main = _leader(song, section, players)
        for name in players:
            room = tessitura(song.instruments[name])
            if section.index in sung:
                if name != main:
                    continue
                notes = beneath(song, themes.style, section, sung[section.index], room, heights, name=name)
            elif name == main:
                notes = _leading(song, themes, section, room, section.span(name)[0])
                led = notes
            else:
                continue
            start, end = section.span(name)
            found.setdefault(name, []).append((section.index, one_at_a_time(notes, start=start, end=end)))
        if section.index not in sung and section.type in _DOUBLED and section.energy >= 0.75:
            for name in players:
                if name != main:
                    start, end = section.span(name)
                    doubled = transposed(led, tessitura(song.instruments[name]))
                    line = one_at_a_time(doubled, start=start, end=end)
                    found.setdefault(name, []).append((section.index, line))
    return {
        name: [note for _, notes in sorted(sections, key=lambda s: s[0]) for note in notes]
        for name, sections in found.items()
    }


def _leader(song: SongContext, section: SectionContext, players: Sequence[str]) -> str:
    """Return who leads a section: solos and bridges may go to the second player."""
    if len(players) > 1 and section.type in (SectionType.SOLO, SectionType.BRIDGE):
        return song.rng("melody", "leader", section.type, section.occurrence).choice(list(players))
    return players[0]


def _leading(
    song: SongContext, themes: Themes, section: SectionContext, room: Tessitura, enters: int
) -> list[Note]:
    """Return what leads a section in which nobody sings."""
    style = themes.style
    late = (enters - section.start) // section.bar_ticks
    if section.type is SectionType.SOLO:
        return _solo(song, themes, section, room)
    theme = themes.get(themes.name_of(section), voice="lead", tessitura=room, energy=section.energy)
    ends = Close.FINAL if section.next is None else None
    if section.type is SectionType.INTRO:
        wait = max(late, section.bars // 2 if section.bars > 2 else 0)
        phrases = theme.sing(section, start_bar=min(wait, section.bars - 1))
        phrases = thinned(theme.grid, phrases, 0.45 + 0.5 * section.energy)
    elif section.type is SectionType.OUTRO:
        phrases = theme.sing(section, last=ends)
        keep = max(-(-len(phrases) // 2), 1)
        phrases = [*phrases[:keep], *thinned(theme.grid, phrases[keep:], 0.3 + 0.4 * section.energy)]
    elif section.type is SectionType.BREAKDOWN:
        phrases = thinned(
            theme.grid, theme.sing(section, start_bar=min(late, section.bars - 1), last=ends), 0.7
        )
    elif section.type is SectionType.BUILDUP:
        phrases = theme.sing(section)
        half = section.start + section.bars // 2 * section.bar_ticks
        phrases = restless(theme.grid, phrases, half, theme.shortest)
    else:
        phrases = _returning(song, themes, theme, section, theme.sing(section, last=ends))
    swell = {SectionType.BUILDUP: 1.0, SectionType.OUTRO: -0.6}.get(section.type, 0.0)
    notes = notes_of(phrases, section, theme.grid, base=60, sustain=style.sustain, swell=swell)
    return transposed(notes, Tessitura(room.low, room.high))


def _returning(
    song: SongContext, themes: Themes, theme: Theme, section: SectionContext, phrases: list[Sung]
) -> list[Sung]:
    """Return a theme as it comes back: decorated the more the fuller it is, the last time with a higher end."""
    if not section.occurrence or not phrases or section.type is SectionType.DROP:
        return phrases
    rng = song.rng("melody", "variation", section.index)
    found = decorated(theme, phrases, themes.style.ornament * (0.3 + 0.5 * section.energy), rng)
    if themes.is_last(section) and section.next is not None and section.energy >= 0.5:
        found = ended_higher(theme, found)
    return found


def _solo(song: SongContext, themes: Themes, section: SectionContext, room: Tessitura) -> list[Note]:
    """Return a solo: freer and denser than the tune, of the genre's licks, its peak two thirds in."""
    kind = Kind("solo", place=0.5, span=1.5)
    theme = Theme(
        song,
        themes.style,
        f"solo/{section.occurrence}",
        kind,
        "solo",
        room,
        section.energy,
        licks=themes.style.licks,
    )
    ends = Close.FINAL if section.next is None else None
    phrases = theme.sing(section, last=ends)
    return notes_of(phrases, section, theme.grid, base=64, sustain=themes.style.sustain)
