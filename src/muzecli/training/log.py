"""What was measured at which step: one CSV file of `step,split,name,value`, which any program can plot.

Rows depend on the run alone, never on the clock, so that an interrupted and resumed run leaves the same file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from muzecli.errors import OutputError
from muzecli.files import write_text

HEADER = ("step", "split", "name", "value")


class Log:
    """The log of one run.

    Args:
        path: the CSV file.
        step: the step that the run goes on from; later rows, of an attempt that was cut off, are dropped.
    """

    def __init__(self, path: Path, *, step: int = 0) -> None:
        self.path = path
        kept = [row for row in read_log(path) if row[0] <= step] if step and path.is_file() else []
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([HEADER, *(_cells(row) for row in kept)])
        write_text(path, text.getvalue(), overwrite=True)

    def write(self, step: int, split: str, values: Mapping[str, float]) -> None:
        """Add a row for each value.

        Raises:
            OutputError: the disk is full or refuses.
        """
        try:
            with self.path.open("a", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerows(_cells((step, split, name, value)) for name, value in values.items())
        except OSError as error:
            raise OutputError(
                f"cannot write {self.path}: {error.strerror}",
                hint="free some space; the same command goes on from the last checkpoint",
            ) from error

    def samples(self, step: int, folder: Path) -> None:
        """Take no note of samples: they lie in their folder."""

    def close(self) -> None:
        """Nothing is held open."""


def read_log(path: Path) -> list[tuple[int, str, str, float]]:
    """Return the rows of a log; a last row that a crash cut short is left out."""
    rows = []
    with path.open(encoding="utf-8", newline="") as stream:
        for cells in csv.reader(stream):
            if len(cells) == len(HEADER) and cells[0].isdigit():
                try:
                    rows.append((int(cells[0]), cells[1], cells[2], float(cells[3])))
                except ValueError:
                    continue
    return rows


def _cells(row: tuple[int, str, str, float]) -> tuple[str, str, str, str]:
    step, split, name, value = row
    return str(step), split, name, f"{value:.7g}"
