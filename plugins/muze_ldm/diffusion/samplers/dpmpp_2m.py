"""DPM-Solver++(2M): the estimate of x is continued along a line through the last two, in λ = log α/σ.

Lu et al. 2022, "DPM-Solver++", algorithm 2: with h = λ_s − λ_t and h′ the same of the step before,

    D = x̂_t + h/(2h′) (x̂_t − x̂_before),   z_s = σ_s/σ_t z_t − α_s (e^−h − 1) D.

The first step has nothing before it, and the last goes to λ = ∞: there D = x̂_t, as the authors do. Where α is 0
at the start, h′ is infinite and the second step is like the first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor

from muze_ldm.diffusion.calls import Constrain, Model, OnStep, unconstrained, unobserved
from muze_ldm.diffusion.process import Process


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
    before: tuple[Tensor, float] | None = None  # x̂ and h of the step before
    for done, (t, s) in enumerate(pairwise(times), start=1):
        (alpha_t, sigma_t), (alpha_s, sigma_s) = process.at(t), process.at(s)
        h = process.half_log_snr(s) - process.half_log_snr(t)
        x0 = process.to_x0(z, model(z, t), t)
        estimate = x0
        if before is not None and math.isfinite(h):
            estimate = x0 + (h / (2.0 * before[1])) * (x0 - before[0])
        # α_s e^−h = α_t σ_s/σ_t, which is finite where h is not.
        z = (sigma_s / sigma_t) * z + (alpha_s - alpha_t * sigma_s / sigma_t) * estimate
        before = (x0, h)
        z = constrain(z, s)
        on_step(done)
    return z
