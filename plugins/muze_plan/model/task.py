"""The planner as a task of the training room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from muze_plan.model.codes import MISSING, PARTS, SIZES
from muze_plan.model.config import KIND, PlannerConfig
from muze_plan.model.features import Song, Steps, song_arrays, steps_of
from muze_plan.model.forms import Form
from muze_plan.model.network import PlannerNetwork
from muze_plan.model.scoring import Scores, figures

VALIDATION_BATCH = 256

PlannerBatch = dict[str, Tensor]
"""song_numbers (B, 5), song_classes (B, 3), numbers (B, S, …), before (B, S, 4), place (B, S, 2),
returning (B, S, 3), left (B, S), target (B, S, 4), real (B, S) whether it is a section or padding."""


class PlannerTask:
    """Learns the sections of forms.

    Args:
        config: the network's, genres filled in.
        train: forms to learn from, at least one.
        valid: forms held out, to choose the checkpoint by.
        seed: of the initial weights.
    """

    kind = KIND

    def __init__(
        self, config: PlannerConfig, train: Sequence[Form], valid: Sequence[Form], *, seed: int
    ) -> None:
        self.planner, self.forms = config, train
        self._train, self._valid = Encoded(train, config.genres), Encoded(valid, config.genres)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model = PlannerNetwork(config)

    def config(self) -> Mapping[str, Any]:
        """Return the network's configuration."""
        return asdict(self.planner)

    def __len__(self) -> int:
        """Return how many songs there are to learn from."""
        return len(self.forms)

    def item_id(self, index: int) -> str:
        """Return a song's name."""
        return self.forms[index].song

    def length(self, index: int) -> int:
        """Return how many sections a song has."""
        return len(self.forms[index].sections)

    def batch(self, indices: Sequence[int]) -> PlannerBatch:
        """Return songs, padded to the longest of them."""
        return self._train.batch(indices)

    def loss(self, model: nn.Module, batch: PlannerBatch, generator: torch.Generator) -> dict[str, Tensor]:
        """Return the nats a section, all parts together and each; some songs' genres are hidden."""
        genre = batch["song_classes"][:, 0]
        hide = torch.rand(genre.shape, generator=generator, device=genre.device) < self.planner.genre_dropout
        hidden_genre = batch | {
            "song_classes": torch.cat(
                [genre.masked_fill(hide, 0)[:, None], batch["song_classes"][:, 1:]], dim=1
            )
        }
        nats, _ = part_nats(model, self.model, hidden_genre)
        parts = nats.sum(dim=(0, 1)) / batch["real"].sum()
        return {"loss": parts.sum(), **dict(zip(PARTS, parts.detach(), strict=True))}

    def validate(self, model: nn.Module, to_device: Callable[[Any], Any]) -> dict[str, float]:
        """Return the measures on the songs held out; "loss" is the nats a section."""
        measured = figures(self._valid.scores(model, self.model, to_device))
        return {"loss": measured["section_nats"], **measured}


class Encoded:
    """Forms as arrays, ready to be batched."""

    def __init__(self, forms: Sequence[Form], genres: Sequence[str]) -> None:
        self.songs = [Song.of(form, genres) for form in forms]
        self.steps = [steps_of(form) for form in forms]

    def batch(self, indices: Sequence[int]) -> PlannerBatch:
        """Return some of them as tensors, padded to the longest."""
        numbers, classes = song_arrays([self.songs[index] for index in indices])
        steps = [self.steps[index] for index in indices]
        length = max(len(step.left) for step in steps)
        # Padding has one bar left, so that some class is always open, and MISSING targets, which count nothing.
        real = np.asarray([np.arange(length) < len(step.left) for step in steps])
        return {
            "song_numbers": torch.from_numpy(numbers),
            "song_classes": torch.from_numpy(classes),
            "numbers": _padded(steps, "numbers", length, 0),
            "before": _padded(steps, "before", length, 0),
            "place": _padded(steps, "place", length, 0),
            "returning": _padded(steps, "returning", length, 0),
            "left": _padded(steps, "left", length, 1),
            "target": _padded(steps, "target", length, MISSING),
            "real": torch.from_numpy(real),
        }

    @torch.no_grad()
    def scores(
        self, model: nn.Module, network: PlannerNetwork, to_device: Callable[[Any], Any] = lambda batch: batch
    ) -> Scores:
        """Score a network on all of them."""
        parts = []
        for start in range(0, len(self.songs), VALIDATION_BATCH):
            indices = range(start, min(start + VALIDATION_BATCH, len(self.songs)))
            batch = to_device(self.batch(indices))
            nats, hits = part_nats(model, network, batch)
            parts.append([t.sum(dim=1).double().cpu().numpy() for t in (nats, hits, batch["real"])])
        nats_, hits_, sections = (np.concatenate(column) for column in zip(*parts, strict=True))
        return Scores(nats_, hits_, sections)


def part_nats(model: nn.Module, network: PlannerNetwork, batch: PlannerBatch) -> tuple[Tensor, Tensor]:
    """Return the nats (B, S, 4) of each part and the hits (B, S) of the type; 0 in padding and where not measured.

    Args:
        model: the network, wrapped for device and precision, or the network itself.
        network: the network, whose heads are small enough for full precision.
        batch: see `PlannerBatch`.
    """
    hidden = model(*(batch[name] for name in ("song_numbers", "song_classes", "numbers", "before", "place")))
    target = batch["target"]
    nothing = torch.tensor([SIZES[part] for part in PARTS], device=target.device)
    known = torch.where(target == MISSING, nothing, target)
    logits = network.part_logits(hidden.float(), known, batch["returning"], batch["left"])
    nats = torch.stack(
        [
            functional.cross_entropy(
                values.flatten(0, 1), classes.flatten(), ignore_index=MISSING, reduction="none"
            ).view_as(classes)
            for values, classes in zip(logits, target.unbind(-1), strict=True)
        ],
        dim=-1,
    )
    hits = (logits[0].argmax(-1) == target[..., 0]) & batch["real"]
    return nats, hits


def _padded(steps: Sequence[Steps], name: str, length: int, value: int) -> Tensor:
    arrays = [getattr(step, name) for step in steps]
    padded = np.full((len(arrays), length, *arrays[0].shape[1:]), value, dtype=arrays[0].dtype)
    for row, array in zip(padded, arrays, strict=True):
        row[: len(array)] = array
    return torch.from_numpy(padded)
