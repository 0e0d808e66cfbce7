"""The blocks of UNet V2.

Legend: B items, C channels, H height, W width, N = H·W places, E width of the embedding of time and conditions,
L text tokens, T their width, h heads.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from muze_ldm.layers import CrossAttention, GatedForward, SelfAttention, convolution, map_norm, zeroed


class ResBlock(nn.Module):
    """Two convolutions beside a short cut; time and conditions scale and shift what is between them.

    The residual block of Dhariwal and Nichol 2021, with their adaptive norm (section 3).

    Args:
        inputs: C of what it takes.
        outputs: C of what it returns.
        embedding: E.
        height: H at its level.
        flat: whether the latents' height is 1.
        dropout: 0…1.
    """

    def __init__(
        self, inputs: int, outputs: int, embedding: int, *, height: int, flat: bool, dropout: float
    ) -> None:
        super().__init__()
        self.norm_in, self.norm_out = map_norm(inputs, flat=flat), map_norm(outputs, flat=flat)
        self.convolve_in = convolution(inputs, outputs, height=height)
        self.embed = nn.Linear(embedding, 2 * outputs)
        self.dropout = nn.Dropout(dropout)
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

    def __init__(self, channels: int, heads: int, context: int, *, dropout: float) -> None:
        super().__init__()
        self.norm_self, self.norm_text = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.norm_forward = nn.LayerNorm(channels)
        self.attend_self = SelfAttention(channels, heads)
        self.attend_text = CrossAttention(channels, context, heads)
        self.forward_layers = GatedForward(channels, dropout=dropout)

    def forward(self, x: Tensor, context: Tensor, mask: Tensor | None) -> Tensor:
        """Return x with what each place gathers; context (B, L, T) with its mask (B, L), None for all."""
        x = x + self.attend_self(self.norm_self(x))
        x = x + self.attend_text(self.norm_text(x), context, mask)
        result: Tensor = x + self.forward_layers(self.norm_forward(x))
        return result


class SpatialTransformer(nn.Module):
    """Transformer blocks over all places of a map, beside a short cut (Rombach et al. 2022, appendix E).

    Args:
        channels: C, a multiple of `heads`.
        heads: h.
        context: T.
        depth: blocks.
        flat: whether the latents' height is 1.
        dropout: 0…1.
    """

    def __init__(
        self, channels: int, heads: int, context: int, *, depth: int, flat: bool, dropout: float
    ) -> None:
        super().__init__()
        self.norm = map_norm(channels, flat=flat)
        self.enter = nn.Linear(channels, channels)
        self.blocks = nn.ModuleList(
            TransformerBlock(channels, heads, context, dropout=dropout) for _ in range(depth)
        )
        self.leave = zeroed(nn.Linear(channels, channels))

    def forward(self, x: Tensor, context: Tensor, mask: Tensor | None) -> Tensor:
        """Return (B, C, H, W)."""
        batch, channels, height, width = x.shape
        # Free of copies where channels come last in memory.
        places = self.enter(self.norm(x).permute(0, 2, 3, 1).reshape(batch, height * width, channels))
        for block in self.blocks:
            places = block(places, context, mask)
        left = self.leave(places).view(batch, height, width, channels).permute(0, 3, 1, 2)
        added: Tensor = x + left
        return added


class Stage(nn.Module):
    """A residual block and, at levels with attention, a spatial transformer behind it.

    Args:
        inputs: C of what it takes.
        outputs: C of what it returns.
        embedding: E.
        transformer: what is behind the residual block; None for nothing.
        height: H at its level.
        flat: whether the latents' height is 1.
        dropout: 0…1.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        embedding: int,
        transformer: SpatialTransformer | None,
        *,
        height: int,
        flat: bool,
        dropout: float,
    ) -> None:
        super().__init__()
        self.residual = ResBlock(inputs, outputs, embedding, height=height, flat=flat, dropout=dropout)
        self.transformer = transformer

    def forward(self, x: Tensor, embedding: Tensor, context: Tensor, mask: Tensor | None) -> Tensor:
        """Return (B, outputs, H, W); see `ResBlock` and `SpatialTransformer`."""
        mixed: Tensor = self.residual(x, embedding)
        return mixed if self.transformer is None else self.transformer(mixed, context, mask)
