"""The levels of UNet V2: stages at one resolution, attention to the voice, and the way to the next.

Legend: B items, C channels, H height, W width, E width of the embedding of time and section.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from muze_ldm.conditioning.voice import VoiceStreamAttention
from muze_ldm.layers import Downsample, Upsample, remembered
from muze_ldm.unet.blocks import Stage

if TYPE_CHECKING:
    from muze_ldm.conditioning.conditioner import Encoded
    from muze_ldm.conditioning.voice import Voice
    from muze_ldm.unet.config import UNetConfig


class Level(nn.Module):
    """What all levels have.

    Args:
        config: of the UNet.
        inputs: channels that each stage takes.
        outputs: channels that each stage returns.
        height: H.
        attention: for each stage, whether there is a transformer in it.
    """

    def __init__(
        self,
        config: UNetConfig,
        inputs: Sequence[int],
        outputs: int,
        *,
        height: int,
        attention: Sequence[bool],
    ) -> None:
        super().__init__()
        self.use_checkpoint = config.use_checkpoint
        self.stages = nn.ModuleList(
            Stage(config, channels, outputs, height=height, attention=attends)
            for channels, attends in zip(inputs, attention, strict=True)
        )
        self.voice = (
            VoiceStreamAttention(
                outputs, config.voice_width, heads=config.num_heads, tokens=config.voice_tokens
            )
            if config.use_voice_stream
            else None
        )

    def hear(self, x: Tensor, voice: Voice | None) -> Tensor:
        """Return a map with what it takes from the voice."""
        if self.voice is None:
            return x
        heard: Tensor = self.voice(x, voice)
        return heard

    def pass_through(self, stage: nn.Module, x: Tensor, embedding: Tensor, encoded: Encoded) -> Tensor:
        """Return what one of the stages makes of a map."""
        passed: Tensor = remembered(stage, x, embedding, encoded, again=self.use_checkpoint)
        return passed


class DownLevel(Level):
    """A level on the way down.

    Args:
        config: of the UNet.
        inputs: C of what it takes.
        outputs: C of what it returns.
        height: H.
        attention: whether there are transformers.
        last: whether there is no level below it.
    """

    def __init__(
        self, config: UNetConfig, inputs: int, outputs: int, *, height: int, attention: bool, last: bool
    ) -> None:
        stages = config.num_res_blocks
        super().__init__(
            config,
            [inputs] + [outputs] * (stages - 1),
            outputs,
            height=height,
            attention=[attention] * stages,
        )
        self.down = None if last else Downsample(outputs, height=height)

    def forward(self, x: Tensor, embedding: Tensor, encoded: Encoded) -> tuple[Tensor, list[Tensor]]:
        """Return the map at half the resolution, and what skips the levels below: each stage's map, and that one."""
        skips = []
        for stage in self.stages:
            x = self.pass_through(stage, x, embedding, encoded)
            skips.append(x)
        x = self.hear(x, encoded.voice)
        if self.down is not None:
            x = self.down(x)
            skips.append(x)
        return x, skips


class MiddleLevel(Level):
    """The level between: a stage with a transformer, the voice, and a stage without one."""

    def __init__(self, config: UNetConfig, channels: int, *, height: int) -> None:
        super().__init__(config, [channels] * 2, channels, height=height, attention=(True, False))

    def forward(self, x: Tensor, embedding: Tensor, encoded: Encoded) -> Tensor:
        """Return a map of the same shape."""
        first, second = self.stages
        x = self.hear(self.pass_through(first, x, embedding, encoded), encoded.voice)
        return self.pass_through(second, x, embedding, encoded)


class UpLevel(Level):
    """A level on the way up; its stages take what skipped the levels below beside what comes from there.

    Args:
        config: of the UNet.
        inputs: C that each stage takes, skips included.
        outputs: C of what it returns.
        height: H.
        attention: whether there are transformers.
        height_above: H of the level above; None where there is none.
    """

    def __init__(
        self,
        config: UNetConfig,
        inputs: Sequence[int],
        outputs: int,
        *,
        height: int,
        attention: bool,
        height_above: int | None,
    ) -> None:
        super().__init__(config, inputs, outputs, height=height, attention=[attention] * len(inputs))
        self.up = None if height_above is None else Upsample(outputs, height=height_above)

    def forward(self, x: Tensor, skips: list[Tensor], embedding: Tensor, encoded: Encoded) -> Tensor:
        """Return the map at twice the resolution; takes the last of the skips away."""
        for stage in self.stages:
            x = self.pass_through(stage, torch.cat([x, skips.pop()], dim=1), embedding, encoded)
        x = self.hear(x, encoded.voice)
        return x if self.up is None else self.up(x)
