"""A command that does something: its flags, the layers that its values come from, its help with examples."""

from __future__ import annotations

import functools
import inspect
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_type_hints

import typer
from typer._click.core import Context, ParameterSource
from typer._click.exceptions import BadParameter, ClickException
from typer._click.formatting import HelpFormatter
from typer.core import TyperCommand, TyperOption

from muzecli import options
from muzecli.config import Layer, layers_for
from muzecli.console import Color, Console
from muzecli.entrypoints import entry_points
from muzecli.errors import BugError, ConfigError
from muzecli.options import SHARED_OPTIONS, Resolved, Run
from muzecli.registry import COMMANDS

ENV_PREFIX = "MUZE"
_QUANTITY = re.compile(r"-\.?\d")  # "-3 dB at 300 Hz" is a prompt; no option begins with a digit


class LeafCommand(TyperCommand):
    """A command that does something: resolves its options through all layers before its function runs."""

    path: tuple[str, ...] = ()

    def make_parser(self, ctx: Context) -> Any:
        """Return a parser that takes a word such as "-3 dB at 300 Hz" for what it is, and not for an option."""
        parser = super().make_parser(ctx)
        process = parser._process_opts

        def process_or_keep(word: str, state: Any) -> None:
            if _QUANTITY.match(word):
                state.largs.append(word)
            else:
                process(word, state)

        parser._process_opts = process_or_keep  # type: ignore[method-assign, assignment]
        return parser

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse the command line on top of the configuration layers."""
        sources = ctx.meta.setdefault("muze.sources", {})
        if not ctx.resilient_parsing:
            ctx.default_map = self._from_files(ctx, args, sources)
        try:
            rest = super().parse_args(ctx, args)
            self._check_finite(ctx)
        except BadParameter as error:
            place = self._place(ctx, error.param.name if error.param else None, sources)
            if place is None:
                raise
            raise ConfigError(f"{place}: {error.message}") from error
        if not ctx.resilient_parsing:
            ctx.find_root().obj = console_for(ctx.params)  # from here on errors are told as the flags ask
        return rest

    def _from_files(self, ctx: Context, args: list[str], sources: dict[str, str]) -> dict[str, Any]:
        """Return the values that configuration files give, and note the file of each in `sources`."""
        params = {key_of(param): param for param in self.params if isinstance(param, TyperOption)}
        merged: dict[str, Any] = {}
        for layer in reversed(self._layers(ctx, args, [key for key in params if key != "config"])):
            for key, value in layer.values.items():
                if value is None:  # a key without a value says nothing
                    continue
                name = str(params[key].name)
                merged[name] = _shaped(params[key], value, f"{layer.source}: '{key}'")
                sources[name] = layer.source
        return merged

    def _layers(self, ctx: Context, args: list[str], keys: Sequence[str]) -> list[Layer]:
        try:
            given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
        except ClickException:  # the real parse, a moment later, reports it
            return []
        explicit = given.get("config") or os.environ.get(f"{ENV_PREFIX}_CONFIG")
        return layers_for(
            self.path,
            keys,
            shared=SHARED_OPTIONS,
            commands=[tuple(entry.name.split(".")) for entry in entry_points(COMMANDS) if entry.attribute],
            explicit=Path(explicit) if explicit else None,
        )

    def _place(self, ctx: Context, name: str | None, sources: Mapping[str, str]) -> str | None:
        """Return where a wrong value stands that was not typed on the command line."""
        param = next((p for p in self.params if isinstance(p, TyperOption) and p.name == name), None)
        if param is None or name is None:
            return None
        source = ctx.get_parameter_source(name)
        if source is ParameterSource.DEFAULT_MAP and name in sources:
            return f"{sources[name]}: '{key_of(param)}'"
        if source is ParameterSource.ENVIRONMENT:
            variables = param.envvar if isinstance(param.envvar, list) else [str(param.envvar)]
            return f"the environment variable {next(v for v in variables if os.environ.get(v))}"
        return None

    def _check_finite(self, ctx: Context) -> None:
        """Refuse NaN and infinity, which pass every check of a range."""
        for param in self.params:
            value = ctx.params.get(param.name or "")
            if isinstance(value, float) and not math.isfinite(value):
                raise BadParameter(f"{value} is not a number that means anything here", ctx=ctx, param=param)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the help, with the examples as they stand in the docstring."""
        text, examples = _split_examples(self.help or "")
        self.help, kept = text, self.help
        try:
            super().format_help(ctx, formatter)
        finally:
            self.help = kept
        if not examples:
            return
        if self.rich_markup_mode is None:
            formatter.write("\nExamples:\n" + "".join(f"  {line}\n" for line in examples))
        else:
            print_examples(examples)


def print_examples(examples: Sequence[str]) -> None:
    """Draw the examples below Rich help."""
    from rich.console import Console as RichConsole
    from rich.panel import Panel
    from rich.text import Text

    body = Text("\n".join(examples))
    RichConsole().print(Panel(body, title="Examples", title_align="left", border_style="dim"))


def _split_examples(doc: str) -> tuple[str, list[str]]:
    text, _, tail = inspect.cleandoc(doc).partition("\nExamples:\n")
    return text.rstrip(), [line.strip() for line in tail.splitlines() if line.strip()]


def key_of(param: TyperOption) -> str:
    """Return what an option is called in configuration files and variables: its first flag, snake case."""
    flags = [flag for flag in param.opts if flag.startswith("--")]
    return flags[0].removeprefix("--").replace("-", "_") if flags else str(param.name)


def _shaped(param: TyperOption, value: Any, place: str) -> Any:
    """Return a value from a file if its shape is the option's: a list, a truth value, or a single value."""
    if param.multiple:
        if not isinstance(value, list):
            raise ConfigError(f"{place} must be a list, and it is {value!r}")
    elif isinstance(value, list | dict):
        found = "a list" if isinstance(value, list) else "a mapping"
        raise ConfigError(f"{place} must be a single value, and it is {found}")
    elif isinstance(value, bool) and not param.is_flag:
        raise ConfigError(
            f"{place} must not be a truth value, and it is {value}",
            hint="quote a word that YAML takes for one, such as 'no'",
        )
    return value


def make_command(function: Callable[..., Any], path: tuple[str, ...], markup: Any = None) -> LeafCommand:
    """Return the command that runs `function`, with the flags of every run added to its own."""
    app = typer.Typer(rich_markup_mode=markup, add_completion=False, pretty_exceptions_enable=False)
    app.command(name=path[-1], cls=LeafCommand, help=inspect.getdoc(function))(_with_run(function, path))
    command = typer.main.get_command(app)
    if not isinstance(command, LeafCommand):
        raise BugError(f"the command {' '.join(path)} is not a leaf")
    command.path = path
    for param in command.params:
        if isinstance(param, TyperOption) and param.name:
            key = key_of(param)
            own = "_".join((ENV_PREFIX, *path, key)).upper().replace("-", "_")
            short = f"{ENV_PREFIX}_{key.upper()}"
            # --config is needed before any command's own variables are looked at.
            param.envvar = [short] if key == "config" else [own, short] if key in SHARED_OPTIONS else [own]
            param.show_envvar = False
    return command


_RUN_FLAGS: dict[str, tuple[Any, Any]] = {
    "config": (options.ConfigOption, None),
    "quiet": (options.QuietOption, False),
    "verbose": (options.VerboseOption, 0),
    "json": (options.JsonOption, False),
    "color": (options.ColorOption, Color.AUTO),
}


def _with_run(function: Callable[..., Any], path: tuple[str, ...]) -> Callable[..., Any]:
    """Wrap a command's function: take the run's flags off the call, pass a `Run` where it asks for one."""
    hints = get_type_hints(function, include_extras=True)
    own = [p for p in inspect.signature(function).parameters.values() if hints.get(p.name) is not Run]
    run_name = next((name for name, hint in hints.items() if hint is Run), None)

    @functools.wraps(function)
    def call(**values: Any) -> Any:
        ctx: Context = values.pop("_ctx")
        for name in _RUN_FLAGS:
            values.pop(name)
        if run_name is not None:
            values[run_name] = Run(
                path, ctx.find_root().obj, _resolved(ctx), tuple(ctx.find_root().meta.get("muze.argv", ()))
            )
        return function(**values)

    flags = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _RUN_FLAGS.items()
    ]
    context = inspect.Parameter("_ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    parameters = [
        p.replace(annotation=hints.get(p.name, p.annotation), kind=inspect.Parameter.KEYWORD_ONLY)
        for p in own
    ]
    signature = inspect.Signature([*parameters, *flags, context])
    call.__signature__ = signature  # type: ignore[attr-defined]
    call.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    del call.__wrapped__  # or inspect would look through to the original
    return call


def console_for(values: Mapping[str, Any]) -> Console:
    """Return the console that the run's flags ask for."""
    return Console(
        verbosity=-1 if values["quiet"] else int(values["verbose"]),
        color=Color(values["color"]),
        json_output=bool(values["json"]),
    )


def _resolved(ctx: Context) -> dict[str, Resolved]:
    files: Mapping[str, str] = ctx.meta.get("muze.sources", {})
    resolved = {}
    for param in ctx.command.params:
        if not isinstance(param, TyperOption) or not param.name:
            continue
        source = ctx.get_parameter_source(param.name)
        said = {
            ParameterSource.COMMANDLINE: "flag",
            ParameterSource.ENVIRONMENT: "environment",
            ParameterSource.DEFAULT_MAP: files.get(param.name, "configuration"),
        }.get(source or ParameterSource.DEFAULT, "default")
        resolved[param.name] = Resolved(ctx.params.get(param.name), said)
    return resolved
