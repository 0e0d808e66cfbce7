"""Genres: what a kind of music does where nobody says otherwise.

A genre is a file of `presets/genres`, or of the user's own `presets/genres` in the configuration folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from muze_plan.harmony.progressions import HarmonyStyle
from muzecli.errors import ConfigError
from muzecli.presets import all_presets
from muzecli.song.metre import TimeSignature
from muzecli.song.score import Role

VARIATIONS = (
    "pre_chorus",
    "post_chorus",
    "double_chorus",
    "cold_open",
    "no_intro",
    "short_intro",
    "solo",
    "instrumental",
    "breakdown",
    "buildup",
    "no_outro",
    "long_outro",
)
"""Names of what `muze_plan.variations` may do to a form."""


@dataclass(frozen=True)
class TempoRange:
    """Beats a minute, counted in quarters: slowest, most usual, fastest."""

    low: float
    typical: float
    high: float


@dataclass(frozen=True)
class Chair:
    """Who may take one role.

    Attributes:
        of: names of instruments with weights.
        chance: that anybody does, 0…1.
        count: how many do, one or two.
    """

    of: Mapping[str, float]
    chance: float = 1.0
    count: int = 1


@dataclass(frozen=True)
class Kind:
    """What a narrower word changes in a genre: "bebop" in jazz. What is empty or None stays the genre's.

    Attributes:
        tempo: range in quarters a minute.
        metres: time signatures with weights.
        modes: "major" and "minor" with weights.
        templates: names of forms with weights.
    """

    tempo: TempoRange | None
    metres: Mapping[TimeSignature, float]
    modes: Mapping[str, float]
    templates: Mapping[str, float]


@dataclass(frozen=True)
class Genre:
    """A kind of music.

    Attributes:
        name: as in plans.
        summary: one line.
        words: what else it is called; styles that belong to it.
        tempo: range in quarters a minute.
        metres: time signatures with weights.
        modes: "major" and "minor" with weights.
        tonics: mode → pitch classes that its players like; all twelve where it names none.
        moods: typical ones.
        energy: 0…1, typical.
        has_vocals: chance that somebody sings, 0…1.
        chairs: who takes which role.
        harmony: its chords.
        templates: names of forms with weights.
        variations: what may be done to a form, with its chance 0…1.
        eras: decades it is at home in, such as "1980s".
        style: name of the style that the composer plays it in.
        kinds: what narrower words change, by word.
    """

    name: str
    summary: str
    words: tuple[str, ...]
    tempo: TempoRange
    metres: Mapping[TimeSignature, float]
    modes: Mapping[str, float]
    tonics: Mapping[str, tuple[int, ...]]
    moods: tuple[str, ...]
    energy: float
    has_vocals: float
    chairs: Mapping[Role, Chair]
    harmony: HarmonyStyle
    templates: Mapping[str, float]
    variations: Mapping[str, float]
    eras: tuple[str, ...]
    style: str
    kinds: Mapping[str, Kind]

    def of_kind(self, words: Iterable[str]) -> tuple[Genre, str | None]:
        """Return the genre as words narrow it, and the word that did; the longest that it knows wins."""
        said = [f" {_plain(word)} " for word in words]
        fitting = [kind for kind in self.kinds if any(f" {_plain(kind)} " in text for text in said)]
        if not fitting:
            return self, None
        word = max(fitting, key=lambda kind: (len(kind), kind))
        kind = self.kinds[word]
        return (
            replace(
                self,
                tempo=kind.tempo or self.tempo,
                metres=kind.metres or self.metres,
                modes=kind.modes or self.modes,
                templates=kind.templates or self.templates,
            ),
            word,
        )


def genre_names() -> tuple[str, ...]:
    """Return the names of all genres, sorted: those that ship and the user's own."""
    return tuple(preset.name for preset in all_presets("genres"))


def genres() -> dict[str, Genre]:
    """Return all genres by name.

    Raises:
        ConfigError: one of their files is wrong.
    """
    from muze_plan.genre_files import load_genre

    return {preset.name: load_genre(preset.path) for preset in all_presets("genres")}


def genre(name: str) -> Genre:
    """Return one genre, by its name or by one of its words: "hip-hop", "Drum and Bass", "dubstep".

    Raises:
        ConfigError: there is none of that name, or its file is wrong.
    """
    from muze_plan.genre_files import load_genre

    files = {preset.name: preset.path for preset in all_presets("genres")}
    plain = _plain(name)
    if plain.replace(" ", "_") in files:
        return load_genre(files[plain.replace(" ", "_")])
    known = genres()
    for found in known.values():
        if plain in map(_plain, found.words):
            return found
    close = get_close_matches(plain.replace(" ", "_"), files, n=3)
    hint = f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(files)}"
    raise ConfigError(f"there is no genre named '{name}'", hint=hint)


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").replace("_", " ").split())
