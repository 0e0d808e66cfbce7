"""Data whose diffusion is known in closed form: what a perfect network would predict, and where it would lead."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from muze_ldm.diffusion.calls import Model
from muze_ldm.diffusion.config import DiffusionConfig
from muze_ldm.diffusion.process import Process

PROCESSES = {
    f"{config.objective}-{config.path}": Process(config)
    for config in (
        DiffusionConfig("rectified_flow"),
        DiffusionConfig("eps", "cosine"),
        DiffusionConfig("eps", "linear_beta"),
        DiffusionConfig("v", "cosine"),
        DiffusionConfig("v", "linear_beta"),
    )
}


@dataclass(frozen=True)
class Mixture:
    """Every latent by itself from Σ share · N(mean, std²); one component is a Gaussian."""

    shares: tuple[float, ...]
    means: tuple[float, ...]
    stds: tuple[float, ...]

    def at(self, process: Process, t: float) -> list[tuple[float, float, float]]:
        """Share, mean and std of each component of z_t."""
        alpha, sigma = process.at(t)
        return [
            (share, alpha * mean, (alpha**2 * std**2 + sigma**2) ** 0.5)
            for share, mean, std in zip(self.shares, self.means, self.stds, strict=True)
        ]

    def expected(self, z: Tensor, process: Process, t: float) -> Tensor:
        """E[x | z_t = z]: Tweedie for each component, weighted by how likely z makes it."""
        alpha, _ = process.at(t)
        logs, estimates = [], []
        for (share, mean, std), x_mean, x_std in zip(self.at(process, t), self.means, self.stds, strict=True):
            log_density = -0.5 * ((z - mean) / std) ** 2
            logs.append(log_density + torch.log(torch.tensor(share / std, dtype=z.dtype)))
            estimates.append(x_mean + alpha * x_std**2 / std**2 * (z - mean))
        weights = torch.stack(logs).softmax(dim=0)
        estimate: Tensor = (weights * torch.stack(estimates)).sum(dim=0)
        return estimate

    def model(self, process: Process) -> Model:
        """What a perfect network predicts."""
        return lambda z, t: process.from_x0(z, self.expected(z, process, t), t)

    def cdf(self, x: Tensor, process: Process | None = None, t: float = 0.0) -> Tensor:
        """P(z_t ≤ x); without a process, of the data."""
        parts = (
            zip(self.shares, self.means, self.stds, strict=True) if process is None else self.at(process, t)
        )
        total = torch.zeros_like(x)
        for share, mean, std in parts:
            total += share * torch.special.ndtr((x - mean) / std)
        return total

    def carried(self, z: Tensor, process: Process, t: float = 1.0) -> Tensor:
        """Where the probability-flow ODE takes z from t to 0.

        In one dimension trajectories do not cross, so each z keeps its quantile; found by bisection.
        """
        wanted = self.cdf(z, process, t)
        low, high = torch.full_like(z, -50.0), torch.full_like(z, 50.0)
        for _ in range(60):
            middle = 0.5 * (low + high)
            below = self.cdf(middle) < wanted
            low, high = torch.where(below, middle, low), torch.where(below, high, middle)
        return 0.5 * (low + high)


GAUSSIAN = Mixture((1.0,), (0.7,), (0.5,))
TWO = Mixture((0.3, 0.7), (-1.2, 1.0), (0.3, 0.2))


def noise(count: int, seed: int = 0) -> Tensor:
    """Latents (1, 1, 1, count) of float64 noise."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(1, 1, 1, count, generator=generator, dtype=torch.float64)


def quantiles(count: int) -> Tensor:
    """Latents (1, 1, 1, count) at evenly spaced quantiles of N(0, 1)."""
    u = (torch.arange(count, dtype=torch.float64) + 0.5) / count
    latents: Tensor = torch.special.ndtri(u).view(1, 1, 1, count)
    return latents
