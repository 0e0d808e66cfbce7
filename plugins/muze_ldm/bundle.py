"""A bundle: the autoencoder, the vocoder and the latent diffusion model that belong together.

    FOLDER/
        vae/        kind "vae"
        vocoder/    kind "vocoder"; without one, sound is made by Griffin-Lim
        ldm/        kind "ldm", trained on the latents of that very autoencoder

Each is a model's folder (`muzecli.training.stored`). Finding a bundle reads configurations only and checks that
they fit together; loading it reads the weights, once a process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from muze_ldm.bundle_checks import check_latents, check_mel, check_vocoder, check_whole
from muze_ldm.bundle_settings import LdmSettings as LdmSettings
from muze_ldm.bundle_settings import as_data
from muze_ldm.ldm.config import KIND as LDM
from muze_ldm.loaded import load_network_once, load_vae_once, load_vocoder_once
from muze_ldm.places import find_vocoder, part_folder
from muze_ldm.vae.config import KIND as VAE
from muze_ldm.vae.config import VaeConfig
from muze_ldm.vocoder.config import KIND as VOCODER
from muzecli.training.presets import build
from muzecli.training.stored import CONFIG_FILE, MODEL_FILE, StoredModel, read_model

if TYPE_CHECKING:
    from muze_ldm.backbone import Denoiser
    from muze_ldm.vae.network import AudioVAE
    from muze_ldm.vocoder import Vocoder

GRIFFIN_LIM = "griffin-lim"
"""In place of a vocoder's name: do without one."""


@dataclass(frozen=True)
class BundleFiles:
    """A bundle on disk, of which configurations are read and weights are not.

    Attributes:
        vae: the autoencoder.
        ldm: the latent diffusion model.
        vocoder: folder and SHA-256 of the vocoder's weights; None for Griffin-Lim.
        settings: what the latent diffusion model says of itself.
        wanted_none: whether Griffin-Lim was asked for, so that nobody has to be told.
    """

    vae: StoredModel
    ldm: StoredModel
    vocoder: tuple[Path, str] | None
    settings: LdmSettings
    wanted_none: bool = False

    @property
    def weights(self) -> tuple[Mapping[str, str], ...]:
        """Name and SHA-256 of each model, for a sidecar."""
        vocoder = () if self.vocoder is None else ({"name": VOCODER, "sha256": self.vocoder[1]},)
        return (
            {"name": VAE, "sha256": self.vae.sha256},
            *vocoder,
            {"name": LDM, "sha256": self.ldm.sha256},
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the user should know of them."""
        if self.vocoder is not None or self.wanted_none:
            return ()
        return (
            f"there is no vocoder beside {self.ldm.folder}; Griffin-Lim makes the sound, which is rougher",
        )


@dataclass(frozen=True)
class Bundle:
    """A bundle ready to make sound.

    Attributes:
        files: where it came from.
        vae: the autoencoder.
        vocoder: mel to sound.
        network: the denoiser.
    """

    files: BundleFiles
    vae: AudioVAE
    vocoder: Vocoder
    network: Denoiser


def find_bundle(
    model: str, *, vae: str | None = None, vocoder: str | None = None, ldm: str | None = None
) -> BundleFiles:
    """Find a bundle's models and check that they fit together, reading no weights.

    Args:
        model: a name, looked for among the weights that ship and in the user's cache; or a folder.
        vae: an autoencoder to take in place of the bundle's: a name or a folder.
        vocoder: a vocoder to take instead, or "griffin-lim".
        ldm: a latent diffusion model to take instead.

    Raises:
        UnavailableError: nothing of that name is on this machine; the hint says how to get or train it.
        InputMissingError: there is no such folder.
        BadDataError: a folder holds another kind of model, weights are cut short, or the models do not belong
            together.
    """
    stored_vae = read_model(part_folder(VAE, vae, model), kind=VAE)
    stored_ldm = read_model(part_folder(LDM, ldm, model), kind=LDM)
    wanted_none = vocoder == GRIFFIN_LIM
    found_vocoder = None if wanted_none else find_vocoder(vocoder, model)
    files = BundleFiles(stored_vae, stored_ldm, found_vocoder, LdmSettings.of(stored_ldm), wanted_none)
    vae_config = as_data(
        lambda: build(VaeConfig, stored_vae.config, where=str(stored_vae.folder / CONFIG_FILE))
    )
    check_latents(files, vae_config)
    if found_vocoder is not None:
        check_vocoder(found_vocoder[0], vae_config, stored_vae.folder)
    for stored in (stored_vae, stored_ldm):
        check_whole(stored.folder / MODEL_FILE)
    return files


def load_bundle(files: BundleFiles, *, device: str) -> Bundle:
    """Load a bundle's weights, or return those that this process has loaded already.

    Args:
        files: from `find_bundle`.
        device: a PyTorch name.

    Raises:
        BadDataError: weights are damaged, or do not fit the networks that the configurations describe.
    """
    from muze_ldm.vocoder.griffin_lim import GriffinLimVocoder

    vae = load_vae_once(files.vae.folder, files.vae.sha256, device)
    vocoder: Vocoder = GriffinLimVocoder(vae.config.mel)
    if files.vocoder is not None:
        vocoder = load_vocoder_once(*files.vocoder, device)
        check_mel(vocoder.mel, files.vocoder[0], vae.config, files.vae.folder)
    return Bundle(files, vae, vocoder, load_network_once(files.ldm.folder, files.ldm.sha256, device))
