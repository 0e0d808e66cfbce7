"""Conditions of single items as those of one batch.

A condition that some items lack is padded there and marked as not known; one that all of them lack stays absent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from muze_ldm.conditioning.control import CONTROL_UNIT
from muze_ldm.conditioning.keys import CONDITIONS, KNOWN, Condition
from muzecli.song.frames import GROUPS as FRAME_GROUPS

if TYPE_CHECKING:
    from muze_ldm.conditioning.keys import Array, Item

_TYPES: dict[str, torch.dtype] = {"float": torch.float32, "int": torch.int64, "bool": torch.bool}
# What need not become float32 here: a network converts it faster than numpy does, and on the device.
_KEPT = {np.dtype(np.float16): torch.float16}


def collate(items: Sequence[Item], *, pin_memory: bool = False) -> dict[str, Tensor]:
    """Return the conditions of B items as one batch.

    Args:
        items: conditions of each, arrays without the batch's axis or plain numbers; `control_known` (K,) may
            stand beside `control`, and `context_mask` (L,) beside `context`.
        pin_memory: lay the tensors where a CUDA device fetches them from without waiting.

    Returns:
        every condition that any item has, (B, …), sequences as long as the longest. float16 stays so, and int8 of
        `control` where all items have it; other numbers become float32 or int64.

    Raises:
        ValueError: a name is no condition's, or arrays that must be of one shape are not.
    """
    for item in items:
        for name in item:
            if name not in CONDITIONS and name != "control_known":
                raise ValueError(f"a condition is one of {', '.join(CONDITIONS)}; not '{name}'")
    batch: dict[str, Tensor] = {}
    for name, condition in CONDITIONS.items():
        there = [row for row, item in enumerate(items) if name in item]
        if not there or name == "context_mask":
            continue
        arrays = [np.asarray(items[row][name]) for row in there]
        batch[name] = _stacked(name, condition, arrays, there, len(items), pin_memory=pin_memory)
        if name == "context":
            batch["context_mask"] = _context_mask(items, batch[name], pin_memory=pin_memory)
        elif name == "control":
            if len(there) < len(items) or any("control_known" in item for item in items):
                batch["control_known"] = _control_known(items, pin_memory=pin_memory)
        elif len(there) < len(items):
            known = torch.zeros(len(items), dtype=torch.bool, pin_memory=pin_memory)
            known[there] = True
            batch[name + KNOWN] = known
    return batch


def _stacked(
    name: str, condition: Condition, arrays: list[Array], rows: list[int], count: int, *, pin_memory: bool
) -> Tensor:
    """Return (count, …) with the arrays in their rows, and padding elsewhere."""
    wanted = len(condition.axes)
    shapes = {array.shape for array in arrays}
    if any(len(shape) != wanted for shape in shapes):
        raise ValueError(f"{name} must have {wanted} axes, and it has shape {next(iter(shapes))}")
    shape = tuple(map(max, zip(*shapes, strict=True)))
    same = 0 if condition.pad is None else 1  # the first axis on which all must agree
    if any(found[same:] != shape[same:] for found in shapes):
        raise ValueError(
            f"{name} must be of one shape in a batch, and it is {', '.join(map(str, sorted(shapes)))}"
        )
    dtype = _TYPES[condition.type]
    if condition.type == "float":
        dtype = _KEPT.get(arrays[0].dtype, dtype)
    if name == "control" and any(array.dtype == np.int8 for array in arrays):
        if all(array.dtype == np.int8 for array in arrays):
            dtype = torch.int8
        else:  # tracks with a score beside tracks of which chords and beats are known
            dtype = torch.float32
            arrays = [
                array / np.float32(CONTROL_UNIT) if array.dtype == np.int8 else array for array in arrays
            ]
    result = torch.empty(count, *shape, dtype=dtype, pin_memory=pin_memory)
    if len(rows) < count or len(shapes) > 1:
        result.fill_(condition.pad or 0.0)
    view = result.numpy()
    if not wanted:
        view[rows] = arrays
        return result
    for row, array in zip(rows, arrays, strict=True):
        view[row, : len(array)] = array
    return result


def _context_mask(items: Sequence[Item], context: Tensor, *, pin_memory: bool) -> Tensor:
    """Return which tokens are there, (B, L)."""
    mask = torch.zeros(context.shape[:2], dtype=torch.bool, pin_memory=pin_memory)
    for row, item in enumerate(items):
        if "context" in item:
            length = len(np.asarray(item["context"]))
            own = item.get("context_mask")
            mask[row, :length] = True if own is None else torch.from_numpy(np.asarray(own, bool))
    return mask


def _control_known(items: Sequence[Item], *, pin_memory: bool) -> Tensor:
    """Return which groups of control channels are known, (B, K)."""
    flags = [np.asarray(item["control_known"], bool) for item in items if "control_known" in item]
    groups = len(flags[0]) if flags else len(FRAME_GROUPS)
    known = torch.zeros(len(items), groups, dtype=torch.bool, pin_memory=pin_memory)
    for row, item in enumerate(items):
        if "control" in item:
            own = item.get("control_known")
            known[row] = True if own is None else torch.from_numpy(np.asarray(own, bool))
    return known
