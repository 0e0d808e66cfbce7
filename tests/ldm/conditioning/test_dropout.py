"""Conditions left out by chance and on purpose."""

from __future__ import annotations

import pytest
import torch
from tests.ldm.conditioning.batches import conditions
from torch import Tensor

from muze_ldm.conditioning.dropout import drop, group_names, without
from muze_ldm.conditioning.keys import CONDITIONS, GROUPS
from muzecli.song.frames import GROUPS as FRAME_GROUPS

COUNT = 400


def dropped(
    rates: dict[str, float], given: dict[str, Tensor] | None = None, seed: int = 1
) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return dict(drop(conditions(COUNT) if given is None else given, rates, generator))


def test_every_condition_is_in_one_group() -> None:
    grouped = [key for keys in GROUPS.values() for key in keys]
    assert sorted(grouped) == sorted(CONDITIONS)
    assert set(group_names()) == {*GROUPS, *(f"control.{name}" for name in FRAME_GROUPS)}


@pytest.mark.parametrize("group", [name for name in GROUPS if name not in ("text", "control")])
def test_a_group_goes_together_and_as_often_as_asked(group: str) -> None:
    found = dropped({group: 0.25})
    flags = [found[key + "_known"] for key in GROUPS[group]]
    assert abs(float((~flags[0]).float().mean()) - 0.25) < 0.08
    assert all(torch.equal(flag, flags[0]) for flag in flags)
    assert set(found) == set(conditions(1)) | {key + "_known" for key in GROUPS[group]}


def test_text_goes_with_its_tokens() -> None:
    found = dropped({"text": 0.3})
    lost = ~found["prompt_known"]
    assert torch.equal(lost, ~found["context_mask"].any(dim=1)) and torch.equal(
        lost, ~found["clap_text_known"]
    )
    kept = conditions(COUNT)["context_mask"][~lost]
    assert torch.equal(found["context_mask"][~lost], kept)


def test_text_without_a_mask_gets_one() -> None:
    found = dropped({"text": 0.3}, {"context": torch.zeros(COUNT, 4, 2)})
    assert found["context_mask"].shape == (COUNT, 4)
    assert 0 < int(found["context_mask"].all(dim=1).sum()) < COUNT


def test_control_goes_as_a_whole_or_by_group() -> None:
    found = dropped({"control": 0.2, "control.melody": 0.5})
    known, melody = found["control_known"], list(FRAME_GROUPS).index("melody")
    everything = ~known.any(dim=1)
    assert abs(float(everything.float().mean()) - 0.2) < 0.08
    rest = known[~everything]
    assert abs(float((~rest[:, melody]).float().mean()) - 0.5) < 0.1
    others = [number for number in range(len(FRAME_GROUPS)) if number != melody]
    assert rest[:, others].all()


def test_groups_fall_by_themselves() -> None:
    found = dropped({"energy": 0.5, "chord": 0.5})
    both = (~found["energy_known"] & ~found["chord_known"]).float().mean()
    assert abs(float(both) - 0.25) < 0.08


def test_never_and_always() -> None:
    found = dropped({"energy": 0.0, "chord": 1.0})
    assert "energy_known" not in found and not found["chord_known"].any()


def test_unknown_stays_unknown() -> None:
    given = {**conditions(COUNT), "energy_known": torch.zeros(COUNT, dtype=torch.bool)}
    assert not dropped({"energy": 0.5}, given)["energy_known"].any()


def test_draws_depend_on_nothing_but_seed_and_rates() -> None:
    rates = {"energy": 0.5, "chord": 0.5, "control.beat": 0.5}
    one = dropped(rates)
    two = dropped(dict(reversed(rates.items())), {k: v for k, v in conditions(COUNT).items() if k != "chord"})
    assert torch.equal(one["energy_known"], two["energy_known"])
    assert torch.equal(one["control_known"], two["control_known"])
    assert not torch.equal(one["energy_known"], dropped(rates, seed=2)["energy_known"])


def test_what_is_given_is_left_as_it_was() -> None:
    given = conditions(COUNT)
    before = {name: value.clone() for name, value in given.items()}
    dropped(dict.fromkeys(group_names(), 0.5), given)
    assert set(given) == set(before) and all(torch.equal(given[name], before[name]) for name in given)


def test_nothing_given_nothing_dropped() -> None:
    assert dropped(dict.fromkeys(GROUPS, 0.5), {}) == {}


def test_models_with_fewer_channels_have_fewer_flags() -> None:
    given = {"control": torch.zeros(3, 14, 2), "control_known": torch.ones(3, 2, dtype=torch.bool)}
    generator = torch.Generator().manual_seed(0)
    rates = {"control.chord": 1.0, "control.melody": 1.0}
    found = drop(given, rates, generator, control_groups=("chord", "beat"))
    assert found["control_known"].tolist() == [[False, True]] * 3


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        ({"lyrics": 0.1}, "not 'lyrics'"),
        ({"energy": 1.5}, "the dropout of 'energy' must be 0…1, and it is 1.5"),
    ],
)
def test_refuses(rates: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dropped(rates)


@pytest.mark.parametrize("group", GROUPS)
def test_without_takes_a_group_away(group: str) -> None:
    given = {**conditions(2), **{key + "_known": torch.ones(2, dtype=torch.bool) for key in GROUPS[group]}}
    left = without(given, [group])
    gone = {*GROUPS[group], *(key + "_known" for key in GROUPS[group])}
    assert set(left) == set(given) - gone - ({"control_known"} if group == "control" else set())


def test_without_some_channels() -> None:
    left = without({"control": torch.zeros(2, 4, 4)}, ["control.drums", "control.kit"])
    hidden = {list(FRAME_GROUPS)[n] for n in (~left["control_known"][0]).nonzero().flatten().tolist()}
    assert hidden == {"drums", "kit"}
    assert without({}, ["control.drums"]) == {}
    with pytest.raises(ValueError, match="a group of conditions is one of"):
        without({}, ["control.cowbell"])
