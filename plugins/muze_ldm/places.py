"""Where the models of a bundle lie: by the bundle's name, by its folder, or each by a folder of its own.

Configurations are read and weights are not; torch is not imported.
"""

from __future__ import annotations

import os
from pathlib import Path

from muze_ldm.bundle_checks import check_whole
from muze_ldm.ldm.config import KIND as LDM
from muze_ldm.vocoder.config import KIND as VOCODER
from muzecli.config import user_cache_dir
from muzecli.errors import InputMissingError, UnavailableError
from muzecli.resources import weights_dir
from muzecli.training.stored import CONFIG_FILE, MODEL_FILE, read_json, read_model
from muzecli.weights import WeightsSpec, find_weights, sha256_of


def part_folder(part: str, given: str | None, model: str) -> Path:
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


def find_part(part: str, model: str) -> Path:
    """Return the folder of one model, given as a bundle that holds it or as itself.

    Args:
        part: "vae", "vocoder" or "ldm".
        model: a bundle's name or folder, or the model's own.

    Raises:
        UnavailableError, InputMissingError: there is none.
    """
    if _is_place(model):
        inside = Path(model).expanduser() / part
        return model_folder(str(inside) if inside.is_dir() else model, part)
    return part_folder(part, model if model not in bundle_names() else None, model)


def find_vocoder(given: str | None, model: str) -> tuple[Path, str] | None:
    """Return folder and SHA-256 of the vocoder's weights; None where the bundle has none."""
    if given is None and _is_place(model) and not (Path(model).expanduser() / VOCODER).is_dir():
        return None
    try:
        folder = part_folder(VOCODER, given, model)
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
    """Say whether a model is given by a place; a folder that has a known bundle's name is meant by ./NAME only."""
    path = Path(text).expanduser()
    if text.startswith((".", "~")) or path.is_absolute() or os.sep in text:
        return True
    return path.exists() and text not in bundle_names()


def _spec(name: str, part: str) -> WeightsSpec:
    place = user_cache_dir() / "weights" / name
    return WeightsSpec(name, part, f"muze train {part} --annotations DATASET --output {place}")
