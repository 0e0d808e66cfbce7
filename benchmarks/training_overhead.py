"""What the training loop costs a step, beside a bare PyTorch loop of the same network, batches and optimiser.

CPU time of one process with one thread, in turns, medians over several stretches of steps. The bare loop does what
anybody would write (batch, forward, backward, clipping, AdamW) and nothing of what the room adds: seeding, averages,
guards, means, and the progress. Three sizes: so small that only overhead is left, as small as a model that trains in
minutes, and one with large matrix products.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GOAL_MS = 1.0
GOAL_SHARE = 0.02
STRETCHES = 5


@dataclass(frozen=True)
class Size:
    """A network and how many steps of it make a stretch."""

    name: str
    width: int
    layers: int
    tokens: int
    steps: int


SIZES = (
    Size("2 layers of 16", width=16, layers=2, tokens=4, steps=150),
    Size("4 layers of 64", width=64, layers=4, tokens=32, steps=30),
    Size("2 layers of 256", width=256, layers=2, tokens=128, steps=4),
)


def main() -> bool:
    """Measure; the loop must add less than a millisecond, or less than 2 %, whichever is more."""
    import torch

    torch.set_num_threads(1)
    met = True
    print("\nthe training loop beside bare PyTorch, CPU-ms a step")
    for size in SIZES:
        bare = Bare(size)
        with tempfile.TemporaryDirectory() as folder:
            plain, averaged = (Ours(size, Path(folder) / str(ema), ema_decay=ema) for ema in (0.0, 0.99))
            costs = in_turns([bare.stretch, plain.stretch, averaged.stretch], size.steps)
        added = costs[1] - costs[0]
        ok = added < max(GOAL_MS, GOAL_SHARE * costs[0])
        met &= ok
        print(
            f"  {size.name:<16} bare {costs[0]:8.3f}   muze {costs[1]:8.3f} ({added:+.3f})"
            f"   with averages {costs[2]:8.3f}"
        )
    print(f"  goal: under {GOAL_MS:g} ms or {GOAL_SHARE:.0%} more than bare: {'met' if met else 'MISSED'}")
    return met


def in_turns(stretches: Sequence[Callable[[], None]], steps: int) -> list[float]:
    """Run the stretches A B C A B C … after a warm-up each, and return the median CPU milliseconds of a step."""
    costs: list[list[float]] = [[] for _ in stretches]
    for number in range(STRETCHES + 1):
        for stretch, each in zip(stretches, costs, strict=True):
            started = time.process_time()
            stretch()
            if number:
                each.append((time.process_time() - started) / steps * 1e3)
    return [statistics.median(each) for each in costs]


class Work:
    """The task: a transformer that learns to return its input."""

    kind = "toy"

    def __init__(self, size: Size) -> None:
        import torch
        from torch import nn

        torch.manual_seed(0)
        layers = [
            nn.TransformerEncoderLayer(size.width, 4, 4 * size.width, dropout=0.0, batch_first=True)
            for _ in range(size.layers)
        ]
        self.model = nn.Sequential(*layers)
        self.data = torch.randn(64, size.tokens, size.width)

    def config(self) -> Mapping[str, Any]:
        return {}

    def __len__(self) -> int:
        return len(self.data)

    def item_id(self, index: int) -> str:
        return str(index)

    def length(self, index: int) -> int:
        return 1

    def batch(self, indices: Sequence[int]) -> Any:
        return self.data[list(indices)]

    def loss(self, model: Any, batch: Any, generator: Any) -> dict[str, Any]:
        return {"loss": (model(batch) - batch).square().mean()}

    def validate(self, model: Any, to_device: Any) -> dict[str, float]:
        return {"loss": 0.0}


class Bare:
    """The loop that anybody would write."""

    def __init__(self, size: Size) -> None:
        import torch

        self.size, self.work = size, Work(size)
        self.optimizer = torch.optim.AdamW(self.work.model.parameters(), fused=True)

    def stretch(self) -> None:
        import torch

        model = self.work.model
        for step in range(self.size.steps):
            batch = self.work.batch([(8 * step + item) % 64 for item in range(8)])
            loss = self.work.loss(model, batch, None)["loss"]
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            self.optimizer.step()
            self.optimizer.zero_grad()


class Ours:
    """The room's loop, without the checkpoint at its end."""

    def __init__(self, size: Size, folder: Path, *, ema_decay: float) -> None:
        from muzecli.training.checkpoints import Checkpoints
        from muzecli.training.group import Group
        from muzecli.training.log import Log
        from muzecli.training.loop import Loop
        from muzecli.training.settings import TrainSettings
        from muzecli.training.strategies import make_fabric

        steps = size.steps * (STRETCHES + 2)
        settings = TrainSettings(
            steps=steps, batch_size=8, ema_decay=ema_decay, check_every=steps, log_every=10
        )
        fabric = make_fabric("cpu", settings.precision)
        fabric.launch()
        checkpoints = Checkpoints(folder / "checkpoints", kind="toy", keep_best=1)
        self.loop = Loop(Work(size), settings, Group(fabric), checkpoints)
        self.loop._save = lambda metrics: None  # type: ignore[method-assign]  # what a checkpoint costs is another matter
        self.log, self.steps = Log(folder / "log.csv"), size.steps

    def stretch(self) -> None:
        from muzecli.interrupts import StopFlag

        stop = StopFlag()
        self.loop.run([self.log], StopAfter(self.steps, stop), stop)


class StopAfter:
    """Progress that asks to stop after so many steps."""

    def __init__(self, steps: int, stop: Any) -> None:
        self.left, self.stop = steps - 1, stop

    def advance(self, amount: float = 1.0, *, note: str = "") -> None:
        self.left -= 1
        if self.left == 0:
            self.stop.set()


if __name__ == "__main__":
    raise SystemExit(not main())
