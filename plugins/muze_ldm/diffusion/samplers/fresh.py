"""Noise that samplers draw on the way."""

from __future__ import annotations

import torch
from torch import Tensor


def fresh_noise(like: Tensor, generator: torch.Generator | None) -> Tensor:
    """Return noise like a tensor, drawn where the generator lives: a CPU's gives the same on every device.

    Raises:
        ValueError: there is no generator.
    """
    if generator is None:
        raise ValueError("a sampler that draws fresh noise must be given a generator, and there is none")
    noise = torch.randn(like.shape, generator=generator, device=generator.device, dtype=like.dtype)
    return noise.to(like.device)
