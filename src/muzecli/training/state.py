"""All that changes in a loop from step to step, as a checkpoint holds it: whole, wherever it lay in parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from muzecli.training import tree
from muzecli.training.checkpoints import Saved, TrainingState
from muzecli.training.means import Means
from muzecli.training.optimizers import load_state
from muzecli.training.restart import fill
from muzecli.training.sharding import whole

if TYPE_CHECKING:
    from torch import Tensor

    from muzecli.training.loop import Loop


def state_of(loop: Loop) -> tuple[dict[str, Tensor], TrainingState]:
    """Return the model as one would use it, and what the run goes on with; all processes must call it together."""
    trained = whole(loop.task.model.state_dict())
    averages = whole(loop.ema.values) if loop.ema is not None else trained
    means = Means.together(loop.group.gather(loop.means.sums))
    values, tensors = tree.split(
        {
            # Without averages the checkpoint's model is the one that is trained.
            "model": None if loop.ema is None else trained,
            "optimizer": whole(loop.optimizer.state_dict()),
            "precision": loop.fabric.strategy.precision.state_dict(),
            "means": {name: list(sums) for name, sums in means.sums.items()},
            "adversary": loop.adversary.state_dict() if loop.adversary is not None else None,
        },
        "state",
    )
    return averages, TrainingState(loop.step, values, tensors)


def restore(loop: Loop, saved: Saved) -> None:
    """Give a loop what a checkpoint holds.

    Raises:
        BadDataError: the checkpoint is of another architecture.
    """
    state = tree.join(saved.state.values, saved.state.tensors)
    loop.step = saved.state.step
    hint = "give --no-resume to start anew"
    if loop.ema is None:
        fill(loop.task, saved.model, saved.weights, hint=hint)
    else:
        fill(loop.task, saved.model, state["model"], hint=hint)
        loop.ema.load(saved.weights)
    load_state(loop.optimizer, state["optimizer"])
    loop.fabric.strategy.precision.load_state_dict(state["precision"])
    if loop.adversary is not None:
        loop.adversary.load_state_dict(state.get("adversary"), step=loop.step)
    if loop.group.leads:
        loop.means = _means_of(loop, state)


def _means_of(loop: Loop, state: Mapping[str, Any]) -> Means:
    if "means" in state:
        return Means({name: (total, weights) for name, (total, weights) in state["means"].items()})
    # Checkpoints of muze 0.1 have sums over the steps since the last row.
    steps = loop.step % loop.settings.log_every
    return Means({name: (total, float(steps)) for name, total in state["sums"].items()})
