"""A bundle: the autoencoder, the vocoder and the latent diffusion model that belong together.

    FOLDER/
        vae/        kind "vae"
        vocoder/    kind "vocoder"; without one, sound is made by Griffin-Lim
        ldm/        kind "ldm", trained on the latents of that very autoencoder

Each is a model's folder (`muzecli.training.stored`). Finding a bundle reads configurations only and checks that
they fit together; loading it reads the weights, once a process.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muze_ldm.bundle_checks import check_finite, check_latents, check_mel, check_vocoder, check_whole
from muze_ldm.bundle_settings import LdmSettings as LdmSettings
from muze_ldm.bundle_settings import as_data
from muze_ldm.ldm.config import KIND as LDM
from muze_ldm.vae.config import KIND as VAE
from muze_ldm.vae.config import VaeConfig
from muze_ldm.vocoder.config import KIND as VOCODER
from muzecli.config import user_cache_dir
from muzecli.errors import InputMissingError, UnavailableError
from muzecli.resources import weights_dir
from muzecli.training.presets import build
from muzecli.training.stored import CONFIG_FILE, MODEL_FILE, StoredModel, load_into, read_json, read_model
from muzecli.weights import WeightsSpec, find_weights, sha256_of

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
    stored_vae = read_model(_folder(VAE, vae, model), kind=VAE)
    stored_ldm = read_model(_folder(LDM, ldm, model), kind=LDM)
    wanted_none = vocoder == GRIFFIN_LIM
    found_vocoder = None if wanted_none else _vocoder(vocoder, model)
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

    vae = _load_vae(files.vae.folder, files.vae.sha256, device)
    vocoder: Vocoder = GriffinLimVocoder(vae.config.mel)
    if files.vocoder is not None:
        vocoder = _load_vocoder(*files.vocoder, device)
        check_mel(vocoder.mel, files.vocoder[0], vae.config, files.vae.folder)
    return Bundle(files, vae, vocoder, _load_network(files.ldm.folder, files.ldm.sha256, device))


# ---- found ----


def _folder(part: str, given: str | None, model: str) -> Path:
    """Return the folder of one model of a bundle.

    Raises:
        UnavailableError, InputMissingError: there is none.
    """
    if given is not None:
        return model_folder(given, part)
    if _is_place(model):
        bundle = Path(model).expanduser()
        if not bundle.is_dir():
            raise InputMissingError(f"there is no folder {bundle} of models", hint=_HINT)
        if not (bundle / part).is_dir():
            raise InputMissingError(
                f"a folder of models must hold {part}/, and {bundle} does not", hint=_HINT
            )
        return model_folder(str(bundle / part), part)
    try:
        return find_weights(_spec(f"{model}/{part}", part)).folder
    except UnavailableError as error:
        if model in bundle_names():
            raise
        known = ", ".join(bundle_names()) or "none is here"
        raise UnavailableError(
            f"there are no models named '{model}' on this machine",
            hint=f"known: {known}; --model takes a folder too, and `muze train ldm` makes its models",
        ) from error


def _vocoder(given: str | None, model: str) -> tuple[Path, str] | None:
    """Return folder and SHA-256 of the vocoder's weights; None where the bundle has none."""
    if given is None and _is_place(model) and not (Path(model).expanduser() / VOCODER).is_dir():
        return None
    try:
        folder = _folder(VOCODER, given, model)
    except UnavailableError:
        if given is not None:
            raise
        return None  # a bundle by name, of which the other models have been found
    document = read_json(folder / CONFIG_FILE, what="vocoder's configuration")
    check_whole(folder / MODEL_FILE)
    if "schema" in document:
        return folder, read_model(folder, kind=VOCODER).sha256
    return folder, sha256_of(folder / MODEL_FILE)  # of another maker; its loader says whether it will do


_HINT = "it holds vae/, ldm/ and vocoder/, as `muze train` writes them"


def bundle_names() -> tuple[str, ...]:
    """Return the names of the bundles on this machine: shipped ones and those in the user's cache."""
    roots = [root for root in (weights_dir(), user_cache_dir() / "weights") if root is not None]
    found = {path.parent.parent.name for root in roots for path in root.glob(f"*/{LDM}/{CONFIG_FILE}")}
    return tuple(sorted(found))


def model_folder(given: str, part: str) -> Path:
    """Return the folder that a name or a path means, or a file in it.

    Args:
        given: by the user.
        part: "vae", "vocoder" or "ldm".

    Raises:
        UnavailableError: nothing of that name is on this machine.
        InputMissingError: there is no such folder, or no model in it; the hint names the last checkpoint, if any.
    """
    if not _is_place(given):
        return find_weights(_spec(given, part)).folder
    folder = Path(given).expanduser()
    if folder.is_file():  # its weights or its configuration
        folder = folder.parent
    if not folder.is_dir():
        raise InputMissingError(
            f"there is no folder {folder} of the {part}",
            hint=f"muze train {part} --output {folder} makes one",
        )
    if not (folder / CONFIG_FILE).is_file():
        steps = sorted((folder / "checkpoints").glob(f"step-*/{CONFIG_FILE}"))
        if steps:
            hint = f"the training there is not over; its last checkpoint is {steps[-1].parent}"
        elif (folder / part / CONFIG_FILE).is_file():  # a whole bundle
            hint = f"name the folder {folder / part}"
        else:
            hint = f"muze train {part} --output {folder} makes one"
        raise InputMissingError(
            f"the folder of the {part} must hold {CONFIG_FILE}, and {folder} does not", hint=hint
        )
    return folder


def _is_place(text: str) -> bool:
    path = Path(text).expanduser()
    return path.exists() or text.startswith((".", "~")) or path.is_absolute() or os.sep in text


def _spec(name: str, part: str) -> WeightsSpec:
    place = user_cache_dir() / "weights" / name
    return WeightsSpec(name, part, f"muze train {part} --annotations DATASET --output {place}")


# ---- loaded ----


@functools.lru_cache(maxsize=2)
def _load_vae(folder: Path, sha256: str, device: str) -> AudioVAE:
    from muze_ldm.vae.load import load_vae

    vae = load_vae(folder, device=device)
    check_finite(vae, folder)
    return vae


@functools.lru_cache(maxsize=2)
def _load_vocoder(folder: Path, sha256: str, device: str) -> Vocoder:
    from muze_ldm.vocoder.load import load_vocoder

    vocoder = load_vocoder(folder, device=device)
    check_finite(vocoder, folder)
    return vocoder


@functools.lru_cache(maxsize=2)
def _load_network(folder: Path, sha256: str, device: str) -> Denoiser:
    from muze_ldm.backbone import build_backbone

    stored = read_model(folder, kind=LDM)
    network: Any = build_backbone(LdmSettings.of(stored).network)
    load_into(network, stored)
    check_finite(network, folder)
    # Parameters keep asking for gradients: autocast remembers what it converts of those alone.
    ready: Denoiser = network.to(device).eval()
    return ready
