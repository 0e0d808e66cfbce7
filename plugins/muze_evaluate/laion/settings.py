"""What the small files of a CLAP checkpoint say, read without loading the model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muzecli.errors import BadDataError
from muzecli.weights import FoundWeights, sha256_of

CONFIG, PREPROCESSOR = "config.json", "preprocessor_config.json"
_TOKENIZER = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.json",
    "merges.txt",
)
_DEFAULT_WIDTH = 512  # of transformers' ClapAudioConfig; stored configurations may leave it out
_DEFAULT_RATE_HZ, _DEFAULT_WINDOW_S = 48_000, 10  # of transformers' ClapFeatureExtractor


@dataclass(frozen=True)
class Settings:
    """How a checkpoint is to be used.

    Attributes:
        width: D, components of a vector.
        rate_hz: what it hears.
        window_s: how much it hears at once.
        sha256: of all the files beside the weights that decide vectors.
    """

    width: int
    rate_hz: int
    window_s: float
    sha256: str


def settings_of(weights: FoundWeights) -> Settings:
    """Return how a checkpoint is to be used.

    Raises:
        BadDataError: a file is missing or damaged, or it is another kind of model.
    """
    folder = weights.folder
    config, preprocessor = _object(folder / CONFIG), _object(folder / PREPROCESSOR)
    kind = config.get("model_type")
    if kind != "clap":
        raise BadDataError(
            f"{folder / CONFIG} must be that of a CLAP (model_type clap), and it says {kind!r}",
            hint="name the folder of a CLAP, such as laion/larger_clap_music",
        )
    audio = config.get("audio_config") or {}
    width = audio.get("projection_dim", config.get("projection_dim", _DEFAULT_WIDTH))
    rate_hz = preprocessor.get("sampling_rate", _DEFAULT_RATE_HZ)
    window_s = preprocessor.get("max_length_s", _DEFAULT_WINDOW_S)
    for name, value in (("projection_dim", width), ("sampling_rate", rate_hz), ("max_length_s", window_s)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            raise BadDataError(f"{folder}: {name} must be a number above 0, and it is {value!r}")
    return Settings(int(width), int(rate_hz), float(window_s), _digest(folder))


def _object(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadDataError(
            f"{path.parent} must hold a whole CLAP with {path.name}: {error.strerror}",
            hint="get the model again",
        ) from error
    except ValueError as error:
        raise BadDataError(f"{path} must hold JSON: {error}", hint="get the model again") from error
    if not isinstance(document, dict):
        raise BadDataError(f"{path} must hold a JSON object", hint="get the model again")
    return document


def _digest(folder: Path) -> str:
    """Return one hash of the small files that are there, in the order of their names."""
    present = [folder / name for name in (CONFIG, PREPROCESSOR, *_TOKENIZER) if (folder / name).is_file()]
    lines = (f"{path.name} {sha256_of(path)}\n" for path in sorted(present))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
