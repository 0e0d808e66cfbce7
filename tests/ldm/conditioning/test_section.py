"""The section vector and all that enters it: the table's widths, and any subset missing."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
import torch
from tests.ldm.conditioning.batches import FRAMES, TINY, conditions, same
from torch import Tensor, nn

from muze_ldm.conditioning.conditioner import Conditioner, Encoded
from muze_ldm.conditioning.config import ConditioningConfig
from muze_ldm.conditioning.dropout import drop, group_names, without
from muze_ldm.conditioning.keys import CONDITIONS, KNOWN
from muze_ldm.conditioning.section import SectionConditioningModule, encoder_widths

SWITCHES = (
    "use_voice_stream",
    "use_dual_voice",
    "use_clap",
    "use_beat",
    "use_chord",
    "use_phonemes",
    "use_pitch",
)


@pytest.fixture(scope="module")
def conditioner() -> Conditioner:
    torch.manual_seed(1)
    return Conditioner(TINY).eval()


def encode(model: Conditioner, given: dict[str, Tensor], count: int) -> Encoded:
    with torch.no_grad():
        encoded: Encoded = model(given, count, FRAMES)
    return encoded


def with_switches(config: ConditioningConfig, switches: dict[str, Any]) -> ConditioningConfig:
    return replace(config, **switches)


def tensors(encoded: Encoded) -> list[Tensor]:
    voice = [] if encoded.voice is None else [encoded.voice.vector]
    frames = [] if encoded.frames is None else [encoded.frames]
    return [encoded.vector, encoded.context, *frames, *voice]


def test_widths_are_those_of_the_table() -> None:
    widths = encoder_widths(ConditioningConfig())
    assert widths == {
        "section_type": 128,
        "position": 128,
        "energy": 64,
        "tempo_bpm": 64,
        "loudness_db": 64,
        "prompt": 512,
        "key": 64,
        "has_vocals": 32,
        "sentiment": 64,
        "genres": 64,
        "artist": 64,
        "clap": 128,
        "beat": 64,
        "chord": 64,
        "phonemes": 128,
        "phoneme_times": 64,
        "pitch": 64,
        "vibrato": 64,
        "breaths": 32,
    }
    assert sum(list(widths.values())[:11]) == 1248
    assert sum(widths.values()) == 1856


def test_full_module_gives_what_each_encoder_is_to_give() -> None:
    config = ConditioningConfig(genres=("house", "jazz"))
    module = SectionConditioningModule(config)
    given = conditions(2, config=replace(config, control_channels=TINY.control_channels))
    seen: dict[str, tuple[int, ...]] = {}
    for name, encoder in module.encoders.items():

        def record(_: nn.Module, __: object, result: object, name: str = name) -> None:
            first = result[0] if isinstance(result, tuple) else result
            assert isinstance(first, Tensor)
            seen[name] = tuple(first.shape)

        encoder.register_forward_hook(record)
    result = module(given, 2)
    expected: dict[str, tuple[int, ...]] = {
        name: (2, width) for name, width in encoder_widths(config).items()
    }
    expected["pitch"] = (2, 64 + 32, FRAMES)
    assert seen == expected
    assert module.inputs == 1856
    assert result.vector.shape == (2, 1024)
    assert result.durations is not None and result.durations.shape == (2, 5)
    assert result.pitch is not None and result.pitch.shape == (2, 96, FRAMES)


def test_base_module_has_only_the_base_widths() -> None:
    plain = with_switches(ConditioningConfig(genres=("house",)), dict.fromkeys(SWITCHES, False))
    assert SectionConditioningModule(plain).inputs == 1248
    assert SectionConditioningModule(replace(plain, use_clap=True)).inputs == 1376


def test_over_thirty_inputs() -> None:
    assert len(conditions(1)) > 30
    assert set(conditions(1)) == {*CONDITIONS, "control_known"}


@pytest.mark.parametrize("key", [*CONDITIONS, "control_known", None])
def test_any_one_condition_may_be_missing(conditioner: Conditioner, key: str | None) -> None:
    given = conditions(2)
    encoded = encode(conditioner, {name: value for name, value in given.items() if name != key}, 2)
    for tensor in tensors(encoded):
        assert torch.isfinite(tensor).all()
    assert encoded.vector.shape == (2, 16)
    assert encoded.frames is not None and encoded.frames.shape == (2, conditioner.frame_channels, FRAMES)
    assert (encoded.durations is None) == (key == "phonemes")


def test_any_subset_may_be_missing(conditioner: Conditioner) -> None:
    chance = random.Random(3)
    for _ in range(60):
        kept = [name for name in conditions(1) if chance.random() < 0.5]
        given = {name: value for name, value in conditions(3).items() if name in kept}
        for name in list(given):
            if (
                name in CONDITIONS
                and name not in ("context", "context_mask", "control")
                and chance.random() < 0.5
            ):
                given[name + KNOWN] = torch.tensor([chance.random() < 0.5 for _ in range(3)])
        for tensor in tensors(encode(conditioner, given, 3)):
            assert len(tensor) == 3 and torch.isfinite(tensor).all()


def test_nothing_at_all_is_known(conditioner: Conditioner) -> None:
    encoded = encode(conditioner, {}, 2)
    assert encoded.voice is None and encoded.durations is None
    assert encoded.context.shape == (2, 1, 12) and encoded.context_mask is None
    same(encoded.vector[0], encoded.vector[1])


FLAGGED = [name for name in CONDITIONS if name not in ("context", "context_mask", "control", "voice")]


@pytest.mark.parametrize("key", FLAGGED)
def test_unknown_for_all_is_the_same_as_absent(conditioner: Conditioner, key: str) -> None:
    given = conditions(2)
    absent = encode(conditioner, {name: value for name, value in given.items() if name != key}, 2)
    unknown = encode(conditioner, {**given, key + KNOWN: torch.zeros(2, dtype=torch.bool)}, 2)
    for found, expected in zip(tensors(unknown), tensors(absent), strict=True):
        same(found, expected)


@pytest.mark.parametrize("key", FLAGGED)
def test_what_is_not_known_is_not_looked_at(conditioner: Conditioner, key: str) -> None:
    given, other = conditions(2), conditions(2, seed=5)
    flags = {key + KNOWN: torch.tensor([True, False])}
    mixed = given[key].clone()
    mixed[1] = other[key][1]
    first = encode(conditioner, {**given, **flags}, 2)
    second = encode(conditioner, {**given, **flags, key: mixed}, 2)
    for found, expected in zip(tensors(second), tensors(first), strict=True):
        same(found, expected)


@pytest.mark.parametrize(
    "key", [k for k in CONDITIONS if k not in ("context_mask", "phoneme_starts", "phoneme_ends")]
)
def test_every_condition_changes_something(conditioner: Conditioner, key: str) -> None:
    given, other = conditions(4), conditions(4, seed=5)
    first, second = encode(conditioner, given, 4), encode(conditioner, {**given, key: other[key]}, 4)
    pairs = zip(tensors(first), tensors(second), strict=True)
    assert any(not torch.allclose(one, two) for one, two in pairs)


def test_an_item_does_not_depend_on_its_batch(conditioner: Conditioner) -> None:
    given = conditions(3)
    together = encode(conditioner, given, 3)
    for row in range(3):
        alone = encode(conditioner, {name: value[row : row + 1] for name, value in given.items()}, 1)
        for found, expected in zip(tensors(alone), tensors(together), strict=True):
            same(found, expected[row : row + 1])


def test_missing_is_not_zero(conditioner: Conditioner) -> None:
    given = conditions(2)
    for key in ("energy", "sentiment", "vibrato", "prompt", "clap_audio", "section_type"):
        zero = encode(conditioner, {**given, key: torch.zeros_like(given[key])}, 2)
        absent = encode(conditioner, {name: value for name, value in given.items() if name != key}, 2)
        assert not torch.allclose(zero.vector, absent.vector)


def test_encoders_of_absent_conditions_are_not_run(conditioner: Conditioner) -> None:
    ran: list[str] = []
    assert conditioner.control is not None
    modules = {**conditioner.section.encoders, "control": conditioner.control.frames}
    hooks = [
        module.register_forward_hook(lambda *_, name=name: ran.append(name))
        for name, module in modules.items()
    ]
    encode(conditioner, {}, 2)
    # The stand-in for pitch is asked for, but none of the pitch encoder's layers.
    assert set(ran) <= {"pitch"}
    given = conditions(2)
    ran.clear()
    encode(conditioner, {"energy": given["energy"], "chord": given["chord"]}, 2)
    assert set(ran) - {"pitch"} == {"energy", "chord"}
    for hook in hooks:
        hook.remove()


def test_genres_that_a_model_does_not_know_are_unknown(conditioner: Conditioner) -> None:
    given = conditions(2)
    none = encode(conditioner, {**given, "genres": torch.zeros(2, 3)}, 2)
    absent = encode(conditioner, {name: value for name, value in given.items() if name != "genres"}, 2)
    same(none.vector, absent.vector)


def test_gradients_reach_every_parameter() -> None:
    model = Conditioner(TINY)
    given = drop(conditions(8), dict.fromkeys(group_names(), 0.5), torch.Generator().manual_seed(2))
    for part in (given, conditions(2)):
        encoded = model(part, len(part["energy"]), FRAMES)
        loss = sum(tensor.square().sum() for tensor in tensors(encoded)) + encoded.durations.sum()
        loss.backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name


def test_runs_in_bfloat16(conditioner: Conditioner) -> None:
    given = drop(conditions(4), dict.fromkeys(group_names(), 0.3), torch.Generator().manual_seed(2))
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        encoded = conditioner(given, 4, FRAMES)
    exact = encode(conditioner, dict(given), 4)
    for found, expected in zip(tensors(encoded), tensors(exact), strict=True):
        torch.testing.assert_close(found.float(), expected, rtol=0.05, atol=0.1)
    half = Conditioner(TINY).to(torch.bfloat16)
    assert half(given, 4, FRAMES).vector.dtype == torch.bfloat16


@pytest.mark.parametrize("switch", SWITCHES)
def test_models_without_a_part_ignore_its_conditions(switch: str) -> None:
    config = with_switches(TINY, {switch: False})
    model = Conditioner(config)
    given = conditions(2)
    full = encode(model, given, 2)
    used = encode(model, {k: v for k, v in given.items() if k == "context_mask" or config.uses(k)}, 2)
    for found, expected in zip(tensors(full), tensors(used), strict=True):
        same(found, expected)
    assert (full.voice is None) == (switch == "use_voice_stream")


def test_without_is_as_if_never_given(conditioner: Conditioner) -> None:
    given = conditions(2)
    encoded = encode(conditioner, dict(without(given, ["text", "voice", "control"])), 2)
    assert encoded.voice is None and encoded.context.shape[1] == 1
    rest = encode(
        conditioner, {k: v for k, v in given.items() if k not in ("context", "prompt", "clap_text")}, 2
    )
    same(encoded.vector, rest.vector)


def test_width_share_scales_every_width() -> None:
    widths, full = encoder_widths(replace(TINY, width_share=0.25)), encoder_widths(ConditioningConfig())
    assert widths == {name: width // 4 for name, width in full.items()}
