"""A training run in a folder: one at a time, resumable, stopped with grace, by one process or several.

FOLDER/
    checkpoints/    the best and the last: see `checkpoints`
    log.csv         what was measured
    run.json        the configuration, with the source of each value
    samples/        what the model made on its way, where the task makes samples
    model.safetensors, config.json   what `conclude` made of the best, once the run is over
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muzecli.console import Console
from muzecli.errors import ConfigError, InterruptedRunError, MuzeError, OutputError
from muzecli.interrupts import StopFlag, graceful
from muzecli.jobs import close_job, locked
from muzecli.training.checkpoints import Checkpoints, Saved
from muzecli.training.folder import CHECKPOINTS, LOG_FILE, RUN_FILE, check_folder, open_run
from muzecli.training.log import Log
from muzecli.training.processes import followers, is_leader, is_lost_connection, threads_shared
from muzecli.training.samples import Samples
from muzecli.training.settings import TrainSettings
from muzecli.training.shares import Shares
from muzecli.training.sinks import Sink, check_sinks, open_sink
from muzecli.training.stored import StoredModel
from muzecli.training.strategies import check_devices
from muzecli.training.task import BlockTask, SamplingTask, Task

if TYPE_CHECKING:
    from muzecli.training.group import Group
    from muzecli.training.loop import Loop

__all__ = ["CHECKPOINTS", "LOG_FILE", "RUN_FILE", "Trained", "check_folder", "train_in"]


@dataclass(frozen=True)
class Trained:
    """A run whose steps are done.

    Attributes:
        best: the checkpoint with the smallest validation loss.
        checkpoints: all that are kept.
    """

    best: StoredModel
    checkpoints: Checkpoints


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
    size = max(1, min(settings.batch_size, len(task)))
    Shares(
        accumulate=settings.accumulate, batch_size=size, processes=devices
    )  # refuses what cannot be shared out
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
        run_id = open_run(
            folder,
            configuration,
            kind=task.kind,
            restart_from=settings.restart_from,
            options=options,
            resume=resume,
        )
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
            except RuntimeError as error:
                failure = others.failure_soon() if is_lost_connection(error) else None
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
                finished = loop.run(logs, progress, stop, self._samples())
            group.leave()
            return finished, loop.step
        finally:
            for log in logs:
                log.close()

    def follow(self) -> None:
        """Train as one of the other processes.

        Raises:
            SystemExit: the first process ends with an error, or another is gone, which the first one will report.
        """
        with (
            threads_shared(self.devices, self.device),
            followers(self.devices),
            graceful(lambda: None) as stop,
            Console(verbosity=-1).progress("training", self.settings.steps) as progress,
        ):
            group: Group | None = None
            try:
                group = self._launched()
                self._loop(group).run((), progress, stop, self._samples())
                group.leave()
            except MuzeError as error:
                if group is not None and error is group.agreed:
                    raise SystemExit(0) from error
                raise
            except RuntimeError as error:
                if is_lost_connection(error):
                    raise SystemExit(0) from error
                raise

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
        return Group(fabric)

    def _loop(self, group: Group) -> Loop:
        from muzecli.training.loop import Loop

        same = json.dumps(self.configuration, default=str, sort_keys=True)
        if len(set(group.gather(same))) > 1:
            raise group.agree(
                ConfigError(
                    "all processes of a run must have the same configuration, and they do not",
                    hint="give --seed, and data that does not change meanwhile",
                )
            )
        # The first sets aside what is damaged, and refuses what does not fit; the others then read what it has read.
        saved: list[Saved | None] = []
        group.on_leader(lambda: saved.append(self._begin(self.console)))
        if not group.leads:
            saved.append(self._begin(Console(verbosity=-1)))
        return Loop(self.task, self.settings, group, self.checkpoints, saved[0])

    def _begin(self, console: Console) -> Saved | None:
        """Return the checkpoint to go on from; where there is none give the network the weights to start from."""
        from muzecli.training.restart import fill, start_from

        saved = self.checkpoints.last(console.warn)
        if saved is not None:
            fill(self.task, saved.model, saved.weights, hint="give --no-resume to start anew")
        elif self.settings.restart_from:
            stored = start_from(self.task, Path(self.settings.restart_from))
            console.notice(f"starting from the weights in {stored.folder}")
        return saved

    def _samples(self) -> Samples | None:
        every = self.settings.sample_every
        return (
            Samples(self.task, self.folder, every=every)
            if every and isinstance(self.task, SamplingTask)
            else None
        )
