"""The JSON file beside every audio output that says how to make it again.

A sidecar holds no time and no host, so that the same command writes the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from muzecli import __version__
from muzecli.files import dump_json
from muzecli.options import Run

SCHEMA = "muze.sidecar/1"


def sidecar_path(audio: Path) -> Path:
    """Return where the sidecar of an audio file stands: `song.wav` → `song.json`.

    Where another audio file's sidecar has that name already (`song.flac` beside `song.wav`), the full name
    is used: `song.flac.json`.
    """
    short = audio.with_suffix(".json")
    owner = read_sidecar(short)
    taken = short.exists() and (owner is None or owner.get("audio") != audio.name)
    return audio.with_name(f"{audio.name}.json") if taken else short


def read_sidecar(path: Path) -> dict[str, Any] | None:
    """Return a sidecar's document, or None where `path` is no sidecar."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if isinstance(document, dict) and str(document.get("schema", "")).startswith("muze.sidecar/"):
        return document
    return None


def find_sidecar(audio: Path) -> dict[str, Any] | None:
    """Return the sidecar of an existing audio file, or None."""
    for path in (audio.with_name(f"{audio.name}.json"), audio.with_suffix(".json")):
        document = read_sidecar(path)
        if document is not None and document.get("audio") == audio.name:
            return document
    return None


def sidecar_document(
    run: Run,
    *,
    audio: str,
    seed: int | None,
    configuration: str,
    inputs: Sequence[Mapping[str, Any]],
    weights: Sequence[Mapping[str, Any]] = (),
    loudness: Mapping[str, Any] | None = None,
    warnings: Sequence[str] = (),
    **content: Any,
) -> dict[str, Any]:
    """Return the document to save beside one audio output.

    Args:
        run: the run that made it.
        audio: the output's file name.
        seed: seed of the item.
        configuration: hash of all that decides the result but the input (`configuration_id`).
        inputs: name and SHA-256 of each input.
        weights: name and SHA-256 of each model used.
        loudness: measured figures of the output.
        warnings: what was said about it.
        content: what the command adds, such as the plan or the effect chain.
    """
    return {
        "schema": SCHEMA,
        "audio": audio,
        "muze": __version__,
        "command": ["muze", *run.arguments],
        "seed": seed,
        "configuration": configuration,
        "options": run.options_document(),
        "inputs": [dict(item) for item in inputs],
        "weights": [dict(item) for item in weights],
        "loudness": dict(loudness or {}),
        "warnings": list(warnings),
        **content,
    }


def configuration_id(content: Mapping[str, Any]) -> str:
    """Return a short hash of what decides a result; equal configurations give equal results."""
    text = dump_json({"muze": __version__, **content})
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
