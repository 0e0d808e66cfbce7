"""The seam between the training room and the slices: what a slice brings to be trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from pathlib import Path

    import torch

Batch = Any
"""What `Task.batch` makes: tensors in any nesting of lists, tuples and mappings."""


class Task(Protocol):
    """A model, what it learns from, and how well it does.

    Attributes:
        kind: the model's kind, such as "planner"; stands in every stored configuration.
        model: called through `forward` only, since that is where the precision applies.
    """

    kind: str

    @property
    def model(self) -> torch.nn.Module:
        """The network, with its initial weights."""
        ...

    def config(self) -> Mapping[str, Any]:
        """Return all that is needed to build the network again, as JSON values."""
        ...

    def __len__(self) -> int:
        """Return how many items there are to train on."""
        ...

    def item_id(self, index: int) -> str:
        """Return the name that an item has for the user, such as a track's id."""
        ...

    def length(self, index: int) -> int:
        """Return how long an item is: those of like length share a batch; 1 where all are alike."""
        ...

    def batch(self, indices: Sequence[int]) -> Batch:
        """Return the items as one batch of tensors on the CPU.

        Called in a thread of its own, ahead of its use: it must depend on the items alone, and draw nothing from a
        global random state.
        """
        ...

    def loss(
        self, model: torch.nn.Module, batch: Batch, generator: torch.Generator
    ) -> dict[str, torch.Tensor]:
        """Return scalars to log, of which "loss" is made small.

        Args:
            model: the network, called in the run's precision.
            batch: what `batch` made, on the device.
            generator: source of all that the loss draws, on the device; the same for the same step of the same
                seed. (Dropout draws from torch's global state, which is seeded alike.)
        """
        ...

    def validate(self, model: torch.nn.Module, to_device: Callable[[Batch], Batch]) -> dict[str, float]:
        """Return what the model reaches on items held out; the smallest "loss" is the best.

        Called in evaluation mode without gradients, and with the averaged weights where there are any.
        """
        ...


# ---- what a task may offer beside; each is found by its names ----


@runtime_checkable
class AdversarialTask(Task, Protocol):
    """A task with a second network that judges what the model makes.

    The loop calls, for every micro-batch and in this order, `loss` and, once the adversary has begun,
    `adversary_loss`; both optimisers take their step after the last micro-batch. So `loss` may keep what the model
    made, detached, for the `adversary_loss` that follows, and the model need not run twice.

    Attributes:
        adversary: the judge, with its initial weights. `loss` calls it as it is, in float32, with its weights frozen
            by the loop.
        judged: whether the adversary has begun: the loop sets it before each step, false before the step
            `adversary_from` of the settings. While it is false `loss` must not use the adversary, which knows nothing.
    """

    judged: bool

    @property
    def adversary(self) -> torch.nn.Module:
        """The judge, with its initial weights."""
        ...

    def adversary_loss(
        self, model: torch.nn.Module, adversary: torch.nn.Module, batch: Batch, generator: torch.Generator
    ) -> dict[str, torch.Tensor]:
        """Return scalars to log, of which "loss" is made small by the adversary's own optimiser.

        Args:
            model: answers as the network that is judged does, without gradients; or use what `loss` kept.
            adversary: the judge, wrapped for the precision.
            batch: as for `loss`, of the same micro-batch.
            generator: seeded anew as for `loss`, so that it draws the same.
        """
        ...


@runtime_checkable
class SamplingTask(Protocol):
    """A task that makes something to listen to while it learns."""

    def samples(self, model: torch.nn.Module, folder: Path, step: int) -> None:
        """Write what the model makes of fixed inputs.

        Called every `sample_every` steps and at the last, in evaluation mode without gradients, with the averaged
        weights where there are any. Nothing that it draws disturbs the training.

        Args:
            model: the network, wrapped for the precision.
            folder: empty and made for this; it appears in the run's folder as `samples/step-…`.
            step: how many steps the model has learned.
        """
        ...


@runtime_checkable
class BlockTask(Protocol):
    """A task whose network is made of blocks that the strategy `fsdp` may shard, each by itself."""

    def blocks(self) -> Sequence[torch.nn.Module]:
        """Return parts of the network, none within another, that every forward runs, whatever the batch lacks.

        Without this the network is sharded as one: each process still holds only its part of the gradients, the
        averages and the optimiser's state, but all weights are together while a step is computed.
        """
        ...
