"""What is UNet V2's own: its levels, its one- and two-dimensional form, the voice's gates."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.ldm.unet.networks import conditions, latents, network
from torch import nn

from muze_ldm.conditioning.voice import VoiceStreamAttention, set_voice_gates, voice_gates
from muze_ldm.unet.blocks import ResBlock, SpatialTransformer
from muze_ldm.unet.model import UNetV2, level_heights


def made(**values: Any) -> UNetV2:
    model = network("unet", **values)
    assert isinstance(model, UNetV2)
    return model


def count(module: nn.Module, kind: type[nn.Module]) -> int:
    return sum(isinstance(inside, kind) for inside in module.modules())


def test_levels_have_what_is_asked_for() -> None:
    model = made(num_res_blocks=2, attention_resolutions=(4, 2))
    assert [count(level, ResBlock) for level in model.down] == [2, 2, 2]
    assert [count(level, ResBlock) for level in model.up] == [3, 3, 3]
    assert [count(level, SpatialTransformer) for level in model.down] == [0, 2, 2]
    assert [count(level, SpatialTransformer) for level in model.up] == [3, 3, 0]
    assert (count(model.middle, SpatialTransformer), count(model.middle, ResBlock)) == (1, 2)
    levels = [*model.down, model.middle, *model.up]
    assert [count(level, VoiceStreamAttention) for level in levels] == [1] * 7


def test_every_level_listens_to_the_voice_through_a_gate() -> None:
    model = made()
    z, t = latents(2, 8)
    given = conditions(2, 8)
    without = {key: value for key, value in given.items() if key not in ("voice", "voice_separated", "ecapa")}
    gates = voice_gates(model)
    assert len(gates) == 7
    with torch.no_grad():
        silent, _ = model(z, t, without)
        distances = []
        for openness in (0.0001, 0.5, 0.9):
            set_voice_gates(model, openness)
            heard, _ = model(z, t, given)
            distances.append(float((heard - silent).abs().mean()))
        assert distances[0] < 0.01 * distances[1] < distances[1] < distances[2]
        for name in gates:
            set_voice_gates(model, {**dict.fromkeys(gates, 0.0001), name: 0.9})
            heard, _ = model(z, t, given)
            assert float((heard - silent).abs().mean()) > 2.0 * distances[0]


def test_flat_maps_are_computed_along_time_alone() -> None:
    kernels = {layer.kernel_size for layer in made().modules() if isinstance(layer, nn.Conv2d)}
    assert kernels == {(1, 3), (1, 1)}
    tall = {layer.kernel_size for layer in made(latent_height=4).modules() if isinstance(layer, nn.Conv2d)}
    # 4 rows become 2 and 1 on the way down, and one row needs no other.
    assert tall == {(3, 3), (1, 3), (1, 1)}


def test_heights_are_halved_while_they_are_even() -> None:
    assert level_heights(16, 4) == [16, 8, 4, 2]
    assert level_heights(12, 4) == [12, 6, 3, 3]
    assert level_heights(1, 3) == [1, 1, 1]


def test_flat_and_tall_have_the_same_parts() -> None:
    flat, tall = made().state_dict(), made(latent_height=8).state_dict()
    assert flat.keys() == tall.keys()
    for name, tensor in flat.items():
        assert tensor.numel() in (tall[name].numel(), tall[name].numel() // 3), name


@pytest.mark.parametrize("resolutions", [(), (1,), (4, 2, 1)])
def test_attention_reaches_across_the_window(resolutions: tuple[int, ...]) -> None:
    model = made(attention_resolutions=resolutions, channel_mult=(1, 1, 1), model_channels=8)
    z, t = latents(1, 256)
    z.requires_grad_()
    prediction, _ = model(z, t, {})
    prediction[0, :, 0, 0].sum().backward()
    assert z.grad is not None
    assert z.grad[0, :, 0, -1].abs().max() > 0.0  # the middle attends at least


def test_layout_in_memory_changes_nothing() -> None:
    model = made()
    z, t = latents(2, 8)
    given = conditions(2, 8)
    with torch.no_grad():
        expected, _ = model(z, t, given)
        found, _ = model.to(memory_format=torch.channels_last)(z, t, given)  # type: ignore[call-overload]
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
