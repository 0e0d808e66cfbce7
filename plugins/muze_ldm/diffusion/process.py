"""The diffusion process: z_t = α(t) x + σ(t) n, from data x (t = 0) to noise n (t = 1).

| schedule    | α(t)                            | σ(t)      | clock s(t) |                                        |
|-------------|---------------------------------|-----------|------------|----------------------------------------|
| straight    | 1 − t                           | t         | t          | Liu et al. 2022, rectified flow, eq. 1 |
| cosine      | cos φ, φ = t · atan e⁵          | sin φ     | φ          | Nichol & Dhariwal 2021, eq. 17         |
| linear_beta | exp(−¼ t² (β₁ − β₀) − ½ t β₀)   | √(1 − α²) | φ          | Song et al. 2021, eq. 33; β 0.1…20     |

Both that are not straight keep α² + σ² = 1, so a point of theirs is an angle φ = atan(σ/α). Both stop where α is
about 0.0067 (log-SNR −10), so that a prediction of the noise says something about x at t = 1 too; what is left of
x there is far below what a network sees.

| objective      | the network predicts | x                | n            |                              |
|----------------|----------------------|------------------|--------------|------------------------------|
| eps            | ε = n                | (z − σ ε) / α    | ε            | Ho et al. 2020, eq. 9, 14    |
| v              | v = α n − σ x        | α z − σ v        | σ z + α v    | Salimans & Ho 2022, app. D   |
| rectified_flow | u = n − x            | z − t u          | z + (1−t) u  | Liu et al. 2022, eq. 1       |

v and u are dz/ds, the velocity on the clock of their schedules: that is why one probability-flow ODE,
dz/ds = velocity, serves them all.

Legend: latents (B, C, H, W); t is a float, or a tensor (B,) with a time for each item.
"""

from __future__ import annotations

import math
from typing import overload

import torch
from torch import Tensor

from muze_ldm.diffusion.config import DiffusionConfig

BETA_0, BETA_1 = 0.1, 20.0
_PHI_MAX = math.atan(math.exp(5.0))
_T_MIN = 1e-4
"""Training times keep this far from 0, where a prediction says nothing about the data."""


class Process:
    """How latents become noise, and what is asked of the network; see the module's tables.

    Args:
        config: objective, schedule, weighting and density of the training times.
    """

    def __init__(self, config: DiffusionConfig | None = None) -> None:
        self.config = config or DiffusionConfig()
        self.objective, self.schedule = self.config.objective, self.config.path

    @overload
    def at(self, t: float) -> tuple[float, float]: ...
    @overload
    def at(self, t: Tensor) -> tuple[Tensor, Tensor]: ...
    def at(self, t: float | Tensor) -> tuple[float | Tensor, float | Tensor]:
        """Return α and σ at t."""
        if isinstance(t, Tensor):
            return self._path(t)
        alpha, sigma = self._path(torch.tensor(t, dtype=torch.float64, device="cpu"))
        return alpha.item(), sigma.item()

    @overload
    def alpha(self, t: float) -> float: ...
    @overload
    def alpha(self, t: Tensor) -> Tensor: ...
    def alpha(self, t: float | Tensor) -> float | Tensor:
        """Return α(t), the share of the data."""
        return self.at(t)[0]

    @overload
    def sigma(self, t: float) -> float: ...
    @overload
    def sigma(self, t: Tensor) -> Tensor: ...
    def sigma(self, t: float | Tensor) -> float | Tensor:
        """Return σ(t), the share of the noise."""
        return self.at(t)[1]

    def half_log_snr(self, t: float) -> float:
        """Return λ(t) = log α/σ: from −∞ (or about −5) at t = 1 to ∞ at t = 0."""
        alpha, sigma = self.at(t)
        if sigma == 0.0:
            return math.inf
        return math.log(alpha / sigma) if alpha > 0.0 else -math.inf

    def clock(self, t: float) -> float:
        """Return s(t), the variable in which the path is smooth from end to end."""
        if self.schedule == "straight":
            return t
        alpha, sigma = self.at(t)
        return math.atan2(sigma, alpha)

    def time_at(self, clock: float) -> float:
        """Return the time at which the clock says s: the inverse of `clock`."""
        if self.schedule == "straight":
            return clock
        if self.schedule == "cosine":
            return clock / _PHI_MAX
        # −¼ t² (β₁ − β₀) − ½ t β₀ = log α, solved for t without a difference of near numbers
        half, log_alpha = 0.5 * BETA_0, math.log(math.cos(clock))
        return -2.0 * log_alpha / (half + math.sqrt(half**2 - (BETA_1 - BETA_0) * log_alpha))

    def add_noise(self, x0: Tensor, noise: Tensor, t: float | Tensor) -> Tensor:
        """Return z_t = α(t) x + σ(t) n; exactly x where t = 0."""
        alpha, sigma = self._coefficients(t, x0)
        return alpha * x0 + sigma * noise

    def target(self, x0: Tensor, noise: Tensor, t: float | Tensor) -> Tensor:
        """Return what the network is to predict."""
        if self.objective == "eps":
            return noise
        if self.objective == "rectified_flow":
            return noise - x0
        alpha, sigma = self._coefficients(t, x0)
        return alpha * noise - sigma * x0

    def to_x0(self, z: Tensor, prediction: Tensor, t: float | Tensor) -> Tensor:
        """Return the data that a prediction stands for."""
        alpha, sigma = self._coefficients(t, z)
        if self.objective == "eps":
            return (z - sigma * prediction) / alpha
        if self.objective == "rectified_flow":
            return z - sigma * prediction
        return alpha * z - sigma * prediction

    def to_eps(self, z: Tensor, prediction: Tensor, t: float | Tensor) -> Tensor:
        """Return the noise that a prediction stands for."""
        if self.objective == "eps":
            return prediction
        alpha, sigma = self._coefficients(t, z)
        if self.objective == "rectified_flow":
            return z + alpha * prediction
        return sigma * z + alpha * prediction

    def from_x0(self, z: Tensor, x0: Tensor, t: float | Tensor) -> Tensor:
        """Return the prediction that stands for some data; t is above 0."""
        alpha, sigma = self._coefficients(t, z)
        if self.objective == "eps":
            return (z - alpha * x0) / sigma
        if self.objective == "rectified_flow":
            return (z - x0) / sigma
        return (alpha * z - x0) / sigma

    def velocity(self, z: Tensor, prediction: Tensor, t: float | Tensor) -> Tensor:
        """Return dz/ds, of the probability-flow ODE on the clock s."""
        if self.objective != "eps":
            return prediction
        alpha, sigma = self._coefficients(t, z)
        return (prediction - sigma * z) / alpha  # α ε − σ x with x = (z − σ ε) / α and α² + σ² = 1

    def loss_weight(self, t: Tensor) -> Tensor:
        """Return the weights (B,) of the squared errors of predictions at t (B,).

        The weightings are defined for errors of x. With SNR = α²/σ² and an error of x that is σ/α (eps) or σ
        (v, rectified_flow) times that of the prediction, each becomes:

        | weighting     | of the error of x     | · σ²              |                                     |
        |---------------|-----------------------|-------------------|-------------------------------------|
        | none          |                       |                   | 1 for the prediction, whatever it is |
        | snr           | SNR                   | α²                | as eps without weighting            |
        | min_snr       | min(SNR, γ)           | min(α², γσ²)      | Hang et al. 2023                    |
        | soft_min_snr  | γ SNR / (SNR + γ)     | γα²σ² / (α²+γσ²)  | Crowson et al. 2024                 |
        | truncated_snr | max(SNR, 1)           | max(α², σ²)       | Salimans & Ho 2022, section 4       |

        and for eps the middle column is divided by α² besides.
        """
        name, gamma = self.config.weighting, self.config.gamma
        if name == "none":
            return torch.ones_like(t)
        alpha, sigma = self.at(t)
        signal, noise = alpha.square(), sigma.square()
        if name == "snr":
            weight = signal
        elif name == "min_snr":
            weight = torch.minimum(signal, gamma * noise)
        elif name == "soft_min_snr":
            weight = gamma * signal * noise / (signal + gamma * noise)
        else:
            weight = torch.maximum(signal, noise)
        return weight / signal if self.objective == "eps" else weight

    def draw_times(self, n: int, generator: torch.Generator) -> Tensor:
        """Return n training times (n,) float32 on the generator's device.

        Each by itself has the configured density; together they are spread evenly over it (Kingma et al. 2021,
        appendix I.1), so that the loss of a batch varies less.
        """
        device = generator.device
        first = torch.rand((), generator=generator, device=device)
        u = (first + torch.arange(n, device=device) / n) % 1.0
        if self.config.time_density == "logit_normal":  # Esser et al. 2024, eq. 19
            normal = math.sqrt(2.0) * torch.erfinv(2.0 * u - 1.0)
            u = torch.sigmoid(self.config.time_mean + self.config.time_std * normal)
        return u.clamp(_T_MIN, 1.0)

    def _path(self, t: Tensor) -> tuple[Tensor, Tensor]:
        if self.schedule == "straight":
            return 1.0 - t, t
        if self.schedule == "cosine":
            return torch.cos(_PHI_MAX * t), torch.sin(_PHI_MAX * t)
        log_alpha = -0.25 * t.square() * (BETA_1 - BETA_0) - 0.5 * t * BETA_0
        return log_alpha.exp(), (-torch.expm1(2.0 * log_alpha)).sqrt()

    def _coefficients(self, t: float | Tensor, like: Tensor) -> tuple[float | Tensor, float | Tensor]:
        """Return α and σ in a shape that multiplies latents."""
        if isinstance(t, Tensor):
            return self._path(t.view(-1, *(1,) * (like.ndim - 1)))
        return self.at(t)
