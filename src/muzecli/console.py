"""What a command says, and on which stream.

stdout carries the result and nothing else; everything said about the work goes to stderr. Colour and bars
appear only where that stream is a terminal; elsewhere a long job writes a plain line every ten seconds.
Rich is imported only when something is drawn for a terminal.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any, Protocol, TextIO

from muzecli.errors import MuzeError, UsageError
from muzecli.files import dump_json

if TYPE_CHECKING:
    from rich.console import Console as RichConsole

PLAIN_PROGRESS_S = 10.0
"""How often a long job says how far it is where no bar can be drawn."""


class Color(StrEnum):
    """When to colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def wants_color(stream: IO[Any], choice: Color = Color.AUTO) -> bool:
    """Say whether `stream` gets colour: `--color`, then NO_COLOR, FORCE_COLOR, TERM, whether it is a TTY."""
    if choice is not Color.AUTO:
        return choice is Color.ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def is_terminal(stream: IO[Any]) -> bool:
    """Say whether a stream is a terminal; a closed one is not."""
    try:
        return stream.isatty()
    except ValueError:
        return False


class Progress(Protocol):
    """A job under way, told how far it is."""

    def advance(self, amount: float = 1.0, *, note: str = "") -> None:
        """Go on by `amount` of the job's total; `note` names what is being done."""
        ...


class Console:
    """The two streams of one run.

    Args:
        verbosity: −1 says only errors, 0 warnings and notices, 1 also details, 2 also tracebacks.
        color: when to colour.
        json_output: the result is one JSON document, and errors are JSON too.
    """

    def __init__(
        self,
        *,
        verbosity: int = 0,
        color: Color = Color.AUTO,
        json_output: bool = False,
        out: TextIO | None = None,
    ) -> None:
        self.verbosity = verbosity
        self.color = color
        self.json_output = json_output
        self._out = out

    @property
    def out(self) -> TextIO:
        """Where results go."""
        return self._out or sys.stdout

    # ---- said about the work, to stderr ----

    def notice(self, message: str) -> None:
        """Say something the user wants to know in every run, such as the seed."""
        if self.verbosity >= 0:
            self._say(message)

    def detail(self, message: str) -> None:
        """Say something only `-v` asks for."""
        if self.verbosity >= 1:
            self._say(message)

    def warn(self, message: str) -> None:
        """Warn; `-q` keeps it quiet."""
        if self.verbosity >= 0:
            self._say(f"warning: {message}", style="33")

    def error(self, error: MuzeError, *, exit_code: int | None = None) -> None:
        """Report an error: a line that says what is wrong, and one that says what to do."""
        code = int(error.exit_code if exit_code is None else exit_code)
        if self.json_output:
            document: dict[str, Any] = {
                "schema": "muze.error/1",
                "error": type(error).__name__,
                "message": error.message,
                "hint": error.hint,
                "exit_code": code,
            }
            self._say(dump_json(document | ({"details": error.details} if error.details else {})))
            return
        self._say(f"error: {error.message}", style="31")
        if error.hint:
            self._say(f"  {error.hint}")

    def _say(self, message: str, *, style: str = "") -> None:
        message = printable(message)
        if style and wants_color(sys.stderr, self.color):
            head, colon, rest = message.partition(":")
            message = f"\x1b[{style}m{head}{colon}\x1b[0m{rest}"
        try:
            sys.stderr.write(message + "\n")
            sys.stderr.flush()
        except (BrokenPipeError, ValueError):  # nobody listens any more; the work goes on
            return

    # ---- the result, to stdout ----

    def result(self, text: str) -> None:
        """Print a line of the result; silent under `--json`, where `document` carries it."""
        if not self.json_output:
            self._write(text + "\n")

    def document(self, schema: str, content: Mapping[str, Any]) -> None:
        """Print the one JSON document of a `--json` run; silent otherwise."""
        if self.json_output:
            self._write(dump_json({"schema": schema, **content}, indent=2) + "\n")

    def json_line(self, item: Mapping[str, Any]) -> None:
        """Print one item as a line of JSON."""
        self._write(dump_json(dict(item)) + "\n")

    def _write(self, text: str) -> None:
        # Names from strangers' files may hold escape sequences; they are made visible first.
        self.out.write(printable(text))
        self.out.flush()

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
        """Print a table: drawn on a terminal, aligned columns separated by two spaces elsewhere."""
        if self.json_output:
            return
        cells = [[_cell(value) for value in row] for row in rows]
        if is_terminal(self.out) and wants_color(self.out, self.color):
            from rich.table import Table
            from rich.text import Text

            table = Table(title=title or None, title_justify="left", header_style="bold")
            for column in columns:
                table.add_column(column, overflow="fold")
            for row in cells:
                table.add_row(*(Text(value) for value in row))
            self.rich().print(table)
            return
        if title:
            self._write(f"{title}\n")
        widths = [max(len(str(v)) for v in values) for values in zip(columns, *cells, strict=True)]
        for row in (list(columns), *cells):
            line = "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True))
            self._write(line.rstrip() + "\n")

    def rich(self) -> RichConsole:
        """Return a Rich console on stdout."""
        from rich.console import Console as RichConsole

        forced = wants_color(self.out, self.color)
        return RichConsole(file=self.out, force_terminal=forced or None, no_color=not forced, highlight=False)

    # ---- long jobs ----

    @contextmanager
    def progress(self, label: str, total: float, *, unit: str = "") -> Iterator[Progress]:
        """Show on stderr how far a job is: a bar with the time that remains, or a line every ten seconds."""
        drawable = is_terminal(sys.stderr) and wants_color(sys.stderr, self.color)
        if self.verbosity < 0:
            yield _Silence()
        elif self.json_output or not drawable:
            plain = _PlainProgress(self, label, total, unit)
            with plain.running():
                yield plain
        else:
            from muzecli.progress import bar

            with bar(label, total, unit) as drawn:
                yield drawn


class _Silence:
    """No progress is shown."""

    def advance(self, amount: float = 1.0, *, note: str = "") -> None:
        pass


class _PlainProgress:
    """A line every ten seconds, for logs; also where a single step takes longer than that."""

    def __init__(self, console: Console, label: str, total: float, unit: str) -> None:
        self._console, self._label, self._total, self._unit = console, label, total, unit
        self._done, self._note = 0.0, ""
        self._started = time.monotonic()

    def advance(self, amount: float = 1.0, *, note: str = "") -> None:
        self._done += amount
        self._note = note

    @contextmanager
    def running(self) -> Iterator[None]:
        """Say the line from a thread of its own while the block runs."""
        over = threading.Event()

        def speak() -> None:
            while not over.wait(PLAIN_PROGRESS_S):
                self._console.notice(self.line())

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def line(self) -> str:
        """Return how far the job is, and how long it will take at the pace so far."""
        counted = f"{self._label} {self._done:.0f}/{self._total:.0f}{' ' + self._unit if self._unit else ''}"
        left_s = (time.monotonic() - self._started) * (self._total - self._done) / max(self._done, 1e-9)
        about = f", {left_s:.0f} s left" if self._done > 0 else ""
        return f"{counted}{about}{': ' + self._note if self._note else ''}"


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


# Unicode's explicit changes of direction, which could make a line read as another.
_DIRECTIONS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    """Return `text` with what steers a terminal made visible: C0, DEL, C1, lone surrogates, changes of direction."""
    if text.isprintable():
        return text
    visible = "".join(
        f"\\x{ord(c):02x}"
        if (c < " " and c not in "\n\t") or "\x7f" <= c <= "\x9f"
        else f"\\u{ord(c):04x}"
        if c in _DIRECTIONS
        else c
        for c in text
    )
    return visible.encode("utf-8", "backslashreplace").decode("utf-8")


def binary_stdout() -> IO[bytes]:
    """Return stdout for raw bytes.

    Raises:
        UsageError: stdout is a terminal, where bytes would be garbage.
    """
    if is_terminal(sys.stdout):
        raise UsageError(
            "audio must go to a file or a pipe, and stdout is a terminal",
            hint="give -o FILE, or pipe it on: muze … -o - | …",
        )
    sys.stdout.flush()
    # Not sys.stdout.buffer: under PYTHONUNBUFFERED that one may write less than it is given.
    return open(sys.stdout.fileno(), "wb", closefd=False)
