"""The configuration of the latent transformer, which loads no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muze_ldm.backbone import BackboneConfig, require_positive


@dataclass(frozen=True)
class TransformerConfig(BackboneConfig):
    """Size of a latent transformer.

    Attributes:
        model_width: D, a multiple of twice `heads`.
        layers: blocks.
        embedding_width: E, of time and section vector, from which each block's scales, shifts and gates come.
        heads: of self-attention.
        forward_factor: width of the feed-forward layers inside, in D.
        text_every: every so many blocks one attends to the text, the first included.
        text_width: width of that attention inside, a multiple of `text_heads`.
        text_heads: its heads.
        voice_every: every so many blocks one attends to the voice, the first included.
    """

    backbone: ClassVar[str] = "transformer"

    model_width: int = 384
    layers: int = 8
    embedding_width: int = 256
    heads: int = 6
    forward_factor: int = 4
    text_every: int = 2
    text_width: int = 128
    text_heads: int = 2
    voice_every: int = 4

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(self, "model_width", "layers", "embedding_width", "heads", "forward_factor")
        require_positive(self, "text_every", "text_width", "text_heads", "voice_every")
        if self.model_width % (2 * self.heads):
            raise ValueError(
                f"model_width must be a multiple of 2 · heads, and {self.model_width} is none of {2 * self.heads}"
            )
        if self.text_width % self.text_heads:
            raise ValueError(
                f"text_width must be a multiple of text_heads, and {self.text_width} is none of {self.text_heads}"
            )
