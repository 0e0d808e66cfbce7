"""A run in a folder: resumed to the same bits, stopped by Ctrl-C, guarded against NaN, refused where it must."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.training.toy import ToyTask

from muzecli.console import Console
from muzecli.errors import ConfigError, FailedError, InterruptedRunError, OutputError, OutputExistsError
from muzecli.training.checkpoints import Checkpoints
from muzecli.training.job import Trained, check_folder, train_in
from muzecli.training.log import read_log
from muzecli.training.settings import TrainSettings
from muzecli.training.stored import MODEL_FILE, read_model, write_model

SETTINGS = TrainSettings(
    steps=30, batch_size=5, lr=3e-2, warmup_steps=5, ema_decay=0.9, check_every=8, log_every=4, keep_best=2
)


def run(folder: Path, task: ToyTask | None = None, settings: TrainSettings = SETTINGS, **more: Any) -> None:
    def conclude(trained: Trained) -> None:
        write_model(
            folder, trained.best.tensors(), kind="toy", config=trained.best.config, about=trained.best.about
        )

    train_in(
        folder,
        task or ToyTask(),
        settings,
        configuration=more.pop("configuration", {"steps": settings.steps}),
        device="cpu",
        console=Console(verbosity=-1),
        conclude=conclude,
        **more,
    )


def final_bits(folder: Path) -> dict[str, bytes]:
    checkpoints = Checkpoints(folder / "checkpoints", kind="toy", keep_best=2)
    last = checkpoints.path(checkpoints.steps()[-1])
    files = [
        last / "model.safetensors",
        last / "training.safetensors",
        folder / MODEL_FILE,
        folder / "log.csv",
    ]
    return {path.name + path.parent.name: path.read_bytes() for path in files if path.parent != folder} | {
        path.name: path.read_bytes() for path in files if path.parent == folder
    }


def ctrl_c_at(call: int) -> Callable[[int], None]:
    return lambda n: os.kill(os.getpid(), signal.SIGINT) if n == call else None


@pytest.mark.parametrize("ema", [0.9, 0.0])
@pytest.mark.parametrize("stop", [3, 8, 17, 29])
@pytest.mark.parametrize("accumulate", [1, 2])
def test_interrupted_and_resumed_is_the_same_bits(
    tmp_path: Path, stop: int, accumulate: int, ema: float
) -> None:
    settings = TrainSettings(
        **{**SETTINGS.__dict__, "accumulate": accumulate, "ema_decay": ema}  # a frozen dataclass's fields
    )
    run(tmp_path / "whole", settings=settings)
    broken = tmp_path / "broken"
    with pytest.raises(InterruptedRunError, match=f"stopped at step {stop} of 30") as caught:
        run(broken, ToyTask(stop_at=ctrl_c_at(stop * accumulate)), settings)
    assert caught.value.exit_code == 130
    assert not (broken / MODEL_FILE).exists()
    run(broken, settings=settings)
    assert final_bits(broken) == final_bits(tmp_path / "whole")


def test_it_learns_and_keeps_the_best_and_the_last(tmp_path: Path) -> None:
    run(tmp_path / "r")
    valid = {
        step: value for step, split, name, value in read_log(tmp_path / "r" / "log.csv") if split == "valid"
    }
    assert sorted(valid) == [8, 16, 24, 30]
    assert valid[30] < 0.5 * valid[8]
    checkpoints = Checkpoints(tmp_path / "r" / "checkpoints", kind="toy", keep_best=2)
    best_two = sorted(valid, key=lambda step: valid[step])[:2]
    assert checkpoints.steps() == sorted({*best_two, 30})
    assert read_model(tmp_path / "r", kind="toy").about["step"] == best_two[0]
    assert not list((tmp_path / "r").glob("**/.*"))
    assert {row[2] for row in read_log(tmp_path / "r" / "log.csv")} == {"loss", "worst", "grad_norm", "lr"}


def test_nothing_pickled_is_written(tmp_path: Path) -> None:
    run(tmp_path / "r")
    suffixes = {path.suffix for path in (tmp_path / "r").rglob("*") if path.is_file()}
    assert suffixes == {".safetensors", ".json", ".csv"}


def test_a_loss_that_is_no_number_stops_with_the_items(tmp_path: Path) -> None:
    with pytest.raises(
        FailedError, match=r"loss must be finite, and at step \d+ it is nan; the batch holds .*point 7"
    ) as caught:
        run(tmp_path / "r", ToyTask(poison=7))
    assert "point 7" in caught.value.details["items"]  # type: ignore[operator]
    assert caught.value.hint is not None and "nothing is saved" in caught.value.hint
    for path in (tmp_path / "r").rglob("model.safetensors"):
        assert all(v.isfinite().all() for v in read_model(path.parent, kind="toy").tensors().values())


def test_another_configuration_is_refused_unless_started_anew(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    with pytest.raises(InterruptedRunError):
        run(folder, ToyTask(stop_at=ctrl_c_at(4)), configuration={"lr": 1})
    with pytest.raises(ConfigError, match="another configuration: lr was 1") as caught:
        run(folder, configuration={"lr": 2})
    assert caught.value.exit_code == 78
    run(folder, configuration={"lr": 2}, resume=False)
    run(tmp_path / "fresh", configuration={"lr": 2})
    assert final_bits(folder) == final_bits(tmp_path / "fresh")


def test_a_finished_run_is_kept_unless_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    run(folder)
    assert json.loads((folder / "run.json").read_text())["configuration"] == {"steps": 30}
    with pytest.raises(OutputExistsError, match="holds a finished training run"):
        run(folder)
    run(folder, overwrite=True)
    (folder / "mine.txt").write_text("x")
    run(folder, overwrite=True)
    assert (folder / "mine.txt").read_text() == "x"


def test_a_folder_of_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(OutputError, match="empty folder or one of a training run"):
        check_folder(tmp_path, overwrite=True)
    with pytest.raises(OutputError, match="must be a folder, and"):
        check_folder(tmp_path / "thesis.txt", overwrite=True)


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    from muzecli.errors import BadDataError

    folder = tmp_path / "r"
    with pytest.raises(InterruptedRunError):
        run(folder, ToyTask(stop_at=ctrl_c_at(4)))
    state = next(folder.rglob("training.safetensors"))
    state.write_bytes(state.read_bytes()[:-8] + b"\xff" * 8)
    with pytest.raises(BadDataError, match=r"training\.safetensors is damaged"):
        run(folder)


def test_the_callers_random_state_is_left_alone(tmp_path: Path) -> None:
    task = ToyTask()
    torch.manual_seed(7)
    before = torch.get_rng_state()
    run(tmp_path / "r", task)
    assert torch.equal(before, torch.get_rng_state())


def test_bf16_trains(tmp_path: Path) -> None:
    run(tmp_path / "r", settings=TrainSettings(**{**SETTINGS.__dict__, "precision": "bf16-mixed"}))
    assert read_model(tmp_path / "r", kind="toy").tensors()["0.weight"].dtype == torch.float32
    with pytest.raises(ConfigError, match="16-mixed needs a CUDA device"):
        run(tmp_path / "s", settings=TrainSettings(**{**SETTINGS.__dict__, "precision": "16-mixed"}))
