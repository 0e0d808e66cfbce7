"""What a stored latent diffusion model says of itself, read strictly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from muze_ldm.backbone import backbone_config
from muze_ldm.diffusion.config import DiffusionConfig
from muzecli.errors import BadDataError, ConfigError
from muzecli.training.stored import CONFIG_FILE, StoredModel

if TYPE_CHECKING:
    from muze_ldm.transformer.config import TransformerConfig
    from muze_ldm.unet.config import UNetConfig

C = TypeVar("C")
T = TypeVar("T")

AGAIN = "train or fetch it again"


@dataclass(frozen=True)
class LdmSettings:
    """What a stored latent diffusion model says of itself.

    Attributes:
        network: configuration of its backbone.
        diffusion: what the network predicts, and the schedule of the noise.
        rate_hz: latent frames a second.
        vae_sha256: of the weights of the autoencoder whose latents these are.
        window_frames: latent frames that it was trained on at once.
        text_encoder: name of the text encoder.
    """

    network: UNetConfig | TransformerConfig
    diffusion: DiffusionConfig
    rate_hz: float
    vae_sha256: str
    window_frames: int
    text_encoder: str

    @classmethod
    def of(cls, stored: StoredModel) -> LdmSettings:
        """Read a stored model's configuration.

        Raises:
            BadDataError: something is missing, of the wrong type, or not known to this muze.
        """
        place, config = str(stored.folder / CONFIG_FILE), stored.config
        try:
            latents = _typed(config, "latents", dict, place)
            network = _typed(config, "network", dict, place)
            found = cls(
                network=as_data(lambda: backbone_config(network, where=place)),
                diffusion=DiffusionConfig(
                    _typed(config, "objective", str, place), _typed(config, "schedule", str, place)
                ),
                rate_hz=float(_typed(latents, "rate_hz", (int, float), place)),
                vae_sha256=_typed(latents, "vae_sha256", str, place),
                window_frames=_typed(latents, "window_frames", int, place),
                text_encoder=_typed(config, "text_encoder", str, place),
            )
        except ValueError as error:
            raise BadDataError(f"{place}: {error}", hint="it may come from a newer muze") from error
        if found.window_frames < 1 or not found.rate_hz > 0.0:
            raise BadDataError(
                f"{place}: window_frames must be at least 1 and rate_hz above 0, and they are"
                f" {found.window_frames} and {found.rate_hz:g}",
                hint=AGAIN,
            )
        return found


def _typed(values: Mapping[str, Any], name: str, kind: type[T] | tuple[type[T], ...], place: str) -> T:
    """Return a value of a stored configuration that must be there and of a type.

    Raises:
        BadDataError: it is not.
    """
    if name not in values:
        raise BadDataError(
            f"{place}: the configuration of an ldm must be whole, and '{name}' is missing", hint=AGAIN
        )
    value = values[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        wanted = _CALLED[kind[-1] if isinstance(kind, tuple) else kind]
        raise BadDataError(f"{place}: '{name}' must be {wanted}, and it is {value!r:.60}", hint=AGAIN)
    return value


_CALLED: Mapping[type, str] = {dict: "a mapping", str: "text", int: "a whole number", float: "a number"}


def as_data(read: Callable[[], C]) -> C:
    """Return what is read of a stored configuration; its faults are the file's, not the user's configuration's."""
    try:
        return read()
    except ConfigError as error:
        raise BadDataError(error.message, hint=error.hint or "it may come from a newer muze") from error
