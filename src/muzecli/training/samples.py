"""What a model makes while it learns, for ears: a folder of fixed prompts' results every so many steps."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from muzecli.errors import OutputError
from muzecli.training.task import SamplingTask

if TYPE_CHECKING:
    from muzecli.training.room import SharedNetwork

FOLDER = "samples"


class Samples:
    """The samples of a run; each set appears whole or not at all.

    Args:
        task: makes them.
        folder: of the run.
        every: steps between two sets.
    """

    def __init__(self, task: SamplingTask, folder: Path, *, every: int) -> None:
        self.task, self.folder, self.every = task, folder / FOLDER, every

    def due(self, step: int) -> bool:
        """Say whether there is to be a set after so many steps."""
        return step % self.every == 0

    def folder_of(self, step: int) -> Path:
        """Return where a step's samples lie."""
        return self.folder / f"step-{step:08d}"

    def make(self, network: SharedNetwork, step: int, *, keep: bool = True) -> None:
        """Have the task make a set.

        Args:
            network: in the state that one would use it in.
            step: how many steps it has learned.
            keep: throw them away otherwise, as a process does that only helps a sharded network along.

        Raises:
            OutputError: the disk is full or refuses.
        """
        if not keep:
            with tempfile.TemporaryDirectory() as unused:
                network.call(self.task.samples, Path(unused), step)
            return
        target = self.folder_of(step)
        part = target.with_name(f".{target.name}.part")
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            network.call(self.task.samples, part, step)
            shutil.rmtree(target, ignore_errors=True)  # of an attempt that was cut off
            part.rename(target)
        except OSError as error:
            raise OutputError(
                f"cannot write {target}: {error.strerror}",
                hint="free some space, or --set training.sample_every=0",
            ) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
