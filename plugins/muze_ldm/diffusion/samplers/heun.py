"""Heun's method on the probability-flow ODE dz/ds = velocity, s being the process's clock.

Karras et al. 2022, "Elucidating the Design Space of Diffusion-Based Generative Models", algorithm 1: an Euler step,
then the same step again with the mean of the velocities at both ends. The last step is Euler's, since the model is
not asked at t = 0. Second order, two calls a step.
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
        velocity = process.velocity(z, model(z, t), t)
        if s > 0.0:
            ahead = z + step * velocity
            velocity = 0.5 * (velocity + process.velocity(ahead, model(ahead, s), s))
        z = z + step * velocity
        z = constrain(z, s)
        on_step(done)
    return z
