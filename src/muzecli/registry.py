"""Registries: objects that installed plugins provide, found by entry points and loaded when asked for.

`muzecli.plugin` has the public API made of this; commands need no more than what stands here.
"""

from __future__ import annotations

import importlib
from typing import Any, Generic, TypeVar

from muzecli.entrypoints import EntryPoint, entry_points
from muzecli.errors import BugError, MuzeError, UnavailableError, UsageError
from muzecli.interrupts import Terminated

COMMANDS = "muze.commands"


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
            try:
                made = made()
            except MuzeError:
                raise
            except Exception as error:  # a stranger's constructor may fail in any way; it is reported
                raise _broken(entry, error) from error
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
    except Terminated:  # this process is told to end
        raise
    except (Exception, SystemExit) as error:  # a stranger's module may fail in any way; it is reported
        raise _broken(entry, error) from error
    return target


def _broken(entry: EntryPoint, error: BaseException) -> BugError:
    return BugError(
        f"plugin {entry.plugin} ({entry.distribution}) cannot be loaded: {type(error).__name__}: {error}",
        hint=f"report it to its authors, or leave it out with MUZE_PLUGINS=-{entry.plugin}",
    )
