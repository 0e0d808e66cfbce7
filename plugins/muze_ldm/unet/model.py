"""UNet V2: the denoising network of convolutions, in two dimensions or, on latents of height 1, in one.

    z ─▶ conv ─▶ down 0 ─▶ down 1 ─▶ … ─▶ middle ─▶ … ─▶ up 1 ─▶ up 0 ─▶ norm, conv ─▶ prediction
          ▲         └────────┼── skips ────────────────────▲──────▲
    pitch, control           time + section vector, text and voice enter at every level

A level is: residual blocks, each with a spatial transformer behind it where the resolution is listed; attention to
the voice; half or twice the resolution. Ronneberger et al. 2015 for the shape, Dhariwal and Nichol 2021 for the
residual blocks, Rombach et al. 2022 for the transformers.

Legend: B items, C latent channels, H height, W width, E width of the embedding, h heads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from muze_ldm.backbone import check_latents
from muze_ldm.conditioning.conditioner import Conditioner, Encoded
from muze_ldm.layers import TimeEmbedding, convolution, halving, map_norm, zeroed
from muze_ldm.unet.levels import DownLevel, MiddleLevel, UpLevel

if TYPE_CHECKING:
    from muze_ldm.conditioning.keys import Conditions
    from muze_ldm.unet.config import UNetConfig


class UNetV2(nn.Module):
    """See the module's drawing; a `muze_ldm.backbone.Denoiser`."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.config = config
        base = config.model_channels
        self.conditioner = Conditioner(config)
        self.time = TimeEmbedding(base, config.embedding_width)
        self.section = nn.Linear(config.vector_dim, config.embedding_width)

        self.enter = convolution(config.latent_channels, base, height=config.latent_height)
        # To concatenate features and convolve is to convolve each and add: cheap where rows are all alike.
        beside = self.conditioner.frame_channels
        self.enter_frames = convolution(beside, base, height=1) if beside else None

        widths = [base * factor for factor in config.channel_mult]
        heights = level_heights(config.latent_height, len(widths))
        attention = [2**level in config.attention_resolutions for level in range(len(widths))]

        channels, skips = base, [base]
        self.down = nn.ModuleList()
        for level, (width, height) in enumerate(zip(widths, heights, strict=True)):
            last = level == len(widths) - 1
            self.down.append(
                DownLevel(config, channels, width, height=height, attention=attention[level], last=last)
            )
            channels = width
            skips += [width] * (config.num_res_blocks + (not last))

        self.middle = MiddleLevel(config, channels, height=heights[-1])

        self.up = nn.ModuleList()
        for level in reversed(range(len(widths))):
            inputs = []
            for _ in range(config.num_res_blocks + 1):
                inputs.append(channels + skips.pop())
                channels = widths[level]
            self.up.append(
                UpLevel(
                    config,
                    inputs,
                    channels,
                    height=heights[level],
                    attention=attention[level],
                    height_above=heights[level - 1] if level else None,
                )
            )

        self.norm = map_norm(channels, flat=config.flat)
        self.leave = zeroed(convolution(channels, config.latent_channels, height=config.latent_height))

    def forward(self, z: Tensor, t: Tensor, conditions: Conditions) -> tuple[Tensor, Tensor | None]:
        """Return the prediction, (B, C, H, W), and the durations of phonemes, (B, phonemes) or None.

        Args:
            z: (B, C, H, W) noisy latents, W a multiple of `config.width_multiple`.
            t: (B,) times in 0…1, 1 pure noise.
            conditions: any subset, see `muze_ldm.conditioning.keys`.

        Raises:
            ValueError: the latents have a shape that the network is not made for.
        """
        check_latents(z.shape, self.config)
        encoded = self.encode(conditions, z.shape[0], z.shape[3])
        return self.predict(z, t, encoded), encoded.durations

    def encode(self, conditions: Conditions, batch: int, frames: int) -> Encoded:
        """Return the conditions of B items of W frames, encoded for any number of calls of `predict`."""
        encoded: Encoded = self.conditioner(conditions, batch, frames)
        return encoded

    def predict(self, z: Tensor, t: Tensor, encoded: Encoded) -> Tensor:
        """Return the prediction, (B, C, H, W), from latents, times (B,) and encoded conditions."""
        embedding = functional.silu(self.time(t) + self.section(encoded.vector))
        x = self._entered(z, encoded)
        skips = [x]
        for level in self.down:
            x, skipping = level(x, embedding, encoded)
            skips += skipping
        x = self.middle(x, embedding, encoded)
        for level in self.up:
            x = level(x, skips, embedding, encoded)
        left: Tensor = self.leave(functional.silu(self.norm(x)))
        return left

    def _entered(self, z: Tensor, encoded: Encoded) -> Tensor:
        if self.config.flat:
            # The layout in which flat convolutions, norms and transformers need no copies of each other's maps.
            z = z.contiguous(memory_format=torch.channels_last)
        x: Tensor = self.enter(z)
        if self.enter_frames is not None and encoded.frames is not None:
            x = x + self.enter_frames(encoded.frames[:, :, None])  # the same for every row
        return x


def level_heights(height: int, levels: int) -> list[int]:
    """Return H of each level: halved from one to the next as long as it is even."""
    heights = [height]
    for _ in range(levels - 1):
        heights.append(heights[-1] // halving(heights[-1]))
    return heights
