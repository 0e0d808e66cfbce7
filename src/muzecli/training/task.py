"""The seam between the training room and the slices: what a slice brings to be trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
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
        """Return the items as one batch of tensors on the CPU."""
        ...

    def loss(
        self, model: torch.nn.Module, batch: Batch, generator: torch.Generator
    ) -> dict[str, torch.Tensor]:
        """Return scalars to log, of which "loss" is made small.

        Args:
            model: the network, wrapped for device and precision.
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
