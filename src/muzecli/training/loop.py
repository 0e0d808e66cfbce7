"""The steps of a training run, on Lightning Fabric: CPU, CUDA or MPS, full or mixed precision.

Everything random in step n is seeded by the run's seed and n alone, and the order of items is a function of the
same two, so that a run which goes on from a checkpoint draws what it would have drawn: on a CPU it ends with the
same bits.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch

from muzecli.console import Progress
from muzecli.errors import ConfigError, FailedError
from muzecli.interrupts import StopFlag
from muzecli.seeds import item_seed
from muzecli.training import tree
from muzecli.training.batches import Batches
from muzecli.training.checkpoints import Checkpoints, TrainingState
from muzecli.training.ema import Ema
from muzecli.training.log import Log
from muzecli.training.schedule import lr_share
from muzecli.training.settings import TrainSettings
from muzecli.training.stored import load_into, read_model
from muzecli.training.task import Task

if TYPE_CHECKING:
    from lightning_fabric import Fabric


def make_fabric(device: str, precision: str) -> Fabric:
    """Return a Fabric for one device.

    Args:
        device: a PyTorch name: cpu, cuda, cuda:N or mps.
        precision: 32-true, bf16-mixed or 16-mixed.

    Raises:
        ConfigError: the device does not have that precision.
    """
    if precision == "16-mixed" and not device.startswith("cuda"):
        raise ConfigError(
            f"the precision 16-mixed needs a CUDA device, and this run is on {device}",
            hint="--set training.precision=bf16-mixed",
        )
    from lightning_fabric import Fabric

    accelerator, _, number = device.partition(":")
    devices: Any = [int(number)] if number else 1
    return Fabric(accelerator=accelerator, devices=devices, precision=precision)  # type: ignore[arg-type]


class Loop:
    """A run: the model and all that changes with it from step to step.

    Args:
        task: what is trained.
        settings: how.
        fabric: on what.
        checkpoints: where it is saved, and gone on from.
    """

    def __init__(self, task: Task, settings: TrainSettings, fabric: Fabric, checkpoints: Checkpoints) -> None:
        self.task, self.settings, self.fabric, self.checkpoints = task, settings, fabric, checkpoints
        self.batches = Batches(
            [task.length(index) for index in range(len(task))],
            batch_size=settings.batch_size,
            seed=settings.seed,
        )
        bare = torch.optim.AdamW(
            parameter_groups(task.model, settings.weight_decay),
            lr=settings.lr,
            betas=(settings.beta1, settings.beta2),
        )
        self.model, self.optimizer = fabric.setup(task.model, bare)
        self.ema = Ema(task.model, settings.ema_decay) if settings.ema_decay else None
        self.generator = torch.Generator(device=fabric.device)
        self.step = 0
        self.sums: dict[str, float] = {}  # of what was measured since the last row of the log
        saved = checkpoints.last()
        if saved is not None:
            self._restore(saved)

    def run(self, log: Log, progress: Progress, stop: StopFlag) -> bool:
        """Train to the last step, or until a stop is asked for; say whether it got to the end."""
        started, first = time.monotonic(), self.step
        # The caller's random state is its own.
        devices = [self.fabric.device] if self.fabric.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices):
            while self.step < self.settings.steps:
                measured = self._one_step()
                self.step += 1
                for name, value in measured.items():
                    self.sums[name] = self.sums.get(name, 0.0) + value
                if self.step % self.settings.log_every == 0:
                    log.write(
                        self.step, "train", {k: v / self.settings.log_every for k, v in self.sums.items()}
                    )
                    self.sums = {}
                over = self.step == self.settings.steps
                if over or self.step % self.settings.check_every == 0:
                    metrics = self._validate()
                    log.write(self.step, "valid", metrics)
                    self._save(metrics)
                elif stop:
                    self._save({})
                rate = (self.step - first) / max(time.monotonic() - started, 1e-9)
                progress.advance(note=f"loss {measured['loss']:.4g}, {rate:.3g} steps/s")
                if stop and not over:
                    return False
        return True

    # ---- one step ----

    def _one_step(self) -> dict[str, float]:
        settings, step = self.settings, self.step
        share = lr_share(
            step, steps=settings.steps, warmup_steps=settings.warmup_steps, final=settings.final_lr
        )
        for group in self.optimizer.param_groups:
            group["lr"] = settings.lr * share
        self.model.train()
        measured: dict[str, float] = {}
        ids: list[str] = []
        for micro in range(step * settings.accumulate, (step + 1) * settings.accumulate):
            indices = self.batches.indices(micro)
            ids += [self.task.item_id(index) for index in indices]
            batch = self.fabric.to_device(self.task.batch(indices))
            seed = item_seed(settings.seed, f"micro-batch {micro}")
            self.generator.manual_seed(seed)
            torch.manual_seed(seed)  # dropout knows no other source
            values = self.task.loss(self.model, batch, self.generator)
            self.fabric.backward(values["loss"] / settings.accumulate)
            for name, value in values.items():
                measured[name] = measured.get(name, 0.0) + float(value.detach()) / settings.accumulate
        self._refuse_nan("loss", measured["loss"], ids)
        norm = self._clip()
        if (
            settings.precision != "16-mixed"
        ):  # there the scaler meets infinities on purpose, and skips the step
            self._refuse_nan("gradient's norm", norm, ids)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        if self.ema is not None:
            self.ema.update(self.task.model, step + 1)
        return measured | {"grad_norm": norm, "lr": settings.lr * share}

    def _clip(self) -> float:
        limit = self.settings.clip_norm or math.inf
        norm = self.fabric.clip_gradients(
            self.model, self.optimizer, max_norm=limit, error_if_nonfinite=False
        )
        return float(norm) if norm is not None else 0.0

    def _refuse_nan(self, what: str, value: float, ids: list[str]) -> None:
        if math.isfinite(value):
            return
        steps = self.checkpoints.steps()
        kept = (
            f"the last good checkpoint is {self.checkpoints.path(steps[-1])}" if steps else "nothing is saved"
        )
        named = ", ".join(ids[:8]) + (f" and {len(ids) - 8} more" if len(ids) > 8 else "")
        raise FailedError(
            f"the {what} must be finite, and at step {self.step + 1} it is {value}; the batch holds {named}",
            hint=f"look at those items, or try a lower --lr; {kept}",
            details={"step": self.step + 1, "items": ids},
        )

    # ---- what is measured and saved ----

    @torch.no_grad()
    def _validate(self) -> dict[str, float]:
        self.model.eval()
        if self.ema is None:
            return self.task.validate(self.model, self.fabric.to_device)
        with self.ema.in_place_of(self.task.model):
            return self.task.validate(self.model, self.fabric.to_device)

    def _save(self, metrics: Mapping[str, float]) -> None:
        trained = self.task.model.state_dict()
        values, tensors = tree.split(
            {
                # Without averages the checkpoint's model is the one that is trained.
                "model": None if self.ema is None else dict(trained),
                "optimizer": self.optimizer.state_dict(),
                "precision": self.fabric.strategy.precision.state_dict(),
                "sums": self.sums,
            },
            "state",
        )
        self.checkpoints.save(
            TrainingState(self.step, values, tensors),
            self.ema.values if self.ema is not None else trained,
            config=self.task.config(),
            metrics=metrics,
        )

    def _restore(self, saved: TrainingState) -> None:
        state = tree.join(saved.values, saved.tensors)
        stored = read_model(self.checkpoints.path(saved.step), kind=self.task.kind)
        if self.ema is None:
            load_into(self.task.model, stored)
        else:
            self.task.model.load_state_dict(state["model"])
            self.ema.load(stored.tensors())
        self.optimizer.load_state_dict(state["optimizer"])
        self.fabric.strategy.precision.load_state_dict(state["precision"])
        self.sums, self.step = state["sums"], saved.step


def parameter_groups(model: torch.nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Return the weights in two groups: matrices decay, vectors (gains and biases) do not."""
    trained = [weights for weights in model.parameters() if weights.requires_grad]
    return [
        {"params": [w for w in trained if w.ndim >= 2], "weight_decay": weight_decay},
        {"params": [w for w in trained if w.ndim < 2], "weight_decay": 0.0},
    ]
