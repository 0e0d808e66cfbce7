"""What decides a training run, beside the model and the data."""

from __future__ import annotations

import math
from dataclasses import dataclass

PRECISIONS = ("32-true", "bf16-mixed", "16-mixed")


@dataclass(frozen=True)
class TrainSettings:
    """Settings of a run; each is a key of the preset's `training` block.

    Attributes:
        steps: updates of the weights, at least 1.
        batch_size: items in a micro-batch.
        accumulate: micro-batches a step; a step sees `batch_size * accumulate` items.
        lr: peak learning rate.
        final_lr: share of `lr` that is left at the last step, 0…1.
        warmup_steps: steps until the peak.
        weight_decay: AdamW's, on matrices only (vectors are gains and biases).
        beta1: AdamW's decay of the gradient's mean, 0…1.
        beta2: AdamW's decay of the gradient's square, 0…1.
        clip_norm: longest gradient (L2 norm over all weights); 0 switches it off.
        ema_decay: of the weights' moving average, 0…1; 0 switches it off.
        precision: 32-true, bf16-mixed or 16-mixed.
        check_every: steps between two validations; each saves a checkpoint.
        keep_best: checkpoints kept by validation loss, beside the last.
        log_every: steps between two rows of the training log.
        seed: of the order of items, the initial weights and all that the loss draws.
        adversary_from: step at which an adversarial task's second network begins to learn and to judge.
        sample_every: steps between two sets of samples, of tasks that make some; 0 makes none.
        restart_from: folder of a model whose weights the run starts from, as for fine-tuning; empty: from random ones.
    """

    steps: int
    batch_size: int = 32
    accumulate: int = 1
    lr: float = 1e-4
    final_lr: float = 0.05
    warmup_steps: int = 100
    weight_decay: float = 0.01
    beta1: float = 0.9
    beta2: float = 0.99
    clip_norm: float = 1.0
    ema_decay: float = 0.0
    precision: str = "32-true"
    check_every: int = 500
    keep_best: int = 3
    log_every: int = 20
    seed: int = 0
    adversary_from: int = 0
    sample_every: int = 0
    restart_from: str = ""

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "accumulate", "check_every", "keep_best", "log_every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, and it is {getattr(self, name)}")
        for name in ("adversary_from", "sample_every"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, and it is {getattr(self, name)}")
        for name in ("final_lr", "beta1", "beta2", "ema_decay"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must be 0…1, and it is {getattr(self, name)}")
        for name in ("lr", "warmup_steps", "weight_decay", "clip_norm"):
            if not 0.0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be 0 or more, and it is {getattr(self, name)}")
        for name in ("beta1", "beta2", "ema_decay"):
            if getattr(self, name) == 1.0:
                raise ValueError(f"{name} must be below 1: at 1 nothing would ever be learned")
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, not '{self.precision}'")

    @property
    def items_per_step(self) -> int:
        """Items that one update of the weights sees."""
        return self.batch_size * self.accumulate
