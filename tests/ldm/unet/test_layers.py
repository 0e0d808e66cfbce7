"""The small layers beside plain reference implementations."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from muze_ldm import layers
from muze_ldm.layers import (
    CrossAttention,
    Downsample,
    FrameNorm,
    SelfAttention,
    Upsample,
    attend,
    convolution,
    map_norm,
    norm_groups,
    remembered,
    rotary_angles,
    rotated,
    time_features,
    zeroed,
)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("written_out", [False, True])
def test_attention_is_the_weighted_mean(
    masked: bool, written_out: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "_WRITTEN_OUT", 2**25 if written_out else 0)
    torch.manual_seed(0)
    query, key, value = torch.randn(2, 3, 5, 4), torch.randn(2, 3, 6, 4), torch.randn(2, 3, 6, 4)
    mask = torch.rand(2, 1, 1, 6) < 0.5 if masked else None
    if mask is not None:
        mask[..., 0] = True
    found = attend(query, key, value, mask=mask)
    for item in range(2):
        for head in range(3):
            for place in range(5):
                seen = [m for m in range(6) if mask is None or mask[item, 0, 0, m]]
                weights = [math.exp(float(query[item, head, place] @ key[item, head, m]) / 2.0) for m in seen]
                mean = sum(w * value[item, head, m] for w, m in zip(weights, seen, strict=True)) / sum(
                    weights
                )
                torch.testing.assert_close(found[item, place, 4 * head : 4 * head + 4], mean)


def test_turned_features_see_distances_alone() -> None:
    torch.manual_seed(0)
    angles = rotary_angles(40, 8, device=torch.device("cpu"))
    query, key = torch.randn(8), torch.randn(8)
    q = rotated(query.expand(1, 40, 2, 8), angles)[0, :, 0]
    k = rotated(key.expand(1, 40, 2, 8), angles)[0, :, 0]
    for distance in (0, 3, 17):
        products = torch.stack([q[n] @ k[n + distance] for n in range(20)])
        torch.testing.assert_close(products, products[:1].expand(20), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(q.norm(dim=-1), query.norm().expand(40))


def test_self_attention_knows_positions_by_angles_alone() -> None:
    torch.manual_seed(0)
    layer = SelfAttention(16, 2)
    x = torch.randn(1, 9, 16)
    order = torch.randperm(9)
    angles = rotary_angles(9, 8, device=torch.device("cpu"))
    torch.testing.assert_close(layer(x[:, order]), layer(x)[:, order])
    assert not torch.allclose(layer(x[:, order], angles), layer(x, angles)[:, order])


def test_masked_tokens_are_not_seen() -> None:
    torch.manual_seed(0)
    layer = CrossAttention(8, 6, 2, inner=4)
    x, tokens = torch.randn(2, 5, 8), torch.randn(2, 4, 6)
    mask = torch.tensor([[True, False, True, False], [True, True, True, True]])
    other = tokens.clone()
    other[0, [1, 3]] += 5.0
    torch.testing.assert_close(layer(x, other, mask), layer(x, tokens, mask))
    torch.testing.assert_close(layer(x[:1], tokens[:1, ::2], None), layer(x, tokens, mask)[:1])
    assert not torch.allclose(layer(x, other, None), layer(x, tokens, None))


def test_norms_of_maps() -> None:
    torch.manual_seed(0)
    x = torch.randn(2, 64, 1, 7) * 3.0 + 1.0
    frame, group = map_norm(64, flat=True), map_norm(64, flat=False)
    assert isinstance(frame, FrameNorm) and isinstance(group, nn.GroupNorm)
    assert [p.shape for p in frame.parameters()] == [p.shape for p in group.parameters()]
    expected = functional.layer_norm(x[:, :, 0].transpose(1, 2), (64,)).transpose(1, 2)[:, :, None]
    torch.testing.assert_close(frame(x), expected)
    assert [norm_groups(channels) for channels in (64, 320, 48, 8, 7)] == [32, 32, 24, 8, 7]


@pytest.mark.parametrize(("height", "rows"), [(1, 1), (2, 3), (5, 3)])
def test_convolutions_of_flat_maps_have_no_rows_to_waste(height: int, rows: int) -> None:
    layer = convolution(3, 5, height=height)
    assert layer.kernel_size == (rows, 3)
    assert layer(torch.zeros(1, 3, height, 9)).shape == (1, 5, height, 9)


@pytest.mark.parametrize("height", [1, 2, 3, 8])
def test_up_undoes_down(height: int) -> None:
    x = torch.randn(1, 4, height, 12)
    down = Downsample(4, height=height)(x)
    assert down.shape == (1, 4, height if height % 2 else height // 2, 6)
    assert Upsample(4, height=height)(down).shape == x.shape


def test_times_are_told_apart() -> None:
    features = time_features(torch.linspace(0.0, 1.0, 11), 32)
    assert features.shape == (11, 32)
    distances = torch.cdist(features, features) + 100.0 * torch.eye(11)
    assert distances.min() > 0.5
    torch.testing.assert_close(features[0], torch.tensor([1.0] * 16 + [0.0] * 16))


def test_zeroed_layers_give_nothing() -> None:
    assert zeroed(nn.Linear(3, 4))(torch.randn(2, 3)).abs().max() == 0.0


def test_remembering_less_runs_the_function_again() -> None:
    calls = []

    def double(x: torch.Tensor) -> torch.Tensor:
        calls.append(1)
        return 2.0 * x.sin()

    for again, expected in ((False, 1), (True, 2)):
        calls.clear()
        x = torch.ones(3, requires_grad=True)
        remembered(double, x, again=again).sum().backward()
        assert len(calls) == expected
        torch.testing.assert_close(x.grad, 2.0 * torch.ones(3).cos())
    calls.clear()
    with torch.no_grad():
        remembered(double, x, again=True)
    assert len(calls) == 1
