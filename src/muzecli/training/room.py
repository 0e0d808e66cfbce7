"""Where a task's functions meet the network, whatever the strategy has wrapped around it.

The strategy wraps the room and not the network. A whole loss is then one forward to it, and it knows of every
weight that took part, also of those that a task uses beside the network's own forward.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from muzecli.training.precision import InPrecision

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from lightning_fabric import Fabric


class Room(nn.Module):
    """Calls functions with the network as their first argument, in the run's precision."""

    def __init__(self, network: nn.Module, fabric: Fabric) -> None:
        super().__init__()
        self.in_precision = InPrecision(network, fabric)

    def forward(self, function: Callable[..., Any], *args: Any) -> Any:
        """Return what the function returns."""
        return function(self.in_precision, *args)


class SharedNetwork:
    """A network as the strategy has it.

    Args:
        network: moved to the device, and sharded where the strategy does so; its weights change identity then.
        fabric: launched.

    Attributes:
        sharded: whether each process holds a part of every weight, so that all must call it together.
    """

    def __init__(self, network: nn.Module, fabric: Fabric) -> None:
        from lightning_fabric.strategies.model_parallel import ModelParallelStrategy

        self.network, self.fabric = network, fabric
        self.sharded = isinstance(fabric.strategy, ModelParallelStrategy)
        self.room = Room(network if self.sharded else network.to(fabric.device), fabric)
        if fabric.world_size > 1 and not self.sharded:
            # DDP is told that weights may be left out of a step, and complains where it meets none that is.
            self.room.register_parameter("idle", nn.Parameter(torch.zeros(1, device=fabric.device)))
        self.wrapped = fabric.strategy.setup_module(self.room)

    def loss(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call a function whose gradients the processes share when `backward` follows."""
        return self.wrapped(function, *args)

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call a function without gradients: in one process, or in all where the network is sharded."""
        with torch.no_grad():
            return self.room(function, *args)

    def asked(self) -> nn.Module:
        """Return a module that answers as the network does, and takes no gradients."""
        return _Asked(self)

    @contextmanager
    def synced(self, enabled: bool) -> Iterator[None]:
        """Share gradients in the block, or keep them, as before the last of several micro-batches."""
        keeping: AbstractContextManager[None] = nullcontext()
        if isinstance(self.wrapped, DistributedDataParallel) and not enabled:
            keeping = self.wrapped.no_sync()
        elif self.sharded:
            self.wrapped.set_requires_gradient_sync(enabled)  # type: ignore[operator]
        with keeping:
            yield


class _Asked(nn.Module):
    def __init__(self, shared: SharedNetwork) -> None:
        super().__init__()
        self._shared = [shared]  # in a list, lest its weights count as this module's

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self._shared[0].call(lambda network: network(*args, **kwargs))
