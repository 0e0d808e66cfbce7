"""EnCodec's latents, by a tiny model with random weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from muze_evaluate.embedding.embedder import Embedder
from muze_evaluate.embedding.encodec import Encodec
from muzecli.errors import BadDataError, UnavailableError
from muzecli.text.transformers_import import import_transformers
from muzecli.weights import find_weights

WINDOWS = [np.random.default_rng(n).standard_normal(24_000).astype(np.float32) for n in range(3)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model as the hub has them."""
    transformers = import_transformers()
    torch.manual_seed(0)
    config = transformers.EncodecConfig(
        target_bandwidths=[1.5],
        num_filters=4,
        hidden_size=16,
        codebook_dim=16,
        codebook_size=8,
        upsampling_ratios=[8, 5, 4, 2],
        num_lstm_layers=1,
    )
    made = tmp_path_factory.mktemp("encodec")
    transformers.EncodecModel(config).save_pretrained(made)
    return made


@pytest.fixture
def encodec(folder: Path) -> Encodec:
    return Encodec(find_weights(str(folder)))


def changed(folder: Path, target: Path, **values: object) -> Encodec:
    """The same with another configuration."""
    target.mkdir()
    (target / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    config = json.loads((folder / "config.json").read_text())
    (target / "config.json").write_text(json.dumps({**config, **values}))
    return Encodec(find_weights(str(target)))


def test_it_says_what_it_is_without_loading_the_model(encodec) -> None:
    assert isinstance(encodec, Embedder)
    identity = encodec.identity()
    assert (identity["dimensions"], identity["rate_hz"], identity["loudness"]) == (16, 24_000, "as it is")
    assert len(identity["sha256"]) == 64
    assert "_encoder" not in vars(encodec)


def test_a_vector_is_the_mean_over_time_of_what_the_encoder_makes_of_the_window(encodec, folder) -> None:
    model = import_transformers().EncodecModel.from_pretrained(folder).eval()
    with torch.inference_mode():
        latents = model.encoder(torch.tensor(WINDOWS[1])[None, None])  # (1, 16, 75)
    assert latents.shape == (1, 16, 75)
    found = encodec.embed(WINDOWS)
    assert found.dtype == np.float32
    assert found[1] == pytest.approx(latents[0].mean(dim=-1).numpy(), abs=1e-5)


def test_windows_of_several_lengths_keep_their_order(encodec) -> None:
    short = WINDOWS[2][:9000]
    together = encodec.embed([WINDOWS[0], short, WINDOWS[1]])
    alone = [encodec.embed([window])[0] for window in (WINDOWS[0], short, WINDOWS[1])]
    assert together == pytest.approx(np.stack(alone), abs=1e-5)


def test_a_model_that_normalises_does_not_hear_levels(folder, tmp_path) -> None:
    deaf = changed(folder, tmp_path / "deaf", normalize=True)
    assert deaf.identity()["loudness"] == "windows brought to RMS 1"
    assert deaf.embed([WINDOWS[0]]) == pytest.approx(deaf.embed([WINDOWS[0] / 8]), abs=1e-5)


def test_what_is_no_encodec_of_one_channel_is_refused(folder, tmp_path) -> None:
    with pytest.raises(BadDataError, match="must describe an EnCodec of one channel"):
        changed(folder, tmp_path / "stereo", audio_channels=2)
    with pytest.raises(BadDataError, match="must describe an EnCodec of one channel"):
        changed(folder, tmp_path / "other", model_type="dac")


def test_a_file_with_other_tensors_than_the_configuration_asks_for_is_refused(folder, tmp_path) -> None:
    with pytest.raises(BadDataError, match="must hold a whole EnCodec"):
        changed(folder, tmp_path / "wider", num_filters=8).embed(WINDOWS[:1])
    with pytest.raises(BadDataError, match=r"lacks \d+ tensors of an EnCodec, such as \w+"):
        changed(folder, tmp_path / "deeper", num_lstm_layers=2).embed(WINDOWS[:1])


def test_without_weights_the_hint_says_how_to_get_them(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("MUZE_CACHE_DIR", str(tmp_path))
    with pytest.raises(UnavailableError, match="the weights of encodec are not on this machine") as error:
        Encodec()
    assert "hf download facebook/encodec_24khz" in str(error.value.hint)
