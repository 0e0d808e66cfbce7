"""Sharing units among workers: as many as there is work for, each given one unit at a time, the lost ones replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from muze_dataset.build.runners.ahead import Ahead
from muze_dataset.build.units import Outcome, Unit
from muzecli.interrupts import StopFlag

LOOK_EVERY_S = 0.5
"""How long a crew waits for news at most, so that a Ctrl-C is seen while all workers are busy."""


class Worker(Protocol):
    """One that hears a unit at a time.

    Attributes:
        unit: what it hears; None while it begins, and between units.
        idle: whether it waits for a unit.
    """

    @property
    def unit(self) -> Unit | None:
        """What it hears."""
        ...

    @property
    def idle(self) -> bool:
        """Whether it waits for a unit."""
        ...

    def give(self, unit: Unit) -> None:
        """Let it hear a unit."""
        ...

    def news(self) -> tuple[Outcome | None, bool]:
        """Return what became of its unit, if that is known, and whether it lives on."""
        ...

    def kill(self) -> None:
        """Stop it at once, whatever it does."""
        ...


Member = TypeVar("Member", bound=Worker)


def work_through(
    units: Iterator[Unit],
    stop: StopFlag,
    *,
    jobs: int,
    start: Callable[[], Member],
    wait: Callable[[Sequence[Member]], None],
) -> Iterator[Outcome]:
    """Yield what became of each unit, as they end; see `Runner`.

    Args:
        units: what to hear.
        stop: once it is set, no further unit is taken.
        jobs: how many workers at most.
        start: starts a worker.
        wait: returns when one of the workers has news, or after `LOOK_EVERY_S`.
    """
    waiting = Ahead(units)
    workers: list[Member] = []
    try:
        while True:
            if stop:
                waiting.close()
            while len(workers) < jobs and waiting.has(1 + sum(one.unit is None for one in workers)):
                workers.append(start())
            for one in workers:
                if one.idle and waiting.has(1):
                    one.give(waiting.take())
            if not waiting.has(1) and all(one.unit is None for one in workers):
                return
            wait(workers)
            for one in list(workers):
                outcome, alive = one.news()
                if not alive:
                    workers.remove(one)
                if outcome is not None:
                    yield outcome
    finally:
        for one in workers:  # what they had begun is not kept; what they had finished is on the disk
            one.kill()
