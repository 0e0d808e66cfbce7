"""Fully sharded training: each process holds a part of every weight, and the whole only while it is used.

Rajbhandari et al. 2020, "ZeRO"; here PyTorch's `fully_shard`, on CUDA devices or, by gloo, on a CPU. Checkpoints
hold whole weights, so that a run may go on with another number of processes or none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch
from lightning_utilities.core.apply_func import apply_to_collection
from torch import Tensor, distributed, nn
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

if TYPE_CHECKING:
    from torch.distributed.device_mesh import DeviceMesh


def parallelizer(blocks: Sequence[nn.Module]) -> Callable[[nn.Module, DeviceMesh], nn.Module]:
    """Return what shards a module: each of its blocks by itself, and the rest together.

    Args:
        blocks: parts of the module, none within another, that every forward runs on every process.
    """

    def parallelize(module: nn.Module, mesh: DeviceMesh) -> nn.Module:
        taken: set[tuple[int, str]] = set()
        for unit in (*blocks, module):
            _touch_all(unit, taken)  # before it is sharded, so that the hook meets its weights whole
            fully_shard(unit, mesh=mesh["data_parallel"])
        return module

    return parallelize


def _touch_all(unit: nn.Module, taken: set[tuple[int, str]]) -> None:
    """Make what a unit returns depend on each of its own weights, by nothing.

    Processes that leave out different conditions would else exchange the gradients of different weights.

    Args:
        unit: its outputs that have gradients are added to.
        taken: weights of units before, by module and name; the unit's own are added.
    """
    places = [
        (part, name)
        for part in unit.modules()
        for name, weights in part.named_parameters(recurse=False)
        if weights.requires_grad and (id(part), name) not in taken
    ]
    taken |= {(id(part), name) for part, name in places}

    def touch(_unit: nn.Module, _args: object, output: Any) -> Any:
        if not (places and torch.is_grad_enabled()):
            return output
        nothing = 0.0 * torch.stack([getattr(part, name).flatten()[:1].sum() for part, name in places]).sum()
        return apply_to_collection(
            output, Tensor, lambda leaf: leaf + nothing if leaf.requires_grad else leaf
        )

    unit.register_forward_hook(touch)


def drop_untouched(weights: Sequence[Tensor]) -> None:
    """Take the gradient from weights that took part in the step in no process, as it would be with one process.

    They have been touched by nothing, and an optimiser would move and decay them on.
    """
    touched = torch.stack([local(one.grad).any() for one in weights if one.grad is not None]).int()
    distributed.all_reduce(touched, distributed.ReduceOp.MAX)
    with_gradient = [one for one in weights if one.grad is not None]
    for one, was_touched in zip(with_gradient, touched.tolist(), strict=True):
        if not was_touched:
            one.grad = None


def local(tensor: Tensor) -> Tensor:
    """Return the part of a tensor that this process holds, sharing its memory: the whole where it is not sharded."""
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def whole(tree: Any) -> Any:
    """Return nested state with every sharded tensor put together; all processes must call it together."""
    if isinstance(tree, DTensor):
        return tree.full_tensor()
    if isinstance(tree, Mapping):
        return {key: whole(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return type(tree)(whole(value) for value in tree)
    return tree


def like(pattern: Tensor, tensor: Tensor) -> Tensor:
    """Return a whole tensor sharded as `pattern` is, or as it is where that is not sharded."""
    if not isinstance(pattern, DTensor) or isinstance(tensor, DTensor):
        return tensor
    return distribute_tensor(tensor.to(pattern.device), pattern.device_mesh, pattern.placements)
