"""The room's small parts: schedule, batches, average, trees, settings, presets, stored models."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from muzecli.errors import BadDataError, ConfigError, InputMissingError
from muzecli.training import tree
from muzecli.training.batches import Batches, steps_for_epochs
from muzecli.training.ema import Ema
from muzecli.training.log import Log, read_log
from muzecli.training.presets import ModelPresets, build, parse_preset
from muzecli.training.schedule import lr_share
from muzecli.training.settings import TrainSettings
from muzecli.training.stored import load_into, read_model, write_model

# ---- schedule ----


@given(st.integers(1, 300), st.integers(0, 400), st.floats(0, 1))
def test_schedule_rises_then_falls_to_its_floor(steps: int, warmup: int, final: float) -> None:
    shares = [lr_share(s, steps=steps, warmup_steps=warmup, final=final) for s in range(steps)]
    assert all(0 <= share <= 1 + 1e-12 for share in shares)
    peak = min(max(warmup - 1, 0), steps - 1)
    assert shares[peak] == pytest.approx(1)
    assert shares[: peak + 1] == sorted(shares[: peak + 1])
    assert all(a >= b - 1e-12 for a, b in zip(shares[peak:], shares[peak + 1 :], strict=False))
    if peak < steps - 1:
        assert shares[-1] == pytest.approx(final)


# ---- batches ----


@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 5))
def test_an_epoch_shows_each_item_at_most_once(count: int, size: int, seed: int) -> None:
    batches = Batches([n % 7 for n in range(count)], batch_size=size, seed=seed)
    for epoch in range(3):
        numbers = range(epoch * batches.per_epoch, (epoch + 1) * batches.per_epoch)
        seen = [index for number in numbers for index in batches.indices(number)]
        assert len(seen) == len(set(seen)) == batches.per_epoch * min(size, count)
        assert set(seen) <= set(range(count))


def test_batches_need_no_history() -> None:
    a, b = Batches([1] * 50, batch_size=8, seed=3), Batches([1] * 50, batch_size=8, seed=3)
    in_order = [a.indices(number) for number in range(40)]
    assert [b.indices(number) for number in reversed(range(40))] == in_order[::-1]
    assert Batches([1] * 50, batch_size=8, seed=4).indices(0) != in_order[0]
    with pytest.raises(ValueError, match="at least one item"):
        Batches([], batch_size=8, seed=0)


def test_items_of_like_length_share_a_batch() -> None:
    lengths = [int(n) for n in torch.randint(1, 100, (4096,), generator=torch.Generator().manual_seed(0))]
    batches = Batches(lengths, batch_size=32, seed=0)
    grouped = [[lengths[index] for index in batches.indices(number)] for number in range(batches.per_epoch)]
    padded = sum(max(batch) * len(batch) for batch in grouped) / sum(lengths)
    assert padded < 1.1
    assert [max(batch) for batch in grouped] != sorted(max(batch) for batch in grouped)
    assert batches.indices(0) != batches.indices(batches.per_epoch)


def test_epochs_as_steps() -> None:
    assert steps_for_epochs(3, count=100, items_per_step=10) == 30
    assert steps_for_epochs(3, count=4, items_per_step=32) == 3
    assert steps_for_epochs(0.001, count=10, items_per_step=10) == 1


# ---- average ----


def test_ema_is_the_recursion_and_gives_the_weights_back() -> None:
    model = nn.Linear(1, 1, bias=False)
    model.weight.data.fill_(0.0)
    ema, expected = Ema(model, 0.5), 0.0
    for step in range(1, 20):
        model.weight.data.fill_(float(step))
        ema.update(model, step)
        decay = min(0.5, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * step
    assert ema.values["weight"].item() == pytest.approx(expected, rel=1e-6)
    with ema.in_place_of(model):
        assert model.weight.item() == pytest.approx(expected, rel=1e-6)
    assert model.weight.item() == 19.0


# ---- trees ----


def test_trees_come_back_as_they_were() -> None:
    weights = nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(weights.parameters(), betas=(0.8, 0.9))
    weights(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    state = {"optimizer": optimizer.state_dict(), "none": None, "odd": {1: (True, [2.5, "x"])}}
    values, tensors = tree.split(state, "s")
    back = tree.join(json.loads(json.dumps(values)), tensors)
    assert back["odd"] == state["odd"]
    assert back["optimizer"]["param_groups"] == state["optimizer"]["param_groups"]
    for key, slot in state["optimizer"]["state"].items():
        for name, value in slot.items():
            assert torch.equal(back["optimizer"]["state"][key][name], value)
    with pytest.raises(TypeError, match=r"s/f must be a number.*function"):
        tree.split({"f": lambda: None}, "s")


# ---- log ----


def test_log_drops_what_comes_after_the_step_it_goes_on_from(tmp_path: Path) -> None:
    log = Log(tmp_path / "log.csv")
    for step in (10, 20, 30):
        log.write(step, "train", {"loss": 1 / step})
    with log.path.open("a") as stream:
        stream.write("40,train,lo")  # a crash
    Log(tmp_path / "log.csv", step=20).write(30, "train", {"loss": 0.5})
    assert read_log(log.path) == [
        (10, "train", "loss", 0.1),
        (20, "train", "loss", 0.05),
        (30, "train", "loss", 0.5),
    ]
    assert log.path.read_text().splitlines()[0] == "step,split,name,value"


# ---- settings and presets ----


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"steps": 0}, "steps must be at least 1"),
        ({"steps": 1, "final_lr": 2.0}, "final_lr must be 0…1"),
        ({"steps": 1, "ema_decay": 1.0}, "ema_decay must be below 1"),
        ({"steps": 1, "lr": float("nan")}, "lr must be 0 or more"),
        ({"steps": 1, "precision": "64"}, "precision must be one of 32-true"),
    ],
)
def test_settings_refuse_nonsense(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TrainSettings(**values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Toy:
    width: int
    ratio: float = 0.5
    names: tuple[str, ...] = ()


PRESET = {
    "schema": "muze.model-preset/1",
    "kind": "toy",
    "model": {"width": 4},
    "training": {"steps": 10, "lr": 1e-3},
}


def test_presets_build_dataclasses() -> None:
    preset = parse_preset("toy-tiny", PRESET).with_values(
        ["model.ratio=1", "model.names=[a, b]", "training.lr=2e-3"]
    )
    assert preset.config(Toy) == Toy(4, 1.0, ("a", "b"))
    assert preset.settings(steps=7, batch_size=None) == TrainSettings(steps=7, lr=2e-3)


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("width=3", "--set takes model.KEY=VALUE"),
        ("model.width", "--set takes model.KEY=VALUE"),
        ("model.with=3", "unknown key 'with'"),
        ("model.width=wide", "'width' must be a whole number, not 'wide'"),
        ("model.width=true", "'width' must be a whole number"),
    ],
)
def test_set_refuses_what_it_does_not_know(assignment: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_preset("toy-tiny", PRESET).with_values([assignment]).config(Toy)


def test_preset_kind_names_each_fault() -> None:
    kind = ModelPresets()
    assert kind.validate([], Path("x.yaml")) == ["a model preset must be a mapping"]
    assert "schema must be" in kind.validate({"schema": "muze.model/9"}, Path("x.yaml"))[0]
    assert "unknown key 'modle'" in kind.validate(PRESET | {"modle": {}}, Path("x.yaml"))[0]
    faults = kind.validate(PRESET | {"training": {"steps": 0}}, Path("x.yaml"))
    assert "steps must be at least 1" in faults[0]
    assert "no kind of model named 'toy'" in faults[1]
    with pytest.raises(ConfigError, match="width must be given"):
        build(Toy, {}, where="here")


# ---- stored models ----


def test_stored_models_come_back(tmp_path: Path) -> None:
    model = nn.Linear(3, 2)
    write_model(tmp_path / "m", model.state_dict(), kind="toy", config={"a": 1}, about={"step": 5})
    modes = {path.stat().st_mode for path in (tmp_path / "m").iterdir()}
    assert len(modes) == 1  # others may read the weights as they may read the configuration
    stored = read_model(tmp_path / "m", kind="toy")
    assert (stored.config, stored.about) == ({"a": 1}, {"step": 5})
    other = nn.Linear(3, 2)
    load_into(other, stored)
    assert torch.equal(other.weight, model.weight)
    halved = write_model(
        tmp_path / "h", model.state_dict(), kind="toy", config={}, dtype=torch.float16
    ).tensors()
    assert halved["weight"].dtype == torch.float16
    with pytest.raises(BadDataError, match="do not fit the toy that its configuration describes"):
        load_into(nn.Linear(4, 2), stored)


def test_stored_models_are_checked(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    with pytest.raises(InputMissingError, match="cannot read the model configuration"):
        read_model(folder, kind="toy")
    write_model(folder, {"w": torch.zeros(2)}, kind="toy", config={})
    with pytest.raises(BadDataError, match="must be a planner model, and it is a toy model"):
        read_model(folder, kind="planner")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    with pytest.raises(BadDataError, match="is damaged or belongs to another configuration"):
        read_model(folder, kind="toy").tensors()
    (folder / "config.json").write_text("{")
    with pytest.raises(BadDataError, match="must be JSON"):
        read_model(folder, kind="toy")
    (folder / "config.json").write_text('{"schema": "muze.model/2"}')
    with pytest.raises(BadDataError, match=r"schema must be muze.model/1, found 'muze.model/2'"):
        read_model(folder, kind="toy")
