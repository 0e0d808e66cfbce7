"""The exponential moving average of a model's weights, which generates better than the last weights do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from muzecli.training.sharding import like, local


class Ema:
    """Averages of weights and copies of buffers, in float32 on the model's device, sharded where the model is.

    θ̄ ← d·θ̄ + (1 − d)·θ after each step, with d = min(decay, (1 + n)/(10 + n)) at step n, so that the random
    weights of the beginning are soon forgotten.

    Args:
        model: whose weights are averaged.
        decay: 0…1, exclusive.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.values = {name: _copy(value) for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Take in the weights after step number `step`, counted from 1."""
        decay = min(self.decay, (1.0 + step) / (10.0 + step))
        averages, weights = [], []
        for name, value in model.state_dict().items():
            average = self.values[name]
            if average.is_floating_point():
                averages.append(local(average))
                weights.append(local(value).to(average.dtype))
            else:  # a counter, say
                average.copy_(value)
        # One call for all: with many small weights it takes a seventh of the time.
        get_ema_multi_avg_fn(decay)(averages, weights, step)  # type: ignore[no-untyped-call]

    def load(self, values: Mapping[str, Tensor]) -> None:
        """Take stored averages, whole."""
        for name, value in self.values.items():
            value.copy_(like(value, values[name]))

    @contextmanager
    def in_place_of(self, model: nn.Module) -> Iterator[None]:
        """Give the model the averages while the block runs."""
        own = {name: _copy(value) for name, value in model.state_dict().items()}
        model.load_state_dict(self.values)
        try:
            yield
        finally:
            model.load_state_dict(own)


def _copy(value: Tensor) -> Tensor:
    copied = value.detach().clone()
    return copied.float() if copied.is_floating_point() else copied
