"""Networks of stored models, each loaded once a process and checked for numbers that are none."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muze_ldm.bundle_checks import check_finite
from muze_ldm.bundle_settings import LdmSettings
from muze_ldm.ldm.config import KIND as LDM
from muzecli.training.stored import load_into, read_model

if TYPE_CHECKING:
    from muze_ldm.backbone import Denoiser
    from muze_ldm.vae.network import AudioVAE
    from muze_ldm.vocoder import Vocoder


@functools.lru_cache(maxsize=2)
def load_vae_once(folder: Path, sha256: str, device: str) -> AudioVAE:
    """Return an autoencoder, as `load_vae` does; its hash tells it from an earlier one in the same folder."""
    from muze_ldm.vae.load import load_vae

    vae = load_vae(folder, device=device)
    check_finite(vae, folder)
    return vae


@functools.lru_cache(maxsize=2)
def load_vocoder_once(folder: Path, sha256: str, device: str) -> Vocoder:
    """Return a vocoder, as `load_vocoder` does."""
    from muze_ldm.vocoder.load import load_vocoder

    vocoder = load_vocoder(folder, device=device)
    check_finite(vocoder, folder)
    return vocoder


@functools.lru_cache(maxsize=2)
def load_network_once(folder: Path, sha256: str, device: str) -> Denoiser:
    """Return the network of a latent diffusion model, in evaluation mode."""
    from muze_ldm.backbone import build_backbone

    stored = read_model(folder, kind=LDM)
    network: Any = build_backbone(LdmSettings.of(stored).network)
    load_into(network, stored)
    check_finite(network, folder)
    # Parameters keep asking for gradients: autocast remembers what it converts of those alone.
    ready: Denoiser = network.to(device).eval()
    return ready
