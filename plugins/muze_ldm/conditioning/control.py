"""The score in time as features at the rate of the latents.

Legend: B items, F control channels, K groups of them, W latent frames, fold control frames in each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from muze_ldm.conditioning.features import Missing

if TYPE_CHECKING:
    from muze_ldm.conditioning.config import ConditioningConfig
    from muze_ldm.conditioning.keys import Conditions

CONTROL_UNIT = 127.0
"""Control frames may be int8, a quarter to copy: whole numbers of 1/127, as velocities are."""

_SOUNDING_SHARE = 1 / 16
"""Of the channels, roughly, that are not 0 in a frame."""


class ControlEncoder(nn.Module):
    """Control frames, folded into channels, with a flag for each group that is known, (B, width, W).

    A group that is not known is zero and its flag is down: that is not the same as silence.

    Args:
        owners: number of the group, 0…K−1, of each of the F channels.
        fold: control frames in a latent frame.
        width: channels of the result.
    """

    def __init__(self, owners: Sequence[int], fold: int, width: int) -> None:
        super().__init__()
        self.channels, self.groups, self.fold, self.width = len(owners), max(owners) + 1, fold, width
        self.register_buffer("owners", torch.tensor(owners), persistent=False)
        self.frames = nn.Conv1d(self.channels, width, fold, stride=fold)
        # Most channels are 0 most of the time: with the usual weights hardly anything would come through.
        nn.init.normal_(
            self.frames.weight, std=math.sqrt(1.0 / max(1.0, _SOUNDING_SHARE * self.channels * fold))
        )
        self.flags = nn.Linear(self.groups, width, bias=False)
        self.mix = nn.Conv1d(width, width, 3, padding=1)
        self.missing = Missing(width)

    @classmethod
    def of(cls, config: ConditioningConfig) -> ControlEncoder:
        """Return the encoder of a configuration that has control channels."""
        groups = config.control_groups
        owners = [groups.index(owner) for owner in config.control_owners]
        return cls(owners, config.control_fold, config.control_width)

    def forward(self, conditions: Conditions, batch_size: int, frames: int) -> Tensor:
        """Return the features.

        Args:
            conditions: `control` (B, F, W · fold), float or int8 in 1/127, and `control_known` (B, K) bool are used.
            batch_size: B.
            frames: W.
        """
        control = conditions.get("control")
        if control is None:
            return self.missing.vector[:, None].expand(batch_size, -1, frames)
        weight = self.frames.weight
        if not control.is_floating_point():
            control = control.to(weight.dtype) / CONTROL_UNIT
        control = control.to(weight.dtype)
        known = conditions.get("control_known")
        if known is None:
            flags = control.new_ones(batch_size, self.groups)
        else:
            flags = known.to(control.dtype)
            control = control * flags[:, self.owners, None]  # type: ignore[index]
        # The kernel folds the frames of a latent frame; flags are further channels of it, constant in time.
        features = self.mix(functional.silu(self.frames(control) + self.flags(flags)[..., None]))
        anything = None if known is None else known.any(dim=1)
        result: Tensor = self.missing(features.transpose(1, 2), anything, batch_size)
        return result.transpose(1, 2)
