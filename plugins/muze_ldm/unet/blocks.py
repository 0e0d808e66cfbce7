"""The blocks of UNet V2: what stands in each of its levels.

Legend: B items, C channels, H height, W width, N = H·W places, E width of the embedding of time and section,
L text tokens, T their width, h heads. A UNet is flat where its latents have height 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from muze_ldm.layers import CrossAttention, GatedForward, SelfAttention, convolution, map_norm, zeroed

if TYPE_CHECKING:
    from muze_ldm.conditioning.conditioner import Encoded
    from muze_ldm.unet.config import UNetConfig


class ResBlock(nn.Module):
    """Two convolutions beside a short cut; time and section scale and shift what is between them.

    The residual block of Dhariwal and Nichol 2021, with their adaptive norm (section 3).

    Args:
        config: of the UNet.
        inputs: C of what it takes.
        outputs: C of what it returns.
        height: H.
    """

    def __init__(self, config: UNetConfig, inputs: int, outputs: int, *, height: int) -> None:
        super().__init__()
        self.norm_in, self.norm_out = map_norm(inputs, flat=config.flat), map_norm(outputs, flat=config.flat)
        self.convolve_in = convolution(inputs, outputs, height=height)
        self.embed = nn.Linear(config.embedding_width, 2 * outputs)
        self.dropout = nn.Dropout(config.dropout)
        self.convolve_out = zeroed(convolution(outputs, outputs, height=height))
        self.short_cut = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """Return (B, outputs, H, W) of (B, inputs, H, W) and (B, E), to which SiLU has been applied."""
        y = self.convolve_in(functional.silu(self.norm_in(x)))
        scale, shift = self.embed(embedding)[:, :, None, None].chunk(2, dim=1)
        y = torch.addcmul(shift, self.norm_out(y), 1.0 + scale)
        y = self.convolve_out(self.dropout(functional.silu(y)))
        added: Tensor = self.short_cut(x) + y
        return added


class TransformerBlock(nn.Module):
    """Self-attention, attention to the text and a feed-forward layer, (B, N, C) → (B, N, C)."""

    def __init__(self, config: UNetConfig, channels: int) -> None:
        super().__init__()
        self.norm_self, self.norm_text = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.norm_forward = nn.LayerNorm(channels)
        self.attend_self = SelfAttention(channels, config.num_heads)
        self.attend_text = CrossAttention(channels, config.context_dim, config.num_heads)
        self.forward_layers = GatedForward(channels, dropout=config.dropout)

    def forward(self, x: Tensor, context: Tensor, mask: Tensor | None) -> Tensor:
        """Return x with what each place gathers; context (B, L, T), mask (B, L) of the tokens that count."""
        x = x + self.attend_self(self.norm_self(x))
        x = x + self.attend_text(self.norm_text(x), context, mask)
        result: Tensor = x + self.forward_layers(self.norm_forward(x))
        return result


class SpatialTransformer(nn.Module):
    """Transformer blocks over all places of a map, beside a short cut (Rombach et al. 2022, appendix E).

    Args:
        config: of the UNet.
        channels: C, a multiple of its heads.
    """

    def __init__(self, config: UNetConfig, channels: int) -> None:
        super().__init__()
        self.norm = map_norm(channels, flat=config.flat)
        self.enter = nn.Linear(channels, channels)
        self.blocks = nn.ModuleList(
            TransformerBlock(config, channels) for _ in range(config.transformer_depth)
        )
        self.leave = zeroed(nn.Linear(channels, channels))

    def forward(self, x: Tensor, context: Tensor, mask: Tensor | None) -> Tensor:
        """Return (B, C, H, W); see `TransformerBlock`."""
        batch, channels, height, width = x.shape
        # Without a copy where channels come last in memory, as they do in flat maps.
        places = self.enter(self.norm(x).permute(0, 2, 3, 1).reshape(batch, height * width, channels))
        for block in self.blocks:
            places = block(places, context, mask)
        left = self.leave(places).view(batch, height, width, channels).permute(0, 3, 1, 2)
        added: Tensor = x + left
        return added


class Stage(nn.Module):
    """A residual block and, at levels with attention, a spatial transformer behind it.

    Args:
        config: of the UNet.
        inputs: C of what it takes.
        outputs: C of what it returns.
        height: H.
        attention: whether there is a transformer.
    """

    def __init__(
        self, config: UNetConfig, inputs: int, outputs: int, *, height: int, attention: bool
    ) -> None:
        super().__init__()
        self.residual = ResBlock(config, inputs, outputs, height=height)
        self.transformer = SpatialTransformer(config, outputs) if attention else None

    def forward(self, x: Tensor, embedding: Tensor, encoded: Encoded) -> Tensor:
        """Return (B, outputs, H, W) of (B, inputs, H, W), the embedding (B, E) and the text."""
        mixed: Tensor = self.residual(x, embedding)
        if self.transformer is None:
            return mixed
        result: Tensor = self.transformer(mixed, encoded.context, encoded.context_mask)
        return result
