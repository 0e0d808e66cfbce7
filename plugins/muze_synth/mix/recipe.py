"""The recipe of a mix: every number that makes one mix of the same stems differ from another."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import Any

from muzecli.errors import ConfigError
from muzecli.seeds import item_seed
from muzecli.song.score import Role

SCHEMA = "muze.mixes/1"
LOUDNESS_RANGE_LUFS = (-40.0, -5.0)

_RANGES = {  # what a pair of numbers may lie in
    "loudness_lufs": LOUDNESS_RANGE_LUFS,
    "width": (0.0, 1.0),
    "sends_db": (-40.0, 20.0),
    "tilt_db": (-12.0, 12.0),
    "glue": (1.0, 10.0),
    "drive_db": (0.0, 12.0),
}
_ROOM_RANGES = {
    "rt60_s": (0.05, 20.0),
    "size_m": (1.0, 200.0),
    "damping": (0.0, 1.0),
    "pre_delay_ms": (0.0, 500.0),
}
_NUMBERS = {"spread_db": (0.0, 12.0), "fade_out": (0.0, 1.0)}


@dataclass(frozen=True)
class Room:
    """The room that all parts share.

    Attributes:
        rt60_s: time to die away by 60 dB.
        size_m: longest wall.
        damping: how much faster treble dies, 0…1.
        pre_delay_ms: time before it answers.
    """

    rt60_s: float = 0.9
    size_m: float = 12.0
    damping: float = 0.4
    pre_delay_ms: float = 12.0


@dataclass(frozen=True)
class MixRecipe:
    """How stems are mixed.

    Attributes:
        loudness_lufs: integrated loudness of the master; what the limiter cannot reach stays below it.
        levels_db: loudness of each role's parts against the others.
        width: how far parts stand from the middle, 0…1.
        room: the shared room.
        sends_db: moves every part nearer to the room or away from it.
        tilt_db: treble against bass in the master.
        glue: ratio of the master's compressor; 1 is none.
        drive_db: into the master's soft clipper.
        fade_out_s: seconds over which the end fades; 0 lets it ring out.
        seed: decides where parts stand and the noise that the room is made of.
    """

    loudness_lufs: float = -14.0
    levels_db: Mapping[str, float] = field(default_factory=dict)
    width: float = 0.7
    room: Room = Room()
    sends_db: float = 0.0
    tilt_db: float = 0.0
    glue: float = 1.5
    drive_db: float = 0.0
    fade_out_s: float = 0.0
    seed: int = 0

    @classmethod
    def random(cls, rng: random.Random, genre: str) -> MixRecipe:
        """Draw a recipe as a genre's records have it; a genre without an entry is mixed like the default."""
        return cls.seeded(rng.getrandbits(32), genre)

    @classmethod
    def seeded(cls, seed: int, genre: str) -> MixRecipe:
        """Draw the recipe of a seed: each of its numbers from a random source of its own."""
        style = _styles().get(genre) or _styles()["default"]

        def source(name: str) -> random.Random:
            return random.Random(item_seed(seed, f"mix/{name}"))

        def drawn(name: str) -> float:
            return round(source(name).uniform(*style[name]), 3)

        room = Room(**{n: round(source(f"room/{n}").uniform(*style["room"][n]), 3) for n in _ROOM_RANGES})
        spread = style["spread_db"]
        levels = {
            role: round(
                level + max(-2.0, min(2.0, source(f"level/{role}").gauss(0.0, 1.0))) * spread / 2.0, 2
            )
            for role, level in style["levels_db"].items()
        }
        fades = source("fade").random() < style["fade_out"]
        return cls(
            loudness_lufs=drawn("loudness_lufs"),
            levels_db=levels,
            width=drawn("width"),
            room=room,
            sends_db=drawn("sends_db"),
            tilt_db=drawn("tilt_db"),
            glue=drawn("glue"),
            drive_db=drawn("drive_db"),
            fade_out_s=round(source("fade length").uniform(2.0, 6.0), 2) if fades else 0.0,
            seed=seed,
        )

    def level_db(self, role: Role) -> float:
        """Return the loudness of a role's parts against the others."""
        return self.levels_db.get(role.value, _styles()["default"]["levels_db"][role.value])

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe as JSON values; `from_dict` of it is equal to this."""
        return {**asdict(self), "levels_db": dict(self.levels_db)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MixRecipe:
        """Read what `to_dict` returned.

        Raises:
            ConfigError: an unknown field.
        """
        try:
            recipe = cls(**{**data, "room": Room(**data.get("room", {}))})
        except TypeError as error:
            raise ConfigError(f"a mix recipe has no such field: {error}") from error
        return replace(recipe, levels_db=dict(recipe.levels_db))


@cache
def _styles() -> Mapping[str, Mapping[str, Any]]:
    """Return every genre's ranges, complete, and those of `default`."""
    from muzecli.config import read_mapping
    from muzecli.resources import presets_dir

    path = presets_dir() / "mixes" / "genres.yaml"
    data = read_mapping(path, what="file of mixes")
    if faults := mix_faults(data):
        raise ConfigError(f"{path}: {faults[0]}", hint="reinstall muze, or undo the change to this file")
    default = data["default"]
    styles = {"default": default}
    for genre, style in data["genres"].items():
        levels = {**default["levels_db"], **style.get("levels_db", {})}
        room = {**default["room"], **style.get("room", {})}
        styles[genre] = {**default, **style, "levels_db": levels, "room": room}
    return styles


def mix_faults(data: object) -> list[str]:
    """Return what is wrong with a parsed file of mixes, a line a fault; nothing when it is valid."""
    if not isinstance(data, Mapping):
        return ["a file of mixes must be a mapping with schema, default and genres"]
    faults = [f"unknown field '{key}'" for key in data if key not in ("schema", "default", "genres")]
    if data.get("schema") != SCHEMA:
        faults.append(f"schema must be {SCHEMA}; found {data.get('schema')!r}")
    default, genres = data.get("default"), data.get("genres")
    if not isinstance(default, Mapping) or not isinstance(genres, Mapping):
        return [*faults, "default and genres must be mappings"]
    faults += _style_faults(default, "default")
    needed = {*_RANGES, *_NUMBERS, "levels_db", "room"}
    faults += [f"default: {name} is missing" for name in sorted(needed - set(default))]
    if isinstance(default.get("levels_db"), Mapping):
        missing = [role.value for role in Role if role.value not in default["levels_db"]]
        faults += [f"default.levels_db: {role} is missing" for role in missing]
    for genre, style in genres.items():
        faults += _style_faults(style, f"genres.{genre}")
    return faults


def _style_faults(style: object, place: str) -> list[str]:
    if not isinstance(style, Mapping):
        return [f"{place} must be a mapping"]
    faults = []
    for name, value in style.items():
        if name in _RANGES:
            faults += _pair_faults(value, _RANGES[name], f"{place}.{name}")
        elif name in _NUMBERS:
            low, high = _NUMBERS[name]
            if not _is_number(value) or not low <= value <= high:
                faults.append(f"{place}.{name} must be a number from {low:g} to {high:g}; found {value!r}")
        elif name == "room" and isinstance(value, Mapping):
            faults += [f"{place}.room: unknown field '{key}'" for key in value if key not in _ROOM_RANGES]
            for key, limits in _ROOM_RANGES.items():
                if key in value:
                    faults += _pair_faults(value[key], limits, f"{place}.room.{key}")
        elif name == "levels_db" and isinstance(value, Mapping):
            roles = [role.value for role in Role]
            faults += [f"{place}.levels_db: there is no role '{key}'" for key in value if key not in roles]
            faults += [
                f"{place}.levels_db.{key} must be a number of decibels; found {level!r}"
                for key, level in value.items()
                if not _is_number(level)
            ]
        else:
            faults.append(f"{place}: unknown field '{name}', or one of the wrong kind")
    return faults


def _pair_faults(value: object, limits: tuple[float, float], place: str) -> list[str]:
    low, high = limits
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(map(_is_number, value))
        and low <= value[0] <= value[1] <= high
    ):
        return []
    return [f"{place} must be two numbers from {low:g} to {high:g}, the lower first; found {value!r}"]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
