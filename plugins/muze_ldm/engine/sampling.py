"""Noise to latents: all windows of a song at every step, under its conditions.

Shapes: C latent channels, H latent height, W latent frames, n windows of L frames.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from muze_ldm.diffusion.calls import Conditions, chunked, predictor, unconstrained
from muze_ldm.diffusion.config import Guidance
from muze_ldm.diffusion.guidance import guided
from muze_ldm.diffusion.process import Process
from muze_ldm.diffusion.samplers import find_sampler
from muze_ldm.diffusion.times import times
from muze_ldm.diffusion.windows import Windows, windowed
from muze_ldm.engine.known import Known
from muzecli.seeds import item_seed

if TYPE_CHECKING:
    from muze_ldm.backbone import Denoiser

_FRAMES_AT_ONCE = {"cpu": 2_048, "cuda": 48_000, "mps": 12_000}
"""Latent frames that the network sees at once, which is what its memory grows with."""

Precision = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Sampling:
    """How latents are drawn.

    Attributes:
        sampler: its name.
        steps: of it.
        eta: of "ddim".
        guidance: by text and score.
        seed: decides the noise.
        device: a PyTorch name.
        precision: makes the context that the network runs in, such as autocast.
    """

    sampler: str
    steps: int
    eta: float
    guidance: Guidance
    seed: int
    device: str
    precision: Precision


def sample_latents(
    network: Denoiser,
    process: Process,
    windows: Windows,
    conditions: Conditions,
    sampling: Sampling,
    *,
    negative: Conditions | None,
    known: Known | None,
    on_step: Callable[[int], None],
) -> Tensor:
    """Return normalised latents (1, C, H, W).

    Args:
        network: the denoiser.
        process: its objective and schedule.
        windows: where windows lie on the W frames.
        conditions: of the n windows, in order.
        sampling: how.
        negative: text conditions of one item of what it should not sound like.
        known: audio that is there already.
        on_step: called after every step with the number of steps done.
    """
    config = network.config
    shape = (1, config.latent_channels, config.latent_height, windows.total)
    # Drawn on the CPU, so that a seed means the same on every device.
    noise = torch.randn(shape, generator=_generator(sampling.seed, "noise")).to(sampling.device)
    items = max(1, _FRAMES_AT_ONCE[torch.device(sampling.device).type] // windows.width)
    predict = chunked(predictor(network), items=items)
    model = windowed(
        guided(predict, conditions, sampling.guidance, process=process, negative=negative), windows
    )
    start = 1.0 if known is None else known.start
    z = noise if known is None else known.begin(process, noise)
    sampler = find_sampler(sampling.sampler, eta=sampling.eta)
    with sampling.precision():  # around all steps, since it remembers weights that it has converted
        return sampler.sample(
            model,
            process,
            z,
            times(sampling.steps, start=start),
            eta=sampling.eta,
            generator=_generator(sampling.seed, "steps"),
            constrain=unconstrained if known is None else known.constrain(process, noise),
            on_step=on_step,
        )


def _generator(seed: int, item: str) -> torch.Generator:
    return torch.Generator().manual_seed(item_seed(seed, item))


def bf16_is_quick(device: str) -> bool:
    """Return whether a device multiplies bfloat16 natively, which takes half the time or less."""
    kind = torch.device(device).type
    if kind == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if kind == "cpu":
        asked = (
            "_is_avx512_bf16_supported",
            "_is_amx_tile_supported",
        )  # not public, and not in every version
        return any(getattr(torch.cpu, name, lambda: False)() for name in asked)
    return False


def precision_of(name: str, device: str) -> Precision:
    """Return what makes the context of a precision: "fp32", "bf16", or "auto" for what is quicker."""
    half = bf16_is_quick(device) if name == "auto" else name == "bf16"
    kind = torch.device(device).type
    return lambda: torch.autocast(kind, torch.bfloat16, enabled=half)
