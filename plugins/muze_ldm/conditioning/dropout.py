"""Conditions left out: by chance in training, so that a model can do without them; on purpose in guidance.

Groups are those of `muze_ldm.conditioning.keys.GROUPS`, and `control.GROUP` for each group of control channels,
such as "control.melody".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from muze_ldm.conditioning.keys import CONTROL_PREFIX, GROUPS, KNOWN
from muzecli.song.frames import GROUPS as FRAME_GROUPS

if TYPE_CHECKING:
    from muze_ldm.conditioning.keys import Conditions


def group_names() -> list[str]:
    """Return the names of all groups."""
    return [*GROUPS, *(CONTROL_PREFIX + name for name in FRAME_GROUPS)]


def drop(
    conditions: Conditions,
    rates: Mapping[str, float],
    generator: torch.Generator,
    *,
    control_groups: Sequence[str] | None = None,
) -> Conditions:
    """Return the conditions with some made unknown for some items, each group and item by itself.

    Args:
        conditions: of B items.
        rates: group → share of the items that lose it, 0…1. Their order, and whether a condition is there, makes
            no difference to what is drawn for the others.
        generator: on the conditions' device.
        control_groups: the K groups of `control_known`; None: all that scores have, in their order.

    Raises:
        ValueError: a group is unknown, or a rate is not 0…1.
    """
    _check(rates)
    for group, rate in rates.items():
        if not 0.0 <= rate <= 1.0:
            raise ValueError(f"the dropout of '{group}' must be 0…1, and it is {rate!r}")
    if not conditions:
        return {}
    sample = next(iter(conditions.values()))
    order = sorted(rates)
    drawn = torch.rand(len(order), len(sample), generator=generator, device=sample.device)
    limits = torch.tensor([rates[group] for group in order], device=sample.device)
    lost = dict(zip(order, drawn < limits[:, None], strict=True))
    result = dict(conditions)
    for group, items in lost.items():
        if rates[group] > 0.0:
            _hide(result, group, items, control_groups or tuple(FRAME_GROUPS))
    return result


def without(
    conditions: Conditions, groups: Iterable[str], *, control_groups: Sequence[str] | None = None
) -> Conditions:
    """Return the conditions without some groups, which then cost nothing.

    Args:
        conditions: of B items.
        groups: names.
        control_groups: as for `drop`.

    Raises:
        ValueError: a group is unknown.
    """
    groups = list(groups)
    _check(groups)
    result = dict(conditions)
    for group in groups:
        if group.startswith(CONTROL_PREFIX):
            control = result.get("control")
            if control is not None:
                every = torch.ones(len(control), dtype=torch.bool, device=control.device)
                _hide(result, group, every, control_groups or tuple(FRAME_GROUPS))
            continue
        for key in (*GROUPS[group], *(["control_known"] if group == "control" else [])):
            result.pop(key, None)
            result.pop(key + KNOWN, None)
    return result


def _check(groups: Iterable[str]) -> None:
    names = group_names()
    for group in groups:
        if group not in names:
            raise ValueError(f"a group of conditions is one of {', '.join(names)}; not '{group}'")


def _hide(result: dict[str, Tensor], group: str, items: Tensor, control_groups: Sequence[str]) -> None:
    """Make a group unknown for the items, (B,) bool."""
    if group == "control" or group.startswith(CONTROL_PREFIX):
        _hide_control(result, group.removeprefix("control").removeprefix("."), items, control_groups)
        return
    for key in GROUPS[group]:
        if key not in result or key == "context":
            continue
        if key == "context_mask":
            result[key] = result[key] & ~items[:, None]
        else:
            known = result.get(key + KNOWN)
            result[key + KNOWN] = ~items if known is None else known & ~items
    if group == "text" and "context" in result and "context_mask" not in result:
        length = result["context"].shape[1]
        result["context_mask"] = (~items)[:, None].expand(-1, length)


def _hide_control(
    result: dict[str, Tensor], group: str, items: Tensor, control_groups: Sequence[str]
) -> None:
    if "control" not in result or (group and group not in control_groups):
        return
    known = result.get("control_known")
    if known is None:
        known = torch.ones(len(items), len(control_groups), dtype=torch.bool, device=items.device)
    column = torch.tensor([not group or name == group for name in control_groups], device=items.device)
    result["control_known"] = known & ~(items[:, None] & column)
