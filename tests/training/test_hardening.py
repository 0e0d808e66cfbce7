"""What can go wrong around a run: damage, kill -9, a full disk, locks, foreign folders and foreign weights."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.conftest import REPOSITORY
from tests.training.several import CONFIGURATION, SeveralTask
from tests.training.several import settings as several_settings
from tests.training.test_job import SETTINGS, ctrl_c_at, final_bits, run
from tests.training.toy import ToyTask
from torch import nn

from muzecli.console import Console
from muzecli.errors import (
    BadDataError,
    ConfigError,
    InputMissingError,
    InterruptedRunError,
    OutputError,
    TemporaryError,
)
from muzecli.jobs import MARKER, locked
from muzecli.training import tree
from muzecli.training.checkpoints import Checkpoints, TrainingState
from muzecli.training.job import check_folder, train_in
from muzecli.training.log import read_log
from muzecli.training.stored import read_model, write_model


def checkpoints_of(folder: Path) -> Checkpoints:
    return Checkpoints(folder / "checkpoints", kind="toy", keep_best=2)


def stopped_at(folder: Path, step: int, **more: Any) -> Path:
    with pytest.raises(InterruptedRunError):
        run(folder, ToyTask(stop_at=ctrl_c_at(step)), **more)
    return folder


# ---- damage ----


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-5] ^= 0xFF
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("harm", [cut, flip, Path.unlink])
@pytest.mark.parametrize(
    "name", ["training.safetensors", "training.json", "model.safetensors", "config.json"]
)
def test_a_damaged_last_checkpoint_falls_back_aloud_to_the_one_before(
    tmp_path: Path, name: str, harm: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = stopped_at(tmp_path / "r", 19)
    checkpoints = checkpoints_of(folder)
    assert checkpoints.steps() == [8, 16, 19]
    path = checkpoints.path(19) / name
    harm(path)
    if name.endswith("json") and path.exists() and harm is flip:
        path.write_text(path.read_text(errors="replace").replace("{", "[", 1))
    saved = checkpoints.last(Console().warn)
    assert saved is not None and saved.state.step == 16
    said = capsys.readouterr().err
    assert "warning:" in said and "going on from step 16 instead" in said
    assert checkpoints.steps() == [8, 16]
    assert (
        checkpoints.folder / "damaged-step-00000019" / "training.json"
    ).exists() or name == "training.json"


def test_a_run_that_fell_back_ends_with_the_same_bits(tmp_path: Path) -> None:
    run(tmp_path / "whole")
    folder = stopped_at(tmp_path / "r", 19)
    flip(checkpoints_of(folder).path(19) / "training.safetensors")
    run(folder)
    assert final_bits(folder) == final_bits(tmp_path / "whole")


def test_where_no_checkpoint_is_whole_none_is_touched(tmp_path: Path) -> None:
    folder = stopped_at(tmp_path / "r", 10)
    for step in (8, 10):
        flip(checkpoints_of(folder).path(step) / "training.safetensors")
    with pytest.raises(BadDataError, match=r"step-00000010/training\.safetensors is damaged") as caught:
        run(folder)
    assert "--no-resume" in str(caught.value.hint)
    assert checkpoints_of(folder).steps() == [8, 10]
    run(folder, resume=False)


def test_a_best_checkpoint_damaged_at_the_end_is_passed_over(tmp_path: Path) -> None:
    run(tmp_path / "r")
    checkpoints = checkpoints_of(tmp_path / "r")
    first, second = checkpoints._ranked()[:2]
    flip(checkpoints.path(first) / "model.safetensors")
    said: list[str] = []
    assert checkpoints.best(said.append).about["step"] == second
    assert "damaged and is passed over" in said[0]


# ---- kill -9 ----


def test_killed_in_the_middle_of_a_checkpoint_it_goes_on_from_the_one_before(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.training.several", str(tmp_path / "r"), "--kill-in-save", "2"]
    killed = subprocess.run(words, cwd=REPOSITORY, capture_output=True, check=False, timeout=500)
    assert killed.returncode == -signal.SIGKILL
    folder = tmp_path / "r" / "checkpoints"
    assert {path.name for path in folder.iterdir()} == {"step-00000012", ".step-00000024.part"}

    def resumed(folder: Path) -> Path:
        train_in(
            folder,
            SeveralTask(),
            several_settings(),
            configuration=CONFIGURATION,
            device="cpu",
            console=Console(verbosity=-1),
            conclude=lambda trained: None,
        )
        return folder

    whole = resumed(tmp_path / "whole")
    resumed(tmp_path / "r")
    assert not list((tmp_path / "r").glob("**/.step*"))
    assert (tmp_path / "r" / "log.csv").read_bytes() == (whole / "log.csv").read_bytes()
    last = "checkpoints/step-00000024/training.safetensors"
    assert (tmp_path / "r" / last).read_bytes() == (whole / last).read_bytes()


def test_half_removed_checkpoints_are_swept_away(tmp_path: Path) -> None:
    folder = stopped_at(tmp_path / "r", 10)
    checkpoints = checkpoints_of(folder)
    (checkpoints.folder / ".step-00000002.gone").mkdir()
    (checkpoints.folder / ".step-00000002.gone" / "config.json").write_text("{")
    run(folder)
    assert not list(checkpoints.folder.glob(".*"))


def test_what_is_replaced_is_gone_before_the_folder_is_marked_as_the_new_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "r")

    def killed(folder: Path, *args: object, **more: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("muzecli.training.folder.open_job", killed)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "r", overwrite=True)
    assert not (tmp_path / "r" / "checkpoints").exists()  # else the new run would go on from the old one


# ---- what cannot be written ----


def test_a_full_disk_stops_the_run_with_what_is_saved(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(call: int) -> None:
        if call == 10:  # from here on no file may be longer than a kilobyte
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))

    try:
        with pytest.raises(OutputError, match=r"cannot write .*step-00000016") as caught:
            run(tmp_path / "r", ToyTask(stop_at=fill))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "step 8 is saved" in str(caught.value.hint)
    assert caught.value.exit_code == 74
    checkpoints = checkpoints_of(tmp_path / "r")
    assert checkpoints.steps() == [8]
    assert not list(checkpoints.folder.glob(".*"))
    run(tmp_path / "r")
    run(tmp_path / "whole")
    assert final_bits(tmp_path / "r") == final_bits(tmp_path / "whole")


def test_a_folder_in_use_is_refused_until_it_is_free(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    with locked(tmp_path / "r"), pytest.raises(TemporaryError, match="another muze is at work"):
        run(tmp_path / "r")
    run(tmp_path / "r")


def test_a_folder_that_cannot_be_written_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    for folder in (tmp_path, tmp_path / "new" / "deep"):
        with pytest.raises(OutputError, match="must be writable, and it is not"):
            check_folder(folder, overwrite=False)
    assert not (tmp_path / "new").exists()


def test_a_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "song").write_text("x")
    with pytest.raises(OutputError, match=r"cannot make|must be writable"):
        run(tmp_path / "song" / "run")


# ---- another configuration ----


def test_a_changed_setting_is_named_with_both_values(tmp_path: Path) -> None:
    before = {"training": {"lr": 1e-3, "steps": 30}, "model": {"layers": [1, 2]}}
    folder = stopped_at(tmp_path / "r", 4, configuration=before)
    now = {"training": {"lr": 2e-3, "steps": 30}, "model": {"layers": (1, 3)}}
    with pytest.raises(ConfigError) as caught:
        run(folder, configuration=now)
    assert "training.lr was 0.001 and is 0.002; model.layers was [1, 2] and is [1, 3]" in caught.value.message
    assert caught.value.details["changed"] == ["training.lr", "model.layers"]


def test_settings_that_an_older_muze_did_not_know_do_not_count_while_they_are_off(tmp_path: Path) -> None:
    known = asdict(SETTINGS)
    for name in ("adversary_from", "sample_every", "restart_from"):
        del known[name]
    folder = stopped_at(tmp_path / "r", 4, configuration={"training": known})
    marker = json.loads((folder / MARKER).read_text())
    with pytest.raises(ConfigError, match=r"training\.sample_every was None and is 7"):
        run(folder, configuration={"training": asdict(replace(SETTINGS, sample_every=7))})
    stopped_at(folder, 4, configuration={"training": asdict(SETTINGS)})
    assert json.loads((folder / MARKER).read_text()) == marker
    run(folder, configuration={"training": asdict(SETTINGS)})


def test_checkpoints_of_muze_0_1_go_on(tmp_path: Path) -> None:
    """They have sums of the log's window instead of means, no adversary, and an optimiser that was not fused."""
    run(tmp_path / "whole")
    folder = stopped_at(tmp_path / "r", 10)
    checkpoints = checkpoints_of(folder)
    saved = checkpoints.last()
    assert saved is not None
    state = tree.join(saved.state.values, saved.state.tensors)
    state["sums"] = {name: total for name, (total, _) in state.pop("means").items()}
    del state["adversary"]
    for group in state["optimizer"]["param_groups"]:
        group["fused"] = None
    values, tensors = tree.split(state, "state")
    checkpoints.save(TrainingState(10, values, tensors), saved.weights, config=saved.model.config, metrics={})
    run(folder)
    assert final_bits(folder) == final_bits(tmp_path / "whole")


# ---- other weights ----


class WideTask(ToyTask):
    def __init__(self) -> None:
        super().__init__()
        self.model = nn.Sequential(nn.Linear(1, 9), nn.Tanh(), nn.Dropout(0.1), nn.Linear(9, 1))

    def config(self) -> dict[str, Any]:
        return {"width": 9}


def test_a_checkpoint_of_another_architecture_says_what_differs(tmp_path: Path) -> None:
    folder = stopped_at(tmp_path / "r", 10)
    with pytest.raises(BadDataError, match="width is 8 there and 9 here") as caught:
        run(folder, WideTask())
    assert "must be of the architecture that is trained, and 3 of its weights" in caught.value.message
    assert checkpoints_of(folder).steps() == [8, 10]  # nothing is wrong with it


def test_a_run_may_start_from_the_weights_of_another(tmp_path: Path) -> None:
    run(tmp_path / "first")
    first = read_model(tmp_path / "first", kind="toy")
    tuned = replace(SETTINGS, restart_from=str(tmp_path / "first"), steps=8, lr=0.0)
    run(tmp_path / "second", settings=tuned)
    for name, value in read_model(tmp_path / "second", kind="toy").tensors().items():
        torch.testing.assert_close(value, first.tensors()[name])
    about = json.loads((tmp_path / "second" / "run.json").read_text())["started_from"]
    assert about == {"folder": str(tmp_path / "first"), "sha256": first.sha256}
    # An interrupted one goes on from its own checkpoint, and no longer needs the other.
    tuned = replace(SETTINGS, restart_from=str(tmp_path / "first"))
    folder = stopped_at(tmp_path / "third", 10, settings=tuned)
    (tmp_path / "first").rename(tmp_path / "moved")
    run(folder, settings=tuned)


def test_a_start_from_what_is_no_such_model_is_refused_before_the_run_begins(tmp_path: Path) -> None:
    tuned = replace(SETTINGS, restart_from=str(tmp_path / "none"))
    with pytest.raises(InputMissingError, match="cannot read the model configuration"):
        run(tmp_path / "r", settings=tuned)
    write_model(tmp_path / "vae", {"w": torch.zeros(2)}, kind="vae", config={})
    with pytest.raises(BadDataError, match="must be a toy model, and it is a vae model"):
        run(tmp_path / "r", settings=replace(SETTINGS, restart_from=str(tmp_path / "vae")))
    run(tmp_path / "wide", WideTask())
    with pytest.raises(BadDataError, match="width is 9 there and 8 here"):
        run(tmp_path / "r", settings=replace(SETTINGS, restart_from=str(tmp_path / "wide")))
    run(tmp_path / "r")  # and what was refused leaves nothing that is in the way


# ---- what the log says ----


def test_a_value_that_is_not_always_measured_is_averaged_over_where_it_is(tmp_path: Path) -> None:
    class Sometimes(ToyTask):
        def loss(self, model: nn.Module, batch: Any, generator: torch.Generator) -> dict[str, torch.Tensor]:
            values = super().loss(model, batch, generator)
            return values | ({"five": torch.tensor(5.0)} if self.calls % 3 == 0 else {})

    run(tmp_path / "r", Sometimes())
    rows = [value for _, _, name, value in read_log(tmp_path / "r" / "log.csv") if name == "five"]
    assert rows and set(rows) == {5.0}
