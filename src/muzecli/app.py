"""The root command, and the one place where an error becomes an exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer._click.core import Context
from typer._click.exceptions import ClickException, NoArgsIsHelpError

from muzecli import __version__, interrupts
from muzecli.console import Color, Console
from muzecli.errors import (
    ExitCode,
    InterruptedRunError,
    MuzeError,
)
from muzecli.faults import as_muze_error
from muzecli.interrupts import Terminated
from muzecli.lazy import LazyGroup, load_command, markup_mode, root_entries

HELP = "Words into music, and words into sound treatment."
EPILOG = "Every command has --help with examples. Start with: muze plan 'upbeat pop song' --preview song.wav"


def build_root(color: Color = Color.AUTO) -> LazyGroup:
    """Return the root command with every visible plugin's commands below it.

    Args:
        color: when help is drawn rather than plain.
    """
    markup = markup_mode(color)
    root = LazyGroup(
        entries=root_entries(),
        name="muze",
        help=HELP,
        epilog=EPILOG,
        no_args_is_help=True,
        rich_markup_mode=markup,
        params=[_version_option()],
    )
    if os.environ.get("MUZE_EAGER", "0") not in ("", "0"):
        for entry in root.entries:
            if entry.attribute:
                load_command(entry, markup)
    return root


def _version_option() -> Any:
    def root(
        version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
    ) -> None:
        """Hold the root's own option."""

    params, _, _ = typer.main.get_params_convertors_ctx_param_name_from_function(root)
    option = params[0]
    option.is_eager = True
    option.callback = _print_version
    option.expose_value = False
    return option


def _print_version(ctx: Context, _param: Any, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        sys.stdout.write(f"muze {__version__}\n")
        ctx.exit()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    Args:
        argv: words after `muze`; those of the process where None.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    ctx: Context | None = None
    try:
        _complete(words)
        ctx = build_root(_flagged_color(words)).make_context("muze", list(words))
        with ctx:
            ctx.meta["muze.argv"] = tuple(words)
            code = ctx.command.invoke(ctx)
        sys.stdout.flush()
        return code if isinstance(code, int) else ExitCode.OK
    except BaseException as error:  # noqa: BLE001 - the boundary: whatever it is, it becomes one line and a code
        code = _report(error, _console(words, ctx))
    try:
        sys.stdout.flush()
    except OSError:  # reported already, or of no interest any more
        _silence_stdout()
    return code


def _complete(words: list[str]) -> None:
    if "_MUZE_COMPLETE" in os.environ:
        from typer._completion_classes import completion_init

        completion_init()
        build_root()._main_shell_completion({}, "muze")


def _report(error: BaseException, console: Console) -> int:
    number = interrupts.stopped_by()  # code that calls back from C may have turned it into another error
    if number is not None:
        interrupts.ignore_more()
    if isinstance(error, Terminated) or number not in (None, signal.SIGINT):
        return ExitCode.TERMINATED
    if isinstance(error, KeyboardInterrupt | typer.Abort) or number == signal.SIGINT:
        message = "interrupted; no unfinished file was left behind"
        console.error(InterruptedRunError(message)) if console.json_output else console.notice(message)
        return ExitCode.INTERRUPTED
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else ExitCode.FAILED
    if isinstance(error, NoArgsIsHelpError):
        text = error.format_message()
        sys.stderr.write(text + "\n" if text else "")
        return ExitCode.USAGE
    if isinstance(error, BrokenPipeError):
        _silence_stdout()
        return ExitCode.BROKEN_PIPE
    known, code = explain(error)
    console.error(known, exit_code=code)
    if console.verbosity >= 2:
        import traceback

        sys.stderr.write("".join(traceback.format_exception(error)))
    return code


def explain(error: BaseException) -> tuple[MuzeError, int]:
    """Return any exception as an error for the user, and the exit code that it means."""
    if isinstance(error, MuzeError):
        return error, error.exit_code
    if isinstance(error, ClickException):
        ctx = getattr(error, "ctx", None)
        hint = f"try: {ctx.command_path} --help" if ctx else None
        return MuzeError(error.format_message(), hint=hint), error.exit_code
    known = as_muze_error(error)
    return known, known.exit_code


def _console(words: Sequence[str], ctx: Context | None) -> Console:
    """Return the console of the command that ran, or one by the words where parsing them is what failed."""
    if ctx is not None and isinstance(ctx.obj, Console):
        return ctx.obj
    flags = {word for word in words if word.startswith("-")}
    count = sum(word.count("v") for word in flags if set(word[1:]) == {"v"}) + words.count("--verbose")
    as_json = "--json" in flags or os.environ.get("MUZE_JSON", "").lower() in (
        "1",
        "true",
        "t",
        "yes",
        "y",
        "on",
    )
    return Console(
        verbosity=-1 if flags & {"-q", "--quiet"} else count,
        color=_flagged_color(words),
        json_output=as_json,
    )


def _flagged_color(words: Sequence[str]) -> Color:
    """Return what `--color` or its variable says, before the command line is parsed."""
    said = [os.environ.get("MUZE_COLOR", "")]
    for word, following in zip(words, (*words[1:], ""), strict=True):
        if word == "--color":
            said.append(following)
        elif word.startswith("--color="):
            said.append(word.partition("=")[2])
    return Color(said[-1]) if said[-1] in set(Color) else Color.AUTO


def _silence_stdout() -> None:
    """Keep the interpreter from complaining once more when it closes a pipe that nobody reads."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
