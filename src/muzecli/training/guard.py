"""What stops a run before it harms the weights: a loss or a gradient that is not finite."""

from __future__ import annotations

import math
from dataclasses import dataclass

from muzecli.errors import FailedError
from muzecli.training.batches import Batches
from muzecli.training.checkpoints import Checkpoints
from muzecli.training.group import Group
from muzecli.training.shares import Part
from muzecli.training.task import Task

LEAST_SCALE = 2.0**-20
"""Where the loss must be made smaller than this before a gradient fits 16 bits, it is not the 16 bits' fault."""


@dataclass(frozen=True)
class Measured:
    """What a process measured in its part of a step: each part with its values."""

    parts: list[tuple[Part, dict[str, float]]]

    def total(self, name: str) -> float:
        """Return a value's weighted sum."""
        return sum(part.weight * values[name] for part, values in self.parts if name in values)

    def bad(self) -> list[int]:
        """Return the micro-batches with a loss that is not finite."""
        names = ("loss", "adversary_loss")
        return [
            part.micro
            for part, values in self.parts
            if not all(math.isfinite(values.get(name, 0.0)) for name in names)
        ]


class Guard:
    """Looks at what was measured, and ends the run in all processes alike.

    Args:
        task: names the items.
        batches: which items make which micro-batch.
        group: the processes.
        checkpoints: to name the last good one.
        accumulate: micro-batches of a step.
    """

    def __init__(
        self, task: Task, batches: Batches, group: Group, checkpoints: Checkpoints, *, accumulate: int
    ) -> None:
        self.task, self.batches, self.group, self.checkpoints = task, batches, group, checkpoints
        self.accumulate = accumulate

    def refuse(self, step: int, what: str, value: float, measured: Measured) -> None:
        """Refuse a value that is not finite; it is the same in all processes.

        Raises:
            FailedError: names the step and the items of the micro-batches at fault.
        """
        if not math.isfinite(value):
            raise self._stopped(
                step, f"the {what} must be finite, and at step {step + 1} it is {value}", measured
            )

    def refuse_vanished(self, step: int, measured: Measured) -> None:
        """In 16-mixed: refuse a scale so small that the gradients cannot be finite at all.

        Raises:
            FailedError: as `refuse`.
        """
        scaler = getattr(self.group.fabric.strategy.precision, "scaler", None)
        if scaler is not None and scaler.get_scale() < LEAST_SCALE:
            found = f"no gradient was finite for many steps, at whatever scale, up to step {step + 1}"
            raise self._stopped(step, found, measured)

    def _stopped(self, step: int, found: str, measured: Measured) -> FailedError:
        bad = sorted({micro for each in self.group.gather(measured.bad()) for micro in each})
        first = step * self.accumulate
        micros = bad or range(first, first + self.accumulate)
        ids = [self.task.item_id(index) for micro in micros for index in self.batches.indices(micro)]
        named = ", ".join(ids[:8]) + (f" and {len(ids) - 8} more" if len(ids) > 8 else "")
        steps = self.checkpoints.steps()
        kept = (
            f"the last good checkpoint is {self.checkpoints.path(steps[-1])}" if steps else "nothing is saved"
        )
        error = FailedError(
            f"{found}; the batch holds {named}",
            hint=f"look at those items, or try a lower --lr; {kept}",
            details={"step": step + 1, "items": ids},
        )
        self.group.agree(error)
        return error
