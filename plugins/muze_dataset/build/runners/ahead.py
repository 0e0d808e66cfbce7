"""An iterator of which a few items ahead can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Ahead(Generic[Item]):
    """Takes from an iterator no more than was asked about.

    Args:
        items: what to take from.
    """

    def __init__(self, items: Iterator[Item]) -> None:
        self._items = items
        self._taken: list[Item] = []
        self._open = True

    def has(self, count: int) -> bool:
        """Say whether there are that many more."""
        while self._open and len(self._taken) < count:
            try:
                self._taken.append(next(self._items))
            except StopIteration:
                self._open = False
        return len(self._taken) >= count

    def take(self) -> Item:
        """Return the next one; there must be one."""
        return self._taken.pop(0)

    def close(self) -> None:
        """Take no more."""
        self._open = False
        self._taken.clear()
