"""Which part of a step each process does.

A step has `accumulate` micro-batches. Where their number divides by that of the processes each takes whole ones,
and draws what a single process would have drawn for them: the loss curve is the same but for the order of sums.
Otherwise every micro-batch is cut into as few equal parts as make it divide; the items of a step stay the same,
what is drawn for them is not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from muzecli.errors import UsageError


@dataclass(frozen=True)
class Part:
    """A part of a micro-batch; the whole of it where `parts` is 1.

    Attributes:
        micro: number of the micro-batch, counted from 0 over the whole run.
        part: which part.
        parts: how many there are.
        weight: the share of the step's items that it holds, 0…1.
    """

    micro: int
    part: int
    parts: int
    weight: float

    @property
    def name(self) -> str:
        """The name that its draws are seeded by."""
        return f"micro-batch {self.micro}" + (f" part {self.part}" if self.parts > 1 else "")

    def of(self, items: list[int]) -> list[int]:
        """Return its items of those of the micro-batch: every so manieth, so that parts are alike in length."""
        return items[self.part :: self.parts]


class Shares:
    """How the micro-batches of a step are shared out.

    Args:
        accumulate: micro-batches of a step.
        batch_size: items that each of them has.
        processes: how many share them.

    Raises:
        UsageError: there are fewer items in a step than processes.
    """

    def __init__(self, *, accumulate: int, batch_size: int, processes: int) -> None:
        self.accumulate, self.batch_size, self.processes = accumulate, batch_size, processes
        self.parts = processes // math.gcd(accumulate, processes)
        if self.parts > batch_size:
            raise UsageError(
                f"each of {processes} processes must have an item of every step, and the {accumulate} × {batch_size}"
                " items of a step cannot be shared out so",
                hint=f"fewer --devices, or a --batch-size of {self.parts} or more",
            )

    def of_step(self, step: int, rank: int = 0) -> list[Part]:
        """Return what the process `rank` does of a step, both counted from 0."""
        first = step * self.accumulate
        return [
            Part(micro, part, self.parts, self._size(part) / self.batch_size / self.accumulate)
            for micro in range(first, first + self.accumulate)
            for part in range(self.parts)
        ][rank :: self.processes]

    def _size(self, part: int) -> int:
        return len(range(part, self.batch_size, self.parts))

    def from_step(self, step: int, *, steps: int, rank: int = 0) -> Iterator[Part]:
        """Return what the process does from a step on to the last, in order."""
        for number in range(step, steps):
            yield from self.of_step(number, rank)
