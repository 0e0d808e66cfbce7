"""What the processes of a run agree on. With a single process there is nobody to ask, and nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import distributed

from muzecli.errors import MuzeError

if TYPE_CHECKING:
    from lightning_fabric import Fabric

T = TypeVar("T")


class Group:
    """The processes of a run; the first of them leads: it alone writes and speaks.

    Args:
        fabric: launched.

    Attributes:
        rank: number of this process, from 0.
        count: how many there are.
        leads: whether this is the first.
        agreed: an error that all processes raise, since the first one met it.
    """

    def __init__(self, fabric: Fabric) -> None:
        self.fabric = fabric
        self.rank, self.count = fabric.global_rank, fabric.world_size
        self.leads = self.rank == 0
        self.agreed: MuzeError | None = None

    def on_leader(self, function: Callable[[], T]) -> T:
        """Call a function in the first process, and return in all what it returned, or raise what it raised."""
        if self.count == 1:
            return function()
        outcome: tuple[T | None, MuzeError | None] = (None, None)
        if self.leads:
            try:
                outcome = (function(), None)
            except MuzeError as error:
                outcome = (None, error)
        value, raised = self.fabric.broadcast(outcome)
        if raised is not None:
            raise self.agree(raised)
        return value  # type: ignore[return-value]

    def agree(self, error: MuzeError) -> MuzeError:
        """Return an error that every process is about to raise; the first one will report it."""
        self.agreed = error
        return error

    def gather(self, value: T) -> list[T]:
        """Return the value of each process, in order."""
        if self.count == 1:
            return [value]
        values: list[T] = [value] * self.count
        distributed.all_gather_object(values, value)
        return values

    def totals(self, values: Sequence[float]) -> list[float]:
        """Return sums over all processes, the same to the last bit in each."""
        if self.count == 1:
            return list(values)
        sums = torch.tensor(values, dtype=torch.float64, device=self.fabric.device)
        distributed.all_reduce(sums)
        return [float(value) for value in sums.tolist()]

    def leave(self) -> None:
        """Part from the others; what follows is each one's own affair."""
        if self.count > 1 and distributed.is_initialized():
            distributed.destroy_process_group()
