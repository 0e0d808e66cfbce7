"""Items to batches, against the same put together by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from tests.ldm.conditioning.batches import TINY, conditions, same

from muze_ldm.conditioning.collate import collate
from muze_ldm.conditioning.conditioner import Conditioner
from muzecli.song.frames import GROUPS


def items(count: int = 3) -> list[dict[str, Any]]:
    batch = conditions(count)
    return [{name: value[row].numpy() for name, value in batch.items()} for row in range(count)]


def test_whole_items_are_stacked() -> None:
    found = collate(items())
    expected = conditions(3)
    assert set(found) == set(expected)
    for name, value in expected.items():
        same(found[name], value)
        assert found[name].dtype == value.dtype, name


def test_what_some_lack_is_marked() -> None:
    first, second = items(2)
    for name in ("energy", "phonemes", "voice", "control", "context", "context_mask"):
        del second[name]
    found = collate([first, second])
    for name in ("energy", "phonemes", "voice"):
        assert found[name + "_known"].tolist() == [True, False]
    assert found["phonemes"][1].tolist() == [0] * 5
    assert found["context_mask"].any(dim=1).tolist() == [True, False]
    assert found["control_known"].any(dim=1).tolist() == [True, False]
    assert "key_known" not in found


def test_what_all_lack_stays_absent() -> None:
    assert set(collate([{"energy": 0.5}, {"chord": 3}])) == {"energy", "energy_known", "chord", "chord_known"}
    assert collate([{}, {}]) == {}


def test_numbers_become_the_types_that_networks_take() -> None:
    found = collate(
        [{"energy": 1, "key": np.int8(3), "f0_voiced": np.array([True]), "tempo_bpm": np.float64(99.5)}]
    )
    types = {name: value.dtype for name, value in found.items()}
    assert types == {
        "key": torch.int64,
        "energy": torch.float32,
        "tempo_bpm": torch.float32,
        "f0_voiced": torch.bool,
    }


def test_small_types_of_caches_are_kept() -> None:
    found = collate(
        [
            {
                "context": np.ones((3, 2), np.float16),
                "control": np.full((4, 6), 127, np.int8),
                "clap_text": np.ones(512, np.float64),
            }
        ]
    )
    assert (found["context"].dtype, found["control"].dtype) == (torch.float16, torch.int8)
    assert found["clap_text"].dtype == torch.float32


def test_sequences_are_as_long_as_the_longest() -> None:
    found = collate(
        [
            {"beat_positions": np.array([0.1, 0.6]), "breaths": np.zeros((0, 2))},
            {"beat_positions": np.array([0.2]), "breaths": np.array([[0.5, 0.9]])},
            {"beat_positions": np.zeros(0)},
        ]
    )
    same(found["beat_positions"], torch.tensor([[0.1, 0.6], [0.2, -1.0], [-1.0, -1.0]]))
    assert found["breaths"].tolist()[0] == [[-1.0, -1.0]] and found["breaths"].tolist()[2] == [[-1.0, -1.0]]
    assert found["breaths_known"].tolist() == [True, True, False]


def test_tokens_have_a_mask_whether_given_or_not() -> None:
    one = {"context": np.ones((3, 2)), "context_mask": np.array([True, False, True])}
    found = collate([one, {"context": np.ones((1, 2))}])
    assert found["context_mask"].tolist() == [[True, False, True], [True, False, False]]


def test_flags_of_control_groups() -> None:
    flags = np.zeros(len(GROUPS), bool)
    control = np.zeros((2, 4), np.float32)
    found = collate([{"control": control, "control_known": flags}, {"control": control}])
    assert found["control_known"].any(dim=1).tolist() == [False, True]
    assert "control_known" not in collate([{"control": control}])


def test_nothing_is_shared_with_the_items() -> None:
    item = items(1)[0]
    found = collate([item])
    item["voice"][:] = 7.0
    assert not (found["voice"] == 7.0).any()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([{"tempo": 120.0}], "a condition is one of .*; not 'tempo'"),
        (
            [{"voice": np.zeros(256)}, {"voice": np.zeros(192)}],
            r"voice must be of one shape .* \(192,\), \(256,\)",
        ),
        ([{"control": np.zeros((3, 4))}, {"control": np.zeros((3, 5))}], "control must be of one shape"),
        ([{"energy": np.zeros(2)}], r"energy must have 0 axes, and it has shape \(2,\)"),
        ([{"context": np.zeros((2, 4))}, {"context": np.zeros((3, 5))}], "context must be of one shape"),
    ],
)
def test_refuses(given: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        collate(given)


def test_padding_by_neighbours_changes_no_item() -> None:
    torch.manual_seed(0)
    model = Conditioner(TINY).eval()
    long, short = items(2)
    for name in (
        "phonemes",
        "phoneme_starts",
        "phoneme_ends",
        "beat_positions",
        "breaths",
        "context",
        "context_mask",
    ):
        short[name] = short[name][:1]
    for name in ("vibrato", "ecapa", "chord"):
        del short[name]
    with torch.no_grad():
        together, alone = model(collate([long, short]), 2, 6), model(collate([short]), 1, 6)
    same(together.vector[1:], alone.vector)
    same(together.frames[1:], alone.frames)
    same(together.voice.vector[1:], alone.voice.vector)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_pinned_batches_on_a_cuda_device() -> None:
    from muze_ldm.conditioning.dropout import drop, group_names

    batch = collate([*items(4)[:3], {"energy": 0.5}], pin_memory=True)
    assert all(value.is_pinned() for value in batch.values())
    torch.manual_seed(0)
    model = Conditioner(TINY).eval()
    there = {name: value.to("cuda", non_blocking=True) for name, value in batch.items()}
    generator = torch.Generator("cuda").manual_seed(0)
    with torch.no_grad():
        here, away = model(batch, 4, 6), model.to("cuda")(there, 4, 6)
        some = model(drop(there, dict.fromkeys(group_names(), 0.5), generator), 4, 6)
    torch.testing.assert_close(away.vector.cpu(), here.vector, rtol=1e-3, atol=1e-3)
    assert torch.isfinite(some.vector).all() and torch.isfinite(some.frames).all()
