"""Where treated audio goes when it is one: a stream or a file (several: `muze_fx.treatment.folders`)."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, cast

from muze_fx.treatment import runs
from muze_fx.treatment.request import ApplyRequest
from muze_fx.treatment.runs import Item
from muze_fx.treatment.treat import Encoding, Report, Settings, Treated, treat
from muzecli.audio.types import RawFormat
from muzecli.console import binary_stdout, is_terminal
from muzecli.errors import UsageError
from muzecli.files import file_sha256
from muzecli.options import Run
from muzecli.sidecar import configuration_id, sidecar_document

STDIN_NAME = "stdin"


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
        weights: name and SHA-256 of each model that read the prompt.
    """

    run: Run
    request: ApplyRequest
    prompt: str
    settings: Settings
    encoding: Encoding
    raw: RawFormat | None
    weights: tuple[Mapping[str, str], ...] = ()

    def configuration(self) -> dict[str, Any]:
        """Return all that decides the result but the input."""
        settings = {name: getattr(self.settings, name) for name in self.settings.__dataclass_fields__}
        return {
            **settings,
            "container": self.encoding.container,
            "bit_depth": self.encoding.bit_depth,
            "raw_input": self.request.raw_input,
        }

    def document(self) -> dict[str, Any]:
        """Return the sidecar's fields that are known before the work."""
        return sidecar_document(
            self.run,
            audio="",
            seed=self.settings.seed,
            configuration=configuration_id(self.configuration()),
            inputs=[],
            weights=self.weights,
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

    def row(self, item: Item, treated: Treated) -> dict[str, Any]:
        """Return what the JSON document says about one output."""
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


def check_stdin() -> None:
    """Refuse to wait for audio to be typed.

    Raises:
        UsageError: standard input is a terminal.
    """
    if is_terminal(sys.stdin):
        raise UsageError(
            "the input is '-', and standard input is a terminal", hint="pipe a file in: muze … < in.wav"
        )


@contextmanager
def source_file(source: Path | None) -> Iterator[Path]:
    """Give the input as a file: itself, or a temporary copy of standard input, which is read twice."""
    if source is not None:
        yield source
        return
    with tempfile.NamedTemporaryFile(prefix="muze-stdin-") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy, 1 << 20)
        copy.flush()
        yield Path(copy.name)


@contextmanager
def _reported(task: Task) -> Iterator[Report]:
    with task.run.console.progress("treating", 100, unit="%") as progress:
        yield progress.advance


def to_stdout(task: Task, source: Path | None) -> None:
    """Treat one file or stream into standard output, which gets the whole of it or nothing."""
    name = STDIN_NAME if source is None else str(source)
    if task.request.dry_run:
        task.say_dry_run([(name, "stdout")])
        return
    out = binary_stdout()
    with source_file(source) as file, tempfile.TemporaryFile() as encoded:
        settings = task.settings.for_content(file_sha256(file))
        with _reported(task) as report:
            treated = treat(
                file,
                cast(BinaryIO, encoded),
                settings,
                task.encoding,
                name=name,
                raw=task.raw,
                report=report,
            )
        encoded.seek(0)
        shutil.copyfileobj(encoded, out, 1 << 20)
        out.flush()
    task.warn(treated, name)


def to_file(task: Task, source: Path | None, target: Path) -> None:
    """Treat one file or stream into the file that --output names."""
    request = task.request
    name = STDIN_NAME if source is None else str(source)
    ((sidecar, preset_file),) = runs.companions([target])
    if request.preset_out is not None and request.preset_out.absolute() == sidecar.absolute():
        sidecar = target.with_name(f"{target.name}.json")
    item = Item(
        source=source or Path(name),
        name=name,
        target=target,
        sidecar=sidecar,
        preset_file=None if request.preset_out else preset_file,
        settings=task.settings,
        encoding=task.encoding,
        document=task.document(),
        raw=task.raw,
        overwrite=request.overwrite,
    )
    runs.check_free([item])
    if request.dry_run:
        task.say_dry_run([(name, str(target))])
        return
    with source_file(source) as file, _reported(task) as report:
        treated = runs.work(replace(item, source=file), report)
    task.warn(treated, name)
    task.run.console.result(str(target))
    task.run.console.document("muze.fx-apply/1", {"outputs": [task.row(item, treated)], "failures": []})
