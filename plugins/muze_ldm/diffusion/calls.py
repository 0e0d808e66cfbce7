"""The functions that guidance, windows and samplers are made of, and the network as one of them.

Legend: B items, C latent channels, H latent height, W latent frames; t is a time 0…1, 1 is pure noise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import torch
from torch import Tensor

Conditions = Mapping[str, Tensor]
"""Conditions of B items by name, as in `muze_ldm.conditioning.keys`; any may be absent."""
Predict = Callable[[Tensor, float, Conditions], Tensor]
"""(z (B, C, H, W), t, conditions of B items) → prediction (B, C, H, W) in the objective's parametrisation."""
Model = Callable[[Tensor, float], Tensor]
"""(z (B, C, H, W), t) → prediction (B, C, H, W); what it is conditioned on is settled."""
Constrain = Callable[[Tensor, float], Tensor]
"""(z, t) → z; called with the first latents and after every step, t being the time that was reached."""
OnStep = Callable[[int], None]
"""Called after every step with the number of steps done."""


class Network(Protocol):
    """A backbone, as it is called: prediction (B, C, H, W), phoneme durations or None."""

    def __call__(self, z: Tensor, t: Tensor, conditions: Conditions, /) -> tuple[Tensor, Tensor | None]:
        """Return both for z (B, C, H, W), t (B,)."""
        ...


def predictor(network: Network) -> Predict:
    """Return a network as a `Predict`: one time for all items, in the precision of z, durations left aside."""

    def predict(z: Tensor, t: float, conditions: Conditions) -> Tensor:
        prediction, _ = network(z, torch.full((len(z),), t, dtype=z.dtype, device=z.device), conditions)
        return prediction.to(z.dtype)

    return predict


def chunked(predict: Predict, *, items: int) -> Predict:
    """Return a `Predict` that never sees more than so many items at once, which bounds its memory.

    Args:
        predict: what is called, with views of latents and conditions.
        items: at least 1.
    """
    if items < 1:
        raise ValueError(f"items must be at least 1, and it is {items}")

    def in_chunks(z: Tensor, t: float, conditions: Conditions) -> Tensor:
        if len(z) <= items:
            return predict(z, t, conditions)
        chunks = range(0, len(z), items)
        return torch.cat(
            [
                predict(
                    z[first : first + items],
                    t,
                    {name: value[first : first + items] for name, value in conditions.items()},
                )
                for first in chunks
            ]
        )

    return in_chunks


def unconstrained(z: Tensor, t: float) -> Tensor:
    """Return z as it is."""
    return z


def unobserved(done: int) -> None:
    """Do nothing."""
