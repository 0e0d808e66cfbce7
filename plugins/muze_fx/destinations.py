"""Where treated audio goes: a stream, one file, or a folder with a file for each input."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from muze_fx import runs
from muze_fx.request import ApplyRequest, names_audio_file, names_folder
from muze_fx.runs import Item
from muze_fx.treat import Encoding, Settings, Treated, treat
from muzecli.audio.types import RawFormat
from muzecli.console import binary_stdout
from muzecli.errors import ExitCode, FailedError, InterruptedRunError, MuzeError, UsageError
from muzecli.files import check_outputs, file_sha256, write_json
from muzecli.jobs import close_job, open_job
from muzecli.options import Run
from muzecli.seeds import item_seed
from muzecli.sidecar import configuration_id, sidecar_document, sidecar_path

if TYPE_CHECKING:
    from muzecli.batch import BatchResult, Outcome


@dataclass(frozen=True)
class Task:
    """One run of `muze fx apply`, checked and understood.

    Attributes:
        run: console, options and their sources.
        request: what was asked.
        prompt: the words; empty where a preset stands for them.
        settings: what decides the sound.
        encoding: how results are stored.
        raw: the format of headerless input.
    """

    run: Run
    request: ApplyRequest
    prompt: str
    settings: Settings
    encoding: Encoding
    raw: RawFormat | None

    def configuration(self) -> dict[str, Any]:
        """Return all that decides the result but the input."""
        settings = {name: getattr(self.settings, name) for name in self.settings.__dataclass_fields__}
        return {**settings, "container": self.encoding.container, "bit_depth": self.encoding.bit_depth}

    def document(self) -> dict[str, Any]:
        """Return the sidecar's fields that are known before the work."""
        return sidecar_document(
            self.run,
            audio="",
            seed=self.settings.seed,
            configuration=configuration_id(self.configuration()),
            inputs=[],
            prompt=self.prompt or None,
            preset=self.settings.preset,
        )

    def title(self) -> str:
        """Return the prompt, or the preset's name."""
        return self.prompt or Path(self.request.preset or "preset").stem

    def say_dry_run(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Say what would be read and written."""
        console = self.run.console
        for source, target in pairs:
            console.result(f"{source} → {target}")
        console.document(
            "muze.fx-apply/1",
            {
                "dry_run": True,
                "outputs": [{"input": source, "output": target} for source, target in pairs],
                "preset": self.settings.preset,
            },
        )

    def warn(self, treated: Treated, name: str) -> None:
        """Say what the user should know about one output."""
        for warning in treated.warnings:
            self.run.console.warn(f"{name}: {warning}")


# ---- one stream or file ----


@contextmanager
def _source_file(source: Path | None) -> Iterator[Path]:
    """Give the input as a file: itself, or a temporary copy of standard input, which is read twice."""
    if source is not None:
        yield source
        return
    if sys.stdin.isatty():
        raise UsageError(
            "the input is '-', and standard input is a terminal", hint="pipe a file in: muze … < in.wav"
        )
    with tempfile.NamedTemporaryFile(prefix="muze-stdin-") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy, 1 << 20)
        copy.flush()
        yield Path(copy.name)


def to_stdout(task: Task, source: Path | None) -> None:
    """Treat one file or stream into standard output, which gets the whole of it or nothing."""
    if task.request.dry_run:
        task.say_dry_run([(_name(source), "stdout")])
        return
    out = binary_stdout()
    with _source_file(source) as file, tempfile.TemporaryFile() as encoded:
        settings = replace(task.settings, seed=item_seed(task.settings.seed, file_sha256(file)))
        treated = treat(
            file, cast(BinaryIO, encoded), settings, task.encoding, name=_name(source), raw=task.raw
        )
        encoded.seek(0)
        shutil.copyfileobj(encoded, out, 1 << 20)
        out.flush()
    task.warn(treated, _name(source))


def to_file(task: Task, source: Path | None) -> None:
    """Treat one file or stream into the file that --output names, or a stream into a run folder."""
    request = task.request
    stream_name = f"stdin.{task.encoding.container or 'wav'}"
    if request.output is None:
        now, name = datetime.now(), runs.slug(task.title())
        target = runs.run_folder(request.output_dir, name, {}, resume=False, now=now) / stream_name
    else:
        target = Path(request.output)
        target = target / stream_name if names_folder(request.output) else target
    if source is not None and target.exists() and target.samefile(source):
        raise UsageError(f"{source}: the output would replace its own input", hint="choose another --output")
    check_outputs([target], overwrite=request.overwrite)
    preset_file = None if request.preset_out else target.with_name(f"{target.stem}_preset.json")
    if request.dry_run:
        task.say_dry_run([(_name(source), str(target))])
        return
    with _source_file(source) as file:
        item = Item(
            source=file,
            name=_name(source),
            target=target,
            sidecar=sidecar_path(target),
            preset_file=preset_file,
            settings=task.settings,
            encoding=task.encoding,
            document=task.document(),
            raw=task.raw,
            overwrite=request.overwrite,
        )
        treated = runs.work(item)
    task.warn(treated, item.name)
    task.run.console.result(str(target))
    task.run.console.document("muze.fx-apply/1", {"outputs": [_output_row(item, treated)], "failures": []})


def _name(source: Path | None) -> str:
    return "stdin" if source is None else str(source)


def _output_row(item: Item, treated: Treated) -> dict[str, Any]:
    return {
        "input": item.name,
        "output": str(item.target),
        "duration_s": round(treated.frames / treated.source.rate_hz, 6),
        "rate_hz": treated.source.rate_hz,
        "channels": treated.source.channels,
        "subtype": treated.subtype,
        "loudness": treated.loudness,
        "warnings": list(treated.warnings),
    }


# ---- a folder ----


def to_folder(task: Task, inputs: Sequence[tuple[Path, Path]]) -> None:
    """Treat several files, each into a file of its name; go on with what an interrupted run left undone."""
    request, now = task.request, datetime.now()
    configuration = task.configuration()
    in_run_folder = request.output is None
    name = runs.slug(task.title())
    folder = (
        runs.run_folder(request.output_dir, name, configuration, resume=request.resume, now=now)
        if in_run_folder
        else Path(str(request.output))
    )
    if not in_run_folder and names_audio_file(str(request.output)):
        raise UsageError(f"several inputs need a folder, and --output {folder} is a file", hint="-o FOLDER/")
    targets = runs.name_targets(inputs, folder, task.encoding.container)
    time = f"{now:%Y-%m-%d %H:%M:%S}" if in_run_folder else ""
    items = [
        Item(
            source=source,
            name=str(source),
            target=target,
            sidecar=sidecar,
            preset_file=None
            if in_run_folder or request.preset_out
            else target.with_name(f"{target.stem}_preset.json"),
            settings=task.settings,
            encoding=task.encoding,
            document=task.document(),
            raw=task.raw,
            overwrite=request.overwrite,
            time=time,
        )
        for (source, _), target, sidecar in zip(inputs, targets, runs.sidecars_for(targets), strict=True)
    ]
    if request.dry_run:
        task.say_dry_run([(item.name, str(item.target)) for item in items])
        return
    done = [item for item in items if request.resume and runs.is_done(item)]
    left = [item for item in items if item not in done]
    runs.check_free(left)
    if done:
        task.run.console.notice(f"{len(done)} of {len(items)} are done already")
    if left:
        folder.mkdir(parents=True, exist_ok=True)
        open_job(folder, configuration, resume=request.resume)
        if in_run_folder:
            preset = runs.preset_document(task.settings.preset, time)
            write_json(folder / f"{name}_preset.json", preset, overwrite=True)
            runs.write_metadata(
                folder / "metadata.txt", prompt=task.title(), time=time, items=items, overwrite=True
            )
    result = _treat_all(task, left)
    _report(task, folder, done, result)


def _treat_all(task: Task, items: Sequence[Item]) -> BatchResult[Item]:
    from muzecli.batch import BatchResult, run_batch  # process pools, which one file does without

    def tell(outcome: Outcome[Item]) -> None:
        if outcome.error is not None:
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


def _report(task: Task, folder: Path, done: Sequence[Item], result: BatchResult[Item]) -> None:
    good = [outcome for outcome in result.outcomes if outcome.error is None]
    bad = [outcome for outcome in result.outcomes if outcome.error is not None]
    failures = [_failure(outcome) for outcome in bad]
    for item in done:
        task.run.console.result(str(item.target))
    task.run.console.document(
        "muze.fx-apply/1",
        {
            "folder": str(folder),
            "outputs": [_output_row(o.item, o.result) for o in good],
            "done_before": [str(item.target) for item in done],
            "failures": failures,
            "interrupted": result.stopped,
        },
    )
    if result.stopped:
        raise InterruptedRunError(
            f"stopped after {len(good)} files; what is finished is in {folder}",
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
