"""`muze train vocoder`, from a folder of audio to a stored vocoder, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from muze_ldm.vae.config import VaeConfig
from muze_ldm.vae.network import AudioVAE
from muze_ldm.vocoder.load import load_vocoder
from muze_ldm.vocoder.network import IstftVocoder
from muze_ldm.vocoder.training import TrainVocoderRequest, train_vocoder
from muzecli.console import Console
from muzecli.errors import BadDataError, ConfigError, UsageError
from muzecli.options import Run
from muzecli.training.checkpoints import Checkpoints
from muzecli.training.stored import read_model, write_model


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("songs")
    time_s = np.arange(24_000) / 32_000
    for number in range(3):
        rng = np.random.default_rng(number)
        tone = 0.3 * np.sin(2 * np.pi * 220 * (number + 1) * time_s)
        soundfile.write(folder / f"{number}.wav", tone + 0.01 * rng.standard_normal(24_000), 32_000)
    return folder


def train(folder: Path, songs: Path, **more: Any) -> Path:
    request = TrainVocoderRequest(
        output=folder / "run",
        preset="vocoder-micro",
        audio_dirs=(songs,),
        assignments=("training.warmup_steps=1", "training.check_every=3", "training.adversary_from=2"),
        steps=4,
        batch_size=2,
        seed=1,
        cache=folder / "cache",
        device="cpu",
    )
    train_vocoder(Run(("train", "vocoder"), Console(verbosity=-1)), replace(request, **more))
    return folder / "run"


@pytest.fixture(scope="module")
def trained(songs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("trained"), songs)


def test_a_run_leaves_a_vocoder_a_report_and_a_card(trained: Path) -> None:
    vocoder = load_vocoder(trained)
    assert isinstance(vocoder, IstftVocoder)
    assert vocoder.decode(torch.full((1, 128, 7), -4.0)).shape == (1, 7 * 320)
    report = json.loads((trained / "report.json").read_text())
    assert report["schema"] == "muze.vocoder-report/1"
    assert report["sha256"] == read_model(trained, kind="vocoder").sha256
    assert set(report["models"]) == {"vocoder", "griffin_lim"}
    card = (trained / "README.md").read_text()
    for figures in report["models"].values():
        assert f"{figures['log_mel_l1']:.4g}" in card
    assert "| step | held out: loss |" in card


def test_the_adversary_is_in_the_log_from_its_first_step(trained: Path, songs: Path, tmp_path: Path) -> None:
    run = train(tmp_path, songs, assignments=("training.log_every=1", "training.adversary_from=2"))
    rows = [line.split(",") for line in (run / "log.csv").read_text().splitlines()]
    assert {row[0] for row in rows if row[2] == "adversary_loss"} == {"3", "4"}


def test_the_stored_weights_are_the_best_ones_rounded(trained: Path) -> None:
    best = Checkpoints(trained / "checkpoints", kind="vocoder", keep_best=2).best()
    stored = read_model(trained, kind="vocoder").tensors()
    for name, weights in best.tensors().items():
        assert torch.equal(stored[name], weights.half())


def test_a_run_may_start_from_a_vocoder(trained: Path, songs: Path, tmp_path: Path) -> None:
    run = train(tmp_path, songs, vocoder_checkpoint=trained, steps=1, lr=0.0)
    before, after = (read_model(folder, kind="vocoder").tensors() for folder in (trained, run))
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_it_starts_from_the_presets_network_only(trained: Path, songs: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="must be the network of preset vocoder-micro, and it has width 48"):
        train(tmp_path, songs, vocoder_checkpoint=trained, assignments=("model.width=32",))


def test_there_must_be_something_to_learn_from(songs: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="something to learn from"):
        train(tmp_path, songs, audio_dirs=())


def autoencoder(folder: Path, n_mels: int) -> Path:
    config = VaeConfig(
        latent_dim=4,
        channels=(16,),
        encoder_blocks=1,
        decoder_blocks=1,
        middle_blocks=0,
        middle_attention=False,
        fold_mels=True,
        fold_columns=4,
        n_mels=n_mels,
        window_columns=32,
    )
    document = asdict(config) | {"channels": list(config.channels)}
    write_model(folder, AudioVAE(config).state_dict(), kind="vae", config=document)
    return folder


def test_it_may_learn_from_what_an_autoencoder_makes(songs: Path, tmp_path: Path) -> None:
    vae = autoencoder(tmp_path / "vae", 128)
    run = train(tmp_path, songs, vae_checkpoint=vae, steps=1)
    assert json.loads((run / "report.json").read_text())["vae"] == read_model(vae, kind="vae").sha256


def test_an_autoencoder_of_another_analysis_is_refused(songs: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="must share one mel analysis"):
        train(tmp_path, songs, vae_checkpoint=autoencoder(tmp_path / "vae", 64))


def test_a_damaged_vocoder_is_refused(trained: Path, tmp_path: Path) -> None:
    document = json.loads((trained / "config.json").read_text())
    (tmp_path / "model.safetensors").write_bytes((trained / "model.safetensors").read_bytes())

    def stored(**changes: Any) -> None:
        changed = {**document, **changes}
        (tmp_path / "config.json").write_text(json.dumps(changed))

    stored(config=document["config"] | {"width": 32})
    with pytest.raises(BadDataError, match="do not fit the vocoder"):
        load_vocoder(tmp_path)
    stored(config=document["config"] | {"width": -1})
    with pytest.raises(BadDataError, match="width must be at least 1"):
        load_vocoder(tmp_path)
    stored(kind="vae")
    with pytest.raises(BadDataError, match="this must be a vocoder model, and it is a vae model"):
        load_vocoder(tmp_path)
    stored(sha256="0" * 64)
    with pytest.raises(BadDataError, match="SHA-256"):
        load_vocoder(tmp_path)
