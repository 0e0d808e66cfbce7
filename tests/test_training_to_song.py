"""From a corpus to a song: every stage learns a little, stopped and resumed, and a song is made of just these."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import soundfile

SYNTH = "dataset synth -o corpus --tracks 4 --duration 6-8 --player plain --no-lyrics --seed 3"
STAGES = {
    "vae": "--cache cache --preset vae-micro --steps 60",
    "vocoder": "--cache cache --preset vocoder-micro --steps 40 --set training.check_every=10",
    "planner": "--preset planner-tiny --steps 60 --set training.check_every=10 --set training.log_every=5",
    "ldm": "--cache cache --preset ldm-micro --steps 60 --set training.check_every=10 --vae-checkpoint models/vae",
}
INTERRUPTED, DONE = 130, 0


def command(stage: str, folder: str) -> list[str]:
    words = f"train {stage} --annotations corpus -o {folder} --seed 1 --device cpu {STAGES[stage]}"
    return [sys.executable, "-m", "muzecli", *words.split()]


def run(words: list[str], work: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=work, env=env, capture_output=True, text=True, check=False, timeout=170)


def stopped_once(words: list[str], work: Path, env: Mapping[str, str], folder: Path) -> bool:
    """Interrupt a training at its first checkpoint; say whether it was still under way."""
    process = subprocess.Popen(
        words, cwd=work, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    while process.poll() is None and not any((folder / "checkpoints").glob("step-*")):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode in (INTERRUPTED, DONE), said
    return process.returncode == INTERRUPTED


def losses(folder: Path) -> list[float]:
    with (folder / "log.csv").open(encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    return [float(value) for _, split, name, value in rows[1:] if (split, name) == ("train", "loss")]


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = tmp_path_factory.mktemp("home")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MUZE_", "XDG_"))}
    # Threads decide in which order sums are added up, and so the last bit.
    return kept | {
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home),
        "OMP_NUM_THREADS": "1",
    }


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, env: dict[str, str]) -> Path:
    """A folder with a corpus, and in `models` every stage, each interrupted and resumed."""
    folder = tmp_path_factory.mktemp("work")
    made = run([sys.executable, "-m", "muzecli", *SYNTH.split()], folder, env)
    assert made.returncode == 0, made.stderr
    for stage in STAGES:
        words = command(stage, f"models/{stage}")
        assert stopped_once(words, folder, env, folder / "models" / stage), (
            f"{stage} ended before it was stopped"
        )
        resumed = run(words, folder, env)
        assert resumed.returncode == 0, resumed.stderr
        assert "going on from step" in resumed.stderr
    return folder


@pytest.mark.parametrize("stage", STAGES)
def test_the_loss_fell(work: Path, stage: str) -> None:
    curve = losses(work / "models" / stage)
    third = max(1, len(curve) // 3)
    assert np.mean(curve[-third:]) < 0.97 * np.mean(curve[:third]), curve


@pytest.mark.parametrize("stage", ["vae", "ldm"])
def test_a_resumed_training_ends_with_the_same_bits(work: Path, env: dict[str, str], stage: str) -> None:
    done = run(command(stage, f"whole/{stage}"), work, env)
    assert done.returncode == 0, done.stderr
    for name in ("model.safetensors", "log.csv"):
        whole, resumed = (work / folder / stage / name for folder in ("whole", "models"))
        assert whole.read_bytes() == resumed.read_bytes(), f"{name} of {stage} differs"


def test_the_song_is_made_of_these_checkpoints(work: Path, env: dict[str, str]) -> None:
    words = (
        "generate --template auto:models/planner --duration 6 --seed 4 --engine ldm --steps 2 -o song.wav"
        " --vae-checkpoint models/vae --vocoder-checkpoint models/vocoder --ldm-checkpoint models/ldm --device cpu"
    )
    done = run([sys.executable, "-m", "muzecli", *words.split(), "--prompt", "slow piano"], work, env)
    assert done.returncode == 0, done.stderr
    samples, rate_hz = soundfile.read(work / "song.wav")
    sidecar = json.loads((work / "song.json").read_text(encoding="utf-8"))
    assert rate_hz == 44_100
    assert np.isfinite(samples).all() and np.abs(samples).max() <= 1.0
    text = json.dumps(sidecar)
    for stage in ("vae", "vocoder", "ldm"):
        trained = json.loads((work / "models" / stage / "config.json").read_text(encoding="utf-8"))
        assert trained["sha256"] in text, f"the sidecar does not name the {stage}"
