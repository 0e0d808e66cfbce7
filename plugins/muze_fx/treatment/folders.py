"""Several files into a folder: a file for each, going on with what an interrupted run left undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from muze_fx.treatment import runs
from muze_fx.treatment.destinations import Task
from muze_fx.treatment.inputs import Input
from muze_fx.treatment.request import names_audio_file
from muze_fx.treatment.runs import Item
from muzecli.errors import ExitCode, FailedError, InterruptedRunError, MuzeError, UsageError
from muzecli.files import made_folder, write_json
from muzecli.jobs import check_job, close_job, find_job, locked, open_job

if TYPE_CHECKING:
    from muzecli.batch import BatchResult, Outcome


def to_folder(task: Task, inputs: Sequence[Input]) -> None:
    """Treat several files, each into a file of its name, in the folder of --output or in a run folder."""
    request, now = task.request, datetime.now()
    output = request.output
    if output is not None and names_audio_file(output):
        raise UsageError(f"several inputs need a folder, and --output {output} is a file", hint="-o FOLDER/")
    configuration = task.configuration()
    if output is None:  # an unfinished run folder belongs to the command that began it
        configuration["inputs"] = [str(Path(item.name).absolute()) for item in inputs]
    with _folder(task, configuration, now) as folder:
        if request.resume:
            check_job(folder, configuration)
        items = _items(task, inputs, folder, f"{now:%Y-%m-%d %H:%M:%S}" if output is None else "")
        done = [item for item in items if request.resume and runs.is_done(item)]
        left = [item for item in items if item not in done]
        runs.check_free(left)
        if done:
            task.run.console.notice(f"{len(done)} of {len(items)} are done already")
        if request.dry_run:
            task.say_dry_run([(item.name, str(item.target)) for item in left])
            return
        with locked(folder):
            if left:
                open_job(folder, configuration, resume=request.resume)
            result = _treat_all(task, left)
            good = [*done, *(outcome.item for outcome in result.outcomes if outcome.error is None)]
            if output is None and good:
                name, time = runs.slug(task.title()), good[0].time
                preset = runs.preset_document(task.settings.preset, time)
                write_json(folder / f"{name}_preset.json", preset, overwrite=True)
                runs.write_metadata(folder / "metadata.txt", prompt=task.title(), time=time, items=good)
            _report(task, folder, done, len(left), result)


@contextmanager
def _folder(task: Task, configuration: Mapping[str, Any], now: datetime) -> Iterator[Path]:
    """Give the folder of --output, that of an unfinished run of this command, or that of a new run."""
    request, name = task.request, runs.slug(task.title())
    if request.output is not None:
        folder: Path | None = Path(request.output)
    else:
        folder = find_job(request.output_dir, f"*_{name}", configuration) if request.resume else None
    if request.dry_run:
        yield folder or runs.run_folder(request.output_dir, name, now)
    elif folder is not None:
        with made_folder(folder):
            yield folder
    else:
        with runs.new_run_folder(request.output_dir, name, now) as new:
            yield new


def _items(task: Task, inputs: Sequence[Input], folder: Path, time: str) -> list[Item]:
    """Return the work; `time` is set in a run folder, which has one preset for all."""
    targets = runs.name_targets(inputs, folder, task.encoding.container)
    return [
        Item(
            source=source.path,
            name=source.name,
            target=target,
            sidecar=sidecar,
            preset_file=None if time or task.request.preset_out else preset_file,
            settings=task.settings,
            encoding=task.encoding,
            document=task.document(),
            raw=task.raw,
            overwrite=task.request.overwrite,
            time=time,
        )
        for source, target, (sidecar, preset_file) in zip(
            inputs, targets, runs.companions(targets), strict=True
        )
    ]


def _treat_all(task: Task, items: Sequence[Item]) -> BatchResult[Item]:
    from muzecli.batch import BatchResult, run_batch  # process pools, which one file does without

    def tell(outcome: Outcome[Item]) -> None:
        if outcome.error is not None:
            if len(items) > 1:  # a single one's error ends the run and is told there
                task.run.console.warn(f"failed: {outcome.error.message}")
        else:
            task.warn(outcome.result, outcome.item.name)
            task.run.console.result(str(outcome.item.target))

    if not items:
        return BatchResult((), False)
    return run_batch(
        items,
        runs.work,
        jobs=min(task.request.jobs, len(items)),
        console=task.run.console,
        label="treating",
        name=lambda item: item.name,
        on_outcome=tell,
    )


def _report(task: Task, folder: Path, done: Sequence[Item], left: int, result: BatchResult[Item]) -> None:
    good = [outcome for outcome in result.outcomes if outcome.error is None]
    bad = [outcome for outcome in result.outcomes if outcome.error is not None]
    failures = [_failure(outcome) for outcome in bad]
    for item in done:
        task.run.console.result(str(item.target))
    stopped = result.stopped and len(result.outcomes) < left
    task.run.console.document(
        "muze.fx-apply/1",
        {
            "folder": str(folder),
            "outputs": [task.row(o.item, o.result) for o in good],
            "done_before": [str(item.target) for item in done],
            "failures": failures,
            "interrupted": stopped,
        },
    )
    if stopped:
        raise InterruptedRunError(
            f"stopped after {len(good)} of {left} files; what is finished is in {folder}",
            hint="the same command again goes on with the rest",
        )
    close_job(folder)
    if len(bad) == 1 and not good and not done:
        raise cast(MuzeError, bad[0].error)
    if bad:
        raise FailedError(
            f"{len(bad)} of {len(result.outcomes) + len(done)} files failed",
            hint="each is named above, with its fault",
            details={"failures": failures},
        )


def _failure(outcome: Outcome[Item]) -> dict[str, Any]:
    error = outcome.error
    assert error is not None
    code: ExitCode = error.exit_code
    return {"input": outcome.item.name, "message": error.message, "exit_code": int(code)}
