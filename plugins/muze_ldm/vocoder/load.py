"""A vocoder by its folder, of either layout, ready to use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from muzecli.errors import BadDataError, ConfigError, InputMissingError
from muzecli.training.presets import build
from muzecli.training.stored import CONFIG_FILE, MODEL_FILE, load_into, read_json, read_model

if TYPE_CHECKING:
    from muze_ldm.vocoder.hifigan import HifiGanVocoder
    from muze_ldm.vocoder.network import IstftVocoder
    from muzecli.audio.mel import MelSpec


def load_vocoder(folder: Path, *, device: str = "cpu") -> IstftVocoder | HifiGanVocoder:
    """Return a vocoder in evaluation mode, in float32.

    Args:
        folder: one of `muze train vocoder`, or one with `config.json` and `model.safetensors` in the layout of
            transformers' SpeechT5HifiGan (see `hifigan`).
        device: a PyTorch name.

    Raises:
        InputMissingError: there is none in the folder.
        BadDataError: it is of another kind, damaged, does not fit its configuration, or does not say which mel
            analysis it was trained for.
    """
    from muze_ldm.vocoder.hifigan import ARCHITECTURE, MODEL_TYPES

    document = read_json(folder / CONFIG_FILE, what="vocoder's configuration")
    architectures = document.get("architectures") or ()
    if document.get("model_type") in MODEL_TYPES or ARCHITECTURE in architectures:
        network: Any = _hifigan(folder, document)
    else:
        network = _ours(folder)
    return network.float().eval().requires_grad_(False).to(device)  # type: ignore[no-any-return]


def _ours(folder: Path) -> IstftVocoder:
    from muze_ldm.vocoder.config import KIND, VocoderConfig
    from muze_ldm.vocoder.network import IstftVocoder

    stored = read_model(folder, kind=KIND)
    try:
        config = build(VocoderConfig, stored.config, where=str(folder / CONFIG_FILE))
    except ConfigError as error:
        raise BadDataError(error.message, hint="train or fetch it again") from error
    network = IstftVocoder(config)
    load_into(network, stored)
    return network


def _hifigan(folder: Path, document: dict[str, Any]) -> HifiGanVocoder:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from muze_ldm.vocoder.hifigan import HifiGanConfig, HifiGanVocoder, mel_from_document, plain_weights

    name, weights = str(folder / CONFIG_FILE), folder / MODEL_FILE
    try:
        config = HifiGanConfig.from_document(document)
    except ValueError as error:
        raise BadDataError(f"{name}: {error}") from error
    mel, log_scale, half_hops = mel_from_document(document, config, name=name)
    if not weights.is_file():
        raise InputMissingError(
            f"the weights {weights} do not exist", hint="only weights as safetensors are read"
        )
    try:
        tensors = plain_weights(load_file(weights))
    except SafetensorError as error:
        raise BadDataError(f"{weights} must be a safetensors file: {error}", hint="fetch it again") from error
    network = HifiGanVocoder(config, mel, log_scale=log_scale, half_hops=half_hops)
    wanted = network.state_dict()
    wrong = sorted(
        key
        for key in wanted.keys() | tensors.keys()
        if key not in wanted or key not in tensors or wanted[key].shape != tensors[key].shape
    )
    if wrong:
        raise BadDataError(
            f"the weights in {weights} do not fit {name}: {len(wrong)} are missing, unknown or of another shape, such"
            f" as '{wrong[0]}'",
            hint="the folder mixes files of two models; fetch it again",
        )
    network.load_state_dict(tensors)
    return network


def foreign_mel(folder: Path) -> MelSpec:
    """Return the mel analysis that a vocoder in the layout of SpeechT5HifiGan was trained for.

    Raises:
        InputMissingError: there is no configuration in the folder.
        BadDataError: it does not name the analysis, or a value is wrong.
    """
    from muze_ldm.vocoder.hifigan import HifiGanConfig, mel_from_document

    document = read_json(folder / CONFIG_FILE, what="vocoder's configuration")
    name = str(folder / CONFIG_FILE)
    try:
        config = HifiGanConfig.from_document(document)
    except ValueError as error:
        raise BadDataError(f"{name}: {error}") from error
    return mel_from_document(document, config, name=name)[0]
