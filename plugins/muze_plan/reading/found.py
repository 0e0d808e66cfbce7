"""What a rule found in a prompt, and which characters it took."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """A value that stands in the prompt.

    Attributes:
        field: a field of `Reading`; "" for characters that mean nothing here but must not be read otherwise.
        value: of the type that the field has.
        start: first character.
        end: one past the last.
        why: a few words for the account.
        confidence: 0…1.
    """

    field: str
    value: Any
    start: int
    end: int
    why: str = ""
    confidence: float = 1.0


class Taken:
    """Which characters are taken already."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []

    def take(self, found: Iterable[Found]) -> list[Found]:
        """Take the characters of each, and return those of which none were taken before."""
        kept = []
        for one in found:
            if self.free(one.start, one.end):
                self._spans.append((one.start, one.end))
                kept.append(one)
        return kept

    def free(self, start: int, end: int) -> bool:
        """Whether all characters between two places are free."""
        return all(end <= first or last <= start for first, last in self._spans)


def shown(value: object) -> str:
    """Return a value as an account shows it."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
