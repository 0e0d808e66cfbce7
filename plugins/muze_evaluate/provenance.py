"""What a number rests on: which sets, which bytes in them, which decoder, resampler and models."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from muzecli.errors import BugError

_AUDIO = ("soundfile", "soxr")


def versions(*packages: str) -> dict[str, str]:
    """Return the versions of what decides samples and vectors, by name.

    Args:
        packages: what was used, as on the package index; `soundfile` brings that of its `libsndfile` along.
    """
    found = {package: version(package) for package in packages}
    if "soundfile" in found:
        import soundfile

        found["libsndfile"] = str(soundfile.__libsndfile_version__)
    return found


def audio_versions(*packages: str) -> dict[str, str]:
    """Return the versions of whatever reads and resamples audio, and those of `packages`."""
    return versions(*_AUDIO, *packages)


def digest(contents: Iterable[str]) -> str:
    """Return a SHA-256 of a set of contents, in whatever order they come and whatever they are called.

    Args:
        contents: the SHA-256 of each item, repeated where two are the same.
    """
    return hashlib.sha256("".join(f"{sha256}\n" for sha256 in sorted(contents)).encode()).hexdigest()


def of_set(
    name: str,
    *,
    kind: str,
    contents: Iterable[str],
    seconds: float | None = None,
    windows: int | None = None,
    failed: int = 0,
) -> dict[str, Any]:
    """Return what a document says of a set.

    Args:
        name: what the user typed, never an absolute path that they did not.
        kind: such as `folder`, `dataset`, `embeddings`.
        contents: the SHA-256 of each item that was measured.
        seconds: of audio in all; None where nobody knows.
        windows: how many vectors were made of it; None where there were none.
        failed: items that could not be measured.
    """
    hashes = list(contents)
    block: dict[str, Any] = {"name": name, "kind": kind, "items": len(hashes), "failed": failed}
    if windows is not None:
        block["windows"] = windows
    if seconds is not None:
        block["seconds"] = round(seconds, 3)
    return {**block, "digest": digest(hashes)}


def canonical(identity: Mapping[str, Any]) -> str:
    """Return an identity as the one text that it has: JSON, keys in order.

    Raises:
        BugError: something in it is no JSON value.
    """
    try:
        return json.dumps(identity, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise BugError(f"an identity must consist of JSON values: {error}") from error
