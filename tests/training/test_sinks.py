"""Samples, TensorBoard and Weights & Biases: made when asked for, refused when missing, and telling no secrets."""

from __future__ import annotations

import sys
import types
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from tests.training.test_job import SETTINGS, ctrl_c_at, final_bits, run
from tests.training.toy import ToyTask
from torch import nn

from muzecli.errors import InterruptedRunError, OutputError, UnavailableError, UsageError
from muzecli.training import sinks
from muzecli.training.sinks import check_sinks
from muzecli.training.task import SamplingTask


class SoundingTask(ToyTask):
    """Writes what it makes of one input, and draws from everything that a training must not be disturbed by."""

    def samples(self, model: nn.Module, folder: Path, step: int) -> None:
        assert not model.training and not torch.is_grad_enabled()
        torch.rand(step)
        level = float(model(torch.ones(1, 1)))
        soundfile.write(folder / "one.wav", np.full((100, 2), np.tanh(level) / 2), 8000)


SOUNDING = replace(SETTINGS, sample_every=12)


def test_samples_come_every_so_often_and_at_the_end_and_disturb_nothing(tmp_path: Path) -> None:
    assert isinstance(SoundingTask(), SamplingTask)
    assert not isinstance(ToyTask(), SamplingTask)
    run(tmp_path / "silent")
    run(tmp_path / "r", SoundingTask(), SOUNDING)
    found = sorted(
        str(path.relative_to(tmp_path / "r" / "samples")) for path in (tmp_path / "r").rglob("*.wav")
    )
    assert found == ["step-00000012/one.wav", "step-00000024/one.wav", "step-00000030/one.wav"]
    assert final_bits(tmp_path / "r") == final_bits(tmp_path / "silent")


def test_resumed_samples_are_the_same(tmp_path: Path) -> None:
    run(tmp_path / "whole", SoundingTask(), SOUNDING)
    with pytest.raises(InterruptedRunError):
        run(tmp_path / "r", SoundingTask(stop_at=ctrl_c_at(14)), SOUNDING)
    run(tmp_path / "r", SoundingTask(), SOUNDING)
    for path in (tmp_path / "whole" / "samples").rglob("*.wav"):
        other = tmp_path / "r" / path.relative_to(tmp_path / "whole")
        assert other.read_bytes() == path.read_bytes()


def test_samples_that_cannot_be_written_leave_no_half(tmp_path: Path) -> None:
    class Full(SoundingTask):
        def samples(self, model: nn.Module, folder: Path, step: int) -> None:
            (folder / "half.wav").write_text("x")
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match=r"cannot write .*step-00000012: No space left") as caught:
        run(tmp_path / "r", Full(), SOUNDING)
    assert "training.sample_every=0" in str(caught.value.hint)
    assert not list((tmp_path / "r" / "samples").iterdir())


# ---- sinks ----


def test_what_is_missing_is_said_before_the_run_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sinks, "find_spec", lambda name: None)
    for name in ("tensorboard", "wandb"):
        with pytest.raises(UnavailableError, match=f"needs the package '{name}'") as caught:
            run(tmp_path / "r", logs=[name])
        assert caught.value.hint == f"pip install {name}"
        assert caught.value.exit_code == 69
    assert not (tmp_path / "r").exists()
    with pytest.raises(UsageError, match="--log must be one of tensorboard, wandb, and it is 'csv'"):
        check_sinks(["csv"])


def test_tensorboard_has_the_rows_and_the_samples(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    with pytest.raises(InterruptedRunError):
        run(tmp_path / "r", SoundingTask(stop_at=ctrl_c_at(14)), SOUNDING, logs=["tensorboard"])
    run(tmp_path / "r", SoundingTask(), SOUNDING, logs=["tensorboard"])
    events = EventAccumulator(str(tmp_path / "r" / "tensorboard"))
    events.Reload()
    assert [event.step for event in events.Scalars("loss/valid")] == [8, 16, 24, 30]
    assert [event.step for event in events.Audio("samples/one")] == [12, 24, 30]
    run(tmp_path / "r", overwrite=True)
    assert not (tmp_path / "r" / "tensorboard").exists()


class FakeWandb(types.ModuleType):
    """Takes note of what it is told."""

    def __init__(self, *, logged_in: bool = True) -> None:
        super().__init__("wandb")
        self.told: list[Any] = []
        self.logged_in = logged_in
        self.errors = types.SimpleNamespace(Error=type("Error", (Exception,), {}))
        self.Settings = lambda **values: values
        self.Audio = lambda path: f"audio {Path(path).name}"

    def init(self, **values: Any) -> Any:
        if not self.logged_in:
            raise self.errors.Error("api_key not configured (no-tty)")
        self.told.append(values)
        return types.SimpleNamespace(
            log=lambda values, step: self.told.append((step, values)),
            finish=lambda: self.told.append("finished"),
        )


@pytest.fixture
def wandb(monkeypatch: pytest.MonkeyPatch) -> FakeWandb:
    fake = FakeWandb()
    monkeypatch.setitem(sys.modules, "wandb", fake)
    monkeypatch.setattr(sinks, "find_spec", lambda name: object())
    return fake


def test_wandb_is_told_what_is_measured_and_nothing_else(
    tmp_path: Path, wandb: FakeWandb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "hush-hush")
    monkeypatch.setenv("WANDB_PROJECT", "songs")
    options = {"token": {"value": "hush-hush", "source": "command line"}}
    with pytest.raises(InterruptedRunError):
        run(tmp_path / "r", SoundingTask(stop_at=ctrl_c_at(14)), SOUNDING, logs=["wandb"], options=options)
    run(tmp_path / "r", SoundingTask(), SOUNDING, logs=["wandb"], options=options)
    first, second = (told for told in wandb.told if isinstance(told, dict))
    assert first["id"] == second["id"] and first["resume"] == "allow"
    assert (first["project"], first["name"], first["config"]) == ("songs", "r", {"steps": 30})
    assert first["settings"]["console"] == "off" and first["settings"]["disable_git"]
    assert "hush" not in repr(wandb.told)
    assert wandb.told.count("finished") == 2
    rows = [told for told in wandb.told if isinstance(told, tuple)]
    assert (12, {"samples/one": "audio one.wav"}) in rows
    assert {"train/loss", "valid/loss"} <= {name for _, values in rows for name in values}
    for path in (tmp_path / "r").rglob("*"):
        assert path.name == "run.json" or not path.is_file() or b"hush" not in path.read_bytes()


def test_wandb_without_a_login_says_what_to_do(tmp_path: Path, wandb: FakeWandb) -> None:
    wandb.logged_in = False
    with pytest.raises(UnavailableError, match="did not start: api_key not configured") as caught:
        run(tmp_path / "r", logs=["wandb"])
    assert "WANDB_MODE=offline" in str(caught.value.hint)
