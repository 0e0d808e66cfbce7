"""An adversarial task: both networks learn, in turn, from a step on, and resume to the same bits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.training.test_job import SETTINGS, ctrl_c_at, final_bits, run
from torch import Tensor, nn
from torch.nn import functional

from muzecli.errors import InterruptedRunError
from muzecli.training.log import read_log
from muzecli.training.task import AdversarialTask


class GanTask:
    """Moves noise to the mean of the data: the generator is an offset, the adversary a line."""

    kind = "toy"

    def __init__(self, stop_at: Callable[[int], None] | None = None) -> None:
        self.model = nn.Linear(1, 1)
        self.adversary = nn.Linear(1, 1)
        for network in (self.model, self.adversary):
            nn.init.constant_(network.weight, 0.1)
            nn.init.zeros_(network.bias)
        self.judged = False
        self.points = torch.linspace(2.0, 3.0, 20)[:, None]
        self.stop_at, self.calls = stop_at, 0
        self.seen: list[tuple[bool, bool]] = []  # (judged, adversary's weights take gradients) at each loss

    def config(self) -> Mapping[str, Any]:
        return {}

    def __len__(self) -> int:
        return len(self.points)

    def item_id(self, index: int) -> str:
        return str(index)

    def length(self, index: int) -> int:
        return 1

    def batch(self, indices: Sequence[int]) -> Tensor:
        return self.points[list(indices)]

    def loss(self, model: nn.Module, batch: Any, generator: torch.Generator) -> dict[str, Tensor]:
        self.calls += 1
        if self.stop_at is not None:
            self.stop_at(self.calls)
        self.seen.append((self.judged, self.adversary.weight.requires_grad))
        made = model(torch.randn(batch.shape, generator=generator))
        self.made = made.detach()
        if not self.judged:
            return {"loss": 0.01 * made.square().mean()}
        return {"loss": functional.softplus(-self.adversary(made)).mean()}

    def adversary_loss(
        self, model: nn.Module, adversary: nn.Module, batch: Any, generator: torch.Generator
    ) -> dict[str, Tensor]:
        with torch.no_grad():  # the generator draws what it drew for `loss`
            torch.testing.assert_close(model(torch.randn(batch.shape, generator=generator)), self.made)
        real, made = adversary(batch), adversary(self.made)
        return {
            "loss": functional.softplus(-real).mean() + functional.softplus(made).mean(),
            "gap": (real.mean() - made.mean()).detach(),
        }

    def validate(self, model: nn.Module, to_device: Callable[[Any], Any]) -> dict[str, float]:
        return {"loss": float((model(torch.zeros(1, 1)) - 2.5).abs())}


GAN = replace(
    SETTINGS, steps=40, batch_size=10, ema_decay=0.0, adversary_from=10, weight_decay=0.0, beta1=0.5
)


def test_it_is_known_by_its_names() -> None:
    assert isinstance(GanTask(), AdversarialTask)


def test_the_adversary_moves_the_model_once_it_has_begun(tmp_path: Path) -> None:
    task = GanTask()
    run(tmp_path / "r", task, GAN)  # type: ignore[arg-type]
    assert task.seen[:10] == [(False, True)] * 10
    assert task.seen[10:] == [(True, False)] * 30
    assert task.model.bias.item() > 0.3  # towards 2.5
    rows = read_log(tmp_path / "r" / "log.csv")
    steps = [step for step, split, name, _ in rows if name == "adversary_loss"]
    assert steps[0] == 12 and steps[-1] == 40
    assert {"adversary_gap", "adversary_grad_norm"} <= {name for _, _, name, _ in rows}


@pytest.mark.parametrize("stop", [5, 10, 23])
@pytest.mark.parametrize("accumulate", [1, 2])
def test_interrupted_and_resumed_is_the_same_bits(tmp_path: Path, stop: int, accumulate: int) -> None:
    settings = replace(GAN, accumulate=accumulate)
    run(tmp_path / "whole", GanTask(), settings)  # type: ignore[arg-type]
    with pytest.raises(InterruptedRunError):
        run(tmp_path / "broken", GanTask(ctrl_c_at(stop * accumulate)), settings)  # type: ignore[arg-type]
    run(tmp_path / "broken", GanTask(), settings)  # type: ignore[arg-type]
    assert final_bits(tmp_path / "broken") == final_bits(tmp_path / "whole")
