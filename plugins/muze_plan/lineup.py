"""Who plays: the genre's instruments, those that are wanted in the places of others, none that is unwanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from muze_plan.choice import choose, generator
from muze_plan.genres import Chair, Genre
from muzecli.song.instruments import Instrument, groups, instruments
from muzecli.song.score import Role

# Who steps in where all that a genre has for a role is unwanted.
_SUBSTITUTES: Mapping[Role, tuple[str, ...]] = {
    Role.BASS: ("electric_bass", "synth_bass", "acoustic_bass", "contrabass"),
    Role.CHORDS: ("piano", "electric_piano", "organ", "acoustic_guitar", "strings", "polysynth"),
    Role.LEAD: ("synth_pluck", "violin", "flute", "piano", "electric_guitar"),
    Role.VOCALS: ("female_vocals", "male_vocals"),
}
_TONAL = (Role.CHORDS, Role.ARPEGGIO, Role.PAD, Role.LEAD)


def unwanted(names: Iterable[str]) -> frozenset[str]:
    """Return the instruments that a list of unwanted ones leaves out.

    A name may be that of an instrument, a family ("guitars", "drums"), a group, or a role ("bass", "vocals").
    """
    table, banned = instruments(), set[str]()
    for name in names:
        if name in groups():
            banned |= set(groups()[name].instruments)
        if name in table and name != "drums":
            banned.add(name)
            continue
        banned |= {
            other.name
            for other in table.values()
            if name in (other.family, other.roles[0].value) or (name == "drums" and other.is_drum)
        }
    return frozenset(banned)


def lineup(
    genre: Genre,
    *,
    wanted: Sequence[str],
    without: Iterable[str],
    has_vocals: bool,
    seed: int,
    closed: bool = False,
) -> tuple[str, ...]:
    """Return the names of the instruments, in the order of their roles.

    Args:
        genre: who usually plays.
        wanted: names in the instrument table that must be there.
        without: names, families or roles that must not; what is wanted by name stays all the same.
        has_vocals: whether somebody sings; without it nobody does, wanted or not.
        seed: decides among the genre's.
        closed: whether nobody but a singer joins those that are wanted.
    """
    table = instruments()
    banned = unwanted(without) - set(wanted)
    if not has_vocals:
        banned |= frozenset(name for name, instrument in table.items() if instrument.is_voice)
        wanted = [name for name in wanted if not table[name].is_voice]
    asked: dict[Role, list[str]] = {}
    for name in dict.fromkeys(wanted):
        asked.setdefault(_role_of(table[name], genre.chairs), []).append(name)
    chosen: dict[Role, list[str]] = {}
    taken = set(wanted)
    for role in Role:
        chair = None if closed and role is not Role.VOCALS else genre.chairs.get(role)
        own = asked.get(role, [])
        if role is Role.VOCALS:
            vacant = 1 if has_vocals and not own else 0
        else:
            vacant = 0 if chair is None else _vacancies(chair, role, own, has_vocals, seed)
        picked = list(own)
        for number in range(vacant):
            picked += _pick(chair, role, banned, taken, f"{role}/{number}", seed)
        chosen[role] = picked
    if not closed:
        _fill_out(genre, chosen, banned, taken, seed)
    return tuple(name for role in Role for name in chosen[role])


def _fill_out(
    genre: Genre, chosen: dict[Role, list[str]], banned: frozenset[str], taken: set[str], seed: int
) -> None:
    """Add to a band in which chance left hardly anybody with a tone to play."""
    for role in _TONAL:
        if sum(len(chosen[tonal]) for tonal in _TONAL) >= 2:
            return
        if not chosen[role] and role in genre.chairs:
            chosen[role] = _pick(genre.chairs[role], role, banned, taken, f"{role}/filled", seed)


def _role_of(instrument: Instrument, chairs: Mapping[Role, Chair]) -> Role:
    """Return the role in which a genre would seat a wanted instrument."""
    if instrument.is_drum:
        return Role.DRUMS
    if instrument.is_voice:
        return Role.VOCALS
    seated = {
        role: chair.of[instrument.name] / sum(chair.of.values())
        for role, chair in chairs.items()
        if instrument.name in chair.of
    }
    if seated:
        return max(seated, key=lambda role: seated[role])
    return instrument.roles[0]


def _vacancies(chair: Chair, role: Role, own: Sequence[str], has_vocals: bool, seed: int) -> int:
    """Return how many the genre adds to those that were asked for."""
    if own:
        # What is asked for takes the place of the genre's own; a second guitar still finds room.
        return 1 if role in (Role.CHORDS, Role.PAD) and chair.count > len(own) else 0
    chance = chair.chance
    if role is Role.LEAD and not has_vocals:
        chance += 0.5 * (1.0 - chance)  # somebody has to carry the tune
    return chair.count if generator(seed, f"instruments/chance/{role}").random() < chance else 0


def _pick(
    chair: Chair | None, role: Role, banned: frozenset[str], taken: set[str], decision: str, seed: int
) -> list[str]:
    """Return one instrument for a role, or none, and note that it is taken."""
    own = {name: weight for name, weight in (chair.of if chair else {}).items() if weight > 0}
    left = {name: weight for name, weight in own.items() if name not in banned and name not in taken}
    if left:
        found = choose(generator(seed, f"instruments/{decision}"), left)
    elif any(name not in banned for name in own):
        return []  # they play already, in another role
    else:
        substitutes = [n for n in _SUBSTITUTES.get(role, ()) if n not in banned and n not in taken]
        if not substitutes:
            return []
        found = substitutes[0]
    taken.add(found)
    return [found]
