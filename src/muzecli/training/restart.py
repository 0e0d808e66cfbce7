"""Start from weights that are there already: those of a checkpoint, a run's result, or weights that ship."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from muzecli.errors import BadDataError
from muzecli.training.compare import differences
from muzecli.training.sharding import like
from muzecli.training.stored import StoredModel, read_model
from muzecli.training.task import Task

if TYPE_CHECKING:
    from torch import Tensor


def start_from(task: Task, folder: Path) -> StoredModel:
    """Fill a task's network with the weights of a model's folder, as for fine-tuning; return what was read.

    Raises:
        InputMissingError: no model is there.
        BadDataError: it is of another kind or another architecture, or damaged.
    """
    stored = read_model(folder, kind=task.kind)
    fill(
        task, stored, stored.tensors(), hint="name a model of the same preset, or change --preset to its own"
    )
    return stored


def fill(task: Task, stored: StoredModel, weights: Mapping[str, Tensor], *, hint: str) -> None:
    """Give a task's network weights that were stored with a configuration.

    Raises:
        BadDataError: names or shapes do not fit; says how the configurations differ.
    """
    wanted = task.model.state_dict()
    wrong = sorted(
        name
        for name in wanted.keys() | weights.keys()
        if name not in wanted or name not in weights or wanted[name].shape != weights[name].shape
    )
    if wrong:
        changes = differences(stored.config, task.config())
        how = "; ".join(f"{key} is {before!r} there and {now!r} here" for key, before, now in changes[:6])
        raise BadDataError(
            f"the {stored.kind} in {stored.folder} must be of the architecture that is trained, and"
            f" {len(wrong)} of its weights are missing, unknown or of another shape, such as '{wrong[0]}'"
            + (f": {how}" if how else ""),
            hint=hint,
            details={"weights": wrong[:50]},
        )
    task.model.load_state_dict({name: like(wanted[name], value) for name, value in weights.items()})
