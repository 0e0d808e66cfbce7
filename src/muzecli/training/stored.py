"""A trained model on disk: a folder with `model.safetensors` and `config.json`, checked when it is read.

`config.json` is `muze.model/1`: the kind of model, all that is needed to build it, the SHA-256 of its weights, and
what is known about it. Checkpoints, results of a run and weights that ship are all such folders.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muzecli.errors import BadDataError, InputMissingError, OutputError
from muzecli.files import atomic_path, file_sha256, write_json

if TYPE_CHECKING:
    import torch

SCHEMA = "muze.model/1"
MODEL_FILE = "model.safetensors"
CONFIG_FILE = "config.json"


@dataclass(frozen=True)
class StoredModel:
    """A model's folder, read and checked but for the tensors.

    Attributes:
        folder: where it lies.
        kind: such as "planner".
        config: what the network is built from.
        about: step, metrics and whatever else its trainer wrote down.
        sha256: of the weights file.
    """

    folder: Path
    kind: str
    config: Mapping[str, Any]
    sha256: str
    about: Mapping[str, Any] = field(default_factory=dict)

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return the weights by name, on the CPU, in the precision that they are stored in.

        Raises:
            BadDataError: the file is not the one that the configuration was written for, or no safetensors.
        """
        return read_tensors(self.folder / MODEL_FILE, sha256=self.sha256)


def write_model(
    folder: Path,
    tensors: Mapping[str, torch.Tensor],
    *,
    kind: str,
    config: Mapping[str, Any],
    about: Mapping[str, Any] | None = None,
    dtype: torch.dtype | None = None,
    overwrite: bool = False,
) -> StoredModel:
    """Write a model's folder.

    Args:
        folder: made where it is missing.
        tensors: the weights.
        kind: such as "planner".
        config: what the network is built from, JSON values.
        about: what else is worth knowing, JSON values.
        dtype: what floating-point weights are rounded to; None keeps theirs.
        overwrite: replace the two files where they are there.

    Raises:
        OutputError: the disk is full or refuses.
    """
    digest = write_tensors(folder / MODEL_FILE, tensors, dtype=dtype, overwrite=overwrite)
    stored = StoredModel(folder, kind, dict(config), digest, dict(about or {}))
    document = {
        "schema": SCHEMA,
        "kind": kind,
        "config": stored.config,
        "sha256": digest,
        "about": stored.about,
    }
    write_json(folder / CONFIG_FILE, document, overwrite=overwrite)
    return stored


def read_model(folder: Path, *, kind: str) -> StoredModel:
    """Read a model's folder, but for its weights, which `StoredModel.tensors` reads and checks.

    Raises:
        InputMissingError: there is no such folder or no configuration in it.
        BadDataError: it is of another kind, of a version that this muze does not read, or damaged.
    """
    path = folder / CONFIG_FILE
    document = read_json(path, what="model configuration")
    found = document.get("schema")
    if found != SCHEMA:
        hint = "it may come from a newer muze" if str(found).startswith("muze.model/") else None
        raise BadDataError(f"{path}: the schema must be {SCHEMA}, found {found!r}", hint=hint)
    if document.get("kind") != kind:
        raise BadDataError(
            f"{path}: this must be a {kind} model, and it is a {document.get('kind')} model",
            hint=f"name the folder of a {kind}",
        )
    config, digest = document.get("config"), document.get("sha256")
    if not isinstance(config, dict) or not isinstance(digest, str):
        raise BadDataError(
            f"{path}: a model configuration must have 'config' and 'sha256'", hint="train or fetch it again"
        )
    about = document.get("about")
    return StoredModel(folder, kind, config, digest, about if isinstance(about, dict) else {})


def load_into(network: torch.nn.Module, stored: StoredModel) -> None:
    """Fill a network with stored weights, in the network's own precision.

    Raises:
        BadDataError: names or shapes of the weights do not fit the network.
    """
    wanted, found = network.state_dict(), stored.tensors()
    wrong = sorted(
        name
        for name in wanted.keys() | found.keys()
        if name not in wanted or name not in found or wanted[name].shape != found[name].shape
    )
    if wrong:
        raise BadDataError(
            f"the weights in {stored.folder} do not fit the {stored.kind} that its configuration describes:"
            f" {len(wrong)} are missing, unknown or of another shape, such as '{wrong[0]}'",
            hint="the folder mixes files of two models; train or fetch it again",
        )
    network.load_state_dict(found)


# ---- the two kinds of file ----


def write_tensors(
    path: Path,
    tensors: Mapping[str, torch.Tensor],
    *,
    dtype: torch.dtype | None = None,
    overwrite: bool = False,
) -> str:
    """Write a safetensors file atomically and return its SHA-256.

    Raises:
        OutputError: the disk is full or refuses.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    # Cloned, since tensors that share memory, as tied weights do, may not be stored.
    ready = {
        name: tensor.detach()
        .to(device="cpu", dtype=dtype if dtype is not None and tensor.is_floating_point() else tensor.dtype)
        .contiguous()
        .clone()
        for name, tensor in tensors.items()
    }
    with atomic_path(path, overwrite=overwrite) as part:
        mode = part.stat().st_mode
        try:
            save_file(ready, part)
            part.chmod(mode)  # safetensors makes a file of its own, which only its owner may read
        except SafetensorError as error:  # what the system refused, as text
            raise OutputError(
                f"cannot write {path}: {error}", hint="free some space and run it again"
            ) from error
        digest = file_sha256(part)
    return digest


def read_tensors(path: Path, *, sha256: str) -> dict[str, torch.Tensor]:
    """Read a safetensors file whose hash is known.

    Raises:
        InputMissingError: it is not there.
        BadDataError: it is another file, or no safetensors.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    found = file_sha256(path)
    if found != sha256:
        raise BadDataError(
            f"{path} is damaged or belongs to another configuration: its SHA-256 must be {sha256}, found {found}",
            hint="train or fetch it again",
            details={"file": str(path), "expected": sha256, "found": found},
        )
    try:
        return dict(load_file(path))
    except SafetensorError as error:
        raise BadDataError(
            f"{path} must be a safetensors file: {error}", hint="train or fetch it again"
        ) from error


def read_json(path: Path, *, what: str) -> dict[str, Any]:
    """Read a JSON file that muze wrote and that must hold a mapping.

    Raises:
        InputMissingError: it is not there or cannot be read.
        BadDataError: it is not JSON, or no mapping.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputMissingError(f"cannot read the {what} {path}: {error.strerror}") from error
    except ValueError as error:
        raise BadDataError(
            f"{path}: a {what} must be JSON: {error}", hint="train or fetch it again"
        ) from error
    if not isinstance(document, dict):
        raise BadDataError(f"{path}: a {what} must be a mapping", hint="train or fetch it again")
    return document
