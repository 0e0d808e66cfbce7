"""The seam between diffusion and the networks that it trains: what every backbone offers, and how one is built.

Importing this loads no torch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from muze_ldm.conditioning.config import ConditioningConfig

if TYPE_CHECKING:
    from torch import Tensor

    from muze_ldm.conditioning.keys import Conditions
    from muze_ldm.transformer.config import TransformerConfig
    from muze_ldm.unet.config import UNetConfig


@dataclass(frozen=True)
class BackboneConfig(ConditioningConfig):
    """What all backbones have in common: the latents they work on, and the conditions they take.

    Attributes:
        latent_channels: C of the latents.
        latent_height: H of the latents; 1 for 1-D ones.
        dropout: 0…1, in training.
        use_checkpoint: compute activations again in the backward pass instead of keeping them.
    """

    backbone: ClassVar[str]
    """Its name in presets and stored configurations."""

    latent_channels: int = 128
    latent_height: int = 16
    dropout: float = 0.0
    use_checkpoint: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        require_positive(self, "latent_channels", "latent_height")
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"dropout must be 0…1, below 1, and it is {self.dropout:g}")

    @property
    def width_multiple(self) -> int:
        """What the latents' width W must be a multiple of."""
        return 1


class Denoiser(Protocol):
    """A network that predicts what a diffusion process asks for; B items, C channels, H height, W frames."""

    @property
    def config(self) -> BackboneConfig:
        """What it was built from."""
        ...

    def __call__(self, z: Tensor, t: Tensor, conditions: Conditions) -> tuple[Tensor, Tensor | None]:
        """Return the prediction, and the durations of phonemes where phonemes were given.

        Args:
            z: (B, C, H, W) noisy latents, W a multiple of `config.width_multiple`.
            t: (B,) times in 0…1, 1 pure noise.
            conditions: any subset of `muze_ldm.conditioning.keys.CONDITIONS`.

        Returns:
            Prediction (B, C, H, W) in the parametrisation of the objective, and durations (B, P) or None.
        """
        ...


def backbone_config(values: Mapping[str, Any], *, where: str = "network") -> UNetConfig | TransformerConfig:
    """Return the configuration of a stored network or of a preset: `backbone` and that backbone's own fields.

    Raises:
        ConfigError: there is no such backbone, or a field is unknown or out of range.
    """
    from muze_ldm.transformer.config import TransformerConfig
    from muze_ldm.unet.config import UNetConfig
    from muzecli.errors import ConfigError
    from muzecli.training.presets import build

    kinds: dict[str, type[UNetConfig] | type[TransformerConfig]] = {
        kind.backbone: kind for kind in (UNetConfig, TransformerConfig)
    }
    own = {key: value for key, value in values.items() if key != "backbone"}
    name = values.get("backbone")
    if name not in kinds:
        raise ConfigError(f"{where}: backbone must be one of {', '.join(kinds)}, and it is {name!r}")
    return build(kinds[name], own, where=where)


def stored_config(config: BackboneConfig) -> dict[str, Any]:
    """Return what `backbone_config` builds the same configuration from, as JSON values."""
    from dataclasses import asdict

    return {"backbone": config.backbone, **asdict(config)}


def build_backbone(config: UNetConfig | TransformerConfig) -> Denoiser:
    """Return an untrained network; on the meta device where that is current."""
    from muze_ldm.unet.config import UNetConfig

    if isinstance(config, UNetConfig):
        from muze_ldm.unet.model import UNetV2

        return UNetV2(config)
    from muze_ldm.transformer.model import LatentTransformer

    return LatentTransformer(config)


def check_latents(shape: Sequence[int], config: BackboneConfig) -> None:
    """Check the shape of latents, (B, C, H, W).

    Raises:
        ValueError: the network is not made for it.
    """
    _, channels, height, frames = shape
    multiple = config.width_multiple
    if (channels, height) != (config.latent_channels, config.latent_height) or frames % multiple:
        raise ValueError(
            f"latents must be (B, {config.latent_channels}, {config.latent_height}, W) with W a multiple of"
            f" {multiple}, and they are {tuple(shape)}"
        )


def require_positive(config: object, *names: str) -> None:
    """Check that fields of a configuration are at least 1.

    Raises:
        ValueError: one is not.
    """
    for name in names:
        if getattr(config, name) < 1:
            raise ValueError(f"{name} must be at least 1, and it is {getattr(config, name)}")
