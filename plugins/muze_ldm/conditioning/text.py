"""Text tokens for cross-attention, with one that is always there.

Legend: B items, L tokens, D width of a token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from muze_ldm.conditioning.keys import Conditions


class TextTokens(nn.Module):
    """Puts a learned token before the text's, which is all there is without a text.

    So attention always has something to look at, and no text is a value of its own.

    Args:
        context_dim: D.
    """

    def __init__(self, context_dim: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(context_dim)
        self.empty = nn.Parameter(torch.randn(context_dim))

    def forward(self, conditions: Conditions, batch_size: int) -> tuple[Tensor, Tensor | None]:
        """Return tokens (B, 1 + L, D) and which of them count, (B, 1 + L) bool; None for all."""
        empty = self.empty.expand(batch_size, 1, -1)
        context = conditions.get("context")
        if context is None:
            return empty, None
        tokens = torch.cat([empty, self.norm(context.to(self.empty.dtype)).to(empty.dtype)], dim=1)
        mask = conditions.get("context_mask")
        if mask is None:
            return tokens, None
        return tokens, torch.cat([mask.new_ones(batch_size, 1), mask], dim=1)
