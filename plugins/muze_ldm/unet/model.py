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
from muze_ldm.conditioning.voice import Voice, VoiceStreamAttention
from muze_ldm.layers import Downsample, TimeEmbedding, Upsample, convolution, halving, map_norm, remembered, zeroed
from muze_ldm.unet.blocks import SpatialTransformer, Stage

if TYPE_CHECKING:
    from muze_ldm.conditioning.keys import Conditions
    from muze_ldm.unet.config import UNetConfig


class Level(nn.Module):
    """What happens at one resolution on the way down or up, or in the middle.

    Args:
        config: of the UNet.
        inputs: channels that each stage takes.
        outputs: channels that each stage returns.
        height: H at this level.
        attention: whether there are spatial transformers.
    """

    def __init__(
        self, config: UNetConfig, inputs: list[int], outputs: int, *, height: int, attention: bool
    ) -> None:
        super().__init__()
        flat = config.latent_height == 1
        self.use_checkpoint = config.use_checkpoint
        self.stages = nn.ModuleList(
            Stage(
                channels,
                outputs,
                config.embedding_width,
                SpatialTransformer(
                    outputs,
                    config.num_heads,
                    config.context_dim,
                    depth=config.transformer_depth,
                    flat=flat,
                    dropout=config.dropout,
                )
                if attention
                else None,
                height=height,
                flat=flat,
                dropout=config.dropout,
            )
            for channels in inputs
        )
        self.voice = (
            VoiceStreamAttention(
                outputs, config.voice_width, heads=config.num_heads, tokens=config.voice_tokens
            )
            if config.use_voice_stream
            else None
        )
        self.resample: nn.Module = nn.Identity()

    def stage(self, number: int, x: Tensor, embedding: Tensor, encoded: Encoded) -> Tensor:
        """Return what one of the stages makes of a map."""
        mixed: Tensor = remembered(
            self.stages[number], x, embedding, encoded.context, encoded.context_mask, again=self.use_checkpoint
        )
        return mixed

    def hear(self, x: Tensor, voice: Voice | None) -> Tensor:
        """Return a map with what it takes from the voice."""
        return x if self.voice is None else self.voice(x, voice)


class UNetV2(nn.Module):
    """See the module's drawing; a `muze_ldm.backbone.Denoiser`."""

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.config = config
        base = config.model_channels
        embedding = config.embedding_width
        self.conditioner = Conditioner(config)
        self.time = TimeEmbedding(base, embedding)
        self.section = nn.Linear(config.vector_dim, embedding)

        self.enter = convolution(config.latent_channels, base, height=config.latent_height)
        # To concatenate features and convolve is to convolve each and add: cheap where rows are all alike.
        beside = self.conditioner.frame_channels
        self.enter_frames = convolution(beside, base, height=1) if beside else None

        widths = [base * factor for factor in config.channel_mult]
        last = len(widths) - 1
        heights = [config.latent_height]
        for _ in range(last):
            heights.append(heights[-1] // halving(heights[-1]))
        listed = [2**level in config.attention_resolutions for level in range(last + 1)]

        channels, skips = base, [base]
        self.down = nn.ModuleList()
        for level, width in enumerate(widths):
            inputs = [channels] + [width] * (config.num_res_blocks - 1)
            down = Level(config, inputs, width, height=heights[level], attention=listed[level])
            skips += [width] * config.num_res_blocks
            if level < last:
                down.resample = Downsample(width, height=heights[level])
                skips.append(width)
            self.down.append(down)
            channels = width

        self.middle = Level(config, [channels], channels, height=heights[-1], attention=True)
        self.middle_out = Stage(
            channels,
            channels,
            embedding,
            None,
            height=heights[-1],
            flat=config.latent_height == 1,
            dropout=config.dropout,
        )

        self.up = nn.ModuleList()
        for level, width in reversed(list(enumerate(widths))):
            inputs = []
            for _ in range(config.num_res_blocks + 1):
                inputs.append(channels + skips.pop())
                channels = width
            up = Level(config, inputs, width, height=heights[level], attention=listed[level])
            if level:
                up.resample = Upsample(width, height=heights[level - 1])
            self.up.append(up)

        self.norm = map_norm(channels, flat=config.latent_height == 1)
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
            for number in range(len(level.stages)):
                x = level.stage(number, x, embedding, encoded)
                skips.append(x)
            x = level.hear(x, encoded.voice)
            if not isinstance(level.resample, nn.Identity):
                x = level.resample(x)
                skips.append(x)
        x = self.middle.hear(self.middle.stage(0, x, embedding, encoded), encoded.voice)
        x = self.middle_out(x, embedding, encoded.context, encoded.context_mask)
        for level in self.up:
            for number in range(len(level.stages)):
                x = level.stage(number, torch.cat([x, skips.pop()], dim=1), embedding, encoded)
            x = level.resample(level.hear(x, encoded.voice))
        left: Tensor = self.leave(functional.silu(self.norm(x)))
        return left

    def _entered(self, z: Tensor, encoded: Encoded) -> Tensor:
        if self.config.latent_height == 1:
            z = z.contiguous(memory_format=torch.channels_last)
        x: Tensor = self.enter(z)
        if self.enter_frames is not None and encoded.frames is not None:
            x = x + self.enter_frames(encoded.frames[:, :, None])  # the same for every row
        return x
