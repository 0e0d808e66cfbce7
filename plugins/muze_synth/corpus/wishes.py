"""What each track of a corpus shall be: drawn so that nothing can be guessed from anything else.

Genres come in shuffled rounds, so that any number of tracks is balanced; most of the rest is left to the planner,
which knows what suits a genre, and some is drawn against its habits (a tempo far off, no drums), so that a model
that learns from the corpus cannot take the genre for the tempo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from muzecli.seeds import item_seed
from muzecli.song.captions import mood_values
from muzecli.song.plan import PlanRequest

ODD_TEMPO_SHARE = 0.12
ODD_TEMPI_BPM = (60.0, 185.0)
DRUMLESS_SHARE = 0.07
BASSLESS_SHARE = 0.03
PROMPTED_ENERGY_SHARE = 0.6
MOOD_SHARE = 0.8
TWO_MOODS_SHARE = 1 / 3
MOODS_APART = 0.55
"""Of two moods of one song, how far valence and energy may lie apart."""
ENERGIES = (0.15, 0.95)
ENERGY_REACH = 0.25
"""How far a song's energy may lie from that of its moods."""


@dataclass(frozen=True)
class Wishes:
    """What a whole corpus is drawn from.

    Attributes:
        genres: names of genres.
        shortest_s: of a track.
        longest_s: of a track.
        vocals_share: share of tracks with singing, 0…1; None leaves it to the genres.
        moods: names of moods.
        drums: names of all drum kits, left out of tracks without drums.
        basses: names of all basses, left out of tracks without one.
    """

    genres: tuple[str, ...]
    shortest_s: float
    longest_s: float
    vocals_share: float | None
    moods: tuple[str, ...]
    drums: tuple[str, ...]
    basses: tuple[str, ...]


def draw(wishes: Wishes, index: int, seed: int) -> PlanRequest:
    """Return what the track of an index shall be; it depends on nothing but the arguments.

    Args:
        wishes: what to draw from.
        index: the track's number from 0.
        seed: the corpus's.
    """
    of_track = item_seed(seed, f"track/{index}")

    def rng(decision: str) -> Random:
        return Random(item_seed(of_track, decision))

    moods = _moods(rng("mood"), wishes.moods)
    energy = rng("energy")
    tempo = rng("tempo")
    vocals = None if wishes.vocals_share is None else rng("vocals").random() < wishes.vocals_share
    return PlanRequest(
        prompt="",
        genre=_genre(wishes.genres, index, seed),
        duration_s=round(rng("duration").uniform(wishes.shortest_s, wishes.longest_s), 1),
        seed=of_track,
        tempo_bpm=_rounded_tempo(tempo) if tempo.random() < ODD_TEMPO_SHARE else None,
        mood=moods,
        energy=_energy(energy, moods) if energy.random() < PROMPTED_ENERGY_SHARE else None,
        without=_absent(rng("without"), wishes),
        has_vocals=vocals,
    )


def _genre(genres: Sequence[str], index: int, seed: int) -> str:
    """Return the genre of an index: every round has each genre once, in an order of its own."""
    turn, place = divmod(index, len(genres))
    order = sorted(genres)
    Random(item_seed(seed, f"genres/{turn}")).shuffle(order)
    return order[place]


def _rounded_tempo(rng: Random) -> float:
    return float(round(rng.uniform(*ODD_TEMPI_BPM)))


def _moods(rng: Random, moods: Sequence[str]) -> tuple[str, ...]:
    """Return one or two moods that a song can have at once, or none."""
    if not moods or rng.random() >= MOOD_SHARE:
        return ()
    first = rng.choice(sorted(moods))
    fitting = [mood for mood in sorted(moods) if mood != first and _agree(first, mood)]
    return (first, rng.choice(fitting)) if fitting and rng.random() < TWO_MOODS_SHARE else (first,)


def _agree(one: str, other: str) -> bool:
    """Whether nobody would call it odd that a song is both."""
    (valence, energy), (other_valence, other_energy) = mood_values(one), mood_values(other)
    return abs(valence - other_valence) <= MOODS_APART and abs(energy - other_energy) <= MOODS_APART


def _energy(rng: Random, moods: Sequence[str]) -> float:
    """Return an energy that the moods allow: no song is calm and at full power."""
    if not moods:
        return round(rng.uniform(*ENERGIES), 2)
    mean = sum(mood_values(mood)[1] for mood in moods) / len(moods)
    low, high = ENERGIES
    return round(min(max(mean + rng.uniform(-ENERGY_REACH, ENERGY_REACH), low), high), 2)


def _absent(rng: Random, wishes: Wishes) -> tuple[str, ...]:
    draw = rng.random()
    if draw < DRUMLESS_SHARE:
        return wishes.drums
    return wishes.basses if draw < DRUMLESS_SHARE + BASSLESS_SHARE else ()
