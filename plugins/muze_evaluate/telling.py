"""How an evaluation is told: a table on stdout, warnings on stderr, a document where one is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from muze_evaluate.document import SCHEMA, Evaluation, Failure, Figure
from muzecli.errors import FailedError, UsageError
from muzecli.files import check_outputs, write_json
from muzecli.options import Run

MAX_LISTED = 10
_TELLING = frozenset({"--overwrite", "--json", "--jsonl", "-q", "--quiet", "-v", "-vv", "--verbose"})
_TELLING_WITH_VALUE = ("-o", "--output", "--color")
_TELLING_GLUED = ("-o", "--output=", "--color=")
_ARROWS = {"higher": " ↑", "lower": " ↓", "": ""}


def check_output(output: Path | None, *, overwrite: bool) -> None:
    """Check where the document is to go, before any work.

    Raises:
        UsageError: it is `-`; stdout has the table, or the document by --json.
        OutputExistsError, OutputError: it cannot be written there.
    """
    if output == Path("-"):
        raise UsageError("the output must be a file; found -", hint="--json prints the document")
    if output is not None:
        check_outputs([output], overwrite=overwrite)


def tell(
    run: Run,
    evaluation: Evaluation,
    *,
    output: Path | None = None,
    overwrite: bool = False,
    lines: bool = False,
) -> None:
    """Print an evaluation, and write its document where one is asked for.

    Args:
        run: where it is printed.
        evaluation: what was found.
        output: where the document goes; None where none is asked for.
        overwrite: whether that may be replaced.
        lines: print a line of JSON a row, and nothing else.

    Raises:
        FailedError: items failed; the rest has been printed and written by then.
    """
    for warning in evaluation.warnings:
        run.console.warn(warning)
    for line in _shortened([f"missing: {item}" for item in evaluation.missing]):
        run.console.warn(one_line(line))
    for line in _shortened([f"failed: {_named(item)}: {item.reason}" for item in evaluation.failed]):
        run.console.warn(one_line(line))
    if lines:
        for row in evaluation.rows:
            run.console.json_line(asdict(row))
    else:
        _table(run, evaluation.figures)
    for figure in evaluation.figures:
        if figure.note:
            whose = f" ({figure.group})" if figure.group else ""
            run.console.notice(one_line(f"{figure.name}{whose}: {figure.note}"))
    content = replace(evaluation, command=command_words(run.arguments)).document()
    if output is not None:
        write_json(output, {"schema": SCHEMA, **content}, overwrite=overwrite)
        if not lines:
            run.console.result(str(output))
    run.console.document(SCHEMA, content)
    if evaluation.failed:
        count = len(evaluation.failed)
        raise FailedError(f"{count} item{'' if count == 1 else 's'} could not be measured")


def command_words(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a command without those that say where and how the result is told.

    So the same evaluation written to two places makes the same document.
    """
    kept: list[str] = []
    skip = False
    for word in arguments:
        if skip:
            skip = False
        elif word in _TELLING_WITH_VALUE:
            skip = True
        elif word not in _TELLING and not word.startswith(_TELLING_GLUED):
            kept.append(word)
    return ("muze", *kept)


def one_line(text: str) -> str:
    """Return text without line breaks and repeated blanks, which would break a table or a list."""
    return " ".join(text.split())


def _table(run: Run, figures: Sequence[Figure]) -> None:
    """Print a row a name and a column a group."""
    groups = list(dict.fromkeys(figure.group for figure in figures))
    names = list(dict.fromkeys(figure.name for figure in figures))
    cells = {(figure.name, figure.group): figure for figure in figures}
    rows = []
    for name in names:
        of_name = [cells.get((name, group)) for group in groups]
        known = next(figure for figure in of_name if figure is not None)
        label = f"{name}{f' ({known.unit})' if known.unit else ''}{_ARROWS[known.better]}"
        counts = "/".join(str(figure.count) if figure else "–" for figure in of_name)
        rows.append((label, *("–" if figure is None else figure.text() for figure in of_name), counts))
    columns = (one_line(group) or "value" for group in groups)
    run.console.table(("figure", *columns, "n"), [tuple(map(one_line, row)) for row in rows])


def _named(failure: Failure) -> str:
    return f"{failure.group}/{failure.id}" if failure.group else failure.id


def _shortened(lines: Sequence[str]) -> list[str]:
    if len(lines) <= MAX_LISTED:
        return list(lines)
    return [*lines[:MAX_LISTED], f"… and {len(lines) - MAX_LISTED} more; the document lists all"]
