"""The planner as a kind of model (`muze.models`), and its configuration, which loads no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

KIND = "planner"
BACKBONES = ("gru", "transformer")


@dataclass(frozen=True)
class PlannerConfig:
    """Size of a planner.

    Attributes:
        backbone: gru or transformer.
        width: D, a multiple of `heads`.
        layers: of the trunk.
        heads: of the transformer's attention.
        dropout: 0…1, in training.
        genre_dropout: how often the genre is hidden in training, so that it need not be known, 0…1.
        genres: names of the known genres; filled in from the data.
        min_genre_tracks: tracks that a genre must have to be known.
    """

    backbone: str = "gru"
    width: int = 128
    layers: int = 2
    heads: int = 4
    dropout: float = 0.1
    genre_dropout: float = 0.1
    genres: tuple[str, ...] = ()
    min_genre_tracks: int = 20

    def __post_init__(self) -> None:
        if self.backbone not in BACKBONES:
            raise ValueError(f"backbone must be one of {', '.join(BACKBONES)}, not '{self.backbone}'")
        for name in ("width", "layers", "heads", "min_genre_tracks"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, and it is {getattr(self, name)}")
        if self.width % self.heads:
            raise ValueError(f"width must be a multiple of heads, and {self.width} is none of {self.heads}")
        for name in ("dropout", "genre_dropout"):
            if not 0.0 <= getattr(self, name) < 1.0:
                raise ValueError(f"{name} must be 0…1, below 1, and it is {getattr(self, name)}")


class PlannerKind:
    """Section planners."""

    name = KIND
    config_type = PlannerConfig

    def build(self, config: PlannerConfig) -> nn.Module:
        """Return an untrained planner."""
        from muze_plan.model.network import PlannerNetwork

        return PlannerNetwork(config)
