"""The public plugin API: what a package provides, and where muze looks for it.

A plugin is any installed package that declares entry points in one of the groups below. Each group is a
registry with a Protocol that says what its objects must offer; `muzecli.testing` checks an object against it.
The core and the plugins meet only here: no plugin imports another, and the core imports none.

    [project.entry-points."muze.commands"]
    "hello" = "muze_plugin_hello.cli:hello"      # `muze hello`
    "fx" = "muze_fx.cli"                         # a group: the module's docstring is its help
    "fx.apply" = "muze_fx.cli:apply"             # `muze fx apply`

Commands are functions with Typer's annotations; their module may import only the standard library, typer and
muzecli's light modules, and imports the rest inside the function. Objects of the other registries are classes
or functions that are called with no argument to make the thing.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from muzecli.entrypoints import EntryPoint, entry_points
from muzecli.errors import BugError, MuzeError, UnavailableError, UsageError

__all__ = [
    "COMMANDS",
    "REGISTRIES",
    "EntryPoint",
    "PresetKind",
    "Registry",
    "load_entry_point",
    "preset_kinds",
]

COMMANDS = "muze.commands"


@runtime_checkable
class PresetKind(Protocol):
    """A family of presets: one folder under `presets/`, and what makes a file in it valid.

    Attributes:
        name: the folder's name, such as `effects`.
        summary: one line for `muze presets list`.
    """

    name: str
    summary: str

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with the parsed file, a line a fault; nothing when it is valid."""
        ...

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return one line that says what the preset is for."""
        ...


T = TypeVar("T")


class Registry(Generic[T]):
    """The objects that installed plugins provide under one entry-point group, loaded when asked for.

    Args:
        group: entry-point group.
        protocol: what an object must offer; checked when it is loaded.
        noun: what one object is called in messages.
    """

    def __init__(self, group: str, protocol: type[T], noun: str) -> None:
        self.group = group
        self.protocol = protocol
        self.noun = noun

    def names(self) -> list[str]:
        """Return the names that are registered, loading nothing."""
        return sorted({entry.name for entry in entry_points(self.group)})

    def get(self, name: str) -> T:
        """Load one object by name.

        Raises:
            UsageError: no plugin registers that name.
            UnavailableError: the plugin needs something that is not installed.
            BugError: the plugin breaks while loading, or breaks the Protocol.
        """
        for entry in entry_points(self.group):
            if entry.name == name:
                return self._make(entry)
        known = ", ".join(self.names()) or "none is installed"
        raise UsageError(f"there is no {self.noun} named '{name}'", hint=f"known: {known}")

    def working(self) -> tuple[dict[str, T], list[MuzeError]]:
        """Load every object; return those that work by name, and the errors of those that do not."""
        objects: dict[str, T] = {}
        faults: list[MuzeError] = []
        for name in self.names():
            try:
                objects[name] = self.get(name)
            except MuzeError as error:
                faults.append(error)
        return objects, faults

    def _make(self, entry: EntryPoint) -> T:
        made = load_entry_point(entry)
        if isinstance(made, type):
            made = made()
        if not isinstance(made, self.protocol):
            missing = [a for a in _members(self.protocol) if not hasattr(made, a)]
            raise BugError(
                f"the {self.noun} '{entry.name}' of plugin {entry.plugin} lacks {', '.join(missing)}",
                hint=f"report it to the authors of {entry.distribution}",
            )
        return made


def _members(protocol: type) -> list[str]:
    annotated = set(getattr(protocol, "__annotations__", {}))
    return sorted(annotated | {name for name in vars(protocol) if not name.startswith("_")})


def load_entry_point(entry: EntryPoint) -> Any:
    """Import what an entry point names.

    Raises:
        UnavailableError: an import inside the plugin is missing.
        BugError: the plugin's module fails in any other way, or lacks the attribute.
    """
    try:
        target: Any = importlib.import_module(entry.module)
        for part in filter(None, entry.attribute.split(".")):
            target = getattr(target, part)
    except MuzeError:
        raise
    except ModuleNotFoundError as error:
        missing = (error.name or str(error)).partition(".")[0]
        if missing == entry.plugin:
            raise _broken(entry, error) from error
        raise UnavailableError(
            f"plugin {entry.plugin} needs the package '{missing}', which is not installed",
            hint=f"pip install {missing}, or leave the plugin out with MUZE_PLUGINS=-{entry.plugin}",
        ) from error
    except Exception as error:  # a stranger's module may fail in any way; it is reported, not hidden
        raise _broken(entry, error) from error
    return target


def _broken(entry: EntryPoint, error: Exception) -> BugError:
    return BugError(
        f"plugin {entry.plugin} ({entry.distribution}) cannot be loaded: {type(error).__name__}: {error}",
        hint=f"report it to its authors, or leave it out with MUZE_PLUGINS=-{entry.plugin}",
    )


preset_kinds: Registry[PresetKind] = Registry("muze.preset_kinds", PresetKind, "kind of preset")  # type: ignore[type-abstract]

REGISTRIES: tuple[Registry[Any], ...] = (preset_kinds,)
