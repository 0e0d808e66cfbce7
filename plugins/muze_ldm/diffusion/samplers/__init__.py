"""Samplers: from noise to data with a model that predicts; each is one function in a module of its own.

All take the same arguments and work with every objective and schedule, since they are written in terms of what a
prediction says about the data x, the noise n, or the velocity of z:

    sample(model, process, z, times, *, eta=0.0, generator=None, constrain=…, on_step=…) -> x

Args of each:
    model: (z (B, C, H, W), t) → prediction (B, C, H, W) of the process's objective.
    process: the objective and the schedule.
    z: (B, C, H, W) latents at times[0]: noise at 1, else `process.add_noise(x, noise, times[0])`.
    times: falling, the last is 0; see `muze_ldm.diffusion.times.times`.
    eta: of ddim, 0…1: how much of the noise is drawn anew at every step; all others take 0.
    generator: where fresh noise comes from; needed by ddpm, and by ddim where eta is above 0.
    constrain: (z, t) → z, called with the first latents and after every step (see `editing`).
    on_step: called after every step with the number of steps done.

The last step goes to t = 0, where z is x, and no model is ever asked at t = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from muze_ldm.diffusion.calls import Constrain, Model, OnStep, unconstrained, unobserved
from muze_ldm.diffusion.process import Process
from muze_ldm.diffusion.samplers import ddim, ddpm, dpmpp_2m, euler, heun
from muzecli.errors import UsageError


class Sample(Protocol):
    """The function of a sampler; see the module's docstring."""

    def __call__(
        self,
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
        """Return x (B, C, H, W)."""
        ...


@dataclass(frozen=True)
class Sampler:
    """A sampler and what is to be known about it.

    Attributes:
        name: the word for `--sampler`.
        summary: one line for lists.
        sample: the function.
        calls: of the model for each step; the last step of any needs one.
        takes_eta: whether eta may be other than 0.
    """

    name: str
    summary: str
    sample: Sample
    calls: int = 1
    takes_eta: bool = False


SAMPLERS: dict[str, Sampler] = {
    sampler.name: sampler
    for sampler in (
        Sampler("ddpm", "ancestral: fresh noise at every step; for many steps", ddpm.sample),
        Sampler(
            "ddim", "first order, exact for constant predictions; eta draws fresh noise", ddim.sample, 1, True
        ),
        Sampler("dpmpp_2m", "second order from the step before, one call a step", dpmpp_2m.sample),
        Sampler("euler", "first order on the probability-flow ODE", euler.sample),
        Sampler("heun", "second order on the probability-flow ODE, two calls a step", heun.sample, 2),
    )
}


def find_sampler(name: str, *, eta: float = 0.0) -> Sampler:
    """Return a sampler by its name.

    Raises:
        UsageError: there is none of that name, or it does not take that eta.
    """
    if name not in SAMPLERS:
        raise UsageError(f"the sampler must be one of {', '.join(SAMPLERS)}, not '{name}'")
    sampler = SAMPLERS[name]
    if not 0.0 <= eta <= 1.0:
        raise UsageError(f"eta must be 0…1, and it is {eta:g}")
    if eta and not sampler.takes_eta:
        raise UsageError(
            f"eta must be 0 with the sampler {name}, and it is {eta:g}", hint="only ddim takes another"
        )
    return sampler
