"""The themes of a song: which section sings which, and which of them is the hook."""

from __future__ import annotations

from collections.abc import Sequence

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.melody.line import Tessitura, velocity
from muze_plan.composer.melody.phrases import Close
from muze_plan.composer.melody.pulse import BarGrid
from muze_plan.composer.melody.style import MelodyStyle
from muze_plan.composer.melody.sung import Sung
from muze_plan.composer.melody.theme import Kind, Theme
from muzecli.song.plan import SectionType
from muzecli.song.score import Note

_KINDS: dict[str, Kind] = {
    "verse": Kind("verse", place=0.28),
    "pre_chorus": Kind("rise", place=0.42, last=Close.OPEN),
    "chorus": Kind("chorus", place=0.62, span=1.1),
    "post_chorus": Kind("riff", place=0.55, span=0.8),
    "bridge": Kind("bridge", place=0.46, density=0.85, last=Close.OPEN),
    "breakdown": Kind("bridge", place=0.34, density=0.6),
    "buildup": Kind("rise", place=0.45, last=Close.OPEN, bars=1),
    "drop": Kind("riff", place=0.55, span=0.9),
    "instrumental": Kind("chorus", place=0.5),
}

# Which theme a type of section has.
_THEMES = {
    SectionType.VERSE: "verse",
    SectionType.UNKNOWN: "verse",
    SectionType.PRE_CHORUS: "pre_chorus",
    SectionType.CHORUS: "chorus",
    SectionType.POST_CHORUS: "post_chorus",
    SectionType.BRIDGE: "bridge",
    SectionType.BREAKDOWN: "breakdown",
    SectionType.BUILDUP: "buildup",
    SectionType.DROP: "drop",
}

# Which sections may own the hook, the likeliest first.
_HOOKS = (
    SectionType.CHORUS,
    SectionType.DROP,
    SectionType.INSTRUMENTAL,
    SectionType.VERSE,
    SectionType.UNKNOWN,
    SectionType.BRIDGE,
    SectionType.POST_CHORUS,
    SectionType.BREAKDOWN,
)

# Themes whose rhythms a theme avoids, so that sections differ.
_UNLIKE = {"chorus": ("verse",), "bridge": ("verse", "chorus"), "pre_chorus": ("verse",), "drop": ("chorus",)}


class Themes:
    """The themes of one song, made when they are first asked for.

    Args:
        song: the song.
        style: how its genre sings.
    """

    def __init__(self, song: SongContext, style: MelodyStyle) -> None:
        self.song = song
        self.style = style
        self._made: dict[str, Theme] = {}
        present = {section.type for section in song.sections}
        owner = next((type_ for type_ in _HOOKS if type_ in present), None)
        self.hook_name = _THEMES.get(owner, "instrumental") if owner else "verse"

    def name_of(self, section: SectionContext) -> str:
        """Return the name of the theme of a section; introductions, solos and endings have the hook."""
        return _THEMES.get(section.type, self.hook_name)

    def get(self, name: str, *, voice: str, tessitura: Tessitura, energy: float) -> Theme:
        """Return a theme; voice, tessitura and energy shape it when it is asked for the first time.

        Args:
            name: of the theme.
            voice: whose density it has.
            tessitura: where it lies.
            energy: of the section that it sounds in.
        """
        if name not in self._made:
            unlike = [self._made[other] for other in _UNLIKE.get(name, ()) if other in self._made]
            kind = _KINDS[name]
            self._made[name] = Theme(
                self.song,
                self.style,
                name,
                kind,
                voice,
                tessitura,
                energy,
                unlike=unlike,
                patterns=self.style.riffs if kind.form == "riff" else None,
            )
        return self._made[name]

    def is_last(self, section: SectionContext) -> bool:
        """Whether it is the last section of a type that comes more than once."""
        return section.occurrence > 0 and all(
            other.type is not section.type for other in self.song.sections[section.index + 1 :]
        )


def notes_of(
    phrases: Sequence[Sung],
    section: SectionContext,
    grid: BarGrid,
    *,
    base: int = 58,
    sustain: float = 1.0,
    swell: float = 0.0,
    legato: int = 0,
) -> list[Note]:
    """Return the notes of phrases.

    Args:
        phrases: in order.
        section: that they sound in.
        grid: of the metre.
        base: velocity of a weak note at energy 0.
        sustain: share of its length that a note sounds; phrase ends keep theirs.
        swell: how much louder the end is than the beginning, −1…1.
        legato: ticks of rest inside a phrase that are sung through.
    """
    pitches = [tone.pitch for sung in phrases for tone in sung.tones]
    if not pitches:
        return []
    middle, reach = (max(pitches) + min(pitches)) / 2, max((max(pitches) - min(pitches)) / 2, 1)
    notes = []
    for sung in phrases:
        final = len(sung.tones) - 1
        for index, tone in enumerate(sung.tones):
            start = sung.start + tone.offset
            held = tone.length
            if index < final:
                until = sung.tones[index + 1].offset - tone.offset
                held = until if 0 < until - held <= legato else max(round(held * sustain), 1)
            place = (start - section.start) / max(section.end - section.start, 1)
            loud = velocity(
                tone.offset,
                grid,
                energy=section.energy,
                base=base,
                height=(tone.pitch - middle) / reach,
                accent=swell * (2 * place - 1) * 1.5 - (0.5 if index == final else 0.0),
            )
            notes.append(Note(start, start + held, tone.pitch, loud, tone.lyric))
    return notes
