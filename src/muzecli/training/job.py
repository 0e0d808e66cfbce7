"""A training run in a folder: one at a time, resumable, stopped with grace.

FOLDER/
    checkpoints/    the best and the last: see `checkpoints`
    log.csv         what was measured
    run.json        the configuration, with the source of each value
    model.safetensors, config.json   what `conclude` made of the best, once the run is over
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muzecli.console import Console
from muzecli.errors import InterruptedRunError, OutputError, OutputExistsError
from muzecli.files import kind_of, write_json
from muzecli.interrupts import graceful
from muzecli.jobs import close_job, locked, open_job, unfinished_job
from muzecli.training.checkpoints import Checkpoints
from muzecli.training.log import Log
from muzecli.training.settings import TrainSettings
from muzecli.training.stored import CONFIG_FILE, MODEL_FILE, StoredModel
from muzecli.training.task import Task

LOG_FILE = "log.csv"
RUN_FILE = "run.json"
CHECKPOINTS = "checkpoints"
_OURS = (MODEL_FILE, CONFIG_FILE, LOG_FILE, RUN_FILE)


@dataclass(frozen=True)
class Trained:
    """A run whose steps are done.

    Attributes:
        best: the checkpoint with the smallest validation loss.
        checkpoints: all that are kept.
    """

    best: StoredModel
    checkpoints: Checkpoints


def check_folder(folder: Path, *, overwrite: bool) -> None:
    """Refuse a folder that holds a finished run or something else, before any work is done.

    Raises:
        OutputExistsError: a finished run is there and may not be replaced.
        OutputError: it is a file, or a folder of other things.
    """
    kind = kind_of(folder)
    if kind is None:
        return
    if kind != "folder":
        raise OutputError(f"the output must be a folder, and {folder} is none", hint="name another --output")
    if unfinished_job(folder) is not None:
        return
    if (folder / RUN_FILE).exists() or (folder / MODEL_FILE).exists():
        if not overwrite:
            raise OutputExistsError(
                f"{folder} holds a finished training run",
                hint="give another --output, or --overwrite to train anew",
            )
    elif any(folder.iterdir()):
        raise OutputError(
            f"the output must be an empty folder or one of a training run, and {folder} holds other files",
            hint="name another --output",
        )


def train_in(
    folder: Path,
    task: Task,
    settings: TrainSettings,
    *,
    configuration: Mapping[str, Any],
    device: str,
    console: Console,
    conclude: Callable[[Trained], None],
    options: Mapping[str, Any] | None = None,
    resume: bool = True,
    overwrite: bool = False,
) -> None:
    """Train, or go on training, in a folder.

    Args:
        folder: of the run; made where it is missing.
        task: what is trained, with freshly initialised weights.
        settings: how.
        configuration: all that decides the result, JSON values: settings, model, digest of the data.
        device: a PyTorch name.
        console: where progress is shown.
        conclude: called once all steps are done: writes what is to come of the run. Only then is the run over;
            one that is cut off before is gone on with.
        options: options of the command with their sources, for `run.json`.
        resume: go on with an unfinished run of the same configuration; otherwise start anew.
        overwrite: replace a finished run.

    Raises:
        OutputExistsError, OutputError: as `check_folder`.
        ConfigError: the folder holds an unfinished run of another configuration.
        TemporaryError: another muze is at work there.
        FailedError: a loss or a gradient is not finite; names the step and the items.
        InterruptedRunError: Ctrl-C; the step was finished and saved.
    """
    from muzecli.training.loop import Loop, make_fabric

    check_folder(folder, overwrite=overwrite)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        checkpoints = Checkpoints(folder / CHECKPOINTS, kind=task.kind, keep_best=settings.keep_best)
        if not open_job(folder, configuration, resume=resume):
            _clear(folder)
        write_json(
            folder / RUN_FILE,
            {"schema": "muze.training-run/1", "configuration": configuration, "options": dict(options or {})},
            overwrite=True,
        )
        with graceful(lambda: console.notice("finishing the step; Ctrl-C again stops at once")) as stop:
            loop = Loop(task, settings, make_fabric(device, settings.precision), checkpoints)
            log = Log(folder / LOG_FILE, step=loop.step)
            if loop.step:
                console.notice(f"going on from step {loop.step} of {settings.steps}")
            with console.progress("training", settings.steps - loop.step, unit="steps") as progress:
                finished = loop.run(log, progress, stop)
        if not finished:
            raise InterruptedRunError(
                f"stopped at step {loop.step} of {settings.steps}, and saved {checkpoints.path(loop.step)}",
                hint="the same command again goes on from there",
            )
        conclude(Trained(checkpoints.best(), checkpoints))
        close_job(folder)


def _clear(folder: Path) -> None:
    """Remove what a run before this one left, and nothing else."""
    shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    for name in _OURS:
        (folder / name).unlink(missing_ok=True)
