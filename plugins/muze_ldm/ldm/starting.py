"""Starting from a model that is there, as in fine-tuning: what has to be alike, and what may differ."""

from __future__ import annotations

from muze_ldm.backbone import stored_config
from muze_ldm.bundle_settings import LdmSettings
from muze_ldm.ldm.config import LdmConfig
from muze_ldm.vae.config import VaeConfig
from muzecli.errors import ConfigError

DECIDED_BY_DATA = (
    *("latent_channels", "latent_height", "context_dim", "prompt_dim"),
    *("genres", "control_channels"),
)
"""What the trainer fills in; of a model that is started from, the genres and channels that it knows stay."""
FREE_KEYS = ("dropout", "use_checkpoint")
"""What of a network may differ from that of the model that a training starts from."""


def check_start(before: LdmSettings, config: LdmConfig, *, where: str, preset: str) -> None:
    """Check that the model to start from is what the preset describes, but for what the data decide.

    Args:
        before: what it says of itself.
        config: of the preset.
        where: its folder, for the message.
        preset: name of the preset, for the message.

    Raises:
        ConfigError: it is of another network or objective.
    """
    now, diffusion = config.backbone(), config.process()
    found = {**stored_config(before.network), "text_encoder": before.text_encoder}
    found |= {"objective": before.diffusion.objective, "schedule": before.diffusion.path}
    wanted = {**stored_config(now), "text_encoder": config.text_encoder}
    wanted |= {"objective": diffusion.objective, "schedule": diffusion.path}
    other = [
        f"{name} {found.get(name)!r} instead of {value!r}"
        for name, value in wanted.items()
        if name not in DECIDED_BY_DATA and name not in FREE_KEYS and found.get(name) != value
    ]
    if other:
        raise ConfigError(
            f"the ldm in {where} must be the network of preset {preset}, and it has {', '.join(other)}",
            hint="name the preset that it was trained with, or change it by --set model.network.KEY=VALUE",
        )


def check_latents(before: LdmSettings, vae: VaeConfig, *, where: str) -> None:
    """Check that the model to start from takes an autoencoder's latents.

    Raises:
        ConfigError: they are of another shape or rate.
    """
    found = (before.network.latent_channels, before.network.latent_height, before.rate_hz)
    wanted = (vae.latent_dim, vae.latent_height, vae.latent_rate_hz)
    if found != wanted:
        raise ConfigError(
            f"the ldm in {where} must take latents of the autoencoder's channels, height and rate, {wanted}, and it"
            f" takes {found}",
            hint="--vae-checkpoint FOLDER of the autoencoder that it was trained with",
        )
