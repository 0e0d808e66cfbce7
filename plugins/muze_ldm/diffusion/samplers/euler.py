"""Euler's method on the probability-flow ODE dz/ds = velocity, s being the process's clock.

Song et al. 2021, "Score-Based Generative Modeling through SDEs", eq. 13; for straight paths Liu et al. 2022,
"Flow Straight and Fast", section 2:

    z_s = z_t + (s(s) − s(t)) · velocity(z_t, t).

With rectified flow this is z + (s − t)(n̂ − x̂). First order.
"""

from __future__ import annotations

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
    for done, (t, s) in enumerate(pairwise(times), start=1):
        step = process.clock(s) - process.clock(t)
        z = z + step * process.velocity(z, model(z, t), t)
        z = constrain(z, s)
        on_step(done)
    return z
