"""The latent diffusion model as a kind of model (`muze.models`), and its configuration, which loads no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from muze_ldm.backbone import backbone_config, build_backbone
from muze_ldm.conditioning.keys import CONTROL_PREFIX, GROUPS
from muze_ldm.diffusion.config import DiffusionConfig
from muzecli.song.frames import GROUPS as FRAME_GROUPS
from muzecli.training.presets import build

if TYPE_CHECKING:
    from torch import nn

    from muze_ldm.transformer.config import TransformerConfig
    from muze_ldm.unet.config import UNetConfig

KIND = "ldm"
DROPOUT: Mapping[str, float] = {
    **dict.fromkeys(GROUPS, 0.1),
    **{f"{CONTROL_PREFIX}{group}": 0.05 for group in FRAME_GROUPS},
}
"""How often each group of conditions is left out in training where nothing else is said."""


@dataclass(frozen=True)
class LdmConfig:
    """A latent diffusion model.

    Attributes:
        network: of the backbone: `backbone` (unet or transformer) and its fields; what follows from the data
            (latents, genres, control channels, widths of the text) is filled in by the trainer.
        diffusion: fields of `DiffusionConfig`.
        dropout: group of conditions → how often it is left out in training, 0…1, beside `DROPOUT`.
        window_frames: W, latent frames of a training window.
        window_hop: latent frames from one training window to the next.
        duration_weight: of the phonemes' durations beside the loss of the latents.
        text_encoder: name of the text encoder.
    """

    network: Mapping[str, Any]
    diffusion: Mapping[str, Any] = field(default_factory=dict)
    dropout: Mapping[str, float] = field(default_factory=dict)
    window_frames: int = 256
    window_hop: int = 64
    duration_weight: float = 0.05
    text_encoder: str = "minilm"

    def __post_init__(self) -> None:
        for name in ("network", "diffusion", "dropout"):
            if not isinstance(getattr(self, name), Mapping):
                raise ValueError(f"{name} must be a mapping of names to values")
        width_multiple = self.backbone().width_multiple
        self.process()
        if self.window_frames < 1 or self.window_frames % width_multiple:
            raise ValueError(
                f"window_frames must be a multiple of {width_multiple}, which the backbone needs, and it is"
                f" {self.window_frames}"
            )
        if self.window_hop < 1:
            raise ValueError(f"window_hop must be at least 1, and it is {self.window_hop}")
        if self.duration_weight < 0:
            raise ValueError(f"duration_weight must be 0 or more, and it is {self.duration_weight}")
        for group, rate in self.dropout.items():
            if group not in DROPOUT:
                raise ValueError(f"dropout: there is no group of conditions named '{group}'")
            if not isinstance(rate, int | float) or not 0.0 <= rate <= 1.0:
                raise ValueError(f"dropout: '{group}' must be 0…1, and it is {rate!r}")

    def backbone(self, **filled_in: Any) -> UNetConfig | TransformerConfig:
        """Return the backbone's configuration.

        Raises:
            ConfigError: a field is unknown or out of range.
        """
        return backbone_config({**self.network, **filled_in}, where="model: network")

    def process(self) -> DiffusionConfig:
        """Return how latents become noise.

        Raises:
            ConfigError: a field is unknown or out of range.
        """
        return build(DiffusionConfig, self.diffusion, where="model: diffusion")

    @property
    def rates(self) -> Mapping[str, float]:
        """Every group's dropout."""
        return {**DROPOUT, **self.dropout}


class LdmKind:
    """Latent diffusion models."""

    name = KIND
    config_type = LdmConfig

    def build(self, config: LdmConfig) -> nn.Module:
        """Return an untrained backbone, with the control channels of scores where none are named."""
        from muzecli.song.frames import CHANNELS

        named = config.network.get("control_channels") or CHANNELS
        network: Any = build_backbone(config.backbone(control_channels=tuple(named)))
        module: nn.Module = network
        return module
