"""The flags that every command shares: one name, one type and one meaning each.

A command takes those it needs as `Annotated` aliases:

    def apply(run: Run, output: OutputOption = None, seed: SeedOption = None) -> None: ...

`run` is not an option: muze passes the state of the run (console, resolved options, command line) there. The
flags about the run itself (`--config`, `-q`, `-v`, `--json`, `--color`) are added to every command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from muzecli.console import Color, Console

RUN_PANEL = "Run"


@dataclass(frozen=True)
class Resolved:
    """The value of one option and where it came from."""

    value: Any
    source: str


@dataclass(frozen=True)
class Run:
    """One execution of one command.

    Attributes:
        path: the command's path, such as ("fx", "apply").
        console: where it talks.
        options: every option with its value and source, as saved in sidecars.
        arguments: the words after `muze`, as typed.
    """

    path: tuple[str, ...]
    console: Console
    options: Mapping[str, Resolved] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()

    @property
    def json(self) -> bool:
        """Whether the result is to be one JSON document."""
        return self.console.json_output

    def options_document(self) -> dict[str, dict[str, Any]]:
        """Return the resolved options as saved beside results: name → value, source."""
        return {name: {"value": _plain(r.value), "source": r.source} for name, r in self.options.items()}

    def with_preset(self, values: Mapping[str, Any], preset: str) -> Run:
        """Return the run with a preset's values for the options that nothing else has set."""
        changed = {
            name: Resolved(value, f"preset {preset}")
            for name, value in values.items()
            if name in self.options and self.options[name].source == "default"
        }
        return replace(self, options={**self.options, **changed})

    def value_of(self, option: str) -> Any:
        """Return an option's resolved value.

        Raises:
            KeyError: the command has no such option.
        """
        return self.options[option].value


def _plain(value: Any) -> Any:
    if isinstance(value, Path | StrEnum):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


# ---- added to every command ----

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help="Read option values from this YAML file.",
        rich_help_panel=RUN_PANEL,
    ),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say only errors.", rich_help_panel=RUN_PANEL)
]
VerboseOption = Annotated[
    int,
    typer.Option(
        "--verbose", "-v", count=True, help="Say more; -vv shows tracebacks.", rich_help_panel=RUN_PANEL
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print the result as one JSON document.", rich_help_panel=RUN_PANEL)
]
ColorOption = Annotated[Color, typer.Option("--color", help="When to colour.", rich_help_panel=RUN_PANEL)]

# ---- taken by the commands that need them ----

OutputOption = Annotated[
    str | None, typer.Option("--output", "-o", metavar="PATH", help="Where to write; '-' is standard output.")
]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace outputs that exist.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Say what would be done, and write nothing.")
]
PresetOption = Annotated[
    str | None, typer.Option("--preset", metavar="NAME|FILE", help="Start from a preset.")
]
SeedOption = Annotated[
    int | None,
    typer.Option("--seed", min=0, max=2**32 - 1, help="Seed of all that is random."),
]
DeviceOption = Annotated[
    str, typer.Option("--device", metavar="auto|cpu|cuda[:N]|mps", help="Where models run.")
]
JobsOption = Annotated[int, typer.Option("--jobs", "-j", min=1, help="How many items to work on at once.")]
ResumeOption = Annotated[
    bool,
    typer.Option("--resume/--no-resume", help="Go on with an interrupted run of the same configuration."),
]

SHARED_OPTIONS = frozenset(
    {"output_dir", "overwrite", "seed", "device", "jobs", "resume", "quiet", "verbose", "json", "color"}
)
"""Options that may stand at the top of a configuration file and be set by `MUZE_<NAME>`."""
