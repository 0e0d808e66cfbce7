"""A run of `fx apply` over files: where results go, what is done already, and one item's work.

    -o FILE              that file; beside it FILE's sidecar and preset
    -o FOLDER            a file of the input's name for each input
    neither              <output-dir>/<YYYYMMDD_HHMMSS>_<slug>/, with metadata.txt

Beside the audio nothing of anybody else's is replaced either: a sidecar evades a stranger's file of its name, and a
preset that is there already must hold the same chain. An item is done when its audio exists and its sidecar names
the same configuration and the same input; so an interrupted run goes on with what is missing.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from muze_fx.treatment.inputs import Input
from muze_fx.treatment.treat import Encoding, Report, Settings, Treated, treat
from muzecli.audio.formats import CONTAINERS
from muzecli.audio.types import RawFormat
from muzecli.errors import OutputExistsError, UsageError
from muzecli.files import (
    atomic_path,
    check_outputs,
    dump_json,
    file_sha256,
    made_folder,
    write_json,
    write_text,
)
from muzecli.sidecar import find_sidecar, read_sidecar, sidecar_path

SLUG_LENGTH = 40


@dataclass(frozen=True)
class Item:
    """One input and all that its treatment needs; crosses process boundaries.

    Attributes:
        source: input file.
        name: what messages and the sidecar call it.
        target: output file.
        sidecar: where its sidecar goes.
        preset_file: where its preset goes; None where the run has one for all.
        settings: what to do.
        encoding: how to store it.
        document: sidecar fields that are known beforehand.
        raw: format of headerless input.
        overwrite: whether the target may be replaced.
        time: when the run began, for the files of a run folder; empty where `-o` is given.
    """

    source: Path
    name: str
    target: Path
    sidecar: Path
    preset_file: Path | None
    settings: Settings
    encoding: Encoding
    document: Mapping[str, Any] = field(default_factory=dict)
    raw: RawFormat | None = None
    overwrite: bool = False
    time: str = ""


def slug(text: str) -> str:
    """Return a prompt as a file name: `warm tape, 20 % wet` → `warm_tape_20_wet`."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower())[:SLUG_LENGTH].strip("_") or "treated"


def run_folder(parent: Path, name: str, now: datetime, number: int = 1) -> Path:
    """Return the folder of a run that begins now, the `number`th of its second."""
    again = f"-{number}" if number > 1 else ""
    return parent / f"{now:%Y%m%d_%H%M%S}{again}_{name}"


@contextmanager
def new_run_folder(parent: Path, name: str, now: datetime) -> Iterator[Path]:
    """Make the folder of a new run; no other run gets the same one. It is removed if it stays empty."""
    with made_folder(parent):
        number = 1
        while True:
            folder = run_folder(parent, name, now, number)
            try:
                folder.mkdir()
                break
            except FileExistsError:  # a second run within the second
                number += 1
        try:
            yield folder
        finally:
            with suppress(OSError):  # not empty
                folder.rmdir()


def name_targets(inputs: Sequence[Input], folder: Path, container: str | None) -> list[Path]:
    """Return the output path of each input below a folder.

    Raises:
        UsageError: two inputs would be written to the same file, or an output is its own input.
    """
    targets: dict[Path, Path] = {}
    for source, relative, _ in inputs:
        keeps = container is None or relative.suffix.lower() in CONTAINERS[container].suffixes
        target = folder / (
            relative if keeps else relative.with_suffix(CONTAINERS[str(container)].suffixes[0])
        )
        if target in targets:
            raise UsageError(
                f"{targets[target]} and {source} would both be written to {target}",
                hint="treat them in two runs",
            )
        if target.exists() and target.samefile(source):
            raise UsageError(
                f"{source}: the output would replace its own input", hint="choose another --output"
            )
        targets[target] = source
    return list(targets)


def companions(targets: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Return the sidecar and the preset file of each output.

    Outputs that differ in their suffix alone get the full name: `song.flac.json`, `song.flac_preset.json`.
    """
    count = Counter(target.with_suffix("") for target in targets)
    return [
        (target.with_name(f"{target.name}.json"), target.with_name(f"{target.name}_preset.json"))
        if count[target.with_suffix("")] > 1
        else (sidecar_path(target), target.with_name(f"{target.stem}_preset.json"))
        for target in targets
    ]


def is_done(item: Item) -> bool:
    """Say whether an item's output is there already, made from the same input by the same configuration."""
    sidecar = find_sidecar(item.target) if item.target.is_file() else None
    if sidecar is None or sidecar.get("configuration") != item.document["configuration"]:
        return False
    inputs = sidecar.get("inputs") or [{}]
    return bool(inputs[0].get("sha256") == file_sha256(item.source))


def work(item: Item, report: Report | None = None) -> Treated:
    """Treat one item and write its audio, sidecar and preset: all of them or none."""
    digest = file_sha256(item.source)
    settings = item.settings.for_content(digest)
    beside = [path for path in (item.sidecar, item.preset_file) if path is not None]
    # What `check_free` let pass is left from a run that was cut short. What appears from here on is another's.
    ours = {path: item.overwrite or path.exists() for path in beside}
    with ExitStack() as stack:
        # The audio is published last: where it exists, the rest does.
        audio = stack.enter_context(atomic_path(item.target, overwrite=item.overwrite))
        treated = treat(
            item.source, audio, settings, item.encoding, name=item.name, raw=item.raw, report=report
        )
        document = {
            **item.document,
            "audio": item.target.name,
            "seed": item.settings.seed,
            "inputs": [{"name": Path(item.name).name, "sha256": digest}],
            "loudness": treated.loudness,
            "warnings": list(treated.warnings),
        }
        write_json(item.sidecar, document, overwrite=ours[item.sidecar])
        if item.preset_file is not None:
            preset = preset_document(settings.preset, item.time)
            write_json(item.preset_file, preset, overwrite=ours[item.preset_file])
    return treated


def preset_document(preset: Mapping[str, Any], time: str = "") -> dict[str, Any]:
    """Return a preset as saved: beside the chain, its parameters by effect, and the time in a run folder."""
    parameters: dict[str, Any] = {}
    for entry in preset["chain"]:
        rest = {key: value for key, value in entry.items() if key != "effect"}
        name, number = entry["effect"], 1
        while name in parameters:
            number += 1
            name = f"{entry['effect']}_{number}"
        parameters[name] = rest
    stamped = {"timestamp": time} if time else {}
    return {**preset, **stamped, "model": {"name": "lexicon"}, "preset_parameters": parameters}


def write_metadata(path: Path, *, prompt: str, time: str, items: Sequence[Item]) -> None:
    """Write metadata.txt, the run in words; lists the files that are finished."""
    chain = items[0].settings.preset["chain"] if items else []
    lines = [
        f"prompt: {prompt}",
        f"time: {time}",
        "chain: " + " → ".join(entry["effect"] for entry in chain),
        "",
    ]
    lines += [f"{item.name} → {item.target.name}".replace("\n", " ") for item in items]
    write_text(path, "\n".join(lines) + "\n", overwrite=True)


def check_free(items: Sequence[Item]) -> None:
    """Refuse outputs that exist already, and what stands in the way of the files beside them.

    Raises:
        OutputExistsError: names them.
        OutputError: an output is a folder or a device, or its folder cannot be written to.
    """
    taken = [path for item in items if not item.overwrite for path in _taken(item)]
    check_outputs((item.target for item in items if item.target not in taken), overwrite=True)
    if taken:
        raise OutputExistsError(
            f"{', '.join(map(str, taken[:5]))}{' …' if len(taken) > 5 else ''} already exists",
            hint="give another --output, or --overwrite to replace it",
            details={"existing": [str(path) for path in taken]},
        )


def _taken(item: Item) -> Iterator[Path]:
    if os.path.lexists(item.target) and not item.target.is_dir():
        yield item.target
    if item.sidecar.exists() and (read_sidecar(item.sidecar) or {}).get("audio") != item.target.name:
        yield item.sidecar
    if item.preset_file is not None and item.preset_file.exists():
        wanted = dump_json(preset_document(item.settings.preset, item.time), indent=2) + "\n"
        if item.preset_file.read_bytes() != wanted.encode():
            yield item.preset_file
