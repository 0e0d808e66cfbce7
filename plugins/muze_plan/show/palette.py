"""Colours of the picture: parts by what they do, sections by their type.

The parts' colours are those of Okabe and Ito ("Color Universal Design", 2008), told apart by colour-blind eyes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from muzecli.song.plan import SectionType
from muzecli.song.score import Part, Role

INK, FAINT, PAPER = "#1d2733", "#c9d1d9", "#ffffff"

_ROLES = {
    Role.VOCALS: "#D55E00",
    Role.LEAD: "#E69F00",
    Role.COUNTER: "#CC79A7",
    Role.ARPEGGIO: "#009E73",
    Role.CHORDS: "#0072B2",
    Role.PAD: "#56B4E9",
    Role.BASS: "#6A3D9A",
    Role.EFFECTS: "#8A8F98",
    Role.DRUMS: "#4A5560",
}

# Warm where a song is at its height, cool where it is calm.
_SECTIONS = {
    SectionType.INTRO: "#DCE7F1",
    SectionType.VERSE: "#DDEFE3",
    SectionType.PRE_CHORUS: "#FBEBC8",
    SectionType.CHORUS: "#FBD5C0",
    SectionType.POST_CHORUS: "#FBDDD3",
    SectionType.BRIDGE: "#E5DCF3",
    SectionType.INSTRUMENTAL: "#D6EDEE",
    SectionType.SOLO: "#F7E0EC",
    SectionType.BREAKDOWN: "#D5DEEC",
    SectionType.BUILDUP: "#FBE3B4",
    SectionType.DROP: "#F8C4BC",
    SectionType.OUTRO: "#E2E5E9",
    SectionType.UNKNOWN: "#ECEEF0",
}

DRAWING_ORDER = (
    Role.PAD,
    Role.CHORDS,
    Role.ARPEGGIO,
    Role.BASS,
    Role.EFFECTS,
    Role.COUNTER,
    Role.LEAD,
    Role.VOCALS,
)
"""From the back to the front."""


def section_colour(kind: SectionType) -> str:
    """Return the colour of a section's band."""
    return _SECTIONS[kind]


def part_colours(parts: Iterable[Part]) -> dict[str, str]:
    """Return each part's colour by name; further parts of one role are lighter."""
    seen: Counter[Role] = Counter()
    colours = {}
    for part in parts:
        colours[part.name] = _lightened(_ROLES[part.role], min(0.22 * seen[part.role], 0.66))
        seen[part.role] += 1
    return colours


def _lightened(colour: str, share: float) -> str:
    channels = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(value + (255 - value) * share):02x}" for value in channels)
