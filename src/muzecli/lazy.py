"""Commands from entry points: listed by name, imported only when run.

Listing and completing need a command's name and one line of help. The name is the entry point's; the line is
the first of the function's docstring, read from the source file by its syntax tree, so that no plugin's code
runs for `muze --help` and a broken one cannot break it. `MUZE_EAGER=1` imports every command at start-up
instead, which shows at once what is broken.
"""

from __future__ import annotations

import functools
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_type_hints

import typer
from typer._click.core import Command, Context, ParameterSource
from typer._click.exceptions import BadParameter, ClickException
from typer._click.formatting import HelpFormatter
from typer.core import TyperCommand, TyperGroup, TyperOption

from muzecli import options
from muzecli.config import Layer, layers_for
from muzecli.console import Color, Console, wants_color
from muzecli.entrypoints import EntryPoint, all_entry_points, entry_points
from muzecli.errors import BugError, ConfigError, MuzeError
from muzecli.options import SHARED_OPTIONS, Resolved, Run
from muzecli.plugin import COMMANDS, load_entry_point

ENV_PREFIX = "MUZE"


class LeafCommand(TyperCommand):
    """A command that does something: resolves its options through all layers before its function runs."""

    path: tuple[str, ...] = ()

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Parse the command line on top of the configuration layers."""
        layers = [] if ctx.resilient_parsing else self._layers(ctx, args)
        sources: dict[str, str] = {}
        merged: dict[str, Any] = {}
        for layer in reversed(layers):
            merged |= layer.values
            sources |= dict.fromkeys(layer.values, layer.source)
        ctx.default_map = merged
        ctx.meta["muze.sources"] = sources
        try:
            return super().parse_args(ctx, args)
        except BadParameter as error:
            name = error.param.name if error.param else None
            if name in sources and ctx.get_parameter_source(name) is ParameterSource.DEFAULT_MAP:
                raise ConfigError(f"{sources[name]}: '{name}': {error.message}") from error
            raise

    def _layers(self, ctx: Context, args: list[str]) -> list[Layer]:
        try:
            given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
        except ClickException:  # the real parse, a moment later, reports it
            return []
        explicit = given.get("config") or os.environ.get(f"{ENV_PREFIX}_CONFIG")
        names = [param.name for param in self.params if isinstance(param, TyperOption) and param.name]
        return layers_for(
            self.path,
            names,
            shared=SHARED_OPTIONS,
            commands=[tuple(entry.name.split(".")) for entry in entry_points(COMMANDS)],
            explicit=Path(explicit) if explicit else None,
        )

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
            own = "_".join((ENV_PREFIX, *path, param.name)).upper().replace("-", "_")
            shared = (
                [f"{ENV_PREFIX}_{param.name.upper()}"] if param.name in {*SHARED_OPTIONS, "config"} else []
            )
            param.envvar = [own, *shared]
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
        console = console_for(values)
        for name in _RUN_FLAGS:
            values.pop(name)
        if run_name is not None:
            ctx.find_root().obj = console
            values[run_name] = Run(
                path, console, _resolved(ctx), tuple(ctx.find_root().meta.get("muze.argv", ()))
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


# ---- help without importing ----


def docstring_line(entry: EntryPoint) -> str:
    """Return the first line of an entry point's docstring, read from its source; empty where it has none."""
    import ast

    source = _source_of(entry.module)
    if source is None:
        return ""
    try:
        node: ast.AST = _parsed(source)
    except (SyntaxError, ValueError, OSError):  # a broken plugin still has a name to list
        return ""
    for part in filter(None, entry.attribute.split(".")):
        body = getattr(node, "body", [])
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        found = next((child for child in body if isinstance(child, kinds) and child.name == part), None)
        if found is None:
            return ""
        node = found
    doc = ast.get_docstring(node) if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) else None
    return (doc or "").partition("\n")[0].strip()


@functools.lru_cache(maxsize=64)
def _parsed(path: Path) -> Any:
    import ast

    return ast.parse(path.read_bytes())


def _source_of(module: str) -> Path | None:
    """Return the source file of a module without importing it or its packages."""
    package, *inner = module.split(".")
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None
    if spec is None or spec.origin is None:
        return None
    if not inner:
        return Path(spec.origin)
    base = Path(spec.origin).parent.joinpath(*inner)
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


def root_entries() -> tuple[EntryPoint, ...]:
    """Return the commands of every visible plugin; where two claim a name, muze's own wins."""
    chosen: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(COMMANDS), key=lambda e: (not _is_ours(e), e.distribution)):
        chosen.setdefault(entry.name, entry)
    return tuple(chosen[name] for name in sorted(chosen))


def _is_ours(entry: EntryPoint) -> bool:
    return entry.distribution.partition(" ")[0] == "muze"


def markup_mode() -> Any:
    """Return Typer's markup mode: Rich help on a terminal, plain text elsewhere."""
    return "rich" if wants_color(sys.stdout) else None


def known_variables() -> set[str]:
    """Return the prefixes and names of every `MUZE_*` variable that something reads."""
    shared = {f"{ENV_PREFIX}_{name.upper()}" for name in (*SHARED_OPTIONS, "config")}
    return shared | {"MUZE_PLUGINS", "MUZE_EAGER", "MUZE_CACHE_DIR"}


__all__ = [
    "LazyGroup",
    "LeafCommand",
    "all_entry_points",
    "docstring_line",
    "load_command",
    "make_command",
    "root_entries",
]
