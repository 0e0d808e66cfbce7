"""Batches prepared in a thread while the network is at work on those before them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Generic, TypeVar

AHEAD = 2
"""How many batches wait; each costs its memory."""

_LOOK_S = 0.1

T = TypeVar("T")
R = TypeVar("R")


class Ahead(Generic[T, R]):
    """Makes things in order, a few ahead of where they are taken.

    What is made must depend on what it is made of alone, and on no global random state: then nothing changes by
    being made early. An exception waits for its turn and is raised where its thing would have been taken.

    Args:
        make: makes one; called in the thread only.
        order: of what, taken from in the thread only.

    Example:
        >>> with Ahead(lambda n: n * n, range(3)) as ahead:
        ...     [ahead.take() for _ in range(3)]
        [0, 1, 4]
    """

    def __init__(self, make: Callable[[T], R], order: Iterable[T]) -> None:
        self._make, self._order = make, order
        self._ready: queue.Queue[tuple[R | None, BaseException | None]] = queue.Queue(AHEAD)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="batches-ahead", daemon=True)

    def __enter__(self) -> Ahead[T, R]:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def take(self) -> R:
        """Return the next; waits for it."""
        made, error = self._ready.get()
        if error is not None:
            raise error
        return made  # type: ignore[return-value]

    def _work(self) -> None:
        try:
            for item in self._order:
                if not self._hand_over((self._make(item), None)):
                    return
        except BaseException as error:  # noqa: BLE001 – whatever it is, it belongs to whoever waits
            self._hand_over((None, error))

    def _hand_over(self, outcome: tuple[R | None, BaseException | None]) -> bool:
        while not self._over.is_set():
            try:
                self._ready.put(outcome, timeout=_LOOK_S)
            except queue.Full:
                continue
            return True
        return False
