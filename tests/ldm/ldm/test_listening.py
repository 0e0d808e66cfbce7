"""What a model makes while it learns: files of the right length, the same each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from tests.ldm.bundles import VAE_CONFIG, ToyEncoder
from tests.ldm.ldm.songs import FOLD, network

from muze_ldm.backbone import build_backbone
from muze_ldm.diffusion.config import DiffusionConfig
from muze_ldm.diffusion.process import Process
from muze_ldm.ldm import listening
from muze_ldm.ldm.listening import PROMPTS, Listening
from muze_ldm.vae.network import AudioVAE
from muzecli.song.frames import CHANNELS

FRAMES = 16


@pytest.fixture
def model() -> Any:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        made: Any = build_backbone(network())
        for weights in made.parameters():
            if not weights.any():
                torch.nn.init.normal_(weights, std=0.1)
    return made.eval()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Listening:
    monkeypatch.setattr(listening, "STEPS", 3)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        vae = AudioVAE(VAE_CONFIG).eval()
    scored = {"control": torch.ones(1, len(CHANNELS), FRAMES * FOLD)}
    return Listening(vae, Process(DiffusionConfig()), ToyEncoder(), frames=FRAMES, scored=scored)


def test_each_prompt_and_the_score_are_made_alike_each_time(
    heard: Listening, model: Any, tmp_path: Path
) -> None:
    made = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        with torch.inference_mode():
            made.append(heard.write(model, tmp_path / name))
    names = [*(f"prompt-{number}.wav" for number in range(1, len(PROMPTS) + 1)), "score.wav"]
    assert [path.name for path in made[0]] == names
    contents = {path.read_bytes() for path in made[0]}
    assert contents == {path.read_bytes() for path in made[1]} and len(contents) == len(names)
    columns = FRAMES * VAE_CONFIG.time_stride
    for path in made[0]:
        samples, rate_hz = soundfile.read(path)
        assert (len(samples), rate_hz) == (columns * VAE_CONFIG.hop_samples, VAE_CONFIG.rate_hz)
        assert np.isfinite(samples).all() and np.abs(samples).max() <= 1.0


def test_without_a_score_there_are_the_prompts_alone(heard: Listening) -> None:
    bare = Listening(heard.vae, heard.process, ToyEncoder(), frames=FRAMES, scored=None)
    assert set(bare.conditions) == {f"prompt-{number}" for number in range(1, len(PROMPTS) + 1)}
    assert all("context_mask" in conditions for conditions in bare.conditions.values())
