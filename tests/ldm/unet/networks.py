"""Small backbones, and every condition for any number of frames."""

from __future__ import annotations

from typing import Any

import torch
from tests.ldm.conditioning.batches import FRAMES
from tests.ldm.conditioning.batches import conditions as batch_of
from torch import Tensor, nn

from muze_ldm.transformer.config import TransformerConfig
from muze_ldm.transformer.model import LatentTransformer
from muze_ldm.unet.config import UNetConfig
from muze_ldm.unet.model import UNetV2
from muzecli.song.frames import CHANNELS

CHANNELS_IN = 4
COMMON: dict[str, Any] = dict(
    latent_channels=CHANNELS_IN,
    latent_height=1,
    context_dim=12,
    prompt_dim=10,
    vector_dim=16,
    width_share=0.125,
    genres=("house", "jazz", "lo_fi"),
    control_channels=CHANNELS,
    control_fold=2,
    control_width=8,
    voice_tokens=2,
)
UNET: dict[str, Any] = dict(
    model_channels=8, channel_mult=(1, 2, 3), num_res_blocks=1, attention_resolutions=(4, 2), num_heads=2
)
TRANSFORMER: dict[str, Any] = dict(
    model_width=16, layers=3, heads=2, embedding_width=12, text_width=8, voice_every=2
)
NAMES = ("unet", "transformer")
IN_TIME = ("f0_hz", "f0_coarse", "f0_voiced", "control")

Network = UNetV2 | LatentTransformer


def config(name: str, **values: Any) -> UNetConfig | TransformerConfig:
    """A small configuration."""
    if name == "unet":
        return UNetConfig(**{**COMMON, **UNET, **values})
    return TransformerConfig(**{**COMMON, **TRANSFORMER, **values})


def network(name: str, *, awake: bool = True, **values: Any) -> Network:
    """A small network; awake: what begins as zero is drawn, too, so that everything has an effect."""
    with torch.random.fork_rng():
        torch.manual_seed(5)
        chosen = config(name, **values)
        made: Network = UNetV2(chosen) if isinstance(chosen, UNetConfig) else LatentTransformer(chosen)
        if awake:
            wake(made)
    return made


def wake(module: nn.Module) -> None:
    """Draw the parameters that are zero."""
    for parameter in module.parameters():
        if not parameter.detach().any():
            nn.init.normal_(parameter, std=0.3)


def conditions(count: int, frames: int, seed: int = 0) -> dict[str, Tensor]:
    """Every condition of a batch of so many latent frames."""
    given = batch_of(count, seed, config("unet"))
    for key in IN_TIME:
        per_frame = given[key].shape[-1] // FRAMES
        again = -(-frames // FRAMES)
        given[key] = given[key].repeat(*[1] * (given[key].dim() - 1), again)[..., : frames * per_frame]
    return given


def latents(count: int, frames: int, *, height: int = 1, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Latents (B, C, H, W) and times (B,)."""
    draw = torch.Generator().manual_seed(seed)
    z = torch.randn(count, CHANNELS_IN, height, frames, generator=draw)
    return z, torch.rand(count, generator=draw)
