"""What `muze plan` is given: words, or a plan that is there already."""

from __future__ import annotations

import sys
from pathlib import Path

from muzecli.errors import InputMissingError, UsageError
from muzecli.files import STDIO, kind_of
from muzecli.song.documents import read_plan
from muzecli.song.plan import Plan


def prompt_or_plan(given: str) -> str | Plan:
    """Return the prompt, or the plan that a file or standard input holds.

    A word is a file where it names one, or ends in ".json". Standard input holds a plan where it begins with
    "{", otherwise a prompt.

    Raises:
        InputMissingError: there is no such file.
        BadDataError: it holds no plan; names line and field.
        UsageError: standard input is a terminal.
    """
    if given == STDIO:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("'-' reads a prompt or a plan from a pipe, and standard input is a terminal")
        text = sys.stdin.read()
        if text.lstrip().startswith("{"):
            return read_plan(text, name="standard input")
        return text.strip()
    kind = kind_of(given) if given else None
    if kind == "folder" and "/" in given:
        raise InputMissingError(f"a plan is a file, and {given} is a folder")
    if kind in ("file", "other"):
        return read_plan(Path(given))
    if given.lower().endswith(".json") and " " not in given.strip():
        raise InputMissingError(f"the plan {given} does not exist")
    return given
