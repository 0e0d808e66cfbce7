"""A training run in a folder: one at a time, resumable, stopped with grace, by one process or several.

FOLDER/
    checkpoints/    the best and the last: see `checkpoints`
    log.csv         what was measured
    run.json        the configuration, with the source of each value
    samples/        what the model made on its way, where the task makes samples
    model.safetensors, config.json   what `conclude` made of the best, once the run is over
"""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muzecli.console import Console
from muzecli.errors import ConfigError, InterruptedRunError, MuzeError, OutputError, OutputExistsError
from muzecli.files import kind_of, write_json
from muzecli.interrupts import StopFlag, graceful
from muzecli.jobs import close_job, locked, open_job, unfinished_job
from muzecli.training.checkpoints import Checkpoints
from muzecli.training.compare import differences
from muzecli.training.log import Log
from muzecli.training.processes import followers, is_leader, threads_shared
from muzecli.training.samples import FOLDER as SAMPLES_FOLDER
from muzecli.training.samples import Samples
from muzecli.training.settings import TrainSettings
from muzecli.training.sinks import TENSORBOARD_FOLDER, Sink, check_sinks, open_sink
from muzecli.training.stored import CONFIG_FILE, MODEL_FILE, StoredModel, read_model
from muzecli.training.strategies import check_devices
from muzecli.training.task import BlockTask, SamplingTask, Task

if TYPE_CHECKING:
    from muzecli.training.group import Group
    from muzecli.training.loop import Loop

LOG_FILE = "log.csv"
RUN_FILE = "run.json"
CHECKPOINTS = "checkpoints"
_OUR_FILES = (MODEL_FILE, CONFIG_FILE, LOG_FILE, RUN_FILE)
_OUR_FOLDERS = (CHECKPOINTS, SAMPLES_FOLDER, TENSORBOARD_FOLDER)


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
        OutputError: it is a file, a folder of other things, or one that cannot be written to.
    """
    if kind_of(folder) is None:
        _check_writable(next(parent for parent in folder.absolute().parents if os.path.lexists(parent)))
        return
    if kind_of(folder) != "folder":
        raise OutputError(f"the output must be a folder, and {folder} is none", hint="name another --output")
    _check_writable(folder)
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
    devices: int = 1,
    strategy: str = "auto",
    logs: Sequence[str] = (),
) -> None:
    """Train, or go on training, in a folder.

    With several devices the command is started again for each; all get here, the first leads, and what comes after
    this call is done by the first alone if it is in `conclude`.

    Args:
        folder: of the run; made where it is missing.
        task: what is trained, with freshly initialised weights.
        settings: how.
        configuration: all that decides the result, JSON values: settings (as "training"), model, digest of the data.
        device: a PyTorch name.
        console: where progress is shown.
        conclude: called once all steps are done: writes what is to come of the run. Only then is the run over;
            one that is cut off before is gone on with.
        options: options of the command with their sources, for `run.json`.
        resume: go on with an unfinished run of the same configuration; otherwise start anew.
        overwrite: replace a finished run.
        devices: how many; a run may go on with another number.
        strategy: auto, ddp or fsdp; see `strategies`.
        logs: of tensorboard and wandb, those that are written beside the CSV.

    Raises:
        OutputExistsError, OutputError: as `check_folder`; or the disk is full.
        UsageError, UnavailableError: as `check_devices` and `check_sinks`.
        ConfigError: the folder holds an unfinished run of another configuration, or the device lacks the precision.
        InputMissingError, BadDataError: no checkpoint is whole, or the one to start from is missing or of another
            architecture.
        TemporaryError: another muze is at work there.
        FailedError: a loss or a gradient is not finite; names the step and the items. Or a process has failed.
        InterruptedRunError: Ctrl-C; the step was finished and saved.
    """
    check_sinks(logs)
    check_devices(device, devices=devices, strategy=strategy, precision=settings.precision)
    checkpoints = Checkpoints(folder / CHECKPOINTS, kind=task.kind, keep_best=settings.keep_best)
    run = _Run(folder, task, settings, checkpoints, configuration, console, device, devices, strategy, logs)
    if not is_leader(devices):
        run.follow()
        return
    check_folder(folder, overwrite=overwrite)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot make {folder}: {error.strerror}", hint="choose another --output"
        ) from error
    with locked(folder):
        run_id = _open(run, options=options, resume=resume)
        checkpoints.sweep()
        finished, step = run.lead(run_id)
        if not finished:
            raise InterruptedRunError(
                f"stopped at step {step} of {settings.steps}, and saved {checkpoints.path(step)}",
                hint="the same command again goes on from there",
            )
        conclude(Trained(checkpoints.best(console.warn), checkpoints))
        close_job(folder)


@dataclass(frozen=True)
class _Run:
    """What `train_in` was given, in the process that it was given to."""

    folder: Path
    task: Task
    settings: TrainSettings
    checkpoints: Checkpoints
    configuration: Mapping[str, Any]
    console: Console
    device: str
    devices: int
    strategy: str
    logs: Sequence[str]

    def lead(self, run_id: str) -> tuple[bool, int]:
        """Train as the first process; say whether it got to the end, and to which step."""
        notice = "finishing the step; Ctrl-C again stops at once"
        with (
            threads_shared(self.devices, self.device),
            followers(self.devices) as others,
            graceful(lambda: self.console.notice(notice)) as stop,
        ):
            try:
                return self._lead(run_id, stop)
            except RuntimeError as error:  # a lost connection is one of these
                failure = others.failure_soon()
                if failure is None:
                    raise
                raise failure from error

    def _lead(self, run_id: str, stop: StopFlag) -> tuple[bool, int]:
        group = self._launched()
        loop = self._loop(group)
        logs: list[Sink] = [Log(self.folder / LOG_FILE, step=loop.step)]
        try:
            for name in self.logs:
                sink = open_sink(
                    name, self.folder, step=loop.step, run_id=run_id, configuration=self.configuration
                )
                logs.append(sink)
            if loop.step:
                self.console.notice(f"going on from step {loop.step} of {self.settings.steps}")
            with self.console.progress("training", self.settings.steps - loop.step, unit="steps") as progress:
                return loop.run(logs, progress, stop, self._samples()), loop.step
        finally:
            for log in logs:
                log.close()
            group.leave()

    def follow(self) -> None:
        """Train as one of the other processes.

        Raises:
            SystemExit: the first process ends with an error, which it will report.
        """
        with (
            threads_shared(self.devices, self.device),
            followers(self.devices),
            graceful(lambda: None) as stop,
            Console(verbosity=-1).progress("training", self.settings.steps) as progress,
        ):
            group = self._launched()
            try:
                self._loop(group).run((), progress, stop, self._samples())
            except MuzeError as error:
                if error is group.agreed:
                    raise SystemExit(0) from error
                raise
            finally:
                group.leave()

    def _launched(self) -> Group:
        from muzecli.training.group import Group
        from muzecli.training.strategies import make_fabric

        blocks = self.task.blocks if isinstance(self.task, BlockTask) else tuple
        fabric = make_fabric(
            self.device,
            self.settings.precision,
            devices=self.devices,
            strategy=self.strategy,
            blocks=blocks,
        )
        fabric.launch()
        group = Group(fabric)
        same = json.dumps(self.configuration, default=str, sort_keys=True)
        if len(set(group.gather(same))) > 1:
            raise group.agree(
                ConfigError(
                    "all processes of a run must have the same configuration, and they do not",
                    hint="give --seed, and data that does not change meanwhile",
                )
            )
        return group

    def _loop(self, group: Group) -> Loop:
        from muzecli.training.loop import Loop
        from muzecli.training.restart import start_from

        # The first sets aside what is damaged; the others then read what it has read.
        saved = self.checkpoints.last(self.console.warn) if group.leads else None
        group.on_leader(lambda: None)
        saved = saved if group.leads else self.checkpoints.last()
        if saved is None and self.settings.restart_from:
            stored = start_from(self.task, Path(self.settings.restart_from))
            if group.leads:
                self.console.notice(f"starting from the weights in {stored.folder}")
        return Loop(self.task, self.settings, group, self.checkpoints, saved)

    def _samples(self) -> Samples | None:
        every = self.settings.sample_every
        return (
            Samples(self.task, self.folder, every=every)
            if every and isinstance(self.task, SamplingTask)
            else None
        )


def _open(run: _Run, *, options: Mapping[str, Any] | None, resume: bool) -> str:
    """Mark the folder as this run's, and return the run's id, which stays when it is gone on with.

    Raises:
        ConfigError: it holds an unfinished run of another configuration.
        InputMissingError, BadDataError: the model to start from is not there.
    """
    folder, configuration = run.folder, run.configuration
    before = unfinished_job(folder) if resume else None
    started_from: dict[str, str] | None = None
    if before is not None:
        configuration = _as_known_before(before, configuration)
        _refuse_other(folder, before, configuration)
    elif run.settings.restart_from:
        stored = read_model(Path(run.settings.restart_from), kind=run.task.kind)
        started_from = {"folder": str(stored.folder), "sha256": stored.sha256}
    about = _read_run(folder) if before is not None else {}
    if not open_job(folder, configuration, resume=resume):
        _clear(folder)
    run_id = str(about.get("id") or secrets.token_hex(8))
    document = {
        "schema": "muze.training-run/1",
        "id": run_id,
        "configuration": configuration,
        "options": dict(options or {}),
        "started_from": started_from or about.get("started_from"),
    }
    write_json(folder / RUN_FILE, document, overwrite=True)
    return run_id


def _as_known_before(before: Mapping[str, Any], configuration: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the configuration without the settings that an older muze did not know, where they are the defaults."""
    known, now = before.get("training"), configuration.get("training")
    if not isinstance(known, Mapping) or not isinstance(now, Mapping):
        return configuration
    defaults = {field.name: field.default for field in dataclasses.fields(TrainSettings)}
    kept = {
        name: value
        for name, value in now.items()
        if name in known or name not in defaults or value != defaults[name]
    }
    return {**configuration, "training": kept}


def _refuse_other(folder: Path, before: Mapping[str, Any], configuration: Mapping[str, Any]) -> None:
    changes = differences(before, json.loads(json.dumps(configuration, default=str)))
    if changes:
        was = "; ".join(f"{key} was {old!r} and is {new!r}" for key, old, new in changes[:8])
        raise ConfigError(
            f"{folder} holds an unfinished run of another configuration: {was}",
            hint="run that one to its end, choose another --output, or give --no-resume to start anew",
            details={"changed": [key for key, _, _ in changes]},
        )


def _read_run(folder: Path) -> dict[str, Any]:
    try:
        document = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # a run that was cut off at its very beginning
        return {}
    return document if isinstance(document, dict) else {}


def _check_writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(
            f"the folder {folder} must be writable, and it is not", hint="choose another --output"
        )


def _clear(folder: Path) -> None:
    """Remove what a run before this one left, and nothing else."""
    for name in _OUR_FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in _OUR_FILES:
        (folder / name).unlink(missing_ok=True)
