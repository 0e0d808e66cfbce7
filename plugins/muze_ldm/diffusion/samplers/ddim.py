"""DDIM: back to the data that the prediction stands for, forth to the next time with the noise it stands for.

Song, Meng and Ermon 2021, "Denoising Diffusion Implicit Models", eq. 12 and 16: with σ²_ts = σ²_t − (α_t/α_s)² σ²_s,

    z_s = α_s x̂ + √(σ²_s − ς²) n̂ + ς ε,   ς = η σ_ts σ_s/σ_t,   ε ~ N(0, I).

η = 0 draws nothing; η = 1 is DDPM.
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
        prediction = model(z, t)
        x0, noise = process.to_x0(z, prediction, t), process.to_eps(z, prediction, t)
        forgotten = 1.0 - (alpha_t * sigma_s / (alpha_s * sigma_t)) ** 2  # σ²_ts/σ²_t
        fresh = eta * sigma_s * forgotten**0.5
        z = alpha_s * x0 + (sigma_s**2 - fresh**2) ** 0.5 * noise
        if fresh > 0.0:
            z = z + fresh * fresh_noise(z, generator)
        z = constrain(z, s)
        on_step(done)
    return z
