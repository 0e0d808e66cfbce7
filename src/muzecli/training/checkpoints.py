"""Checkpoints of a run: folders that hold the model as one would use it, and all that is needed to go on.

    checkpoints/step-00000500/
        model.safetensors, config.json        the model (its averaged weights, where there are any): see `stored`
        training.safetensors, training.json   the weights as trained, the optimiser and the log's running sums

A folder appears whole or not at all: it is written under a hidden name and renamed. Nothing of a random state is
in it, since every draw follows from the seed and the step. The last and the best few are kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muzecli.errors import BadDataError, OutputError
from muzecli.files import write_json
from muzecli.training.stored import (
    StoredModel,
    read_json,
    read_model,
    read_tensors,
    write_model,
    write_tensors,
)

if TYPE_CHECKING:
    from torch import Tensor

SCHEMA = "muze.training/1"
STATE_FILE = "training.json"
STATE_TENSORS = "training.safetensors"


@dataclass(frozen=True)
class TrainingState:
    """What a run goes on with: JSON values, and the tensors they name."""

    step: int
    values: dict[str, Any]
    tensors: dict[str, Tensor]


class Checkpoints:
    """The checkpoints of one run.

    Args:
        folder: holds a folder for each.
        kind: of the model.
        keep_best: how many to keep by validation loss, beside the last.
    """

    def __init__(self, folder: Path, *, kind: str, keep_best: int) -> None:
        self.folder, self.kind, self.keep_best = folder, kind, keep_best

    def steps(self) -> list[int]:
        """Return the steps that have a checkpoint, in order."""
        found = self.folder.glob("step-*") if self.folder.is_dir() else ()
        return sorted(int(path.name[5:]) for path in found if path.name[5:].isdigit())

    def path(self, step: int) -> Path:
        """Return the folder of a step's checkpoint, whether or not it is there."""
        return self.folder / f"step-{step:08d}"

    def save(
        self,
        state: TrainingState,
        weights: Mapping[str, Tensor],
        *,
        config: Mapping[str, Any],
        metrics: Mapping[str, float],
    ) -> Path:
        """Save a checkpoint, then remove those that are neither the last nor among the best.

        Args:
            state: what the run goes on with.
            weights: the model as one would use it.
            config: what its network is built from.
            metrics: of the validation at this step; empty where there was none.
        """
        target = self.path(state.step)
        part = self.folder / f".{target.name}.part"
        shutil.rmtree(part, ignore_errors=True)
        try:
            about = {"step": state.step, "metrics": dict(metrics)}
            write_model(part, weights, kind=self.kind, config=config, about=about)
            digest = write_tensors(part / STATE_TENSORS, state.tensors)
            document = {"schema": SCHEMA, "step": state.step, "sha256": digest, "values": state.values}
            write_json(part / STATE_FILE, document)
            if target.exists():  # of an attempt before this one, which went on from an earlier step
                shutil.rmtree(target)
            part.rename(target)
        except OSError as error:
            raise OutputError(f"cannot write {target}: {error.strerror}", hint="free some space") from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
        self._prune()
        return target

    def last(self) -> TrainingState | None:
        """Read what the run goes on with, or None where there is no checkpoint.

        Raises:
            BadDataError: the last checkpoint is damaged.
        """
        steps = self.steps()
        if not steps:
            return None
        folder = self.path(steps[-1])
        document = read_json(folder / STATE_FILE, what="training state")
        if document.get("schema") != SCHEMA:
            raise BadDataError(
                f"{folder / STATE_FILE}: the schema must be {SCHEMA}, found {document.get('schema')!r}",
                hint="give --no-resume to start anew",
            )
        tensors = read_tensors(folder / STATE_TENSORS, sha256=document["sha256"])
        return TrainingState(int(document["step"]), document["values"], tensors)

    def best(self) -> StoredModel:
        """Return the model with the smallest validation loss, or the last where none was validated."""
        ranked = self._ranked()
        return read_model(self.path(ranked[0] if ranked else self.steps()[-1]), kind=self.kind)

    def _ranked(self) -> list[int]:
        """Return the steps that were validated, the best first; of equals the earlier."""
        losses = {}
        for step in self.steps():
            metrics = read_model(self.path(step), kind=self.kind).about.get("metrics") or {}
            if metrics.get("loss") is not None:
                losses[step] = float(metrics["loss"])
        return sorted(losses, key=lambda step: (losses[step], step))

    def _prune(self) -> None:
        steps = self.steps()
        kept = {steps[-1], *self._ranked()[: self.keep_best]}
        for step in steps:
            if step not in kept:
                shutil.rmtree(self.path(step), ignore_errors=True)
