"""The second network of an adversarial task: it learns to tell what the model makes from what is real.

Goodfellow et al. 2014, "Generative Adversarial Nets": both networks take a step on the same items. The adversary
has an AdamW of its own with the run's settings, and its state is part of the checkpoint.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, distributed, nn

from muzecli.errors import BadDataError
from muzecli.training.group import Group
from muzecli.training.optimizers import adamw, load_state
from muzecli.training.precision import InPrecision
from muzecli.training.schedule import lr_share
from muzecli.training.settings import TrainSettings
from muzecli.training.task import AdversarialTask


class Adversary:
    """The adversary, its optimiser, and when they are at work.

    It is the same on every process: its gradients are averaged by hand after each step's last micro-batch, so that
    it may be frozen and thawed, and left out of a step, whatever is done to the model.

    Args:
        task: whose adversary it is.
        settings: of the run.
        group: the processes, each with the same adversary.
    """

    def __init__(self, task: AdversarialTask, settings: TrainSettings, group: Group) -> None:
        self.task, self.settings, self.group = task, settings, group
        fabric = group.fabric
        self.network: nn.Module = task.adversary.to(fabric.device)
        self.trained = [weights for weights in self.network.parameters() if weights.requires_grad]
        self.in_precision = InPrecision(self.network, fabric)
        self.optimizer = adamw(self.network, settings, device=fabric.device)
        self.scaler = torch.amp.GradScaler(fabric.device.type, enabled=settings.precision == "16-mixed")

    def begun(self, step: int) -> bool:
        """Say whether the adversary takes part in a step, counted from 0, and tell the task."""
        self.task.judged = step >= self.settings.adversary_from
        return self.task.judged

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let gradients flow through the adversary to the model, and not into its own weights."""
        for weights in self.trained:
            weights.requires_grad_(False)
        try:
            yield
        finally:
            for weights in self.trained:
                weights.requires_grad_(True)

    def backward(
        self, model: nn.Module, batch: Any, generator: torch.Generator, *, weight: float
    ) -> dict[str, Tensor]:
        """Add a micro-batch's gradients, and return what is to be logged, under `adversary_…` names.

        Args:
            model: answers as the network that is judged does, without gradients.
            batch: the micro-batch, on the device.
            generator: seeded as for the model's loss.
            weight: of this micro-batch in what this process does of the step.
        """
        self.network.train()
        values = self.task.adversary_loss(model, self.in_precision, batch, generator)
        self.scaler.scale(values["loss"] * weight).backward()  # type: ignore[no-untyped-call]
        return {f"adversary_{name}": value.detach() for name, value in values.items()}

    def clip(self) -> float:
        """Average the gradients over all processes, shorten them, and return the length that they had."""
        self._average()
        self.scaler.unscale_(self.optimizer)
        return float(nn.utils.clip_grad_norm_(self.trained, self.settings.clip_norm or math.inf))

    def step(self, step: int) -> None:
        """Update the weights."""
        settings = self.settings
        share = lr_share(
            step, steps=settings.steps, warmup_steps=settings.warmup_steps, final=settings.final_lr
        )
        since = step - settings.adversary_from + 1  # it warms up when it begins
        for group in self.optimizer.param_groups:
            group["lr"] = settings.lr * min(share, since / max(settings.warmup_steps, 1))
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)

    def state_dict(self) -> dict[str, Any]:
        """Return all that goes on with the run."""
        return {
            "network": dict(self.network.state_dict()),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any] | None, *, step: int) -> None:
        """Take what `state_dict` gave.

        Raises:
            BadDataError: there is none though the adversary had begun, or it is of another network.
        """
        if state is None:
            if step > self.settings.adversary_from:
                raise BadDataError(
                    f"the checkpoint of step {step} must hold the adversary, and it does not",
                    hint="give --no-resume to start anew",
                )
            return
        try:
            self.network.load_state_dict(state["network"])
            load_state(self.optimizer, state["optimizer"])
        except (RuntimeError, ValueError) as error:  # names, shapes, groups
            raise BadDataError(
                f"the adversary in the checkpoint of step {step} is of another architecture: {error}",
                hint="give --no-resume to start anew",
            ) from error
        self.scaler.load_state_dict(state["scaler"])

    def _average(self) -> None:
        """Average the gradients over all processes, as one long vector."""
        if self.group.count == 1:
            return
        for weights in self.trained:
            if weights.grad is None:  # used by another process, perhaps
                weights.grad = torch.zeros_like(weights)
        flat = torch.cat([weights.grad.flatten() for weights in self.trained if weights.grad is not None])
        distributed.all_reduce(flat)
        flat /= self.group.count
        sizes = [weights.numel() for weights in self.trained]
        for weights, part in zip(self.trained, torch.split(flat, sizes), strict=True):
            weights.grad = part.view_as(weights)
