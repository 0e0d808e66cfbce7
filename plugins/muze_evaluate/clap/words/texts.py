"""Texts as the vectors of their tokens, from the frozen text encoder that ships."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from muze_evaluate.clap.config import TEXT_ENCODER
from muzecli.text import load_text_encoder


class FrozenTexts:
    """The text encoder.

    Args:
        half: compute in bfloat16, which is fast where processors have it; what is trained with such vectors works
            with full ones.
        device: a PyTorch name.

    Raises:
        UnavailableError: its weights are not here.
    """

    def __init__(self, *, half: bool = False, device: str = "cpu") -> None:
        self._encoder = load_text_encoder(TEXT_ENCODER, device=device)
        self._half, self._device = half, device
        self.width = self._encoder.token_width

    def tokens(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Return vectors of tokens, (B, L, width) float32 on the CPU, and the mask, (B, L)."""
        kind = torch.device(self._device).type
        with torch.autocast(kind, dtype=torch.bfloat16, enabled=self._half):
            hidden, mask = self._encoder.encode_tokens(texts)
        return torch.from_numpy(hidden), torch.from_numpy(mask)
