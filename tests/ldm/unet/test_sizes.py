"""Sizes and costs of the presets, counted without memory for the weights."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from muze_ldm.backbone import build_backbone
from muze_ldm.ldm.config import KIND, LdmConfig
from muze_ldm.unet.model import UNetV2
from muzecli.presets import all_presets
from muzecli.song.frames import CHANNELS
from muzecli.training.presets import load_model_preset

PUBLISHED = {"spec-unet-256": 722e6, "spec-unet-320": 1.1e9, "spec-unet-512": 2.8e9, "spec-unet-768": 6.1e9}
FROM_DATA: dict[str, Any] = {"genres": tuple(f"genre {i}" for i in range(30)), "control_channels": CHANNELS}


def built(preset: str, **values: Any) -> Any:
    config = load_model_preset(preset, kind=KIND).config(LdmConfig)
    with torch.device("meta"):
        return build_backbone(config.backbone(**values))


def parameters(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def cost(model: Any, frames: int) -> float:
    """Multiplications and additions of one training step on one window with all of its score."""
    config = model.config
    with torch.device("meta"):
        z = torch.zeros(1, config.latent_channels, config.latent_height, frames)
        given = {"control": torch.zeros(1, len(CHANNELS), frames * config.control_fold)}
        with FlopCounterMode(display=False) as counter:
            model(z, torch.zeros(1), given)[0].sum().backward()
    return float(counter.get_total_flops())


@pytest.mark.parametrize("values", [{}, FROM_DATA], ids=["as written", "with data"])
@pytest.mark.parametrize("preset", PUBLISHED)
def test_published_sizes_are_met(preset: str, values: dict[str, Any]) -> None:
    assert parameters(built(preset, **values)) == pytest.approx(PUBLISHED[preset], rel=0.07)


def test_there_is_a_preset_of_each_size() -> None:
    names = {preset.name for preset in all_presets("models") if preset.name.startswith("spec-unet-")}
    assert names == set(PUBLISHED)


def test_published_networks_differ_in_channels_alone() -> None:
    networks = [load_model_preset(name, kind=KIND).model["network"] for name in PUBLISHED]
    for network in networks:
        same = {k: v for k, v in network.items() if k not in ("model_channels", "latent_channels")}
        assert same == {k: v for k, v in networks[0].items() if k in same}


def test_the_small_ones_cost_the_same() -> None:
    unet, transformer = built("ldm-unet-small", **FROM_DATA), built("ldm-transformer-small", **FROM_DATA)
    assert isinstance(unet, UNetV2)
    assert 20e6 < parameters(transformer) < parameters(unet) < 32e6
    assert cost(unet, 256) == pytest.approx(cost(transformer, 256), rel=0.06)


def test_the_smallest_is_small() -> None:
    model = built("ldm-micro", **FROM_DATA)
    assert parameters(model) < 1.2e6
    assert model.config.width_multiple == 2
