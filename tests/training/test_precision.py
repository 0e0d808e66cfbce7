"""16-bit gradients: the scale is in the checkpoint, an overflow skips a step, a scale that vanishes ends the run.

The scaler runs on the CPU here, where muze itself does not offer 16-mixed, so that it is tested without a GPU.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins.precision.amp import MixedPrecision
from tests.training.test_adversary import GAN, GanTask
from tests.training.test_job import SETTINGS, ctrl_c_at
from tests.training.toy import ToyTask
from torch import nn

from muzecli.console import Console
from muzecli.errors import FailedError
from muzecli.interrupts import graceful
from muzecli.training.checkpoints import Checkpoints
from muzecli.training.group import Group
from muzecli.training.guard import LEAST_SCALE
from muzecli.training.loop import Loop
from muzecli.training.precision import InPrecision

HALF = replace(SETTINGS, precision="16-mixed")


def half_run(folder: Path, task: Any, *, scale: float, settings: Any = HALF) -> Loop:
    scaler = torch.amp.GradScaler("cpu", init_scale=scale, growth_interval=5)
    fabric = Fabric(accelerator="cpu", devices=1, plugins=[MixedPrecision("16-mixed", "cpu", scaler)])
    fabric.launch()
    checkpoints = Checkpoints(folder, kind="toy", keep_best=1)
    loop = Loop(task, settings, Group(fabric), checkpoints, checkpoints.last())
    console = Console(verbosity=-1)
    with graceful(lambda: None) as stop, console.progress("", 1) as progress:
        loop.run((), progress, stop)
    return loop


def bits(loop: Loop) -> dict[str, bytes]:
    return {name: value.numpy().tobytes() for name, value in loop.task.model.state_dict().items()}


@pytest.mark.parametrize("stop", [4, 11])
def test_the_scale_goes_on_with_the_run(tmp_path: Path, stop: int) -> None:
    whole = half_run(tmp_path / "whole", ToyTask(), scale=2.0**8)
    half_run(tmp_path / "r", ToyTask(stop_at=ctrl_c_at(stop)), scale=2.0**8)
    resumed = half_run(tmp_path / "r", ToyTask(), scale=1.0)
    assert bits(resumed) == bits(whole)
    scales = [loop.fabric.strategy.precision.scaler.get_scale() for loop in (whole, resumed)]  # type: ignore[attr-defined]
    assert scales[0] == scales[1] > 2.0**8


def test_both_scales_of_an_adversarial_task_go_on(tmp_path: Path) -> None:
    settings = replace(GAN, precision="16-mixed", steps=30)
    scaled = []
    for folder, stops in (("whole", ()), ("r", (17,))):
        for stop in stops:
            half_run(tmp_path / folder, GanTask(ctrl_c_at(stop)), scale=2.0**8, settings=settings)
        loop = half_run(tmp_path / folder, GanTask(), scale=2.0**8, settings=settings)
        assert loop.adversary is not None
        scaled.append((bits(loop), loop.adversary.scaler.state_dict()))
    assert scaled[0] == scaled[1]


def test_an_overflow_skips_steps_until_the_scale_fits(tmp_path: Path) -> None:
    loop = half_run(tmp_path / "r", ToyTask(), scale=2.0**30)
    scale = loop.fabric.strategy.precision.scaler.get_scale()  # type: ignore[attr-defined]
    assert scale < 2.0**25
    assert all(torch.isfinite(value).all() for value in loop.task.model.state_dict().values())
    steps = {int(slot["step"]) for slot in loop.optimizer.state_dict()["state"].values()}
    assert len(steps) == 1 and 10 < steps.pop() < 30


def test_a_scale_that_vanishes_ends_the_run(tmp_path: Path) -> None:
    class Broken(ToyTask):
        def loss(self, model: nn.Module, batch: Any, generator: torch.Generator) -> dict[str, torch.Tensor]:
            values = super().loss(model, batch, generator)
            root = next(iter(self.model.parameters())).square().sum() * 0.0
            return {"loss": values["loss"] + root.sqrt()}  # finite, with a gradient that is not

    with pytest.raises(FailedError, match="no gradient was finite for many steps") as caught:
        half_run(tmp_path / "r", Broken(), scale=LEAST_SCALE * 16)
    assert caught.value.details["step"] == 6


def test_a_network_in_precision_answers_as_itself() -> None:
    fabric = Fabric(accelerator="cpu", devices=1, precision="bf16-mixed")
    network = nn.Linear(4, 4)
    asked = InPrecision(network, fabric)
    assert asked.in_features == 4 and asked.weight is network.weight
    assert asked(torch.ones(1, 4)).dtype == torch.float32
    with pytest.raises(AttributeError, match="nothing"):
        asked.nothing  # noqa: B018
