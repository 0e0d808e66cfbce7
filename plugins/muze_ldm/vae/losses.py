"""What an autoencoder of spectrograms is judged by.

Shapes: B items, M mel bands, T columns; all spectrograms are (B, 1, M, T) log-mel in nats.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

RESOLUTIONS = ((1, 4), (4, 1), (4, 4), (8, 16))
"""Bands and columns that are averaged into one, from fine to coarse."""


def reconstruction(guess: Tensor, truth: Tensor) -> Tensor:
    """Return the mean absolute difference in nats, a scalar."""
    return (guess - truth).abs().mean()


def multi_resolution(guess: Tensor, truth: Tensor) -> Tensor:
    """Return the differences of magnitudes seen at several resolutions in band and time, a scalar.

    The multi-resolution STFT loss (Yamamoto et al., "Parallel WaveGAN", 2020), carried over to mel spectrograms:
    at each resolution the spectral convergence ‖Y − X‖ / ‖Y‖ of the magnitudes, so that loud parts count, and the
    mean absolute difference of their logarithms, so that quiet ones do. Averaging over a few bands or columns
    forgives what the ear forgives, the place of noise, and keeps what it does not, its level.
    """
    x, y = guess.exp(), truth.exp()
    total = spectral_convergence(x, y)
    for bands, columns in RESOLUTIONS:
        size = (min(bands, x.shape[-2]), min(columns, x.shape[-1]))
        xs, ys = functional.avg_pool2d(x, size), functional.avg_pool2d(y, size)
        total = (
            total + spectral_convergence(xs, ys) + (torch.log(xs + 1e-5) - torch.log(ys + 1e-5)).abs().mean()
        )
    return total / (len(RESOLUTIONS) + 1)


def spectral_convergence(x: Tensor, y: Tensor) -> Tensor:
    """Return ‖y − x‖ / ‖y‖ (Arik et al., "Fast Spectrogram Inversion", 2019), a mean over the items."""
    error = torch.linalg.vector_norm((y - x).flatten(1), dim=1)
    size = torch.linalg.vector_norm(y.flatten(1), dim=1)
    mean: Tensor = (error / size.clamp(min=1e-3)).mean()
    return mean
