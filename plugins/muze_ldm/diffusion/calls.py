"""The functions that guidance, windows and samplers are made of, and the network as one of them.

Legend: B items, C latent channels, H latent height, W latent frames; t is a time 0…1, 1 is pure noise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol

import torch
from torch import Tensor

Conditions = Mapping[str, Tensor]
"""Conditions of B items by name, as in `muze_ldm.conditioning.keys`; any may be absent."""
Model = Callable[[Tensor, float], Tensor]
"""(z (B, C, H, W), t) → prediction (B, C, H, W) in the objective's parametrisation; its conditions are settled."""
Settle = Callable[[Conditions], Model]
"""Conditions of B items → the model under them. What depends on the conditions alone is computed once, at the first
step, and serves all others."""
Constrain = Callable[[Tensor, float], Tensor]
"""(z, t) → z; called with the first latents and after every step, t being the time that was reached."""
OnStep = Callable[[int], None]
"""Called after every step with the number of steps done."""


class Network(Protocol):
    """A backbone, as it is called: prediction (B, C, H, W), phoneme durations or None."""

    def __call__(self, z: Tensor, t: Tensor, conditions: Conditions, /) -> tuple[Tensor, Tensor | None]:
        """Return both for z (B, C, H, W), t (B,)."""
        ...


def predictor(network: Network) -> Settle:
    """Return how a network is put under conditions: one time for all items, in the precision of z, no durations.

    A network that has `encode(conditions, B, W)` and `predict(z, t, encoded)` beside its call, as the backbones do,
    encodes its conditions once; any other, such as a backbone that is wrapped for a device, at every step.
    """
    # By the class: wrappers pass on the attributes of what they wrap, but only their call is safe.
    if hasattr(type(network), "encode") and hasattr(type(network), "predict"):
        return lambda conditions: _encoding_once(network, conditions)

    def settle(conditions: Conditions) -> Model:
        def model(z: Tensor, t: float) -> Tensor:
            return network(z, _times_of(z, t), conditions)[0].to(z.dtype)

        return model

    return settle


def _encoding_once(network: Any, conditions: Conditions) -> Model:
    @cache
    def encoded(items: int, frames: int) -> Any:
        return network.encode(conditions, items, frames)

    def model(z: Tensor, t: float) -> Tensor:
        prediction: Tensor = network.predict(z, _times_of(z, t), encoded(len(z), z.shape[-1]))
        return prediction.to(z.dtype)

    return model


def _times_of(z: Tensor, t: float) -> Tensor:
    return torch.full((len(z),), t, dtype=z.dtype, device=z.device)


def chunked(settle: Settle, *, items: int) -> Settle:
    """Return a `Settle` whose models never see more than so many items at once, which bounds their memory.

    Args:
        settle: gets views of the conditions.
        items: at least 1.
    """
    if items < 1:
        raise ValueError(f"items must be at least 1, and it is {items}")

    def settle_chunks(conditions: Conditions) -> Model:
        @cache
        def models(total: int) -> list[Model]:
            return [
                settle({name: value[first : first + items] for name, value in conditions.items()})
                for first in range(0, total, items)
            ]

        def model(z: Tensor, t: float) -> Tensor:
            firsts = range(0, len(z), items)
            return torch.cat(
                [one(z[first : first + items], t) for one, first in zip(models(len(z)), firsts, strict=True)]
            )

        return model

    return settle_chunks


def unconstrained(z: Tensor, t: float) -> Tensor:
    """Return z as it is."""
    return z


def unobserved(done: int) -> None:
    """Do nothing."""
