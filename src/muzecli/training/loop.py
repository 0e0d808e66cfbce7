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

import torch
from torch import Tensor

from muzecli.console import Progress
from muzecli.interrupts import StopFlag
from muzecli.seeds import item_seed
from muzecli.training.adversary import Adversary
from muzecli.training.ahead import Ahead
from muzecli.training.batches import Batches
from muzecli.training.checkpoints import Checkpoints, Saved
from muzecli.training.ema import Ema
from muzecli.training.group import Group
from muzecli.training.guard import Guard, Measured
from muzecli.training.means import Means
from muzecli.training.optimizers import adamw
from muzecli.training.room import SharedNetwork
from muzecli.training.samples import Samples
from muzecli.training.schedule import lr_share
from muzecli.training.settings import TrainSettings
from muzecli.training.sharding import drop_untouched, whole
from muzecli.training.shares import Part, Shares
from muzecli.training.sinks import Sink
from muzecli.training.state import restore, state_of
from muzecli.training.task import AdversarialTask, Batch, Task


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
        self.guard = Guard(task, self.batches, group, checkpoints, accumulate=settings.accumulate)
        self.generator = torch.Generator(device=self.fabric.device)
        self.step = 0
        self.means = Means()  # of what was measured since the last row of the log
        if saved is not None:
            restore(self, saved)

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
        self.guard.refuse(step, "loss", loss, measured)
        self.guard.refuse(step, "adversary's loss", adversary_loss, measured)
        norms = {"grad_norm": self._clip()}
        if adversary is not None:
            norms["adversary_grad_norm"] = adversary.clip()
        if settings.precision == "16-mixed":
            self.guard.refuse_vanished(
                step, measured
            )  # the scaler meets infinities on purpose, and skips the step
        else:
            self.guard.refuse(step, "gradient's norm", sum(norms.values()), measured)
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
        weights, state = state_of(self)
        config = self.task.config()
        self.group.on_leader(
            lambda: str(self.checkpoints.save(state, weights, config=config, metrics=metrics))
        )


def _floats(values: Mapping[str, Tensor]) -> dict[str, float]:
    """Return scalars as numbers, fetched from the device together."""
    device = next(iter(values.values())).device
    if device.type == "cpu":
        return {name: float(value) for name, value in values.items()}
    together = torch.stack([value.reshape(()).to(device, torch.float32) for value in values.values()])
    return dict(zip(values, together.tolist(), strict=True))
