"""Whether the models of a bundle are whole, and belong together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from muze_ldm.bundle_settings import AGAIN, as_data
from muze_ldm.vae.config import VaeConfig
from muze_ldm.vocoder.config import VocoderConfig
from muzecli.audio.mel import MelSpec
from muzecli.errors import BadDataError, InputMissingError
from muzecli.training.presets import build
from muzecli.training.stored import CONFIG_FILE, MODEL_FILE, read_json

if TYPE_CHECKING:
    from torch import nn

    from muze_ldm.bundle import BundleFiles


def check_latents(files: BundleFiles, config: VaeConfig) -> None:
    """Refuse models that were not made for each other."""
    settings, vae = files.settings, files.vae
    if settings.vae_sha256 != vae.sha256:
        raise BadDataError(
            f"the ldm in {files.ldm.folder} was trained on latents of another autoencoder than the one in"
            f" {vae.folder}: its SHA-256 must be {settings.vae_sha256}, found {vae.sha256}",
            hint="give the autoencoder that it was trained with, --vae-checkpoint FOLDER, or train an ldm on this one",
            details={"expected": settings.vae_sha256, "found": vae.sha256},
        )
    network = settings.network
    wanted = (network.latent_channels, network.latent_height, settings.rate_hz)
    found = (config.latent_dim, config.latent_height, config.latent_rate_hz)
    if wanted != found:
        raise BadDataError(
            f"the latents of the ldm in {files.ldm.folder} must have the channels, height and rate of those of"
            f" {vae.folder}, {found}; found {wanted}",
            hint="one of the two folders was changed by hand; train or fetch it again",
        )


def check_vocoder(folder: Path, vae: VaeConfig, vae_folder: Path) -> None:
    """Check what a vocoder's configuration says of its mel analysis; those of other makers say it when loaded."""
    found = stated_mel(folder)
    if found is not None:
        check_mel(found, folder, vae, vae_folder)


def stated_mel(folder: Path) -> MelSpec | None:
    """Return the mel analysis of a vocoder of ours from its configuration; None for one of another maker."""
    document = read_json(folder / CONFIG_FILE, what="vocoder's configuration")
    if "schema" not in document:
        return None
    values, place = document["config"], str(folder / CONFIG_FILE)
    return as_data(lambda: build(VocoderConfig, values, where=place)).mel


def check_mel(found: MelSpec, folder: Path, vae: VaeConfig, vae_folder: Path) -> None:
    """Refuse a vocoder that was trained on another mel analysis than the autoencoder's."""
    if not same_mel(found, vae.mel):
        raise BadDataError(
            f"the vocoder in {folder} must be of the mel analysis of the autoencoder in {vae_folder}, {vae.mel}; found"
            f" {found}",
            hint="train one with the same analysis, or --vocoder-checkpoint griffin-lim",
        )


def same_mel(a: MelSpec, b: MelSpec) -> bool:
    """Say whether two analyses are one, however they write their highest frequency."""
    return _resolved(a) == _resolved(b)


def _resolved(spec: MelSpec) -> MelSpec:
    """Return an analysis with its highest frequency spelt out."""
    return replace(spec, high_hz=spec.rate_hz / 2 if spec.high_hz is None else float(spec.high_hz))


def check_whole(path: Path) -> None:
    """Refuse weights that are missing or cut short, which the header tells; their hash is checked when they are read.

    Raises:
        InputMissingError: there is no such file, or it cannot be read.
        BadDataError: it is no safetensors file, or not all of one.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise InputMissingError(
            f"the folder of a model must hold {path.name}, and {path.parent} does not", hint=AGAIN
        )
    try:
        with safe_open(path, framework="np"):
            pass
    except OSError as error:
        raise InputMissingError(f"cannot read {path}: {error.strerror or error}") from error
    except SafetensorError as error:
        raise BadDataError(f"{path} is damaged: {error}", hint=AGAIN) from error


def check_finite(network: nn.Module, folder: Path) -> None:
    """Refuse weights of a training that went astray: whatever they touched would be NaN."""
    for name, weights in network.state_dict().items():
        if weights.is_floating_point() and not bool(weights.isfinite().all()):
            raise BadDataError(
                f"{folder / MODEL_FILE}: weights must be finite, and '{name}' holds NaN or infinity",
                hint="take an earlier checkpoint of the training, or train it again",
            )
