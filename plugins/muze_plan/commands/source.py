"""What `muze plan` is given: words, or a plan that is there already."""

from __future__ import annotations

import sys
from pathlib import Path

from muzecli.console import is_terminal
from muzecli.errors import BadDataError, InputMissingError, UsageError
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
        UsageError: standard input is a terminal, or the prompt is no Unicode text.
    """
    if given == STDIO:
        text = _piped()
        if text.lstrip().startswith("{"):
            return read_plan(text, name="standard input")
        return text.strip()
    kind = kind_of(given) if given else None
    if kind in ("file", "other"):
        return read_plan(Path(given))
    named = given.lower().endswith(".json") and " " not in given.strip()
    if kind == "folder" and (named or "/" in given):
        raise InputMissingError(f"a plan is a file, and {given} is a folder")
    if named:
        raise InputMissingError(f"the plan {given} does not exist")
    try:
        given.encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"a prompt must be Unicode text, and character {error.start + 1} of it is none",
            hint="set the terminal to UTF-8",
        ) from error
    return given


def _piped() -> str:
    """Return what standard input holds, as text without a byte order mark."""
    if sys.stdin is None or is_terminal(sys.stdin):
        raise UsageError("'-' reads a prompt or a plan from a pipe, and standard input is a terminal")
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadDataError(f"standard input must be UTF-8 text, and byte {error.start} is not") from error
