"""What a song is made from: a prompt, a plan, or the sidecar of a song that is there already.

A sidecar holds a plan and how it was played. `--plan song.json`, where that is the sidecar of `song.wav`, takes
both: the song can be made again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muzecli.audio.formats import SUFFIXES
from muzecli.console import is_terminal
from muzecli.errors import BadDataError, InputMissingError, UsageError
from muzecli.files import STDIO
from muzecli.sidecar import SCHEMA, find_sidecar, read_sidecar
from muzecli.song.documents import plan_from_document, read_plan
from muzecli.song.plan import Plan

GENERATION = "generation"
"""Field of a sidecar: how this plugin made the audio."""


@dataclass(frozen=True)
class GivenPlan:
    """A plan that is there already.

    Attributes:
        plan: what to play.
        name: what messages call it.
        sidecar: the document that it was found in; None where the file is a plan and nothing else.
    """

    plan: Plan
    name: str
    sidecar: Mapping[str, Any] | None = None

    @property
    def repeats(self) -> bool:
        """Whether the sidecar says how the song was played, too."""
        return self.sidecar is not None and isinstance(self.sidecar.get(GENERATION), dict)


def given_plan(given: str) -> GivenPlan:
    """Read what `--plan` names: a plan, a sidecar, an audio file with a sidecar, or either document on stdin.

    Raises:
        InputMissingError: there is no such file, or the audio has no sidecar.
        BadDataError: it holds no plan; names line and field.
        UsageError: standard input is a terminal.
    """
    if given == STDIO:
        text, name = piped_text("--plan"), "standard input"
        sidecar = _sidecar(text)
        return of_sidecar(sidecar, name) if sidecar else GivenPlan(read_plan(text, name=name), name)
    path = Path(given)
    if path.suffix.lower() in SUFFIXES:
        sidecar = find_sidecar(path)
        if sidecar is None:
            raise InputMissingError(
                f"{path} has no sidecar with a plan", hint="give a plan: --plan plan.json"
            )
        return of_sidecar(sidecar, f"the sidecar of {path}")
    sidecar = read_sidecar(path)
    return of_sidecar(sidecar, given) if sidecar else GivenPlan(read_plan(path), given)


def of_sidecar(sidecar: Mapping[str, Any], name: str) -> GivenPlan:
    """Return the plan of a sidecar: of a continuation that of the new part, which is what was played.

    Raises:
        BadDataError: it has none.
    """
    generation = sidecar.get(GENERATION)
    part = generation.get("part") if isinstance(generation, dict) else None
    place = part if isinstance(part, dict) else sidecar
    return GivenPlan(_plan_in(place.get("plan"), name), name, sidecar)


def whole_plan(sidecar: Mapping[str, Any], name: str) -> tuple[Plan, float]:
    """Return the plan of the whole file that a sidecar belongs to, and where in the file it begins, in seconds.

    Raises:
        BadDataError: it has none.
    """
    generation = sidecar.get(GENERATION)
    start_s = generation.get("plan_start_s", 0.0) if isinstance(generation, dict) else 0.0
    if not isinstance(start_s, int | float):
        raise BadDataError(f"{name}: plan_start_s must be a number of seconds, and it is {start_s!r}")
    return _plan_in(sidecar.get("plan"), name), float(start_s)


def prompt_text(given: str | None) -> str | None:
    """Return the prompt; "-" reads it from standard input.

    Raises:
        UsageError: it is no Unicode text, or empty, or standard input is a terminal.
    """
    if given is None:
        return None
    text = piped_text("--prompt").strip() if given == STDIO else given.strip()
    if given == STDIO and not text:
        raise UsageError("--prompt must say what the music is like, and standard input is empty")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"a prompt must be Unicode text, and character {error.start + 1} of it is none",
            hint="set the terminal to UTF-8",
        ) from error
    return text


def piped_text(option: str) -> str:
    """Return what standard input holds, as text without a byte order mark.

    Raises:
        UsageError: it is a terminal.
        BadDataError: it is not UTF-8.
    """
    if sys.stdin is None or is_terminal(sys.stdin):
        raise UsageError(f"{option} - reads from a pipe, and standard input is a terminal")
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadDataError(f"standard input must be UTF-8 text, and byte {error.start} is not") from error


def _plan_in(document: object, name: str) -> Plan:
    if not isinstance(document, dict):
        raise BadDataError(
            f"{name} is the sidecar of audio that was not made from a plan",
            hint="give a plan: --plan plan.json",
        )
    return plan_from_document(document, name=name)


def _sidecar(text: str) -> dict[str, Any] | None:
    try:
        document = json.loads(text)
    except ValueError:  # the reader of plans says what is wrong with it
        return None
    is_one = isinstance(document, dict) and str(document.get("schema", "")).startswith(
        SCHEMA.partition("/")[0]
    )
    return document if is_one else None
