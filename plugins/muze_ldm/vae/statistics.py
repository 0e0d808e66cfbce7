"""Mean and deviation of the latents over a corpus, stored with the autoencoder that makes them."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from muze_ldm.vae.network import AudioVAE


@torch.no_grad()
def measure_latents(vae: AudioVAE, mels: Iterable[Tensor]) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation of each latent channel, (1, C, 1, 1) each, in float64 sums.

    Args:
        vae: in evaluation mode.
        mels: batches (B, 1, M, T), at least one.
    """
    count, total, squares = 0, torch.zeros(()), torch.zeros(())
    for mel in mels:
        posterior = vae.encode(mel)
        mean, variance = posterior.mean.double(), (2 * posterior.log_std.double()).exp()
        count += mean.numel() // mean.shape[1]
        total = total + mean.sum(dim=(0, 2, 3))
        squares = squares + (mean.square() + variance).sum(dim=(0, 2, 3))
    mean = total / count
    std = (squares / count - mean.square()).clamp(min=1e-8).sqrt()
    return mean.float().view(1, -1, 1, 1), std.float().view(1, -1, 1, 1)
