"""The arrangement: who plays in which section, where players come in and leave.

Energy decides how many play: each role has an energy from which it joins, the second of a role joins later
than the first. Introductions build up, codas thin out, breakdowns keep what the style keeps, drops have all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from muze_plan.composer.casting import Cast, cast, soloist
from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.presence import is_chamber, keep_rhythm, share_fairly
from muze_plan.composer.styles import ArrangementStyle, Style
from muzecli.errors import BadDataError
from muzecli.song.plan import Plan, Section, SectionType
from muzecli.song.score import ChordEvent, Role

if TYPE_CHECKING:
    from muzecli.song.instruments import Instrument

_LATER = 0.16  # how much more energy the second player of a role waits for
_DEFAULT_ENTER = 0.5
_READILY = 0.12  # how much less energy a role needs in a section for which the style lists it
# What a section's type adds to its energy when it is asked who plays.
_LIFT = {
    SectionType.CHORUS: 0.08,
    SectionType.POST_CHORUS: 0.05,
    SectionType.DROP: 0.3,
    SectionType.BUILDUP: 0.1,
}
_LEAST = 2  # roles of such a section that play whatever its energy
_LAST_CHORD = 3  # players who stay to the end of a coda
_FULL_ENDING = 0.48  # energy from which a coda keeps everybody to the end
_BEHIND = 0.15  # how much more energy a lead waits for where it answers a singer
_ANSWERED = (SectionType.CHORUS, SectionType.POST_CHORUS, SectionType.BRIDGE, SectionType.DROP)
_SOLO = (SectionType.SOLO, SectionType.INSTRUMENTAL)


def arrange(
    plan: Plan,
    style: Style,
    table: Mapping[str, Instrument],
    seats: Mapping[str, tuple[Role, ...]] | None = None,
) -> SongContext:
    """Return the song with its sections, their chords and their players.

    Args:
        plan: with chords for every bar.
        style: how the genre plays.
        table: rows of the instrument table, at least those of the plan.
        seats: roles in which the genre has its instruments.

    Raises:
        BadDataError: a section lacks chords.
    """
    players = [table[name] for name in dict.fromkeys(plan.instruments)]
    sings = any(player.is_voice for player in players)
    wants_lead = Role.LEAD in style.arrangement.enter and not (
        sings and any(section.has_vocals for section in plan.sections)
    )
    roles = cast(players, seats or {}, wants_lead=wants_lead)
    starts = [0, *accumulate(section.bars for section in plan.sections)]
    chosen = _players(plan, style.arrangement, players, roles)
    contexts = []
    for index, section in enumerate(plan.sections):
        context = _section(plan, index, starts[index], chosen[index])
        if section.instruments is None:
            context = _staggered(context, style.arrangement)
        contexts.append(context)
    return SongContext(plan, style, tuple(contexts), {player.name: player for player in players})


def _section(plan: Plan, index: int, start_bar: int, players: Cast) -> SectionContext:
    section = plan.sections[index]
    bar_ticks = plan.time_signature.bar_ticks
    start = start_bar * bar_ticks
    before = plan.sections[index - 1] if index else None
    after = plan.sections[index + 1] if index + 1 < len(plan.sections) else None
    return SectionContext(
        index=index,
        type=section.type,
        start=start,
        end=start + section.bars * bar_ticks,
        start_bar=start_bar,
        bars=section.bars,
        energy=section.energy,
        has_vocals=section.has_vocals,
        lyrics=section.lyrics,
        chords=chord_events(section, start, bar_ticks, where=f"sections.{index} ({section.type})"),
        occurrence=sum(other.type is section.type for other in plan.sections[:index]),
        previous=before.type if before else None,
        next=after.type if after else None,
        next_energy=after.energy if after else None,
        players=players,
    )


def chord_events(section: Section, start: int, bar_ticks: int, *, where: str) -> tuple[ChordEvent, ...]:
    """Return a section's chords with their ticks; a chord that goes on is one event.

    Raises:
        BadDataError: there is a bar without chords.
    """
    silent = next((i for i, bar in enumerate(section.chords) if not bar), len(section.chords))
    if len(section.chords) != section.bars or silent < section.bars:
        raise BadDataError(
            f"{where} must have chords for each of its {section.bars} bars; found {silent}",
            hint="write the chords of each bar in the plan, as 'C:maj' or 'A:min7 D:7'; "
            "a plan made by muze plan has them",
        )
    events: list[ChordEvent] = []
    for bar, chords in enumerate(section.chords):
        for i, chord in enumerate(chords):
            begin, end = (start + bar * bar_ticks + bar_ticks * k // len(chords) for k in (i, i + 1))
            if events and events[-1].chord == chord:
                events[-1] = replace(events[-1], end=end)
            else:
                events.append(ChordEvent(begin, end, chord))
    return tuple(events)


def _players(
    plan: Plan, style: ArrangementStyle, players: Sequence[Instrument], roles: Cast
) -> list[dict[Role, tuple[str, ...]]]:
    """Return who plays in each section."""
    levels = _levels(plan)
    found = [_in_section(plan, i, style, players, roles, levels[i]) for i in range(len(plan.sections))]
    keep_rhythm(plan.sections, style.enter, roles, found)
    share_fairly(plan.sections, roles, levels, found)
    return [{role: chosen[role] for role in Role if role in chosen} for chosen in found]


def _levels(plan: Plan) -> list[float]:
    """Return how full each section is, 0…1: its energy, and its place between the song's extremes."""
    energies = [section.energy for section in plan.sections]
    low, high = min(energies), max(energies)
    levels = []
    for section in plan.sections:
        relative = (section.energy - low) / (high - low) if high - low > 0.05 else 0.6
        level = 0.65 * section.energy + 0.35 * relative + _LIFT.get(section.type, 0.0)
        levels.append(min(max(level, 0.0), 1.0))
    return levels


def _in_section(
    plan: Plan,
    index: int,
    style: ArrangementStyle,
    players: Sequence[Instrument],
    roles: Cast,
    level: float,
) -> dict[Role, tuple[str, ...]]:
    section = plan.sections[index]
    if section.instruments is not None:
        called = {role: tuple(n for n in names if n in section.instruments) for role, names in roles.items()}
        found = {role: names for role, names in called.items() if names}
    else:
        allowed = _allowed(section.type, style, roles)
        chamber, found = is_chamber(players), {}
        for role, names in roles.items():
            enter = style.enter.get(role, _DEFAULT_ENTER) - (_READILY if role in allowed[1] else 0.0)
            if role in allowed[1][:_LEAST] or chamber:
                enter = 0.0
            # A rhythm section plays as the section's own energy has it, however full the others are.
            heard = max(level, section.energy) if role in (Role.DRUMS, Role.BASS) else level
            joined = (
                names if chamber else tuple(n for i, n in enumerate(names) if heard >= enter + i * _LATER)
            )
            if joined and role in allowed[0]:
                found[role] = joined
    if not section.has_vocals:
        found.pop(Role.VOCALS, None)
    elif Role.VOCALS in roles and section.instruments is None:
        found[Role.VOCALS] = roles[Role.VOCALS]
    if Role.VOCALS in found and section.instruments is None:
        if section.type not in _ANSWERED or level < style.enter.get(Role.LEAD, _DEFAULT_ENTER) + _BEHIND:
            found.pop(Role.LEAD, None)
    elif section.type in _SOLO and Role.LEAD not in found:
        _add_soloist(found, section, players, roles)
    if not found:
        first = next((role for role in (Role.CHORDS, Role.PAD, Role.LEAD) if role in roles), None)
        first = first or next((role for role in roles if role is not Role.VOCALS), None)
        if first is not None and (
            section.instruments is None or set(roles[first]) & set(section.instruments)
        ):
            found[first] = roles[first][:1]
    return {role: found[role] for role in Role if role in found}


def _allowed(
    type_: SectionType, style: ArrangementStyle, roles: Cast
) -> tuple[frozenset[Role], tuple[Role, ...]]:
    """Return the roles that may play in a type of section, and those of them that join most readily."""
    listed = {
        SectionType.INTRO: style.intro,
        SectionType.OUTRO: tuple(reversed(style.outro)),  # who leaves last plays in any case
        SectionType.BREAKDOWN: style.breakdown,
    }.get(type_, ())
    there = tuple(role for role in listed if role in roles)
    if not there:
        return frozenset(Role), ()
    return frozenset((*there, Role.VOCALS)), there


def _add_soloist(
    found: dict[Role, tuple[str, ...]], section: Section, players: Sequence[Instrument], roles: Cast
) -> None:
    """Let somebody lead where the band has no leader of its own, or has not called him yet."""
    here = [p for p in players if section.instruments is None or p.name in section.instruments]
    if led := [name for name in roles.get(Role.LEAD, ()) if any(p.name == name for p in here)]:
        found[Role.LEAD] = (led[0],)
        return
    name = soloist([p for p in here if not p.is_voice and not p.is_drum], found)
    if name is None:
        return
    for role in (Role.CHORDS, Role.PAD, Role.ARPEGGIO, Role.COUNTER):
        others = tuple(other for other in found.get(role, ()) if other != name)
        if role in found and (others or role not in (Role.CHORDS, Role.PAD)):
            found[role] = others
    found[Role.LEAD] = (name,)
    for role in [role for role, names in found.items() if not names]:
        del found[role]


def _staggered(context: SectionContext, style: ArrangementStyle) -> SectionContext:
    """Return the section with the bars at which its players come in or leave."""
    step = 4 if context.bars >= 16 else 2 if context.bars >= 8 else 1
    if context.type is SectionType.INTRO and context.bars >= 2:
        names = _in_order(context.players, style.intro)
        last = context.bars * (0.75 if context.energy < 0.7 else 0.5)
        shifts = [int(last * i / max(len(names) - 1, 1) / step) * step for i in range(len(names))]
        entries = {
            name: context.start + bars * context.bar_ticks
            for name, bars in zip(names, shifts, strict=True)
            if bars
        }
        return replace(context, entries=entries)
    if context.type is SectionType.OUTRO and context.bars >= 4 and context.energy < _FULL_ENDING:
        names = _in_order(context.players, style.outro)
        leaving = names[: max(len(names) - _LAST_CHORD, 0)]
        exits = {
            name: context.start
            + max(round(context.bars * (i + 1) / len(names) / step), 1) * step * context.bar_ticks
            for i, name in enumerate(leaving)
        }
        return replace(context, exits={name: tick for name, tick in exits.items() if tick < context.end})
    return context


def _in_order(players: Cast, order: Sequence[Role]) -> list[str]:
    """Return the players, sorted by their roles; roles that the order lacks come last."""
    rank = {role: i for i, role in enumerate(order)}
    roles = sorted(
        (role for role in players if role is not Role.VOCALS), key=lambda r: rank.get(r, len(rank))
    )
    return list(dict.fromkeys(name for role in roles for name in players[role]))
