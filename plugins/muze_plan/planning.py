"""Decide what a prompt leaves open: explicit wishes before words, words before the genre, the genre by chance.

Each decision has a seed of its own, so that another tempo does not change the chords.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from muze_plan.choice import choose, generator
from muze_plan.genres import Genre
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import PlanRequest, Section, SectionType

if TYPE_CHECKING:
    from muze_plan.reading import Reading

DEFAULT_GENRE = "pop"
DEFAULT_DURATION_S = 30.0

# Beats a minute of a tempo class that a prompt names.
_CLASSES: Mapping[str, tuple[float, float]] = {"slow": (20, 88), "medium": (90, 118), "fast": (122, 400)}
_LEAST_SCALE = 0.55

_SINGABLE = (
    *(SectionType.VERSE, SectionType.PRE_CHORUS, SectionType.CHORUS, SectionType.BRIDGE),
    *(SectionType.INSTRUMENTAL, SectionType.DROP, SectionType.BREAKDOWN),
)


@dataclass(frozen=True)
class Choice:
    """One decision.

    Attributes:
        field: a field of the plan.
        value: what it became, as text.
        why: who decided: an option, the words, the genre, or chance.
    """

    field: str
    value: str
    why: str


def genre_for(reading: Reading, known: Mapping[str, Genre]) -> tuple[str, str]:
    """Return the genre of a prompt that names none, and why: by mood, instruments, tempo, era and form.

    Args:
        reading: what the prompt says.
        known: genres by name.
    """
    scores = {name: _likeness(reading, genre) for name, genre in known.items()}
    best = max(scores, key=lambda name: (scores[name][0], name == DEFAULT_GENRE))
    score, reasons = scores[best]
    if score <= 0 or not reasons:
        name = DEFAULT_GENRE if DEFAULT_GENRE in known else min(known)
        return name, "the words name no genre and suggest none; this is the default"
    return best, f"the words name no genre; {', '.join(reasons)} suggest it"


def _likeness(reading: Reading, genre: Genre) -> tuple[float, list[str]]:
    score, reasons = 0.0, []
    for mood in reading.moods:
        if mood in genre.moods:
            score += 1.0 - 0.1 * genre.moods.index(mood)
            reasons.append(mood)
    for name in reading.instruments:
        shares = [c.of[name] / sum(c.of.values()) * c.chance for c in genre.chairs.values() if name in c.of]
        if shares:
            score += 0.3 + max(shares)
            reasons.append(name.replace("_", " "))
    if reading.template is not None and reading.template in genre.templates:
        score += 2 * genre.templates[reading.template] / sum(genre.templates.values())
        reasons.append(f"the form {reading.template}")
    if reading.era in genre.eras:
        score += 0.6 / len(genre.eras) + 0.2
        reasons.append(str(reading.era))
    if reading.time_signature is not None and reading.time_signature in genre.metres:
        share = genre.metres[reading.time_signature] / sum(genre.metres.values())
        if reading.time_signature != TimeSignature(4, 4):
            score += share
            reasons.append(str(reading.time_signature))
    tempo = reading.tempo_bpm
    if tempo is not None:
        if genre.tempo.low <= tempo <= genre.tempo.high:
            spread = genre.tempo.high - genre.tempo.low
            score += 0.5 - 0.3 * abs(tempo - genre.tempo.typical) / spread
            reasons.append(f"{tempo:g} bpm")
        else:
            score -= 0.5
    elif reading.tempo_class is not None:
        low, high = _CLASSES[reading.tempo_class]
        if low <= genre.tempo.typical <= high:
            score += 0.3
            reasons.append(reading.tempo_class)
        else:
            score -= 0.3
    if reading.has_vocals is not None:
        likely = genre.has_vocals if reading.has_vocals else 1 - genre.has_vocals
        score += 0.4 * (likely - 0.5)
        if likely > 0.5:
            reasons.append("singing" if reading.has_vocals else "no singing")
    if reading.energy is not None:
        score -= abs(reading.energy - genre.energy)
    return score, reasons


def tempo_for(
    genre: Genre, metre: TimeSignature, *, tempo_class: str | None, energy: float, seed: int
) -> tuple[float, str]:
    """Return beats a minute, whole, and why: in the genre's range, as far as it goes towards the tempo class.

    Genres count quarters; in compound metres, where a beat is a dotted quarter, they go a fifth slower.
    """
    scale = 0.8 if metre.compound else metre.denominator / 4
    low, typical, high = (bpm * scale for bpm in (genre.tempo.low, genre.tempo.typical, genre.tempo.high))
    centre = typical + 0.4 * (high - low) * (energy - genre.energy)
    if tempo_class is not None:
        unit = 1.0 if metre.compound else metre.denominator / 4
        class_low, class_high = (bpm * unit for bpm in _CLASSES[tempo_class])
        if class_low <= high and class_high >= low:
            low, high = max(low, class_low), min(high, class_high)
        else:  # a genre that is never slow is played as slow as it gets
            low = high = low if class_high < low else high
    centre = min(high, max(low, centre))
    rng = generator(seed, "tempo")
    beats = (rng.triangular(low, high, centre) + rng.triangular(low, high, centre)) / 2
    why = "the genre's" if tempo_class is None else f"the words say {tempo_class}, as far as the genre goes"
    return float(min(400, max(20, round(beats)))), why


def key_for(genre: Genre, *, mode: str | None, seed: int) -> tuple[Key, str]:
    """Return a key that the genre's players like, and who decided its mode."""
    chosen = mode or choose(generator(seed, "mode"), genre.modes)
    tonics = genre.tonics[chosen]
    key = Key(generator(seed, f"tonic/{chosen}").choice(tonics), chosen)
    return key, "the words say the mode" if mode else "by chance, as often as in the genre"


def metre_for(genre: Genre, seed: int) -> TimeSignature:
    """Return one of the genre's metres."""
    return choose(generator(seed, "metre"), genre.metres)


def energy_for(genre: Genre, seed: int) -> float:
    """Return the energy of a song of the genre of which nothing is said."""
    jitter = generator(seed, "energy").uniform(-0.08, 0.08)
    return min(1.0, max(0.05, genre.energy + jitter))


def voiced(sections: Sequence[Section], has_vocals: bool) -> tuple[Section, ...]:
    """Return the sections with singing where there is any, and without where there is none."""
    if not has_vocals:
        return tuple(replace(section, has_vocals=False) for section in sections)
    if any(section.has_vocals for section in sections):
        return tuple(sections)
    singable = [s for s in sections if s.type in _SINGABLE] or list(sections)
    return tuple(replace(s, has_vocals=any(s is one for one in singable)) for s in sections)


def at_energy(sections: Sequence[Section], energy: float) -> tuple[Section, ...]:
    """Return the sections with their mean energy moved towards that of the song, in the same order.

    A quiet song is scaled towards 0, a loud one towards 1; never so far that the form would lose its shape.

    Args:
        sections: with the energies of the form.
        energy: 0…1, wanted on average.
    """
    bars = sum(section.bars for section in sections)
    mean = sum(section.energy * section.bars for section in sections) / bars
    if not 0.0 < mean < 1.0:
        return tuple(sections)

    def moved(own: float) -> float:
        if energy <= mean:
            return own * max(_LEAST_SCALE, energy / mean)
        return 1.0 - (1.0 - own) * max(_LEAST_SCALE, (1.0 - energy) / (1.0 - mean))

    return tuple(replace(section, energy=round(moved(section.energy), 3)) for section in sections)


def mood_of(request: PlanRequest, reading: Reading) -> tuple[str, ...]:
    """Return the moods that are asked for, those given outright first."""
    return tuple(dict.fromkeys((*request.mood, *reading.moods)))
