"""The task: which windows, which loss, and a configuration that the network is built from again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.ldm.ldm.songs import RATE_HZ, material, network, text, track

from muze_ldm.bundle_settings import LdmSettings
from muze_ldm.ldm.config import KIND, LdmConfig
from muze_ldm.ldm.material import Material
from muze_ldm.ldm.task import LdmTask
from muzecli.training.stored import StoredModel
from muzecli.training.task import SamplingTask

PHONEMES = [
    {"phoneme": phoneme, "start": start, "end": start + 0.2}
    for phoneme, start in (("h", 0.1), ("ə", 0.3), ("l", 0.5), ("oʊ", 0.7))
]
ALL: dict[str, Any] = {"has_vocals": True, "phoneme_timestamps": PHONEMES, "energy": 0.4, "tempo": 100.0}


def task(made: Material, **more: Any) -> LdmTask:
    values = {"network": {"backbone": "transformer"}, "window_frames": 32, "window_hop": 16, **more}
    return LdmTask(LdmConfig(**values), network(), made, vae_sha256="0" * 64, seed=3)


@pytest.fixture
def sung() -> Material:
    tracks = [track("a", **ALL), track("b", **ALL)]
    return material(
        [100, 50], ["train", "valid"], tracks=tracks, texts=[text(1, 3), text(2, 2)], scored=[0, 1]
    )


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_windows_overlap_in_training_and_stand_side_by_side_in_validation() -> None:
    made = task(material([100, 70], ["train", "valid"]))
    assert [made.item_id(index) for index in range(len(made))] == [
        f"song-0 at {start / RATE_HZ:.2f} s" for start in (0, 16, 32, 48, 64, 68)
    ]
    assert [window.start for window in made._valid] == [0, 32, 38]


def test_without_a_valid_split_the_test_split_chooses() -> None:
    made = task(material([100, 70], ["train", "test"]))
    assert {window.recording for window in made._valid} == {1}


def test_weights_follow_the_seed_alone() -> None:
    first, second = (task(material([40, 40], ["train", "valid"])) for _ in range(2))
    before = torch.random.get_rng_state()
    for name, value in first.model.state_dict().items():
        assert torch.equal(value, second.model.state_dict()[name]), name
    assert torch.equal(before, torch.random.get_rng_state())


def test_the_loss_is_finite_and_follows_the_generator(sung: Material) -> None:
    made = task(sung)
    batch = made.batch([0, 1, 2])
    first, again, other = (made.loss(made.model, batch, generator(seed)) for seed in (1, 1, 2))
    assert set(first) == {"loss", "mse", "durations"}
    assert all(torch.isfinite(value).all() for value in first.values())
    assert torch.equal(first["loss"], again["loss"]) and not torch.equal(first["loss"], other["loss"])
    first["loss"].backward()  # type: ignore[no-untyped-call]
    grads = [weights.grad for weights in made.model.parameters() if weights.grad is not None]
    assert grads and all(torch.isfinite(grad).all() for grad in grads)


def test_durations_weigh_what_they_are_to_weigh(sung: Material) -> None:
    found = {}
    for weight in (0.0, 0.5):
        made = task(sung, duration_weight=weight)
        found[weight] = made.loss(made.model, made.batch([0]), generator())
    difference = found[0.5]["loss"] - found[0.0]["loss"]
    assert float(difference.detach()) == pytest.approx(0.5 * float(found[0.5]["durations"]), rel=1e-4)


def test_recordings_without_any_annotation_can_be_learned_from() -> None:
    made = task(material([40, 10, 40], ["train", "train", "valid"]))
    found = made.loss(made.model, made.batch(range(len(made))), generator())
    assert set(found) == {"loss", "mse"} and torch.isfinite(found["loss"])


def test_everything_may_be_left_out(sung: Material) -> None:
    made = task(sung, dropout={group: 1.0 for group in ("text", "control", "phonemes", "energy", "position")})
    assert torch.isfinite(made.loss(made.model, made.batch([0, 1]), generator())["loss"])


def test_what_is_beyond_a_recordings_end_does_not_count() -> None:
    made = task(material([20, 40], ["train", "valid"]))
    batch = made.batch([0])
    other = batch._replace(latents=batch.latents.clone())
    other.latents[..., 20:] = 50.0
    # The last layer begins as zero, so that the prediction is zero whatever is seen.
    first, second = (made.loss(made.model, one, generator())["loss"] for one in (batch, other))
    torch.testing.assert_close(first, second)


def test_validation_is_the_same_each_time_and_tells_what_conditions_are_worth(sung: Material) -> None:
    made = task(sung)
    with torch.no_grad():
        for weights in made.model.parameters():
            if not weights.any():
                torch.nn.init.normal_(weights, std=0.1, generator=generator())
        first, again = (made.validate(made.model.eval(), lambda batch: batch) for _ in range(2))
    assert first == again and set(first) == {"loss", "mse_text", "mse_free"}
    assert len(set(first.values())) == 3


def test_the_configuration_is_read_back(sung: Material) -> None:
    made = task(sung, diffusion={"objective": "v"})
    config = json.loads(json.dumps(made.config()))
    read = LdmSettings.of(StoredModel(Path("there"), KIND, config, "1" * 64, {}))
    assert read.network == made.network
    assert (read.diffusion.objective, read.diffusion.path) == ("v", "cosine")
    assert (read.rate_hz, read.window_frames, read.vae_sha256) == (RATE_HZ, 32, "0" * 64)


def test_samples_get_the_score_of_a_window_held_out(sung: Material, tmp_path: Path) -> None:
    heard: list[Any] = []

    class Stub:
        def __init__(self, scored: Any) -> None:
            heard.append(scored)

        def write(self, model: Any, folder: Path) -> None:
            heard.append(folder)

    for made in (sung, material([40, 40], ["train", "valid"])):
        one = task(made)
        assert isinstance(one, SamplingTask)
        one.samples(one.model, tmp_path, 1)  # nobody listens
        one._listening = Stub  # type: ignore[assignment]
        one.samples(one.model, tmp_path, 1)
    assert len(heard[0]["control"]) == 1 and heard[1:] == [tmp_path, None, tmp_path]
