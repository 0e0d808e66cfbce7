"""Small layers that the networks of this plugin share.

Legend: B items, C channels, H height, W width, N queries, M keys, D width of a sequence's elements, h heads.
Maps are (B, C, H, W), sequences (B, N, D). A 1-D map is one of H = 1: its convolutions have kernel (1, 3).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

# Attention weights (B, h, N, M) up to so many are written out on a CPU, see `attend`.
_WRITTEN_OUT = 2**25

M = TypeVar("M", bound=nn.Module)


def zeroed(module: M) -> M:
    """Set a layer's parameters to zero, so that what it adds begins as nothing; return it."""
    for parameter in module.parameters():
        nn.init.zeros_(parameter)
    return module


def remembered(function: Callable[..., Any], *inputs: Any, again: bool) -> Any:
    """Call a function of tensors; with `again` its inner results are computed again in the backward pass.

    Gradient checkpointing: memory for about a third more time. Gradients are the same, dropout included.
    """
    if again and torch.is_grad_enabled():
        return checkpoint(function, *inputs, use_reentrant=False)
    return function(*inputs)


def time_features(t: Tensor, width: int, *, slowest: float = 10_000.0) -> Tensor:
    """Return cosines and sines of a diffusion time, (B, width), as in Vaswani et al. 2017, section 3.5.

    Args:
        t: (B,) in 0…1; it counts as 0…1000, as the original's steps did.
        width: even.
        slowest: ratio of the fastest to the slowest frequency.
    """
    half = width // 2
    frequencies = torch.exp(-math.log(slowest) * torch.arange(half, device=t.device) / half)
    angles = 1000.0 * t.float()[:, None] * frequencies
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


class TimeEmbedding(nn.Module):
    """An embedding of the diffusion time, (B,) → (B, width)."""

    def __init__(self, features: int, width: int) -> None:
        super().__init__()
        self.features = features
        self.layers = nn.Sequential(nn.Linear(features, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, t: Tensor) -> Tensor:
        """Return the embedding of times 0…1."""
        embedded: Tensor = self.layers(time_features(t, self.features))
        return embedded


# ---- maps ----


def convolution(inputs: int, outputs: int, *, height: int, stride: tuple[int, int] = (1, 1)) -> nn.Conv2d:
    """Return a 3×3 convolution that keeps the size, or a 1×3 one where the map's height is 1.

    Rows of padding would be two thirds of the work of a 3×3 kernel on a single row.
    """
    rows = 1 if height == 1 else 3
    return nn.Conv2d(inputs, outputs, (rows, 3), stride, padding=(rows // 2, 1))


def norm_groups(channels: int, *, most: int = 32) -> int:
    """Return into how many groups to norm so many channels: the largest divisor up to `most`."""
    return max(groups for groups in range(1, min(most, channels) + 1) if channels % groups == 0)


class FrameNorm(nn.LayerNorm):
    """Norm over the channels of each place of a map, (B, C, H, W).

    Where channels lie side by side in memory it is one pass over them.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return the normed map."""
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def map_norm(channels: int, *, flat: bool) -> nn.Module:
    """Return a norm over groups of at most 32 for 2-D maps, over each frame's channels for flat ones (H = 1).

    Both have the same parameters. A frame's norm does not depend on frames far away, and in the layout that suits
    flat maps, channels last, it takes half the time of the other.
    """
    return FrameNorm(channels) if flat else nn.GroupNorm(norm_groups(channels), channels)


class Downsample(nn.Module):
    """Halve the width, and the height where it is even, by a strided convolution.

    Attributes:
        height: of what it returns.
    """

    def __init__(self, channels: int, *, height: int) -> None:
        super().__init__()
        rows = halving(height)
        self.height = height // rows
        self.convolve = convolution(channels, channels, height=height, stride=(rows, 2))

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, C, H/2, W/2), or (B, C, H, W/2) of an odd height."""
        halved: Tensor = self.convolve(x)
        return halved


class Upsample(nn.Module):
    """Undo a `Downsample`: repeat columns, and rows where those were halved, and convolve."""

    def __init__(self, channels: int, *, height: int) -> None:
        super().__init__()
        self.rows = halving(height)
        self.convolve = convolution(channels, channels, height=height)

    def forward(self, x: Tensor) -> Tensor:
        """Return a map of twice the width, and of the height it was made for."""
        doubled: Tensor = self.convolve(functional.interpolate(x, scale_factor=(float(self.rows), 2.0)))
        return doubled


def halving(height: int) -> int:
    """Return by what a height is divided on the way down: 2, or 1 where it is odd."""
    return 2 if height % 2 == 0 else 1


# ---- sequences ----


def attend(query: Tensor, key: Tensor, value: Tensor, *, mask: Tensor | None = None) -> Tensor:
    """Return what each query gathers: softmax(q·kᵀ/√d)·v.

    Args:
        query: (B, h, N, d).
        key: (B, h, M, d).
        value: (B, h, M, d).
        mask: broadcastable to (B, h, N, M), True where a key may be seen; each query must see one at least.

    Returns:
        (B, N, h·d)
    """
    batch, heads, length, size = query.shape
    if query.device.type == "cpu" and batch * heads * length * key.shape[2] <= _WRITTEN_OUT:
        # The fused kernel of the CPU reaches a third of what its matrix products do; on short sequences written
        # out products take less than half its time, forward and backward (bf16, AVX-512).
        logits = (query * size**-0.5) @ key.transpose(-1, -2)
        if mask is not None:
            logits = logits.masked_fill(~mask, -torch.inf)
        gathered = torch.softmax(logits, dim=-1).to(value.dtype) @ value
    else:
        gathered = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    return gathered.transpose(1, 2).reshape(batch, length, heads * size)


def rotary_angles(length: int, size: int, *, device: torch.device, slowest: float = 10_000.0) -> Tensor:
    """Return unit complex numbers (N, d/2) that turn pairs of features by their position (Su et al. 2021, eq. 34).

    Args:
        length: N positions.
        size: d, even.
        device: where.
        slowest: ratio of the fastest to the slowest turn.
    """
    frequencies = slowest ** (-torch.arange(0, size, 2, device=device) / size)
    angles = torch.arange(length, device=device)[:, None] * frequencies
    return torch.polar(torch.ones_like(angles), angles)


def rotated(x: Tensor, angles: Tensor) -> Tensor:
    """Return features turned by their positions.

    Args:
        x: (B, N, …, d); neighbours are pairs.
        angles: (N, d/2), see `rotary_angles`.
    """
    pairs = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2))
    turns = angles.view(angles.shape[0], *(1 for _ in range(x.ndim - 3)), angles.shape[1])
    return torch.view_as_real(pairs * turns).flatten(-2).to(x.dtype)


class SelfAttention(nn.Module):
    """Attention of a sequence to itself, (B, N, D) → (B, N, D).

    Args:
        width: D, a multiple of `heads`.
        heads: h.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, angles: Tensor | None = None) -> Tensor:
        """Return what each element gathers; with `angles` (N, D/h/2) it knows how far away the others are."""
        qkv = self.qkv(x).view(*x.shape[:2], 3, self.heads, -1)  # (B, N, 3, h, d)
        query_key, value = qkv[:, :, :2], qkv[:, :, 2]
        if angles is not None:
            query_key = rotated(query_key, angles)
        # One copy makes all products run on packed matrices.
        query, key = query_key.permute(2, 0, 3, 1, 4).contiguous().unbind(0)
        gathered: Tensor = self.out(attend(query, key, value.transpose(1, 2).contiguous()))
        return gathered


class CrossAttention(nn.Module):
    """Attention of a sequence to tokens beside it, (B, N, D) and (B, M, T) → (B, N, D).

    Each item must have one token at least that is not masked.

    Args:
        width: D.
        token_width: T.
        heads: h.
        inner: width of queries, keys and values, a multiple of `heads`; None for D.
    """

    def __init__(self, width: int, token_width: int, heads: int, *, inner: int | None = None) -> None:
        super().__init__()
        inner = inner or width
        self.heads = heads
        self.query = nn.Linear(width, inner, bias=False)
        self.key_value = nn.Linear(token_width, 2 * inner, bias=False)
        self.out = nn.Linear(inner, width)

    def forward(self, x: Tensor, tokens: Tensor, mask: Tensor | None) -> Tensor:
        """Return what each element gathers of the tokens whose mask (B, M) is True; None: of all."""
        query = self.query(x).view(*x.shape[:2], self.heads, -1).transpose(1, 2).contiguous()
        key_value = self.key_value(tokens).view(*tokens.shape[:2], 2, self.heads, -1)  # (B, M, 2, h, d)
        key, value = key_value.permute(2, 0, 3, 1, 4).contiguous().unbind(0)
        seen = None if mask is None else mask[:, None, None]
        gathered: Tensor = self.out(attend(query, key, value, mask=seen))
        return gathered


class GatedForward(nn.Module):
    """Feed-forward layer with a GELU gate (GEGLU, Shazeer 2020), (B, N, D) → (B, N, D)."""

    def __init__(self, width: int, *, factor: int = 4, dropout: float = 0.0) -> None:
        super().__init__()
        self.rise = nn.Linear(width, 2 * factor * width)
        self.fall = nn.Linear(factor * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Return the layer's result for each element by itself."""
        value, gate = self.rise(x).chunk(2, dim=-1)
        result: Tensor = self.fall(self.dropout(value * functional.gelu(gate)))
        return result
