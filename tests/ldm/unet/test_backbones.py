"""What both backbones owe: shapes, any subset of conditions, checkpointing, precision."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from tests.ldm.unet.networks import NAMES, Network, conditions, config, latents, network, wake
from torch import Tensor

from muze_ldm.backbone import backbone_config, build_backbone, stored_config
from muzecli.errors import ConfigError

EACH = pytest.mark.parametrize("name", NAMES)


def run(model: Network, z: Tensor, t: Tensor, given: dict[str, Tensor]) -> Tensor:
    with torch.no_grad():
        prediction: Tensor = model(z, t, given)[0]
    return prediction


@EACH
@pytest.mark.parametrize("height", [1, 4])
def test_begins_as_nothing(name: str, height: int) -> None:
    model = network(name, awake=False, latent_height=height)
    z, t = latents(2, 8, height=height)
    assert run(model, z, t, conditions(2, 8)).abs().max() == 0.0


@EACH
@pytest.mark.parametrize("height", [1, 2, 3, 6])
@pytest.mark.parametrize("frames", [4, 12, 44])
def test_any_height_and_any_width(name: str, height: int, frames: int) -> None:
    model = network(name, latent_height=height)
    z, t = latents(2, frames, height=height)
    prediction = run(model, z, t, conditions(2, frames))
    assert prediction.shape == z.shape
    assert torch.isfinite(prediction).all() and prediction.abs().max() > 0.0


@EACH
@pytest.mark.parametrize("shape", [(1, 4, 2, 8), (1, 5, 1, 8)])
def test_refuses_other_latents(name: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"latents must be \(B, 4, 1, W\) with W a multiple of"):
        network(name)(torch.zeros(shape), torch.zeros(1), {})


def test_unet_refuses_widths_that_its_levels_cannot_halve() -> None:
    with pytest.raises(ValueError, match=r"W a multiple of 4, and they are \(1, 4, 1, 6\)"):
        network("unet")(torch.zeros(1, 4, 1, 6), torch.zeros(1), {})
    assert network("transformer")(torch.zeros(1, 4, 1, 7), torch.zeros(1), {})[0].shape == (1, 4, 1, 7)


@EACH
def test_any_subset_of_conditions_may_be_missing(name: str) -> None:
    model, chance = network(name), random.Random(1)
    z, t = latents(2, 8)
    everything = conditions(2, 8)
    for _ in range(25):
        given = {key: value for key, value in everything.items() if chance.random() < 0.5}
        for key in list(given):
            if key not in ("context", "context_mask", "control", "control_known") and chance.random() < 0.5:
                given[f"{key}_known"] = torch.tensor([chance.random() < 0.5 for _ in range(2)])
        assert torch.isfinite(run(model, z, t, given)).all()
    assert torch.isfinite(run(model, z, t, {})).all()


@EACH
@pytest.mark.parametrize("switch", ["use_voice_stream", "use_pitch", "use_phonemes", "control_channels"])
def test_what_is_switched_off_is_not_there(name: str, switch: str) -> None:
    off: Any = () if switch == "control_channels" else False
    full, model = network(name), network(name, **{switch: off})
    assert sum(p.numel() for p in model.parameters()) < sum(p.numel() for p in full.parameters())
    z, t = latents(2, 8)
    given = conditions(2, 8)
    _, durations = model(z, t, given)
    assert (durations is None) == (switch == "use_phonemes")
    keys = {
        "use_voice_stream": ("voice", "voice_separated", "ecapa"),
        "use_pitch": ("f0_hz", "f0_coarse", "f0_voiced", "vibrato", "breaths"),
        "use_phonemes": ("phonemes", "phoneme_starts", "phoneme_ends"),
        "control_channels": ("control", "control_known"),
    }[switch]
    without = {key: value for key, value in given.items() if key not in keys}
    torch.testing.assert_close(run(model, z, t, without), run(model, z, t, given))


@EACH
@pytest.mark.parametrize(
    "key", ["context", "prompt", "energy", "f0_hz", "control", "voice", "ecapa", "chord"]
)
def test_conditions_count(name: str, key: str) -> None:
    model = network(name)
    z, t = latents(2, 8)
    given, other = conditions(2, 8), conditions(2, 8, seed=3)
    first, second = run(model, z, t, given), run(model, z, t, {**given, key: other[key]})
    assert not torch.allclose(first, second, atol=1e-6)


@EACH
def test_time_counts_and_an_item_is_not_its_neighbours(name: str) -> None:
    model = network(name)
    z, t = latents(3, 8)
    given = conditions(3, 8)
    together = run(model, z, t, given)
    assert not torch.allclose(together, run(model, z, 1.0 - t, given), atol=1e-6)
    for row in range(3):
        one = slice(row, row + 1)
        alone = run(model, z[one], t[one], {key: value[one] for key, value in given.items()})
        torch.testing.assert_close(alone, together[one], rtol=1e-4, atol=1e-5)


@EACH
def test_control_acts_in_its_own_time(name: str) -> None:
    model = network(name)
    z, t = latents(1, 32)
    given = conditions(1, 32)
    changed = given["control"].clone()
    changed[:, :, -4:] = 1.0 - changed[:, :, -4:]  # the last two latent frames
    moved = (
        (run(model, z, t, {**given, "control": changed}) - run(model, z, t, given)).abs().mean(dim=(0, 1, 2))
    )
    assert moved[-2:].mean() > 2.0 * moved[:8].mean()


@EACH
def test_encoding_once_gives_the_same(name: str) -> None:
    model = network(name)
    z, t = latents(2, 8)
    given = conditions(2, 8)
    with torch.no_grad():
        encoded = model.encode(given, 2, 8)
        torch.testing.assert_close(model.predict(z, t, encoded), model(z, t, given)[0], rtol=0.0, atol=0.0)


@EACH
@pytest.mark.parametrize("height", [1, 2])
def test_checkpointing_changes_no_gradient(name: str, height: int) -> None:
    gradients = []
    for use_checkpoint in (False, True):
        model = network(name, latent_height=height, use_checkpoint=use_checkpoint, dropout=0.2)
        z, t = latents(2, 8, height=height)
        with torch.random.fork_rng():
            torch.manual_seed(9)
            prediction, durations = model(z, t, conditions(2, 8))
            assert durations is not None
            (prediction.square().mean() + durations.mean()).backward()
        gradients.append({key: p.grad for key, p in model.named_parameters() if p.grad is not None})
    assert len(gradients[0]) > 100
    torch.testing.assert_close(gradients[1], gradients[0], rtol=1e-5, atol=1e-7)


@EACH
@pytest.mark.parametrize("height", [1, 2])
def test_bfloat16_is_finite_and_near(name: str, height: int) -> None:
    model = network(name, latent_height=height)
    z, t = latents(2, 16, height=height)
    given = conditions(2, 16)
    exact = run(model, z, t, given)
    with torch.autocast("cpu", torch.bfloat16):
        prediction, _ = model(z, t, given)
        loss = prediction.float().square().mean()
    loss.backward()
    assert all(p.grad is None or torch.isfinite(p.grad).all() for p in model.parameters())
    error = (prediction.float() - exact).square().mean() / exact.square().mean()
    assert error < 0.02


@EACH
def test_learns(name: str) -> None:
    model = network(name, awake=False)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    z, t = latents(4, 8)
    given = conditions(4, 8)
    losses = []
    for _ in range(25):
        loss = (model(z, t, given)[0] - z.flip(1)).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.5 * losses[0]


@EACH
def test_configurations_come_back(name: str) -> None:
    import json

    chosen = config(name)
    stored = json.loads(json.dumps(stored_config(chosen)))
    assert stored["backbone"] == name
    assert backbone_config(stored) == chosen


@EACH
def test_large_ones_are_built_without_memory(name: str) -> None:
    size: dict[str, Any] = {"model_channels": 768} if name == "unet" else {"model_width": 4096, "layers": 40}
    with torch.device("meta"):
        built: Any = build_backbone(
            config(name, num_heads=8, **size) if name == "unet" else config(name, **size)
        )
    assert {parameter.device.type for parameter in built.parameters()} == {"meta"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "network: backbone must be one of unet, transformer, and it is None"),
        ({"backbone": "vit"}, "backbone must be one of unet, transformer, and it is 'vit'"),
        ({"backbone": "unet", "widht": 3}, "network: there is no key 'widht'|unknown|widht"),
        ({"backbone": "unet", "dropout": 1.0}, "network: dropout must be 0…1, below 1, and it is 1"),
        ({"backbone": "unet", "latent_height": 0}, "latent_height must be at least 1, and it is 0"),
        ({"backbone": "unet", "model_channels": 7}, "model_channels must be even, and it is 7"),
        (
            {"backbone": "unet", "channel_mult": []},
            r"channel_mult must be whole numbers of at least 1, not \[\]",
        ),
        (
            {"backbone": "unet", "attention_resolutions": [3]},
            r"attention_resolutions must be among \[1, 2, 4, 8\] for 4 levels, not 3",
        ),
        (
            {"backbone": "unet", "model_channels": 10},
            "channels of levels with attention must be multiples of num_heads 8",
        ),
        ({"backbone": "unet", "embedding_channels": -1}, "embedding_channels must be 0 or more"),
        ({"backbone": "transformer", "layers": 0}, "layers must be at least 1, and it is 0"),
        (
            {"backbone": "transformer", "model_width": 100},
            r"model_width must be a multiple of 2 · heads, and 100",
        ),
        ({"backbone": "transformer", "text_width": 9}, "text_width must be a multiple of text_heads, and 9"),
    ],
)
def test_refuses(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        backbone_config(values)


def test_every_parameter_of_an_awake_network_is_reached() -> None:
    for name in NAMES:
        model = network(name)
        wake(model)
        z, t = latents(2, 8)
        prediction, durations = model(z, t, conditions(2, 8))
        assert durations is not None
        (prediction.square().sum() + durations.sum()).backward()
        # Stand-ins for what is missing have no part where nothing is.
        idle = [key for key, p in model.named_parameters() if p.grad is None and "missing" not in key]
        assert [key for key in idle if "unknown" not in key] == []
