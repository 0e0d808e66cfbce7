"""A program that trains in a folder with as many processes as it is told; the tests start it."""

from __future__ import annotations

import argparse
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from tests.training.toy import ToyTask
from torch import Tensor, nn

from muzecli.console import Console
from muzecli.errors import BadDataError, MuzeError
from muzecli.files import write_json
from muzecli.training import checkpoints
from muzecli.training.job import Trained, train_in
from muzecli.training.settings import TrainSettings
from muzecli.training.stored import write_model

CONFIGURATION = {"what": "several"}


class Network(nn.Module):
    """Blocks, a branch that only some batches take, and a head that is called beside the forward."""

    def __init__(self) -> None:
        super().__init__()
        self.entry = nn.Linear(1, 8)
        self.blocks = nn.ModuleList(nn.Linear(8, 8) for _ in range(2))
        self.branch = nn.Linear(8, 8)
        self.never = nn.Linear(8, 8)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(8, 1)
        self.register_buffer("scale", torch.ones(1))

    def forward(self, x: Tensor, extra: bool) -> Tensor:
        hidden = torch.tanh(self.entry(x)) * self.scale
        for block in self.blocks:
            hidden = hidden + torch.tanh(block(hidden))
        return self.drop(hidden + torch.tanh(self.branch(hidden)) if extra else hidden)


class SeveralTask(ToyTask):
    """As the toy task, with draws, a missing condition, and an adversary; `break_at` fails at an item."""

    def __init__(self, *, drawn: bool = True, break_at: int | None = None, **more: Any) -> None:
        super().__init__(**more)
        torch.manual_seed(3)
        self.model = Network()  # type: ignore[assignment]
        if not drawn:
            self.model.drop = nn.Dropout(0.0)
        self.adversary, self.judged = nn.Linear(1, 1), False
        self.drawn, self.break_at = drawn, break_at

    def blocks(self) -> Sequence[nn.Module]:
        return list(self.model.blocks)  # type: ignore[arg-type]

    def batch(self, indices: Sequence[int]) -> dict[str, Tensor]:
        if self.break_at in indices:
            raise BadDataError(f"point {self.break_at} is broken", hint="mend it")
        return super().batch(indices) | {"extra": torch.tensor(float(indices[0] % 2))}

    def loss(self, model: nn.Module, batch: Any, generator: torch.Generator) -> dict[str, Tensor]:
        self.calls += 1
        if self.stop_at is not None:
            self.stop_at(self.calls)
        noise = 0.1 * torch.randn(batch["x"].shape, generator=generator) * float(self.drawn)
        extra = bool(batch["extra"]) if self.drawn else False
        guess = self.model.head(model(batch["x"], extra))
        loss = (guess - (2 * batch["x"] - 1 + noise)).square().mean()
        self.made = guess.detach()
        if self.judged:
            loss = loss - 0.01 * self.adversary(guess).mean()
        return {"loss": loss} | ({"extra": loss.detach()} if extra else {})

    def adversary_loss(
        self, model: nn.Module, adversary: nn.Module, batch: Any, generator: torch.Generator
    ) -> dict[str, Tensor]:
        assert not model(batch["x"], False).requires_grad
        real, made = adversary(2 * batch["x"] - 1), adversary(self.made)
        return {"loss": (real - 1).square().mean() + made.square().mean()}

    def validate(self, model: nn.Module, to_device: Any) -> dict[str, float]:
        x = to_device(self.x)
        return {"loss": float((self.model.head(model(x, True)) - (2 * x - 1)).square().mean())}

    def samples(self, model: nn.Module, folder: Path, step: int) -> None:
        text = ", ".join(f"{value:.6f}" for value in self.model.head(model(self.x[:3], True)).flatten())
        (folder / "samples.txt").write_text(text)

    def config(self) -> Mapping[str, Any]:
        return {"width": 8}


def settings(*, steps: int = 24, accumulate: int = 2) -> TrainSettings:
    return TrainSettings(
        steps=steps,
        batch_size=8 // accumulate,
        accumulate=accumulate,
        lr=2e-2,
        warmup_steps=3,
        ema_decay=0.9,
        check_every=12,
        log_every=1,
        adversary_from=6,
        sample_every=12,
    )


def happens(what: str, *, at_call: int, in_rank: int) -> Callable[[int], None]:
    """At a call of the loss in one process: "int" and "kill" send it a signal, "wait" waits for ever in it."""
    mine = int(os.environ.get("LOCAL_RANK", "0")) == in_rank

    def happen(call: int) -> None:
        if mine and call == at_call and what == "wait":
            time.sleep(1000)
        elif mine and call == at_call:
            os.kill(os.getpid(), getattr(signal, f"SIG{what.upper()}"))

    return happen


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--devices", type=int, default=1)
    parser.add_argument("--strategy", default="auto")
    parser.add_argument("--accumulate", type=int, default=2)
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--not-drawn", action="store_true")
    parser.add_argument("--break-at", type=int)
    parser.add_argument("--poison", type=int)
    parser.add_argument("--happens", nargs=3, metavar=("WHAT", "CALL", "RANK"), default=("int", "-1", "0"))
    parser.add_argument(
        "--kill-in-save", type=int, metavar="N", help="die while the Nth checkpoint is written"
    )
    words = parser.parse_args()
    what, call, rank = words.happens
    task = SeveralTask(
        drawn=not words.not_drawn,
        break_at=words.break_at,
        poison=words.poison,
        stop_at=happens(what, at_call=int(call), in_rank=int(rank)),
    )
    if words.kill_in_save:
        kill_in_save(words.kill_in_save)

    def conclude(trained: Trained) -> None:
        best = trained.best
        write_model(words.folder, best.tensors(), kind="toy", config=best.config, about=best.about)
        print("concluded")

    console = Console(verbosity=-1 if os.environ.get("MUZE_QUIET") else 0)
    try:
        train_in(
            words.folder,
            task,
            settings(steps=words.steps, accumulate=words.accumulate),
            configuration=CONFIGURATION,
            device="cpu",
            console=console,
            conclude=conclude,
            devices=words.devices,
            strategy=words.strategy,
        )
    except MuzeError as error:
        console.error(error)
        raise SystemExit(int(error.exit_code)) from error


def kill_in_save(number: int) -> None:
    """Let this process be killed when the weights of a checkpoint are written and its last file is not."""
    saves = 0

    def write(target: Path, document: Any, *, overwrite: bool = False) -> None:
        nonlocal saves
        saves += target.name == "training.json"
        if saves == number:
            os.kill(os.getpid(), signal.SIGKILL)
        write_json(target, document, overwrite=overwrite)

    checkpoints.write_json = write  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
