"""DDPM: ancestral sampling, each step a draw from the posterior q(z_s | z_t, x̂), s < t.

Ho et al. 2020, "Denoising Diffusion Probabilistic Models", eq. 7, in continuous time (Kingma et al. 2021,
"Variational Diffusion Models", appendix A): with α_ts = α_t/α_s and σ²_ts = σ²_t − α²_ts σ²_s,

    z_s ~ N( α_ts σ²_s/σ²_t z_t + α_s σ²_ts/σ²_t x̂,  σ²_ts σ²_s/σ²_t ).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor

from muze_ldm.diffusion.calls import Constrain, Model, OnStep, unconstrained, unobserved
from muze_ldm.diffusion.process import Process
from muze_ldm.diffusion.samplers.fresh import fresh_noise


@torch.no_grad()
def sample(
    model: Model,
    process: Process,
    z: Tensor,
    times: Sequence[float],
    *,
    eta: float = 0.0,
    generator: torch.Generator | None = None,
    constrain: Constrain = unconstrained,
    on_step: OnStep = unobserved,
) -> Tensor:
    """Return x; see `muze_ldm.diffusion.samplers`."""
    z = constrain(z, times[0])
    for done, (t, s) in enumerate(pairwise(times), start=1):
        (alpha_t, sigma_t), (alpha_s, sigma_s) = process.at(t), process.at(s)
        x0 = process.to_x0(z, model(z, t), t)
        alpha_ts = alpha_t / alpha_s
        forgotten = 1.0 - (alpha_ts * sigma_s / sigma_t) ** 2  # σ²_ts/σ²_t
        z = (alpha_ts * (sigma_s / sigma_t) ** 2) * z + (alpha_s * forgotten) * x0
        if sigma_s > 0.0:
            z = z + (sigma_s * forgotten**0.5) * fresh_noise(z, generator)
        z = constrain(z, s)
        on_step(done)
    return z
