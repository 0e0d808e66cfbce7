"""The configuration of a latent diffusion model: what it takes, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.ldm.bundles import network_config

from muze_ldm.backbone import stored_config
from muze_ldm.conditioning.dropout import drop
from muze_ldm.ldm.config import DROPOUT, LdmConfig, LdmKind
from muzecli.errors import ConfigError
from muzecli.presets import all_presets
from muzecli.song.frames import CHANNELS
from muzecli.song.frames import GROUPS as FRAME_GROUPS
from muzecli.training.presets import load_model_preset

UNET = stored_config(network_config("unet", text_width=16))


def config(**more: Any) -> LdmConfig:
    return LdmConfig(**{"network": UNET, "window_frames": 64, **more})


def test_words_and_voice_are_left_out_one_time_in_ten() -> None:
    rates = config().rates
    assert rates["text"] == rates["voice"] == rates["control"] == 0.1
    assert {rates[f"control.{group}"] for group in FRAME_GROUPS} == {0.05}
    assert config(dropout={"text": 0.5}).rates == {**DROPOUT, "text": 0.5}


def test_every_group_that_has_a_rate_can_be_left_out() -> None:
    generator = torch.Generator().manual_seed(0)
    left = drop({"energy": torch.ones(2)}, dict.fromkeys(config().rates, 1.0), generator)
    assert not left["energy_known"].any()


def test_what_the_data_decide_is_filled_in() -> None:
    filled = config().backbone(genres=("jazz",), control_channels=CHANNELS[:3])
    assert (filled.genres, filled.control_channels) == (("jazz",), CHANNELS[:3])
    with pytest.raises(ConfigError, match="unknown key 'colour'"):
        config().backbone(colour=1)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"window_frames": 65},
            "window_frames must be a multiple of 2, which the backbone needs, and it is 65",
        ),
        ({"window_frames": 0}, "window_frames must be a multiple of 2"),
        ({"window_hop": 0}, "window_hop must be at least 1, and it is 0"),
        ({"duration_weight": -1.0}, "duration_weight must be 0 or more, and it is -1.0"),
        ({"dropout": {"txet": 0.1}}, "there is no group of conditions named 'txet'"),
        ({"dropout": {"text": 1.5}}, r"'text' must be 0…1, and it is 1\.5"),
        ({"dropout": {"text": "often"}}, "'text' must be 0…1, and it is 'often'"),
        ({"network": "unet"}, "network must be a mapping of names to values"),
        ({"diffusion": ["v"]}, "diffusion must be a mapping of names to values"),
    ],
)
def test_nonsense_is_refused(more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        config(**more)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"network": {"backbone": "mamba"}}, "backbone must be one of unet, transformer, and it is 'mamba'"),
        ({"network": {}}, "backbone must be one of unet, transformer, and it is None"),
        ({"diffusion": {"objective": "x0"}}, "objective must be one of eps, v, rectified_flow, not 'x0'"),
        ({"diffusion": {"objective": "v", "schedule": "straight"}}, "the schedule must be straight with"),
    ],
)
def test_faults_within_its_parts_are_named(more: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        config(**more)


@pytest.mark.parametrize("objective", ["eps", "v", "rectified_flow"])
def test_every_objective_can_be_configured(objective: str) -> None:
    assert config(diffusion={"objective": objective, "weighting": "min_snr"}).process().objective == objective


def test_a_preset_is_counted_with_the_channels_of_scores() -> None:
    plain = {**UNET, "control_channels": ()}
    with torch.device("meta"):
        network: Any = LdmKind().build(config(network=plain))
        fewer: Any = LdmKind().build(config(network={**plain, "control_channels": CHANNELS[:2]}))
    assert network.config.control_channels == CHANNELS
    assert fewer.config.control_channels == CHANNELS[:2]


def test_every_preset_is_a_configuration() -> None:
    names = [file.name for file in all_presets("models") if "\nkind: ldm\n" in file.path.read_text()]
    assert {"ldm-tiny", "ldm-unet-tiny", "ldm-micro", "spec-unet-320"} <= set(names)
    for name in names:
        preset = load_model_preset(name, kind="ldm")
        found = preset.config(LdmConfig)
        assert found.window_frames % found.backbone().width_multiple == 0
        if name.startswith("spec-"):
            settings = preset.settings(steps=None, seed=None)
            assert (settings.lr, settings.weight_decay, settings.clip_norm) == (1e-4, 0.01, 1.0)
            assert (settings.ema_decay, settings.precision) == (0.9999, "bf16-mixed")
            assert found.rates["text"] == found.rates["voice"] == 0.1
