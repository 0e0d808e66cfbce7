"""From a name or a path to a loaded text encoder."""

from __future__ import annotations

import difflib
import json

from muzecli.device import choose_device
from muzecli.errors import BadDataError, UnavailableError, UsageError
from muzecli.text.encoder import TextEncoder
from muzecli.weights import KNOWN_WEIGHTS, FoundWeights, find_weights, known_spec

KNOWN_ENCODERS = tuple(spec.name for spec in KNOWN_WEIGHTS if spec.purpose.startswith("text encoder"))


def load_text_encoder(name_or_path: str = "minilm", device: str = "cpu") -> TextEncoder:
    """Find, check and load a text encoder; the network is never used.

    Args:
        name_or_path: a known name ("minilm" 384 wide, "t5-base" 768, "clap" 512, …), a hub repository that is
            in the cache ("google/flan-t5-base"), or a folder with config.json, tokenizer and safetensors.
        device: "cpu", "cuda", "cuda:1", "mps", or "auto" for the best that is here.

    Raises:
        UsageError: the name is none of these; the hint lists the names that are like it.
        UnavailableError: the weights or the device are not on this machine.
        InputMissingError: there is nothing at the path.
        BadDataError: the files are not what they must be, or of an architecture without an encoder here.
    """
    weights = _find(name_or_path)
    device = choose_device(device).name
    kind = _model_type(weights)
    if kind == "bert":
        from muzecli.text.minilm import load_sentence_bert

        return load_sentence_bert(weights, device=device)
    if kind in ("t5", "clap"):
        from muzecli.text.transformers_encoders import load_clap_text_encoder, load_t5_encoder

        load = load_t5_encoder if kind == "t5" else load_clap_text_encoder
        return load(weights, device=device)
    raise BadDataError(f"a text encoder must be a bert, t5 or clap model; {weights.folder} holds {kind!r}")


def _find(name: str) -> FoundWeights:
    try:
        return find_weights(name)
    except UnavailableError as error:
        if known_spec(name) or "/" in name:
            raise  # a real model that is not here: the error has the command that brings it
        close = difflib.get_close_matches(name, KNOWN_ENCODERS, n=3) or KNOWN_ENCODERS
        raise UsageError(
            f"{name!r} is not a text encoder: neither a known name, nor a hub repository, nor a folder",
            hint=f"did you mean {', '.join(close)}? A folder or owner/name of the hub works too",
        ) from error


def _model_type(weights: FoundWeights) -> str:
    path = weights.folder / "config.json"
    try:
        return str(json.loads(path.read_text("utf-8"))["model_type"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadDataError(
            f"{path} must say the model_type of the text encoder beside it",
            hint="a text encoder's folder holds config.json, its tokenizer's files and model.safetensors",
        ) from error
