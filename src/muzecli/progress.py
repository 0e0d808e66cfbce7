"""A progress bar on a terminal (Rich), imported only where one is drawn."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress


class Bar:
    """A drawn bar; what is written beside it is escaped, since file names may hold markup."""

    def __init__(self, progress: RichProgress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def advance(self, amount: float = 1.0, *, note: str = "") -> None:
        """Go on by `amount`; `note` names what is being done."""
        self._progress.update(self._task, advance=amount, note=escape(note))


@contextmanager
def bar(label: str, total: float, unit: str) -> Iterator[Bar]:
    """Draw a bar on stderr while the block runs, and remove it afterwards."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(escape(unit)),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    # Rich would send what goes to stdout through its own console, which is stderr: right only on one terminal.
    shared = sys.stdout.isatty()
    with RichProgress(
        *columns, console=Console(file=sys.stderr), transient=True, redirect_stdout=shared
    ) as progress:
        yield Bar(progress, progress.add_task(escape(label), total=total, note=""))
