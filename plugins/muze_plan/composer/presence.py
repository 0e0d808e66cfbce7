"""Presence: nobody is named in vain, and a rhythm section that has come in stays.

The arrangement asks section by section who plays; what a listener hears of a player is his share of the song.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from muze_plan.composer.casting import Cast
from muzecli.song.plan import Section, SectionType
from muzecli.song.score import Role

if TYPE_CHECKING:
    from muzecli.song.instruments import Instrument

Called = Sequence[dict[Role, tuple[str, ...]]]
"""Who plays in each section, by role."""

_FAIR = 0.3  # share of the bars that everybody is called for
_FAIR_ANSWERS = 0.45  # the same of those who fill a singer's rests, where they are heard part of the time
_RHYTHM = (Role.DRUMS, Role.BASS)
_READILY = 0.15  # how much less energy a rhythm section needs once it has come in
_ARRIVED = (SectionType.CHORUS, SectionType.DROP, SectionType.SOLO, SectionType.INSTRUMENTAL)
_APART = (SectionType.BREAKDOWN, SectionType.INTRO, SectionType.OUTRO)
_GOES_ON = (
    *_ARRIVED,
    SectionType.VERSE,
    SectionType.UNKNOWN,
    SectionType.PRE_CHORUS,
    SectionType.POST_CHORUS,
)


def is_chamber(players: Sequence[Instrument]) -> bool:
    """Whether a band is of single voices, such as a string quartet: each of them is needed all the time."""
    pitched = [player for player in players if not player.is_voice]
    return len(pitched) > 1 and not any(player.is_drum or player.polyphonic for player in pitched)


def keep_rhythm(
    sections: Sequence[Section], enter: Mapping[Role, float], roles: Cast, called: Called
) -> None:
    """Let drums and bass go on in the verses after the first chorus, where they were not called.

    Args:
        sections: of the plan.
        enter: energy from which a role plays in the genre, 0…1.
        roles: everybody's role.
        called: who plays in each section; it is completed.
    """
    for role in _RHYTHM:
        came_in = False
        for section, chosen in zip(sections, called, strict=True):
            readily = section.energy >= enter.get(role, 0.5) - _READILY
            missing = role not in chosen and section.instruments is None
            if came_in and missing and readily and section.type in _GOES_ON:
                chosen[role] = roles[role][:1]
            came_in = came_in or (role in chosen and section.type in _ARRIVED)


def share_fairly(sections: Sequence[Section], roles: Cast, levels: Sequence[float], called: Called) -> None:
    """Call everybody for a fair share of the song, where most is going on first.

    Args:
        sections: of the plan.
        roles: everybody's role; singers are called by the plan alone.
        levels: how full each section is, 0…1.
        called: who plays in each section; it is completed.
    """
    total = sum(section.bars for section in sections)
    order = sorted(range(len(sections)), key=lambda i: (sections[i].type in _APART, -levels[i], -i))
    for role, names in roles.items():
        if role is Role.VOCALS:
            continue
        for name in names:
            there = [i for i in order if name in called[i].get(role, ())]
            bars = sum(sections[i].bars for i in there)
            for i in order:
                fair = _FAIR_ANSWERS if role in (Role.LEAD, Role.COUNTER) else _FAIR
                if bars >= fair * total:
                    break
                busy = any(name in others for others in called[i].values())
                if busy or sections[i].instruments is not None:
                    continue
                if role in _RHYTHM and sections[i].type is SectionType.BREAKDOWN and bars:
                    continue
                called[i][role] = (*called[i].get(role, ()), name)
                bars += sections[i].bars
