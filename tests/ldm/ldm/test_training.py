"""`muze train ldm` on what real datasets lack: scores, descriptions, annotations at all; and fine-tuning."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.ldm.bundles import VAE_CONFIG, ToyEncoder, write_bundle

import muzecli.text
from muze_ldm.bundle_settings import LdmSettings
from muze_ldm.ldm.config import KIND
from muze_ldm.ldm.training import TrainLdmRequest, train_ldm
from muze_ldm.training import TrainRequest
from muzecli.console import Console
from muzecli.errors import BadDataError, ConfigError, InputMissingError
from muzecli.options import Run
from muzecli.song.frames import CHANNELS
from muzecli.training.stored import read_model

RATE_HZ = VAE_CONFIG.rate_hz
TRACK = {"schema": "muze.track/3.1", "sample_rate": RATE_HZ, "duration": 1.0}


@pytest.fixture(autouse=True)
def toy_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(muzecli.text, "load_text_encoder", lambda name: ToyEncoder())


@pytest.fixture(scope="module")
def vae(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("bundle"), text_width=16, vocoder=False) / "vae"


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three recordings of a second each, shorter than a window."""
    folder = tmp_path_factory.mktemp("songs")
    for number in range(3):
        noise = 0.1 * np.random.default_rng(number).standard_normal(RATE_HZ)
        soundfile.write(folder / f"{number}.wav", noise, RATE_HZ)
    return folder


def annotate(songs: Path, name: str, **more: Any) -> Path:
    """A dataset of the same recordings; values in `more` are those of all tracks."""
    lines = []
    for number in range(3):
        split = "valid" if number == 2 else "train"
        track = {**TRACK, "audio_path": f"{number}.wav", "track_id": str(number), "split": split, **more}
        lines.append(json.dumps(track) + "\n")
    (songs / f"{name}.jsonl").write_text("".join(lines))
    return songs / f"{name}.jsonl"


def train(
    folder: Path, vae: Path, *, start: Path | None = None, verbosity: int = -1, **more: Any
) -> LdmSettings:
    request = TrainRequest(
        output=folder / "run",
        preset="ldm-micro",
        assignments=("training.warmup_steps=1", "training.check_every=2"),
        steps=2,
        batch_size=2,
        seed=1,
        cache=folder / "cache",
        device="cpu",
    )
    run = Run(("train", "ldm"), Console(verbosity=verbosity))
    train_ldm(run, TrainLdmRequest(replace(request, **more), vae, start))
    return LdmSettings.of(read_model(folder / "run", kind=KIND))


def test_a_folder_of_audio_is_enough(songs: Path, vae: Path, tmp_path: Path) -> None:
    made = train(tmp_path, vae, audio_dirs=(songs,))
    assert made.network.control_channels == () and made.network.genres == ()
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert report["loss"] == report["mse_text"] == report["mse_free"] > 0.0


def test_a_cache_that_is_gone_is_made_again_alike(songs: Path, vae: Path, tmp_path: Path) -> None:
    train(tmp_path, vae, audio_dirs=(songs,))
    first = read_model(tmp_path / "run", kind=KIND).sha256
    shutil.rmtree(tmp_path / "cache")
    train(tmp_path, vae, audio_dirs=(songs,), overwrite=True)
    assert read_model(tmp_path / "run", kind=KIND).sha256 == first


def test_chords_and_beats_are_control_without_any_score(songs: Path, vae: Path, tmp_path: Path) -> None:
    beats = annotate(songs, "beats", beat_positions=[0.1, 0.4, 0.7], genre="jazz")
    made = train(tmp_path, vae, annotations=(beats,))
    assert made.network.control_channels == CHANNELS and made.network.genres == ("jazz",)


def test_a_model_is_tuned_on_other_music(songs: Path, vae: Path, tmp_path: Path) -> None:
    first = annotate(songs, "jazz", beat_positions=[0.1, 0.4], genre="jazz", prompt="quiet jazz")
    before = train(tmp_path / "first", vae, annotations=(first,))
    other = annotate(songs, "folk", genre="folk")
    tuned = train(tmp_path / "tuned", vae, annotations=(other,), start=tmp_path / "first" / "run")
    assert tuned.network == before.network  # genres and channels that it knows stay
    about = json.loads((tmp_path / "tuned" / "run" / "run.json").read_text())["configuration"]
    assert about["start"] == read_model(tmp_path / "first" / "run", kind=KIND).sha256
    alone = train(tmp_path / "sound", vae, audio_dirs=(songs,), start=tmp_path / "first" / "run")
    assert alone.network == before.network


def test_a_start_of_another_network_is_refused_before_anything_is_read(
    songs: Path, vae: Path, tmp_path: Path
) -> None:
    train(tmp_path / "first", vae, audio_dirs=(songs,))
    start = tmp_path / "first" / "run"
    for words, message in (
        ("model.network.model_channels=16", "model_channels 32 instead of 16"),
        ("model.diffusion.objective=v", "objective 'rectified_flow' instead of 'v'"),
        ("model.text_encoder=t5-base", "text_encoder 'minilm' instead of 't5-base'"),
    ):
        with pytest.raises(ConfigError, match=message):
            train(tmp_path / "other", vae, audio_dirs=(tmp_path / "gone",), start=start, assignments=(words,))
    assert not (tmp_path / "other").exists()


def test_a_start_on_other_latents_is_refused_or_warned_of(
    songs: Path, vae: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(tmp_path / "first", vae, audio_dirs=(songs,))
    start = tmp_path / "first" / "run"
    other = write_bundle(tmp_path / "other", text_width=16, vocoder=False, seed=9) / "vae"
    train(tmp_path / "tuned", other, audio_dirs=(songs,), start=start, verbosity=0)
    assert "learned the latents of another autoencoder" in capsys.readouterr().err
    config = json.loads((start / "config.json").read_text())
    config["config"]["latents"]["rate_hz"] = 50.0
    (start / "config.json").write_text(json.dumps(config))
    with pytest.raises(
        ConfigError, match=r"must take latents .* \(8, 1, 25\.0\), and it takes \(8, 1, 50\.0\)"
    ):
        train(tmp_path / "wrong", vae, audio_dirs=(songs,), start=start)


def test_what_the_autoencoders_file_gets_wrong_is_bad_data(songs: Path, vae: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(vae, tmp_path / "vae"))
    document = json.loads((copy / "config.json").read_text())
    document["config"]["wings"] = 2
    (copy / "config.json").write_text(json.dumps(document))
    with pytest.raises(BadDataError, match="unknown key 'wings'"):
        train(tmp_path, copy, audio_dirs=(songs,))
    with pytest.raises(InputMissingError, match=r"the folder of the vae must hold config\.json") as caught:
        train(tmp_path, vae.parent, audio_dirs=(songs,))
    assert caught.value.hint == f"name the folder {vae}"
    assert not (tmp_path / "run").exists()
