"""The latent transformer: a plain transformer over latent frames, modulated by time and conditions.

    z, control, pitch ─▶ linear, added ─▶ block ─▶ … ─▶ block ─▶ norm, linear ─▶ prediction
    time + section vector ───────────────▶ scale, shift and gate of every block
    text, voice ─────────────────────────▶ attention of some blocks

Adaptive norms begin as zero, so that each block begins as its short cut (Peebles and Xie 2023, adaLN-zero);
positions are rotary (Su et al. 2021), so that any length works. Latents of height H are folded: C·H channels.

Legend: B items, C latent channels, H height, W frames, D width, E width of the embedding, h heads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from muze_ldm.backbone import check_latents
from muze_ldm.conditioning.conditioner import Conditioner, Encoded
from muze_ldm.conditioning.voice import VoiceStreamAttention
from muze_ldm.layers import (
    CrossAttention,
    SelfAttention,
    TimeEmbedding,
    remembered,
    rotary_angles,
    zeroed,
)

if TYPE_CHECKING:
    from muze_ldm.conditioning.keys import Conditions
    from muze_ldm.transformer.config import TransformerConfig

TIME_FEATURES = 256
"""Cosines and sines of the time."""


class Block(nn.Module):
    """Self-attention, attention to text and voice, and a feed-forward layer, (B, W, D) → (B, W, D).

    Args:
        config: of the transformer.
        text: whether it attends to the text.
        voice: whether it attends to the voice.
    """

    def __init__(self, config: TransformerConfig, *, text: bool, voice: bool) -> None:
        super().__init__()
        width = config.model_width
        self.modulate = zeroed(nn.Linear(config.embedding_width, 6 * width))
        self.norm_self = nn.LayerNorm(width, elementwise_affine=False)
        self.attend_self = SelfAttention(width, config.heads)
        self.norm_text = nn.LayerNorm(width) if text else nn.Identity()
        self.attend_text = (
            CrossAttention(width, config.context_dim, config.text_heads, inner=config.text_width)
            if text
            else None
        )
        if self.attend_text is not None:
            zeroed(self.attend_text.out)
        self.voice = (
            VoiceStreamAttention(width, config.voice_width, heads=config.heads, tokens=config.voice_tokens)
            if voice
            else None
        )
        self.norm_forward = nn.LayerNorm(width, elementwise_affine=False)
        self.forward_layers = nn.Sequential(
            nn.Linear(width, config.forward_factor * width),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.forward_factor * width, width),
        )

    def forward(self, x: Tensor, embedding: Tensor, angles: Tensor, encoded: Encoded) -> Tensor:
        """Return what the frames are after this block.

        Args:
            x: (B, W, D).
            embedding: (B, E) of time and conditions, to which SiLU has been applied.
            angles: (W, D/h/2) of the frames' positions.
            encoded: text and voice.
        """
        shift, scale, gate, shift_forward, scale_forward, gate_forward = self.modulate(embedding)[
            :, None
        ].chunk(6, dim=-1)  # each (B, 1, D)
        entered = torch.addcmul(shift, self.norm_self(x), 1.0 + scale)
        x = torch.addcmul(x, gate, self.attend_self(entered, angles))
        if self.attend_text is not None:
            x = x + self.attend_text(self.norm_text(x), encoded.context, encoded.context_mask)
        if self.voice is not None:
            x = self.voice(x, encoded.voice)
        entered = torch.addcmul(shift_forward, self.norm_forward(x), 1.0 + scale_forward)
        return torch.addcmul(x, gate_forward, self.forward_layers(entered))


class LatentTransformer(nn.Module):
    """See the module's drawing; a `muze_ldm.backbone.Denoiser`."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        width, folded = config.model_width, config.latent_channels * config.latent_height
        self.conditioner = Conditioner(config)
        self.time = TimeEmbedding(TIME_FEATURES, config.embedding_width)
        self.section = nn.Linear(config.vector_dim, config.embedding_width)
        self.enter = nn.Linear(folded, width)
        beside = self.conditioner.frame_channels
        self.enter_frames = nn.Linear(beside, width) if beside else None
        self.blocks = nn.ModuleList(
            Block(
                config,
                text=number % config.text_every == 0,
                voice=config.use_voice_stream and number % config.voice_every == 0,
            )
            for number in range(config.layers)
        )
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.modulate = zeroed(nn.Linear(config.embedding_width, 2 * width))
        self.leave = zeroed(nn.Linear(width, folded))

    def forward(self, z: Tensor, t: Tensor, conditions: Conditions) -> tuple[Tensor, Tensor | None]:
        """Return the prediction, (B, C, H, W), and the durations of phonemes, (B, phonemes) or None.

        Args:
            z: (B, C, H, W) noisy latents.
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
        batch, channels, height, frames = z.shape
        embedding = functional.silu(self.time(t) + self.section(encoded.vector))
        x = self.enter(z.flatten(1, 2).transpose(1, 2))  # (B, W, D)
        if self.enter_frames is not None and encoded.frames is not None:
            x = x + self.enter_frames(encoded.frames.transpose(1, 2))
        angles = rotary_angles(frames, self.config.model_width // self.config.heads, device=z.device)
        for block in self.blocks:
            x = remembered(block, x, embedding, angles, encoded, again=self.config.use_checkpoint)
        shift, scale = self.modulate(embedding)[:, None].chunk(2, dim=-1)
        left: Tensor = self.leave(torch.addcmul(shift, self.norm(x), 1.0 + scale))  # (B, W, C·H)
        return left.transpose(1, 2).reshape(batch, channels, height, frames)
