"""What songs are about: the shipped themes of lyrics, read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from muzecli.errors import ConfigError
from muzecli.resources import presets_dir

SCHEMA = "muze.lyrics/1"


@dataclass(frozen=True)
class Theme:
    """What a song is about, and the half lines it is told with.

    Attributes:
        name: the file's name.
        moods: the moods it suits.
        openers: clauses by kind of section: verse, lift, chorus, bridge.
        hooks: whole lines that come back, by rhyme family.
        rhymes: endings by rhyme family.
    """

    name: str
    moods: tuple[str, ...]
    openers: Mapping[str, tuple[str, ...]]
    hooks: Mapping[str, tuple[str, ...]]
    rhymes: Mapping[str, tuple[str, ...]]


@cache
def themes() -> tuple[Theme, ...]:
    """Return the shipped themes in order of their names.

    Raises:
        ConfigError: a file is none of lyrics.
    """
    paths = sorted((presets_dir() / "lyrics").glob("*.yaml"))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = []
    for path in paths:
        data = yaml.load(path.read_text(encoding="utf-8"), loader)
        faults = theme_faults(data, path)
        if faults:
            raise ConfigError(f"{path.name}: {faults[0]}", hint="muze presets validate shows every fault")
        found.append(_theme(data))
    return tuple(found)


def theme_faults(data: object, path: Path) -> list[str]:
    """Return what is wrong with a file of lyrics, a line a fault."""
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
        return [f"a theme of lyrics must be a mapping with the schema {SCHEMA}"]
    faults = []
    if data.get("name") != path.stem:
        faults.append(f"name must be the file's, '{path.stem}', not {data.get('name')!r}")
    for field in ("moods", "verse", "lift", "chorus", "bridge"):
        if not _texts(data.get(field)):
            faults.append(f"{field} must be a list of texts")
    for field in ("hooks", "rhymes"):
        groups = data.get(field)
        if not isinstance(groups, Mapping) or not all(_texts(group) for group in groups.values()):
            faults.append(f"{field} must be lists of texts by rhyme")
    if not faults:
        missing = sorted(set(data["hooks"]) - set(data["rhymes"]))
        faults += [f"hooks rhyme on '{family}', which rhymes lacks" for family in missing]
    return faults


def _texts(value: object) -> bool:
    return isinstance(value, Sequence) and bool(value) and all(isinstance(item, str) for item in value)


def _theme(data: Mapping[str, Any]) -> Theme:
    return Theme(
        name=data["name"],
        moods=tuple(data["moods"]),
        openers={kind: tuple(data[kind]) for kind in ("verse", "lift", "chorus", "bridge")},
        hooks={family: tuple(lines) for family, lines in data["hooks"].items()},
        rhymes={family: tuple(endings) for family, endings in data["rhymes"].items()},
    )


class LyricThemes:
    """The kind of preset that holds half lines of lyrics (`muze.preset_kinds`)."""

    name = "lyrics"
    summary = "themes of lyrics for muze dataset synth"

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with a theme."""
        return theme_faults(data, path)

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return what a theme is about."""
        return str(data.get("summary") or "")
