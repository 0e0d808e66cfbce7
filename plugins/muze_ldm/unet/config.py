"""The configuration of UNet V2, which loads no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muze_ldm.backbone import BackboneConfig, require_positive


@dataclass(frozen=True)
class UNetConfig(BackboneConfig):
    """Size of a UNet V2.

    Level i, from 0, works at 1/2^i of the latents' width, and of their height as far as that is even.

    Attributes:
        model_channels: channels of the first level.
        channel_mult: channels of each level, as multiples of `model_channels`.
        num_res_blocks: residual blocks of a level on the way down; one more on the way up.
        attention_resolutions: divisors of the width, 1, 2, 4 …, at whose levels there are spatial transformers.
        transformer_depth: blocks of each spatial transformer.
        embedding_channels: width of the embedding of time and section; 0 for four times `model_channels`.
        num_heads: of attention; channels of a level with a transformer are multiples of it.
    """

    backbone: ClassVar[str] = "unet"

    model_channels: int = 320
    channel_mult: tuple[int, ...] = (1, 2, 4, 4)
    num_res_blocks: int = 2
    attention_resolutions: tuple[int, ...] = (8, 4, 2)
    transformer_depth: int = 1
    embedding_channels: int = 0
    num_heads: int = 8

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(self, "model_channels", "num_res_blocks", "transformer_depth", "num_heads")
        if self.embedding_channels < 0:
            raise ValueError(f"embedding_channels must be 0 or more, and it is {self.embedding_channels}")
        if self.model_channels % 2:
            raise ValueError(f"model_channels must be even, and it is {self.model_channels}")
        if not self.channel_mult or any(type(m) is not int or m < 1 for m in self.channel_mult):
            raise ValueError(
                f"channel_mult must be whole numbers of at least 1, not {list(self.channel_mult)}"
            )
        known = [2**level for level in range(len(self.channel_mult))]
        for resolution in self.attention_resolutions:
            if resolution not in known:
                raise ValueError(
                    f"attention_resolutions must be among {known} for {len(known)} levels, not {resolution}"
                )
        for resolution in (*self.attention_resolutions, known[-1]):
            channels = self.model_channels * self.channel_mult[known.index(resolution)]
            if channels % self.num_heads:
                raise ValueError(
                    f"channels of levels with attention must be multiples of num_heads {self.num_heads},"
                    f" and at resolution {resolution} there are {channels}"
                )

    @property
    def flat(self) -> bool:
        """Whether the latents have height 1, so that all is done along time."""
        return self.latent_height == 1

    @property
    def embedding_width(self) -> int:
        """Width of the embedding of time and section."""
        return self.embedding_channels or 4 * self.model_channels

    @property
    def width_multiple(self) -> int:
        """What the latents' width W must be a multiple of."""
        return 1 << (len(self.channel_mult) - 1)
