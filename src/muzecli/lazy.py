"""Commands from entry points: listed by name, imported only when run.

`MUZE_EAGER=1` imports every command at start-up instead, which shows at once what is broken.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from typer._click.core import Command, Context
from typer.core import TyperCommand, TyperGroup

from muzecli.console import Color, wants_color
from muzecli.entrypoints import EntryPoint, entry_points
from muzecli.errors import BugError, MuzeError
from muzecli.leaf import ENV_PREFIX, LeafCommand, make_command
from muzecli.options import SHARED_OPTIONS
from muzecli.registry import COMMANDS, load_entry_point
from muzecli.summaries import docstring_line


class LazyGroup(TyperGroup):
    """A group whose commands are entry points below one dotted prefix."""

    def __init__(
        self, *, prefix: tuple[str, ...] = (), entries: Sequence[EntryPoint] = (), **attributes: Any
    ) -> None:
        super().__init__(**attributes)
        self.prefix = prefix
        self.entries = tuple(entries)
        self.children = sorted(
            {path[len(prefix)] for entry in entries if len(path := _path(entry)) > len(prefix)}
        )
        self.commands = {name: TyperCommand(name) for name in self.children}

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Return a stub of a child, with its name and line of help: enough to list and to complete."""
        return self._stub(cmd_name) if cmd_name in self.commands else None

    def _below(self, name: str) -> tuple[EntryPoint | None, list[EntryPoint]]:
        """Return the entry of one child (None for a group that only its children make) and all below it."""
        path = (*self.prefix, name)
        below = [entry for entry in self.entries if _path(entry)[: len(path)] == path]
        own = next((entry for entry in below if _path(entry) == path), None)
        return own, below

    def _is_group(self, name: str) -> bool:
        own, below = self._below(name)
        return own is None or not own.attribute or len(below) > 1

    def _stub(self, name: str) -> Command:
        own, _ = self._below(name)
        text = docstring_line(own) if own else ""
        return TyperCommand(name, help=text, rich_markup_mode=self.rich_markup_mode)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Find the named command and import it."""
        if args and args[0] in self.commands:
            return args[0], self.load(args[0]), args[1:]
        return super().resolve_command(ctx, args)

    def load(self, name: str) -> Command:
        """Import one child and return the command or group that it is."""
        own, below = self._below(name)
        if self._is_group(name):
            text = docstring_line(own) if own else ""
            return LazyGroup(
                prefix=(*self.prefix, name),
                entries=below,
                name=name,
                help=text,
                no_args_is_help=True,
                rich_markup_mode=self.rich_markup_mode,
            )
        if own is None:
            raise BugError(f"no entry point makes the command '{name}'")
        return load_command(own, self.rich_markup_mode)


def _path(entry: EntryPoint) -> tuple[str, ...]:
    return tuple(entry.name.split("."))


def load_command(entry: EntryPoint, markup: Any = None) -> LeafCommand:
    """Import a command's function and make the command of it.

    Raises:
        UnavailableError: the plugin misses a package.
        BugError: the plugin cannot be imported, or its function has no valid signature.
    """
    function = load_entry_point(entry)
    path = _path(entry)
    try:
        return make_command(function, path, markup)
    except MuzeError:
        raise
    except Exception as error:  # Typer raises many kinds for a signature it cannot read
        raise BugError(
            f"the command '{' '.join(path)}' of plugin {entry.plugin} has no usable signature: {error}",
            hint=f"report it to the authors of {entry.distribution}",
        ) from error


def root_entries() -> tuple[EntryPoint, ...]:
    """Return the commands of every visible plugin.

    Where two claim a name, or one claims a name below another's command, muze's own wins, then the first.
    """
    chosen: dict[tuple[str, ...], EntryPoint] = {}
    for entry in sorted(entry_points(COMMANDS), key=lambda e: (not _is_ours(e), e.distribution, e.name)):
        path = _path(entry)
        below_a_command = any(
            above in chosen and chosen[above].attribute for above in (path[:n] for n in range(1, len(path)))
        )
        above_others = bool(entry.attribute) and any(other[: len(path)] == path for other in chosen)
        if not below_a_command and not above_others:
            chosen.setdefault(path, entry)
    return tuple(chosen[path] for path in sorted(chosen))


def _is_ours(entry: EntryPoint) -> bool:
    return entry.distribution.partition(" ")[0] == "muze"


def markup_mode(color: Color = Color.AUTO) -> Any:
    """Return Typer's markup mode: Rich help on a terminal, plain text elsewhere."""
    return "rich" if wants_color(sys.stdout, color) else None


def known_variables() -> set[str]:
    """Return the name of every `MUZE_*` variable that a command which loads, or muze itself, reads."""
    known = {"MUZE_PLUGINS", "MUZE_EAGER", "MUZE_CACHE_DIR", "MUZE_SOUNDFONT", "MUZE_LLM_KEY"}
    known |= {f"{ENV_PREFIX}_{name.upper()}" for name in (*SHARED_OPTIONS, "config")}
    for entry in root_entries():
        if entry.attribute:
            with suppress(MuzeError):  # a broken one is reported where plugins are listed
                for param in load_command(entry).params:
                    known |= set(param.envvar if isinstance(param.envvar, list) else ())
    return known
