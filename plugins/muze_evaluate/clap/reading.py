"""What the text tower makes of the vectors of a text's tokens.

Shapes: B texts, L tokens.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from muze_evaluate.clap.config import ClapConfig


class TextTower(nn.Module):
    """Vectors of tokens to a place.

    The text encoder's own mean of them loses small words such as "without" and numbers; a transformer that is
    trained with the audio tower finds them again.
    """

    def __init__(self, config: ClapConfig) -> None:
        super().__init__()
        width = config.text_width
        self.enter = nn.Sequential(nn.LayerNorm(config.token_width), nn.Linear(config.token_width, width))
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width,
                config.text_heads,
                2 * width,
                config.dropout,
                activation=F.gelu,
                batch_first=True,
                norm_first=True,
            )
            for _ in range(config.text_layers)
        )
        self.attention = nn.Linear(width, 1)
        self.project = nn.Sequential(
            nn.LayerNorm(width + config.token_width),
            nn.Dropout(config.dropout),
            nn.Linear(width + config.token_width, 2 * config.width),
            nn.GELU(),
            nn.Linear(2 * config.width, config.width),
        )

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return (B, D) of (B, L, token_width) and (B, L)."""
        hidden = self.enter(tokens)
        for layer in self.layers:
            hidden = layer(hidden, src_key_padding_mask=~mask)
        weights = self.attention(hidden).float().masked_fill(~mask[..., None], -torch.inf).softmax(dim=1)
        attended = (weights * hidden).sum(dim=1)
        real = mask[..., None].to(tokens.dtype)
        mean = F.normalize((tokens * real).sum(dim=1) / real.sum(dim=1), dim=-1) * math.sqrt(tokens.shape[-1])
        out: Tensor = self.project(torch.cat([attended, mean], dim=-1))
        return out
