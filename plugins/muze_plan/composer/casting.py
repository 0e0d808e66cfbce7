"""Casting: which of a plan's instruments does what in the song.

The genre says in which chairs it seats an instrument, the instrument table what it can do besides. A band needs
a bass, somebody who plays chords and somebody who carries the tune, and only then pads, arpeggios and second
voices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from muzecli.song.score import Role

if TYPE_CHECKING:
    from muzecli.song.instruments import Instrument

Cast = Mapping[Role, tuple[str, ...]]
"""Names of instruments by role, those that come in first standing first."""

# How many share a role before the next one looks for another.
_ROOM = {Role.CHORDS: 2, Role.LEAD: 1, Role.PAD: 2, Role.ARPEGGIO: 2, Role.COUNTER: 2, Role.EFFECTS: 2}
_SPARE_FIRST = (Role.COUNTER, Role.ARPEGGIO, Role.PAD, Role.CHORDS, Role.LEAD)


def cast(players: Sequence[Instrument], seats: Mapping[str, tuple[Role, ...]], *, wants_lead: bool) -> Cast:
    """Return the role of every instrument.

    Args:
        players: in the order of the plan.
        seats: roles in which the genre has an instrument, the most usual first; it may lack instruments.
        wants_lead: whether somebody has to carry a tune; a chord instrument does both where nobody else can.
    """
    roles: dict[str, Role] = {}
    for player in players:
        if player.is_drum:
            roles[player.name] = Role.DRUMS
        elif player.is_voice:
            roles[player.name] = Role.VOCALS
        elif (seats.get(player.name) or player.roles)[0] is Role.BASS:
            roles[player.name] = Role.BASS
    band = [player for player in players if player.name not in roles]
    _give_bass(band, roles)
    for player in (player for player in band if player.name not in roles):
        roles[player.name] = _free_seat(player, seats.get(player.name, ()), list(roles.values()))
    _give_harmony(band, roles)
    both = _give_lead(band, roles) if wants_lead else None
    found: dict[Role, list[str]] = {}
    for player in players:
        found.setdefault(roles[player.name], []).append(player.name)
    if both is not None:
        found.setdefault(Role.LEAD, []).append(both)
    return {role: tuple(found[role]) for role in Role if role in found}


def _free_seat(player: Instrument, seats: tuple[Role, ...], taken: Sequence[Role]) -> Role:
    """Return a player's role: an empty seat of the genre's, one with room, then what the instrument can do."""
    for roles in (seats, player.roles):
        usable = [role for role in roles if role in _ROOM]
        for room in (0, 1):
            for role in usable:
                if taken.count(role) <= min(room, _ROOM[role] - 1):
                    return role
    return seats[0] if seats else player.roles[0]


def soloist(players: Sequence[Instrument], busy: Cast) -> str | None:
    """Return who plays a solo where nobody is cast for the lead: the one that leads most readily."""
    basses = busy.get(Role.BASS, ())
    free = [player for player in players if player.name not in basses]  # nobody plays two lines at once
    able = [player for player in free if Role.LEAD in player.roles]
    able = able or [player for player in free if player.name in busy.get(Role.COUNTER, ())]
    if not able:
        return None
    chords = busy.get(Role.CHORDS, ())

    def cost(player: Instrument) -> tuple[bool, int]:
        rank = player.roles.index(Role.LEAD) if Role.LEAD in player.roles else len(player.roles)
        return player.name in chords and len(chords) == 1, rank

    return min(able, key=cost).name


def _give_bass(band: Sequence[Instrument], roles: dict[str, Role]) -> None:
    """Give the bass to a low instrument of an ensemble that has no bass and no chord instrument."""
    if Role.BASS in roles.values() or any(player.polyphonic for player in band) or len(band) < 2:
        return
    able = [player for player in band if Role.BASS in player.roles]
    if able:
        roles[min(able, key=lambda player: player.low).name] = Role.BASS


def _give_harmony(band: Sequence[Instrument], roles: dict[str, Role]) -> None:
    """See to it that chords are heard."""
    if Role.CHORDS in roles.values() or Role.PAD in roles.values():
        _promote_pad(band, roles)
        return
    able = [p for p in band if p.polyphonic and (Role.CHORDS in p.roles or Role.PAD in p.roles)]
    if able:
        chosen = min(able, key=lambda p: _SPARE_FIRST.index(roles[p.name]) if len(able) > 1 else 0)
        roles[chosen.name] = Role.CHORDS if Role.CHORDS in chosen.roles else Role.PAD
        return
    # An ensemble of single voices: all but the leader and one answer share the chord among them.
    rest = [p for p in band if roles[p.name] in (Role.COUNTER, Role.LEAD)]
    for player in rest[1:]:
        roles[player.name] = Role.PAD


def _promote_pad(band: Sequence[Instrument], roles: dict[str, Role]) -> None:
    """Let one of two pads comp where nobody does."""
    pads = [p for p in band if roles[p.name] is Role.PAD and Role.CHORDS in p.roles and p.polyphonic]
    if Role.CHORDS not in roles.values() and len(pads) > 1:
        roles[pads[0].name] = Role.CHORDS


def _give_lead(band: Sequence[Instrument], roles: dict[str, Role]) -> str | None:
    """See to it that somebody leads; return the name of the one who plays chords as well."""
    if Role.LEAD in roles.values():
        return None
    able = [player for player in band if Role.LEAD in player.roles and roles[player.name] is not Role.BASS]
    several = list(roles.values()).count(Role.CHORDS) > 1
    spare = [p for p in able if roles[p.name] not in (Role.CHORDS, Role.PAD) or several]
    if spare:
        chosen = min(spare, key=lambda p: (_SPARE_FIRST.index(roles[p.name]), p.roles.index(Role.LEAD)))
        roles[chosen.name] = Role.LEAD
        return None
    able = [player for player in able if player.polyphonic]
    return min(able, key=lambda p: p.roles.index(Role.LEAD)).name if able else None
