"""Read which plugins are installed, without importing any of them.

The standard library's reader imports an e-mail parser, zip files and more, which alone would take a third of
the time that `muze --help` may take. An entry-point file is a small INI file beside each installed package
(PyPA specification "Entry points"); reading those directly costs a few milliseconds.

`MUZE_PLUGINS` narrows what is seen: a comma-separated list of plugin names (the import package, such as
`muze_fx`); names with a leading minus are left out instead; an empty value means no plugin at all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PREFIX = "muze."


@dataclass(frozen=True)
class EntryPoint:
    """One line of an entry-point file.

    Attributes:
        group: the registry it belongs to, such as `muze.commands`.
        name: the name in that registry; dotted for commands (`train.vae`).
        value: `package.module:attribute`, or `package.module` alone.
        distribution: name and version of the installed package that declares it.
    """

    group: str
    name: str
    value: str
    distribution: str

    @property
    def module(self) -> str:
        """Dotted name of the module that holds the object."""
        return self.value.partition(":")[0].strip()

    @property
    def attribute(self) -> str:
        """Name inside the module; empty where the entry is the module itself."""
        return self.value.partition(":")[2].strip()

    @property
    def plugin(self) -> str:
        """Name of the plugin: the import package that holds the object."""
        return self.module.partition(".")[0]


def entry_points(group: str) -> tuple[EntryPoint, ...]:
    """Return the entry points of one muze registry that `MUZE_PLUGINS` lets through, sorted by name."""
    allowed = _Filter.from_environment()
    return tuple(entry for entry in _scan() if entry.group == group and allowed.admits(entry.plugin))


def all_entry_points() -> tuple[EntryPoint, ...]:
    """Return every entry point of every muze registry, filtered ones too."""
    return _scan()


@dataclass(frozen=True)
class _Filter:
    only: frozenset[str] | None
    without: frozenset[str]

    @classmethod
    def from_environment(cls) -> _Filter:
        value = os.environ.get("MUZE_PLUGINS")
        if value is None:
            return cls(None, frozenset())
        names = [name.strip() for name in value.split(",") if name.strip()]
        without = frozenset(name[1:].replace("-", "_") for name in names if name.startswith("-"))
        only = frozenset(name.replace("-", "_") for name in names if not name.startswith("-"))
        return cls(None if without and not only else only, without)

    def admits(self, plugin: str) -> bool:
        if plugin == "muzecli":  # the core is not a plugin
            return True
        return plugin not in self.without and (self.only is None or plugin in self.only)


@lru_cache(maxsize=1)
def _scan() -> tuple[EntryPoint, ...]:
    found: dict[tuple[str, str, str], EntryPoint] = {}
    for folder in _metadata_folders():
        for entry in _read(folder):
            found.setdefault((entry.group, entry.name, entry.value), entry)
    return tuple(sorted(found.values(), key=lambda entry: (entry.group, entry.name, entry.distribution)))


def _metadata_folders() -> Iterator[Path]:
    for item in dict.fromkeys(sys.path):
        try:
            with os.scandir(item or ".") as inside:
                names = [entry.path for entry in inside if entry.name.endswith((".dist-info", ".egg-info"))]
        except OSError:  # sys.path may name folders and archives that do not exist
            continue
        yield from (Path(name) for name in names)


def _read(folder: Path) -> Iterator[EntryPoint]:
    try:
        text = (folder / "entry_points.txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):  # most packages have none
        return
    if PREFIX not in text:
        return
    name, _, version = folder.name.rpartition(".")[0].partition("-")
    distribution = f"{name.replace('_', '-')} {version}".strip()
    group = ""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1].strip()
        elif group.startswith(PREFIX) and "=" in line and not line.startswith(("#", ";")):
            key, _, value = line.partition("=")
            yield EntryPoint(group, key.strip(), value.split("[")[0].strip(), distribution)
