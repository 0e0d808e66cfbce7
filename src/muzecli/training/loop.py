"""The steps of a training run, on Lightning Fabric: CPU, CUDA or MPS, one process or several, full or mixed precision.

Everything random in step n is seeded by the run's seed and n alone, and the order of items is a function of the
same two, so that a run which goes on from a checkpoint draws what it would have drawn: on a CPU it ends with the
same bits.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from muzecli.console import Progress
from muzecli.errors import FailedError
from muzecli.interrupts import StopFlag
from muzecli.seeds import item_seed
from muzecli.training import tree
from muzecli.training.adversary import Adversary
from muzecli.training.ahead import Ahead
from muzecli.training.batches import Batches
from muzecli.training.checkpoints import Checkpoints, Saved, TrainingState
from muzecli.training.ema import Ema
from muzecli.training.group import Group
from muzecli.training.means import Means
from muzecli.training.optimizers import adamw, load_state
from muzecli.training.restart import fill
from muzecli.training.room import SharedNetwork
from muzecli.training.samples import Samples
from muzecli.training.schedule import lr_share
from muzecli.training.settings import TrainSettings
from muzecli.training.sharding import drop_untouched, whole
from muzecli.training.shares import Part, Shares
from muzecli.training.sinks import Sink
from muzecli.training.task import AdversarialTask, Batch, Task

LEAST_SCALE = 2.0**-20
"""Where the loss must be made smaller than this before a gradient fits 16 bits, it is not the 16 bits' fault."""


@dataclass(frozen=True)
class Measured:
    """What a process measured in its part of a step: each part with its values."""

    parts: list[tuple[Part, dict[str, float]]]

    def total(self, name: str) -> float:
        """Return a value's weighted sum."""
        return sum(part.weight * values[name] for part, values in self.parts if name in values)

    def bad(self) -> list[int]:
        """Return the micro-batches with a loss that is not finite."""
        names = ("loss", "adversary_loss")
        return [
            part.micro
            for part, values in self.parts
            if not all(math.isfinite(values.get(name, 0.0)) for name in names)
        ]


class Loop:
    """A run: the model and all that changes with it from step to step.

    Args:
        task: what is trained.
        settings: how.
        group: on what, and with how many processes.
        checkpoints: where it is saved.
        saved: the checkpoint to go on from.

    Raises:
        BadDataError: the checkpoint is of another architecture.
    """

    def __init__(
        self,
        task: Task,
        settings: TrainSettings,
        group: Group,
        checkpoints: Checkpoints,
        saved: Saved | None = None,
    ) -> None:
        self.task, self.settings, self.group, self.checkpoints = task, settings, group, checkpoints
        self.fabric = group.fabric
        self.batches = Batches(
            [task.length(index) for index in range(len(task))],
            batch_size=settings.batch_size,
            seed=settings.seed,
        )
        self.shares = Shares(
            accumulate=settings.accumulate, batch_size=self.batches.batch_size, processes=group.count
        )
        self.shared = SharedNetwork(task.model, self.fabric)
        self.optimizer = adamw(task.model, settings, device=self.fabric.device, sharded=self.shared.sharded)
        self.trained = [weights for weights in task.model.parameters() if weights.requires_grad]
        self.ema = Ema(task.model, settings.ema_decay) if settings.ema_decay else None
        self.adversary = Adversary(task, settings, group) if isinstance(task, AdversarialTask) else None
        self.generator = torch.Generator(device=self.fabric.device)
        self.step = 0
        self.means = Means()  # of what was measured since the last row of the log
        if saved is not None:
            self._restore(saved)

    def run(
        self, logs: Sequence[Sink], progress: Progress, stop: StopFlag, samples: Samples | None = None
    ) -> bool:
        """Train to the last step, or until a stop is asked for; say whether it got to the end.

        Args:
            logs: told of what is measured; none in processes that do not lead.
            progress: told of every step.
            stop: when true in any process, all stop after the step at hand.
            samples: where they go, where some are made.

        Raises:
            FailedError: a loss or a gradient is not finite.
            OutputError: a checkpoint, the log or the samples cannot be written.
        """
        settings = self.settings
        started, first = time.monotonic(), self.step
        mine = self.shares.from_step(self.step, steps=settings.steps, rank=self.group.rank)
        # The caller's random state is its own.
        devices = [self.fabric.device] if self.fabric.device.type == "cuda" else []
        with torch.random.fork_rng(devices=devices), Ahead(self._prepared, mine) as ahead:
            while self.step < settings.steps:
                loss, stopping = self._one_step(ahead, stop)
                self.step += 1
                over = self.step == settings.steps
                if self.step % settings.log_every == 0:
                    self._log(logs, "train", Means.together(self.group.gather(self.means.sums)).means())
                    self.means = Means()
                if over or self.step % settings.check_every == 0:
                    metrics = self._validate()
                    self._log(logs, "valid", metrics)
                    self._save(metrics)
                elif stopping:
                    self._save({})
                if samples is not None and (over or samples.due(self.step)):
                    self._sample(samples, logs)
                rate = (self.step - first) / max(time.monotonic() - started, 1e-9)
                progress.advance(note=f"loss {loss:.4g}, {rate:.3g} steps/s")
                if stopping and not over:
                    return False
        return True

    # ---- one step ----

    def _prepared(self, part: Part) -> Batch:
        return self.task.batch(part.of(self.batches.indices(part.micro)))

    def _one_step(self, ahead: Ahead[Part, Batch], stop: StopFlag) -> tuple[float, bool]:
        """Take a step; return its loss, and whether somebody has asked to stop."""
        settings, step, group = self.settings, self.step, self.group
        share = lr_share(
            step, steps=settings.steps, warmup_steps=settings.warmup_steps, final=settings.final_lr
        )
        for rates in self.optimizer.param_groups:
            rates["lr"] = settings.lr * share
        self.shared.room.train()
        adversary = self.adversary if self.adversary is not None and self.adversary.begun(step) else None
        mine = self.shares.of_step(step, group.rank)
        values = [
            (part, self._gradients(part, ahead.take(), adversary, last=part is mine[-1])) for part in mine
        ]
        measured = Measured([(part, _floats(each)) for part, each in values])  # waits for the device once
        loss, adversary_loss, stopping = group.totals(
            [measured.total("loss"), measured.total("adversary_loss"), float(bool(stop))]
        )
        self._refuse("loss", loss, measured)
        self._refuse("adversary's loss", adversary_loss, measured)
        norms = {"grad_norm": self._clip()}
        if adversary is not None:
            norms["adversary_grad_norm"] = adversary.clip()
        if settings.precision == "16-mixed":
            self._refuse_vanished(measured)  # the scaler meets infinities on purpose, and skips the step
        else:
            self._refuse("gradient's norm", sum(norms.values()), measured)
        self.fabric.strategy.optimizer_step(self.optimizer)
        self.optimizer.zero_grad(set_to_none=True)
        if adversary is not None:
            adversary.step(step)
        if self.ema is not None:
            self.ema.update(self.task.model, step + 1)
        for part, each in measured.parts:
            self.means.add(each, part.weight)
        if group.leads:  # the others have the same
            self.means.add({name: norm for name, norm in norms.items() if math.isfinite(norm)})
            self.means.add({"lr": settings.lr * share})
        # With one process a Ctrl-C may have come since it was asked.
        return loss, bool(stopping) or (group.count == 1 and bool(stop))

    def _gradients(
        self, part: Part, prepared: Batch, adversary: Adversary | None, *, last: bool
    ) -> dict[str, Tensor]:
        """Add the gradients of one part of the step; return what the task measured."""
        batch = self.fabric.to_device(prepared)
        seed = item_seed(self.settings.seed, part.name)
        self._seed(seed)
        # The strategies take the mean over the processes; the weights of all parts are 1 together.
        weight = part.weight * self.group.count
        frozen = adversary.frozen() if adversary is not None else nullcontext()
        with frozen, self.shared.synced(last) if self.group.count > 1 else nullcontext():
            values = self.shared.loss(self.task.loss, batch, self.generator)
            loss = values["loss"]
            self.fabric.backward(loss if weight == 1.0 else loss * weight)
        measured = {name: value.detach() for name, value in values.items()}
        if adversary is not None:
            self._seed(seed)
            measured |= adversary.backward(self.shared.asked(), batch, self.generator, weight=weight)
        return measured

    def _seed(self, seed: int) -> None:
        self.generator.manual_seed(seed)
        # Dropout knows no other source. torch.manual_seed would keep a note, with a traceback, of each call for every
        # kind of device that is not in use.
        torch.default_generator.manual_seed(seed)
        if self.fabric.device.type == "cuda":
            torch.cuda.manual_seed(seed)
        elif self.fabric.device.type == "mps":
            torch.mps.manual_seed(seed)

    def _clip(self) -> float:
        self.fabric.strategy.precision.unscale_gradients(self.optimizer)
        if self.shared.sharded:
            drop_untouched(self.trained)
        norm = torch.nn.utils.clip_grad_norm_(self.trained, self.settings.clip_norm or math.inf)
        return float(whole(norm))

    # ---- what must not be ----

    def _refuse(self, what: str, value: float, measured: Measured) -> None:
        if not math.isfinite(value):
            found = f"the {what} must be finite, and at step {self.step + 1} it is {value}"
            raise self._stopped(found, measured)

    def _refuse_vanished(self, measured: Measured) -> None:
        scaler = getattr(self.fabric.strategy.precision, "scaler", None)
        if scaler is not None and scaler.get_scale() < LEAST_SCALE:
            found = f"no gradient was finite for many steps, at whatever scale, up to step {self.step + 1}"
            raise self._stopped(found, measured)

    def _stopped(self, found: str, measured: Measured) -> FailedError:
        """Return the error that stops all processes, with the items of the batch at fault."""
        bad = sorted({micro for each in self.group.gather(measured.bad()) for micro in each})
        first = self.step * self.settings.accumulate
        micros = bad or range(first, first + self.settings.accumulate)
        ids = [self.task.item_id(index) for micro in micros for index in self.batches.indices(micro)]
        named = ", ".join(ids[:8]) + (f" and {len(ids) - 8} more" if len(ids) > 8 else "")
        steps = self.checkpoints.steps()
        kept = (
            f"the last good checkpoint is {self.checkpoints.path(steps[-1])}" if steps else "nothing is saved"
        )
        error = FailedError(
            f"{found}; the batch holds {named}",
            hint=f"look at those items, or try a lower --lr; {kept}",
            details={"step": self.step + 1, "items": ids},
        )
        self.group.agree(error)
        return error

    # ---- what is measured and saved ----

    @contextmanager
    def _as_used(self) -> Iterator[None]:
        """Put the model into the state that one would use it in: averaged, evaluating."""
        self.shared.room.eval()
        with self.ema.in_place_of(self.task.model) if self.ema is not None else nullcontext():
            yield

    def _validate(self) -> dict[str, float]:
        def validated() -> dict[str, float]:
            metrics: dict[str, float] = self.shared.call(self.task.validate, self.fabric.to_device)
            return metrics

        with self._as_used():
            # A sharded network answers to all at once; another is asked by one, and the others wait.
            return validated() if self.shared.sharded else self.group.on_leader(validated)

    def _sample(self, samples: Samples, logs: Sequence[Sink]) -> None:
        with self._as_used():
            if self.shared.sharded:
                samples.make(self.shared, self.step, keep=self.group.leads)
            else:
                self.group.on_leader(lambda: samples.make(self.shared, self.step))
        for log in logs:
            log.samples(self.step, samples.folder_of(self.step))

    def _log(self, logs: Sequence[Sink], split: str, values: Mapping[str, float]) -> None:
        def write() -> None:
            for log in logs:
                log.write(self.step, split, values)

        self.group.on_leader(write)

    def _save(self, metrics: Mapping[str, float]) -> None:
        trained = whole(self.task.model.state_dict())
        averages = whole(self.ema.values) if self.ema is not None else trained
        means = Means.together(self.group.gather(self.means.sums))
        values, tensors = tree.split(
            {
                # Without averages the checkpoint's model is the one that is trained.
                "model": None if self.ema is None else dict(trained),
                "optimizer": whole(self.optimizer.state_dict()),
                "precision": self.fabric.strategy.precision.state_dict(),
                "means": {name: list(sums) for name, sums in means.sums.items()},
                "adversary": self.adversary.state_dict() if self.adversary is not None else None,
            },
            "state",
        )
        state = TrainingState(self.step, values, tensors)
        config = self.task.config()
        self.group.on_leader(
            lambda: str(self.checkpoints.save(state, averages, config=config, metrics=metrics))
        )

    def _restore(self, saved: Saved) -> None:
        state = tree.join(saved.state.values, saved.state.tensors)
        self.step = saved.state.step
        hint = "give --no-resume to start anew"
        if self.ema is None:
            fill(self.task, saved.model, saved.weights, hint=hint)
        else:
            fill(self.task, saved.model, state["model"], hint=hint)
            self.ema.load(saved.weights)
        load_state(self.optimizer, state["optimizer"])
        self.fabric.strategy.precision.load_state_dict(state["precision"])
        if self.adversary is not None:
            self.adversary.load_state_dict(state.get("adversary"), step=self.step)
        if self.group.leads:
            self.means = self._means_of(state)

    def _means_of(self, state: Mapping[str, Any]) -> Means:
        if "means" in state:
            return Means({name: (total, weights) for name, (total, weights) in state["means"].items()})
        # Checkpoints of muze 0.1 have sums over the steps since the last row.
        steps = self.step % self.settings.log_every
        return Means({name: (total, float(steps)) for name, total in state["sums"].items()})


def _floats(values: Mapping[str, Tensor]) -> dict[str, float]:
    """Return scalars as numbers, fetched from the device together."""
    if not values or next(iter(values.values())).device.type == "cpu":
        return {name: float(value) for name, value in values.items()}
    together = torch.stack([value.reshape(()).float() for value in values.values()])
    return dict(zip(values, together.tolist(), strict=True))
