"""HiFi-GAN: the same samples as transformers' class, from the same files; what its folder must say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from muze_ldm.vocoder.hifigan import HifiGanConfig, HifiGanVocoder
from muze_ldm.vocoder.load import load_vocoder
from muze_ldm.vocoder.protocol import Vocoder
from muzecli.audio.mel import MelSpec
from muzecli.errors import BadDataError, InputMissingError

SIZES: dict[str, Any] = {
    "model_in_dim": 12,
    "sampling_rate": 8000,
    "upsample_initial_channel": 16,
    "upsample_rates": [4, 5, 2],
    "upsample_kernel_sizes": [8, 9, 4],
    "resblock_kernel_sizes": [3, 5],
    "resblock_dilation_sizes": [[1, 3], [1, 2]],
}
MEL = {
    "n_fft": 256,
    "low_hz": 0,
    "high_hz": 4000,
    "scale": "slaney",
    "area_norm": True,
    "power": 1,
    "floor": 1e-5,
    "log": "natural",
    "centre": "start",
}


@pytest.fixture
def theirs(tmp_path: Path) -> tuple[Path, Any]:
    """A folder as transformers writes it, with the mel block added, and the network in it."""
    from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig

    torch.manual_seed(0)
    network = SpeechT5HifiGan(SpeechT5HifiGanConfig(**SIZES, initializer_range=0.1)).eval()
    network.mean.normal_()
    network.scale.uniform_(0.5, 2.0)
    network.save_pretrained(tmp_path)
    change(tmp_path, mel=MEL)
    return tmp_path, network


def change(folder: Path, **values: Any) -> None:
    document = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(document | values))


def test_the_same_samples_as_transformers(theirs: tuple[Path, Any]) -> None:
    folder, network = theirs
    ours = load_vocoder(folder)
    assert isinstance(ours, Vocoder)
    assert (ours.rate_hz, ours.mel.hop_samples, ours.mel.n_mels) == (8000, 40, 12)
    mel = torch.randn(2, 12, 21)
    with torch.no_grad():
        wanted = network(mel.transpose(1, 2))
    made = ours.decode(mel)
    assert made.shape == (2, 21 * 40)
    torch.testing.assert_close(made, wanted, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("layout", ["weight_g", "parametrizations"])
def test_weight_normalisation_is_folded_in(theirs: tuple[Path, Any], layout: str) -> None:
    folder, network = theirs
    tensors = load_file(folder / "model.safetensors")
    names = (
        ("weight_g", "weight_v")
        if layout == "weight_g"
        else ("parametrizations.weight.original0", "parametrizations.weight.original1")
    )
    split: dict[str, torch.Tensor] = {}
    for name, tensor in tensors.items():
        if name.endswith("weight"):
            stem = name.removesuffix("weight")
            split[stem + names[0]] = tensor.norm(dim=(1, 2), keepdim=True)
            split[stem + names[1]] = 3.0 * tensor
        else:
            split[name] = tensor
    save_file(split, folder / "model.safetensors")
    mel = torch.randn(1, 12, 9)
    with torch.no_grad():
        wanted = network(mel.transpose(1, 2))
    torch.testing.assert_close(load_vocoder(folder).decode(mel), wanted, atol=1e-5, rtol=1e-4)


def test_pieces_with_context_are_the_whole(theirs: tuple[Path, Any]) -> None:
    vocoder = load_vocoder(theirs[0])
    mel, context = torch.randn(1, 12, 60), vocoder.context_columns
    whole, piece = vocoder.decode(mel), vocoder.decode(mel[..., 30 - context : 35 + context])
    own = piece[:, context * 40 : (context + 5) * 40]
    torch.testing.assert_close(own, whole[:, 30 * 40 : 35 * 40], atol=1e-5, rtol=0)


def test_columns_about_the_middle_of_their_hop_are_put_right(theirs: tuple[Path, Any]) -> None:
    folder, network = theirs
    change(folder, mel=MEL | {"centre": "middle", "log": "log10"})
    mel = torch.randn(1, 12, 30)
    with torch.no_grad():
        wanted = network(mel.transpose(1, 2) / torch.log(torch.tensor(10.0)))
    made = load_vocoder(folder).decode(mel)
    assert made.shape == wanted.shape
    torch.testing.assert_close(made[:, :-800], wanted[:, 20:-780], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"mel": None}, "the mel analysis that these weights were trained for must stand in a block 'mel'"),
        ({"mel": {"n_fft": 256}}, "missing or unknown: area_norm, centre, floor"),
        ({"mel": MEL | {"log": "ln"}}, "mel.log must be one of natural, log10, and it is 'ln'"),
        ({"mel": MEL | {"high_hz": 5000}}, "describes no analysis: mel bands must lie between 0 and 4000 Hz"),
        ({"mel": MEL | {"n_fft": "wide"}}, "describes no analysis"),
        ({"upsample_rates": [4, 5]}, "must be lists of the same length"),
        ({"upsample_kernel_sizes": [8, 8, 4]}, "longer than its rate by an even number"),
        ({"upsample_initial_channel": 32}, "do not fit .* of another shape, such as 'conv_"),
        ({"upsample_rates": "many"}, "lists of the same length|wrong type"),
    ],
)
def test_a_folder_that_does_not_say_enough(
    theirs: tuple[Path, Any], values: dict[str, Any], message: str
) -> None:
    change(theirs[0], **values)
    with pytest.raises(BadDataError, match=message):
        load_vocoder(theirs[0])


def test_missing_and_damaged_weights(theirs: tuple[Path, Any]) -> None:
    weights = theirs[0] / "model.safetensors"
    weights.write_bytes(b"no tensors here")
    with pytest.raises(BadDataError, match="must be a safetensors file"):
        load_vocoder(theirs[0])
    weights.unlink()
    with pytest.raises(InputMissingError, match="do not exist"):
        load_vocoder(theirs[0])
    with pytest.raises(InputMissingError, match="cannot read the vocoder's configuration"):
        load_vocoder(theirs[0] / "nowhere")


def test_the_published_size() -> None:
    mel = MelSpec(16_000, n_fft=1024, hop_samples=256, n_mels=80, low_hz=80, high_hz=7600)
    with torch.device("meta"):
        network = HifiGanVocoder(HifiGanConfig(), mel)
    assert sum(weights.numel() for weights in network.parameters()) / 1e6 == pytest.approx(12.66, abs=0.05)
