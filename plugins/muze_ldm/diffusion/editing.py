"""Keeping a part of what is there, and starting from something that is.

keep(…)      a part stays: in-painting, going on, doing one section anew
restart(…)   all of it changes, the more the higher t is: init audio
"""

from __future__ import annotations

import torch
from torch import Tensor

from muze_ldm.diffusion.calls import Constrain
from muze_ldm.diffusion.process import Process


def keep(process: Process, known: Tensor, mask: Tensor, noise: Tensor) -> Constrain:
    """Return a `Constrain` under which a part comes out exactly as it was.

    After every step the known part is replaced by what it is at that time, known latents with their noise (Song et
    al. 2021, "Score-Based Generative Modeling through SDEs", appendix I.2; Lugmayr et al. 2022, "RePaint", eq. 8),
    so that the rest is drawn to fit it. At t = 0 that is the known part itself, bit by bit.

    Args:
        process: how latents become noise.
        known: (B, C, H, W) latents; what they are outside the mask does not matter, if it is finite.
        mask: what stays, of a shape that broadcasts to that of the latents: bool, or 0…1 with shares between at
            the border.
        noise: (B, C, H, W) the noise of the known part; that which sampling starts from keeps it on one path.
    """
    shares = mask.to(known.dtype)
    if not bool(((shares >= 0.0) & (shares <= 1.0)).all()):
        raise ValueError(
            f"a mask of what is kept must be 0…1, and it is {shares.min().item():g}…{shares.max().item():g}"
        )

    def constrain(z: Tensor, t: float) -> Tensor:
        # `lerp` gives its ends exactly.
        return torch.lerp(z, process.add_noise(known, noise, t), shares)

    return constrain


def restart(process: Process, x0: Tensor, noise: Tensor, *, strength: float) -> Tensor:
    """Return where sampling starts that changes x0 by a share: its latents at t = strength.

    Args:
        process: how latents become noise.
        x0: (B, C, H, W) latents.
        noise: (B, C, H, W).
        strength: above 0, at most 1; the first of the times, `times(steps, start=strength)`.

    Reference: Meng et al. 2022, "SDEdit", algorithm 1.
    """
    if not 0.0 < strength <= 1.0:
        raise ValueError(f"the strength must be above 0, at most 1, and it is {strength:g}")
    return process.add_noise(x0, noise, strength)
