"""Several processes on a CPU: the curve of one process, and whatever happens to one of them happens to all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import REPOSITORY
from tests.training.several import CONFIGURATION, SeveralTask, settings

from muzecli.console import Console
from muzecli.errors import UnavailableError, UsageError
from muzecli.training.checkpoints import Checkpoints
from muzecli.training.job import train_in
from muzecli.training.log import read_log
from muzecli.training.stored import read_model
from muzecli.training.strategies import check_devices


def several(folder: Path, *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.training.several", str(folder), *map(str, words)],
        cwd=REPOSITORY,
        env=dict(os.environ) | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str], *, code: int = 0) -> str:
    said, errors = process.communicate(timeout=500)
    assert process.returncode == code, errors
    assert said == ("concluded\n" if code == 0 else ""), said  # by one process, and nothing else on stdout
    return errors


def alone(folder: Path, **chosen: Any) -> Path:
    train_in(
        folder,
        SeveralTask(drawn=chosen.pop("drawn", True)),
        settings(**chosen),
        configuration=CONFIGURATION,
        device="cpu",
        console=Console(verbosity=-1),
        conclude=lambda trained: None,
    )
    return folder


def curve(folder: Path) -> dict[tuple[int, str, str], float]:
    return {(step, split, name): value for step, split, name, value in read_log(folder / "log.csv")}


def same_curve(folder: Path, other: Path) -> None:
    assert curve(folder).keys() == curve(other).keys()
    assert curve(folder) == pytest.approx(curve(other), rel=2e-5)


def test_two_processes_have_the_curve_of_one_and_one_goes_on_for_them(tmp_path: Path) -> None:
    """Draws, dropout, a condition that batches lack, averages and an adversary; only the follower gets a Ctrl-C."""
    whole = alone(tmp_path / "whole")
    two = tmp_path / "two"
    errors = finished(several(two, "--devices", 2, "--happens", "int", 14, 1), code=130)
    assert errors.count("stopped at step 14 of 24") == 1
    stopped = curve(two)
    assert max(step for step, _, _ in stopped) == 14
    assert stopped == pytest.approx({key: curve(whole)[key] for key in stopped}, rel=2e-5)
    assert {"adversary_loss", "extra", "grad_norm"} <= {name for _, _, name in stopped}
    same_curve(alone(two), whole)


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["ddp", "fsdp"])
def test_strategies_have_the_curve_and_the_weights_of_one_process(tmp_path: Path, strategy: str) -> None:
    whole, two = alone(tmp_path / "whole"), tmp_path / "two"
    finished(several(two, "--devices", 2, "--strategy", strategy))
    same_curve(two, whole)
    weights = [
        read_model(
            Checkpoints(folder / "checkpoints", kind="toy", keep_best=3).path(24), kind="toy"
        ).tensors()
        for folder in (whole, two)
    ]
    for name, value in weights[0].items():
        assert weights[1][name] == pytest.approx(value, abs=2e-5), name
    samples = [(folder / "samples" / "step-00000024" / "samples.txt").read_text() for folder in (whole, two)]
    assert [*map(float, samples[0].split(","))] == pytest.approx(
        [*map(float, samples[1].split(","))], abs=1e-4
    )


@pytest.mark.slow
def test_a_sharded_run_goes_on_sharded_and_alone(tmp_path: Path) -> None:
    whole, two = alone(tmp_path / "whole"), tmp_path / "two"
    words = ("--devices", 2, "--strategy", "fsdp", "--happens", "int")
    finished(several(two, *words, 5, 0), code=130)
    finished(several(two, *words, 12, 1), code=130)  # seventeen steps in all
    same_curve(alone(two), whole)


@pytest.mark.slow
def test_micro_batches_that_do_not_divide_are_cut_and_count_by_their_items(tmp_path: Path) -> None:
    """Three processes, two micro-batches of four: parts of two, one and one; without draws the curve is the same."""
    whole, three = alone(tmp_path / "whole", drawn=False), tmp_path / "three"
    finished(several(three, "--devices", 3, "--not-drawn"))
    assert curve(three) == pytest.approx(curve(whole), rel=2e-4)


@pytest.mark.slow
def test_what_fails_in_one_process_ends_all_with_its_code(tmp_path: Path) -> None:
    for rank_items, code, said in (
        ("--poison", 1, "the loss must be finite"),
        ("--break-at", 65, "point 7 is broken"),
    ):
        errors = finished(several(tmp_path / rank_items[2:], "--devices", 2, rank_items, 7), code=code)
        assert said in errors
        assert "point 7" in errors
        assert "Traceback" not in errors, errors


@pytest.mark.slow
@pytest.mark.parametrize("rank", [0, 1])
def test_a_killed_process_takes_the_others_with_it(tmp_path: Path, rank: int) -> None:
    process = several(tmp_path / "r", "--devices", 2, "--happens", "kill", 8, rank)
    process.communicate(timeout=500)
    assert process.returncode == (-9 if rank == 0 else 1)
    until = time.monotonic() + 60
    while _trainings_of(tmp_path / "r") and time.monotonic() < until:
        time.sleep(0.2)
    assert not _trainings_of(tmp_path / "r")
    finished(several(tmp_path / "r"))  # the lock is gone, and the run goes on


def _trainings_of(folder: Path) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode().split("\0")
        except OSError:
            continue
        if str(folder) in words:
            found.append(path.parent.name)
    return found


@pytest.mark.parametrize(
    ("chosen", "error", "message"),
    [
        ({"devices": 2, "strategy": "zero"}, UsageError, "--strategy must be one of auto, ddp, fsdp"),
        ({"devices": 0}, UsageError, "--devices must be at least 1"),
        ({"devices": 2, "device": "cuda:1"}, UsageError, "--device is cuda:1"),
        ({"devices": 2, "device": "mps"}, UsageError, "more than one of"),
        ({"devices": 64, "device": "cuda"}, UnavailableError, "must have 64 CUDA devices, and it has"),
    ],
)
def test_impossible_devices_are_refused_at_once(chosen: Any, error: type[Exception], message: str) -> None:
    values = {"device": "cpu", "strategy": "auto", "precision": "32-true"} | chosen
    with pytest.raises(error, match=message):
        check_devices(values.pop("device"), **values)


def test_too_many_processes_for_a_step_are_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="each of 9 processes must have an item of every step"):
        train_in(
            tmp_path / "r",
            SeveralTask(),
            settings(),
            configuration=CONFIGURATION,
            device="cpu",
            console=Console(verbosity=-1),
            conclude=lambda trained: None,
            devices=9,
        )
    assert not (tmp_path / "r").exists()
