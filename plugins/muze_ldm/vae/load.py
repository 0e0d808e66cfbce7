"""A stored autoencoder, ready to use."""

from __future__ import annotations

from pathlib import Path

from muze_ldm.vae.config import KIND, VaeConfig
from muze_ldm.vae.network import AudioVAE
from muzecli.training.presets import build
from muzecli.training.stored import load_into, read_model


def load_vae(folder: Path, *, device: str = "cpu") -> AudioVAE:
    """Return an autoencoder in evaluation mode, in float32.

    Raises:
        InputMissingError: there is none in the folder.
        BadDataError: it is of another kind, damaged, or does not fit its configuration.
        ConfigError: its configuration is not one of an autoencoder.
    """
    stored = read_model(folder, kind=KIND)
    network = AudioVAE(build(VaeConfig, stored.config, where=f"{folder}: config"))
    load_into(network, stored)
    return network.float().eval().requires_grad_(False).to(device)
