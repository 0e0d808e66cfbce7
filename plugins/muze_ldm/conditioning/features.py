"""Small layers that the encoders share: waves of a number, means over what is there, stand-ins for what is not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from muze_ldm.conditioning.keys import KNOWN

if TYPE_CHECKING:
    from muze_ldm.conditioning.keys import Conditions

TIME_WAVES = 16
"""Waves of `time_waves`; they give twice as many features."""
_SLOWEST_HZ, _FASTEST_HZ = 1.0 / 64.0, 8.0


def sinusoid(x: Tensor, width: int, *, longest: float = 10_000.0) -> Tensor:
    """Return sines and cosines of a number, (…) → (…, width); width is even.

    Angular frequencies fall geometrically from 1 to 1/longest (Vaswani et al. 2017, section 3.5).
    """
    half = width // 2
    steps = torch.arange(half, device=x.device, dtype=torch.float32) / half
    angles = x.float()[..., None] * torch.exp(-math.log(longest) * steps)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def time_waves(seconds: Tensor) -> Tensor:
    """Return sines and cosines of times, (…) → (…, 2·TIME_WAVES), with periods from 1/8 s to 64 s."""
    octaves = torch.linspace(
        math.log(_SLOWEST_HZ), math.log(_FASTEST_HZ), TIME_WAVES, device=seconds.device, dtype=torch.float32
    )
    angles = seconds.float()[..., None] * (2.0 * math.pi * octaves.exp())
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Return the mean over the places where the mask is True: (B, N, w) and (B, N) → (B, w); 0 without any."""
    weights = mask.to(values.dtype)[..., None]
    total: Tensor = (values * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1.0)
    return total


class Mlp(nn.Module):
    """Two linear layers with SiLU between them; takes numbers of any precision.

    Args:
        inputs: components of what goes in.
        width: components between the layers.
        outputs: components of the result; None: as many as between the layers.
    """

    def __init__(self, inputs: int, width: int, outputs: int | None = None) -> None:
        super().__init__()
        self.enter = nn.Linear(inputs, width)
        self.leave = nn.Linear(width, outputs or width)

    def forward(self, x: Tensor) -> Tensor:
        """Return (…, outputs) of (…, inputs)."""
        result: Tensor = self.leave(functional.silu(self.enter(x.to(self.enter.weight.dtype))))
        return result


def known_of(conditions: Conditions, key: str) -> Tensor | None:
    """Return (B,) bool: for which items a condition that is there is known; None for all of them."""
    return conditions.get(key + KNOWN)


def any_known(conditions: Conditions, *keys: str) -> Tensor | None:
    """Return (B,) bool: for which items one of the conditions is known; None for all of them.

    Absent conditions count as not known; at least one of them is there.
    """
    flags = [known_of(conditions, key) for key in keys if key in conditions]
    told = [flag for flag in flags if flag is not None]
    return torch.stack(told).any(dim=0) if len(told) == len(flags) else None


def all_known(conditions: Conditions, *keys: str) -> Tensor | None:
    """Return (B,) bool: for which items each of the conditions, which are there, is known; None for all items."""
    told = [flag for key in keys if (flag := known_of(conditions, key)) is not None]
    return torch.stack(told).all(dim=0) if told else None


class Missing(nn.Module):
    """A learned vector that stands in for what is not known, so that nothing is confused with zero.

    Args:
        width: components.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.vector = nn.Parameter(torch.randn(width))

    def forward(self, value: Tensor | None, known: Tensor | None, batch_size: int) -> Tensor:
        """Return a condition's vectors with the learned one where it is not known, (B, …, width).

        Args:
            value: (B, …, width); None where the condition is absent: then (B, width) of the learned vector.
            known: (B,) bool; None: known for all.
            batch_size: B.
        """
        if value is None:
            return self.vector.expand(batch_size, -1)
        if known is None:
            return value
        known = known.view(-1, *[1] * (value.dim() - 1))
        return torch.where(known, value, self.vector.to(value.dtype))
