"""The voice stream: gates, tokens, and that a voice which is not there changes nothing."""

from __future__ import annotations

import pytest
import torch
from tests.ldm.conditioning.batches import TINY, conditions, same
from torch import nn

from muze_ldm.conditioning.config import ConditioningConfig
from muze_ldm.conditioning.voice import (
    Voice,
    VoiceEmbeddingFusion,
    VoiceStreamAttention,
    set_voice_gates,
    voice_gates,
)


def trained(seed: int = 0) -> VoiceStreamAttention:
    """One whose last projection is not zero any more."""
    torch.manual_seed(seed)
    layer = VoiceStreamAttention(8, 6, heads=2, tokens=3)
    for parameter in (layer.out.weight, layer.silent_key):
        nn.init.normal_(parameter)
    return layer


def test_begins_as_nothing() -> None:
    x = torch.randn(2, 8, 3, 5)
    same(VoiceStreamAttention(8, 6, heads=2)(x, Voice(torch.randn(2, 6), None)), x)


def test_no_voice_leaves_the_features() -> None:
    x = torch.randn(2, 8, 3, 5)
    assert trained()(x, None) is x


def test_items_without_a_voice_are_left() -> None:
    layer, x, vector = trained(), torch.randn(2, 8, 1, 5), torch.randn(2, 6)
    found = layer(x, Voice(vector, torch.tensor([True, False])))
    same(found[1], x[1])
    same(found[0], layer(x, Voice(vector, None))[0])
    assert not torch.allclose(found[0], x[0])


def test_is_gated_attention() -> None:
    """Against attention written out, place by place and head by head."""
    layer, x, vector = trained(), torch.randn(1, 5, 8), torch.randn(1, 6)
    layer.openness = 0.3
    tokens = layer.to_tokens(vector[0]).view(3, 6)
    key, value = layer.key_value(tokens).chunk(2, dim=-1)
    key, value = torch.cat([layer.silent_key[None], key]), torch.cat([torch.zeros(1, 8), value])
    query = layer.query(layer.norm(x[0]))
    expected = x[0].clone()
    for place in range(5):
        heads = []
        for head in (slice(0, 4), slice(4, 8)):
            weights = torch.softmax(key[:, head] @ query[place, head] / 2.0, dim=0)
            heads.append(weights @ value[:, head])
        expected[place] += 0.3 * layer.out.weight @ torch.cat(heads)
    same(layer(x, Voice(vector, None))[0], expected)


def test_features_ask_for_different_things() -> None:
    layer, vector = trained(), torch.randn(1, 6)
    x = torch.randn(1, 4, 8)
    taken = layer(x, Voice(vector, None)) - x
    assert (taken[0, 0] - taken[0, 1]).abs().max() > 1e-3


def test_maps_and_tokens_are_the_same_thing() -> None:
    layer, x, voice = trained(), torch.randn(2, 8, 2, 3), Voice(torch.randn(2, 6), None)
    tokens = x.flatten(2).transpose(1, 2)
    same(layer(x, voice).flatten(2).transpose(1, 2), layer(tokens, voice))


def test_gates_are_read_and_set_by_name() -> None:
    model = nn.ModuleDict({"high": trained(), "low": trained(), "other": nn.Linear(2, 2)})
    assert voice_gates(model) == {"high": 0.5, "low": 0.5}
    set_voice_gates(model, {"low": 0.9})
    assert voice_gates(model) == {"high": 0.5, "low": pytest.approx(0.9)}
    set_voice_gates(model, 0.2)
    assert voice_gates(model)["high"] == pytest.approx(0.2)
    with pytest.raises(ValueError, match="a voice gate is one of high, low, not 'middle'"):
        set_voice_gates(model, {"middle": 0.5})
    with pytest.raises(ValueError, match="a gate must be open between 0 and 1, and 1 is not"):
        set_voice_gates(model, 1.0)


def test_heads_divide_the_channels() -> None:
    with pytest.raises(ValueError, match="channels must be a multiple of heads, and 10 is none of 4"):
        VoiceStreamAttention(10, heads=4)


def test_fused_voice_is_256_wide() -> None:
    fusion = VoiceEmbeddingFusion(ConditioningConfig())
    voice = fusion(conditions(2), 2)
    assert voice.vector.shape == (2, 256) and voice.known is None


@pytest.mark.parametrize("key", ["voice", "voice_separated", "ecapa"])
def test_one_embedding_is_enough(key: str) -> None:
    torch.manual_seed(0)
    fusion, given = VoiceEmbeddingFusion(TINY), conditions(2)
    one = fusion({key: given[key], key + "_known": torch.tensor([True, False])}, 2)
    assert one.known.tolist() == [True, False]
    rest = fusion({name: given[name] for name in ("voice", "voice_separated", "ecapa") if name != key}, 2)
    assert rest.known is None
    assert not torch.allclose(one.vector[0], rest.vector[0])


def test_single_voice_models_hear_the_mix_only() -> None:
    fusion = VoiceEmbeddingFusion(ConditioningConfig(use_dual_voice=False))
    assert fusion.keys == ("voice",)
    assert fusion({"ecapa": torch.zeros(2, 192)}, 2) is None
