"""Conditions of several items, or branches, or windows, as those of one batch, whatever each of them knows.

What one has and another lacks is filled with what `keys.CONDITIONS` pads with, and marked as not known there.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from muze_ldm.conditioning.keys import CONDITIONS, KNOWN
from muze_ldm.diffusion.calls import Conditions
from muzecli.song.frames import GROUPS

_MASKED = ("context", "context_mask")
"""Text is told to be known by its mask (B, L); controls by `control_known` (B, K), all others by (B,)."""


def join(parts: Sequence[Conditions], sizes: Sequence[int]) -> dict[str, Tensor]:
    """Return conditions of one batch that holds the items of all parts, in order.

    Args:
        parts: conditions, each of a batch of its own; their tensors are on one device.
        sizes: items of each part, since a part may have no condition at all.

    Returns:
        every condition that any part has. Flags are left out where all items are known; those of controls, where
        no part has any, are for all groups that scores have.
    """
    parts = [_masked(part) for part in parts]
    names = dict.fromkeys(name for part in parts for name in part if name in CONDITIONS)
    joined: dict[str, Tensor] = {}
    for name in names:
        joined[name] = torch.cat(_filled(name, parts, sizes))
        flag = name + KNOWN
        if name not in _MASKED and any(flag in part or name not in part for part in parts):
            joined[flag] = torch.cat(_flags(name, flag, parts, sizes))
    return joined


def _masked(part: Conditions) -> Conditions:
    """Return conditions with the mask of their text."""
    if "context" not in part or "context_mask" in part:
        return part
    context = part["context"]
    return {**part, "context_mask": torch.ones(context.shape[:2], dtype=torch.bool, device=context.device)}


def _filled(name: str, parts: Sequence[Conditions], sizes: Sequence[int]) -> list[Tensor]:
    """Return a condition of each part, padded to one shape."""
    there = [part[name] for part in parts if name in part]
    shape = [max(axis) for axis in zip(*(value.shape[1:] for value in there), strict=True)]
    pad, like = CONDITIONS[name].pad or 0.0, there[0]
    filled = []
    for part, size in zip(parts, sizes, strict=True):
        if name not in part:
            filled.append(like.new_full((size, *shape), pad))
            continue
        value = part[name]
        short = [most - have for most, have in zip(shape, value.shape[1:], strict=True)]
        if any(short):
            if CONDITIONS[name].pad is None or any(short[1:]):
                raise ValueError(
                    f"{name} must be of one shape to be joined, and it is {tuple(like.shape[1:])} and"
                    f" {tuple(value.shape[1:])}"
                )
            value = functional.pad(value, [end for axis in reversed(short) for end in (0, axis)], value=pad)
        filled.append(value)
    return filled


def _flags(name: str, flag: str, parts: Sequence[Conditions], sizes: Sequence[int]) -> list[Tensor]:
    """Return for which items of each part a condition is known: (B,) bool, of controls (B, K)."""
    device = next(part[name] for part in parts if name in part).device
    groups = next((part[flag].shape[1:] for part in parts if flag in part), None)
    if groups is None:
        groups = torch.Size((len(GROUPS),)) if name == "control" else torch.Size()
    return [
        part[flag]
        if flag in part
        else torch.full((size, *groups), name in part, dtype=torch.bool, device=device)
        for part, size in zip(parts, sizes, strict=True)
    ]
