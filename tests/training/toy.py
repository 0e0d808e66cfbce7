"""A task small enough for tests: fit a line through noise that the generator and dropout draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import nn


class ToyTask:
    """Learns y = 2x − 1 from 24 points; `poison` makes one item's loss not a number."""

    kind = "toy"

    def __init__(
        self, *, seed: int = 0, poison: int | None = None, stop_at: Callable[[int], None] | None = None
    ):
        torch.manual_seed(seed)
        self.model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Dropout(0.1), nn.Linear(8, 1))
        self.x = torch.linspace(-1, 1, 24)[:, None]
        self.poison, self.calls, self.stop_at = poison, 0, stop_at

    def config(self) -> Mapping[str, Any]:
        return {"width": 8}

    def __len__(self) -> int:
        return len(self.x)

    def item_id(self, index: int) -> str:
        return f"point {index}"

    def length(self, index: int) -> int:
        return 1

    def batch(self, indices: Sequence[int]) -> dict[str, torch.Tensor]:
        x = self.x[list(indices)].clone()
        if self.poison in indices:
            x[0] = float("nan")
        return {"x": x}

    def loss(self, model: nn.Module, batch: Any, generator: torch.Generator) -> dict[str, torch.Tensor]:
        self.calls += 1
        if self.stop_at is not None:
            self.stop_at(self.calls)
        noise = 0.1 * torch.randn(batch["x"].shape, generator=generator)
        loss = (model(batch["x"]) - (2 * batch["x"] - 1 + noise)).square().mean()
        return {"loss": loss, "worst": (loss.detach() * 2)}

    def validate(self, model: nn.Module, to_device: Callable[[Any], Any]) -> dict[str, float]:
        x = to_device(self.x)
        return {"loss": float((model(x) - (2 * x - 1)).square().mean())}
