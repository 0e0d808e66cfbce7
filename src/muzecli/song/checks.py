"""How the nouns say that a value is not allowed: an error that knows the field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

FieldPath = tuple[str | int, ...]
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""Where a value stands: ("sections", 2, "energy")."""


def path_text(path: Iterable[str | int]) -> str:
    """Return a path as people write it: `sections[2].energy`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


class FieldError(ValueError):
    """A value is not allowed.

    Args:
        path: the field, from the noun downwards.
        problem: what must hold and what was found, to be read after the field's name.
        hint: what to do about it.
    """

    def __init__(self, path: FieldPath | str, problem: str, *, hint: str | None = None) -> None:
        self.path: FieldPath = (path,) if isinstance(path, str) else path
        self.problem = problem
        self.hint = hint
        super().__init__(f"{path_text(self.path)} {problem}" if self.path else problem)


def in_range(path: FieldPath | str, value: float, low: float, high: float) -> None:
    """Check that a number lies within low…high; NaN does not.

    Raises:
        FieldError: it does not.
    """
    if not low <= value <= high:
        raise FieldError(path, f"must be a number from {low:g} to {high:g}; found {value!r}")


def distinct(path: FieldPath | str, values: Sequence[object]) -> None:
    """Check that nothing stands twice.

    Raises:
        FieldError: something does.
    """
    if len(set(values)) != len(values):
        twice = next(value for index, value in enumerate(values) if value in values[:index])
        raise FieldError(path, f"must name each once; found '{twice}' twice")


def language_code(text: str) -> str:
    """Return the code of a language, as ISO 639-1 has it, with a region where it matters: "en", "pt-BR".

    Raises:
        ValueError: it does not look like one.
    """
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f"a language is a code such as en, pl or pt-BR, not '{text}'")
    return text


def suggestion(name: str, known: Iterable[str], what: str) -> str:
    """Return a hint for a name that is not known: those that look like it, else the first thirty."""
    names = list(known)
    close = get_close_matches(name, names, n=3, cutoff=0.75)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"known {what}: {', '.join(names[:30])}{' …' if len(names) > 30 else ''}"
