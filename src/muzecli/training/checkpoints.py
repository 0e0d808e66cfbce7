"""Checkpoints of a run: folders that hold the model as one would use it, and all that is needed to go on.

    checkpoints/step-00000500/
        model.safetensors, config.json        the model (its averaged weights, where there are any): see `stored`
        training.safetensors, training.json   the weights as trained, the optimiser and the log's running sums

A folder appears whole or not at all, and goes whole: it is written and removed under a hidden name. Nothing of a
random state is in it, since every draw follows from the seed and the step. The last and the best few are kept. One
that is found damaged is set aside as `damaged-step-…`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muzecli.errors import BadDataError, InputMissingError, MuzeError, OutputError
from muzecli.files import file_sha256, write_json
from muzecli.training.stored import (
    MODEL_FILE,
    StoredModel,
    read_json,
    read_model,
    read_tensors,
    write_model,
    write_tensors,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

SCHEMA = "muze.training/1"
STATE_FILE = "training.json"
STATE_TENSORS = "training.safetensors"
_ANEW = "give --no-resume to start anew"


@dataclass(frozen=True)
class TrainingState:
    """What a run goes on with: JSON values, and the tensors they name."""

    step: int
    values: dict[str, Any]
    tensors: dict[str, Tensor]


@dataclass(frozen=True)
class Saved:
    """A checkpoint as read and checked: the training's state, and the model with its weights."""

    state: TrainingState
    model: StoredModel
    weights: dict[str, Tensor]


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

    def sweep(self) -> None:
        """Remove what a process that was killed left half written or half removed."""
        for leftover in self.folder.glob(".step-*") if self.folder.is_dir() else ():
            shutil.rmtree(leftover, ignore_errors=True)

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

        Raises:
            OutputError: the disk is full or refuses; those before it stay.
        """
        target = self.path(state.step)
        part = self._hidden(target, "part")
        with _explained(target, self.steps()):
            shutil.rmtree(part, ignore_errors=True)
            try:
                about = {"step": state.step, "metrics": dict(metrics)}
                write_model(part, weights, kind=self.kind, config=config, about=about)
                digest = write_tensors(part / STATE_TENSORS, state.tensors)
                document = {"schema": SCHEMA, "step": state.step, "sha256": digest, "values": state.values}
                write_json(part / STATE_FILE, document)
                self._remove(target)  # of an attempt before this one, which went on from an earlier step
                part.rename(target)
                _flush(self.folder)
            finally:
                shutil.rmtree(part, ignore_errors=True)
        self._prune()
        return target

    def last(self, say: Callable[[str], None] = lambda _: None) -> Saved | None:
        """Read the last checkpoint that is whole, or return None where there is no checkpoint.

        Args:
            say: told of each that is damaged, which is then set aside.

        Raises:
            BadDataError, InputMissingError: all of them are damaged, or they are of another kind.
        """
        faults: list[tuple[int, MuzeError]] = []
        for step in reversed(self.steps()):
            try:
                saved = self._read(step)
            except (BadDataError, InputMissingError) as error:
                faults.append((step, error))
                continue
            for damaged, fault in faults:
                aside = self._set_aside(damaged)
                say(f"{fault.message}; set aside as {aside}, and going on from step {step} instead")
            return saved
        if faults:
            raise BadDataError(faults[0][1].message, hint=f"no other checkpoint is whole; {_ANEW}")
        return None

    def best(self, say: Callable[[str], None] = lambda _: None) -> StoredModel:
        """Return the model with the smallest validation loss, or the last where none was validated.

        Args:
            say: told of each that would be better and is damaged.

        Raises:
            BadDataError: none is whole.
        """
        ranked = self._ranked() or self.steps()[-1:]
        for step in ranked:
            found = read_model(self.path(step), kind=self.kind)
            if file_sha256(found.folder / MODEL_FILE) == found.sha256:
                return found
            say(f"{found.folder} is damaged and is passed over")
        raise BadDataError(f"no checkpoint in {self.folder} is whole", hint=_ANEW)

    # ---- one of them ----

    def _read(self, step: int) -> Saved:
        folder = self.path(step)
        document = read_json(folder / STATE_FILE, what="training state")
        if document.get("schema") != SCHEMA:
            raise BadDataError(
                f"{folder / STATE_FILE}: the schema must be {SCHEMA}, found {document.get('schema')!r}",
                hint=_ANEW,
            )
        digest, values = document.get("sha256"), document.get("values")
        if not isinstance(digest, str) or not isinstance(values, dict):
            raise BadDataError(f"{folder / STATE_FILE} must have 'sha256' and 'values'", hint=_ANEW)
        tensors = read_tensors(folder / STATE_TENSORS, sha256=digest)
        model = read_model(folder, kind=self.kind)
        return Saved(TrainingState(step, values, tensors), model, model.tensors())

    def _set_aside(self, step: int) -> Path:
        path = self.path(step)
        aside = path.with_name(f"damaged-{path.name}")
        with _explained(aside, []):
            shutil.rmtree(aside, ignore_errors=True)
            path.rename(aside)
        return aside

    def _remove(self, target: Path) -> None:
        """Remove a checkpoint at one blow, so that nobody meets the half of it."""
        gone = self._hidden(target, "gone")
        shutil.rmtree(gone, ignore_errors=True)
        with suppress(FileNotFoundError):
            target.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)

    def _hidden(self, target: Path, what: str) -> Path:
        return self.folder / f".{target.name}.{what}"

    # ---- which are kept ----

    def _ranked(self) -> list[int]:
        """Return the steps that were validated, the best first; of equals the earlier."""
        losses = {}
        for step in self.steps():
            with suppress(BadDataError, InputMissingError):  # damaged since: it is no candidate
                metrics = read_model(self.path(step), kind=self.kind).about.get("metrics") or {}
                if metrics.get("loss") is not None:
                    losses[step] = float(metrics["loss"])
        return sorted(losses, key=lambda step: (losses[step], step))

    def _prune(self) -> None:
        steps = self.steps()
        kept = {steps[-1], *self._ranked()[: self.keep_best]}
        for step in steps:
            if step not in kept:
                with suppress(OSError):  # one too many does no harm
                    self._remove(self.path(step))


@contextmanager
def _explained(target: Path, steps: list[int]) -> Iterator[None]:
    """Say of a write that fails what is left, and what to do."""
    left = (
        f"step {steps[-1]} is saved, and the same command goes on from there"
        if steps
        else "nothing is saved yet"
    )
    hint = f"free some space, or see that the folder can be written to; {left}"
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot write {target}: {error.strerror}", hint=hint) from error
    except OutputError as error:
        raise OutputError(error.message, hint=hint) from error


def _flush(folder: Path) -> None:
    """See that a rename is on the disk; some file systems do not sync folders."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
