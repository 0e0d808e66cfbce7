"""A run of `fx apply` over files: where results go, what is done already, and one item's work.

    -o FILE              that file; beside it FILE's sidecar and preset
    -o FOLDER            a file of the input's name for each input
    neither              <output-dir>/<YYYYMMDD_HHMMSS>_<slug>/, with metadata.txt

An item is done when its audio exists and its sidecar names the same configuration and the same input; so an
interrupted run goes on with what is missing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from muze_fx.treat import Encoding, Settings, Treated, treat
from muzecli.audio.formats import CONTAINERS, SUFFIXES
from muzecli.audio.types import RawFormat
from muzecli.errors import InputMissingError, OutputExistsError, UsageError
from muzecli.files import atomic_path, file_sha256, write_json, write_text
from muzecli.jobs import find_job
from muzecli.seeds import item_seed
from muzecli.sidecar import find_sidecar, sidecar_path

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


def find_inputs(names: Sequence[str]) -> list[tuple[Path, Path]]:
    """Return each audio file that the arguments mean, with its path relative to the argument that found it.

    Raises:
        InputMissingError: an argument names nothing, or a folder without audio.
    """
    found: list[tuple[Path, Path]] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = sorted(_audio_below(path))
            if not inside:
                raise InputMissingError(f"{path}: the folder must hold audio files, and it holds none")
            found += [(p, p.relative_to(path)) for p in inside]
        elif path.exists():
            found.append((path, Path(path.name)))
        else:
            raise InputMissingError(f"{path}: there is no such file", hint="check the spelling")
    return list(dict.fromkeys(found))


def _audio_below(folder: Path) -> Iterator[Path]:
    """Yield the audio files of a folder and its sub-folders, hidden ones aside."""

    def refuse(error: OSError) -> None:
        raise InputMissingError(f"{error.filename}: the folder cannot be read: {error.strerror}") from error

    for root, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (
            Path(root, n) for n in files if Path(n).suffix.lower() in SUFFIXES and not n.startswith(".")
        )


def slug(text: str) -> str:
    """Return a prompt as a file name: `warm tape, 20 % wet` → `warm_tape_20_wet`."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower())[:SLUG_LENGTH].strip("_") or "treated"


def run_folder(
    parent: Path, name: str, configuration: Mapping[str, Any], *, resume: bool, now: datetime
) -> Path:
    """Return the folder of a run: that of an unfinished run of the same configuration, or a new one."""
    if resume:
        unfinished = find_job(parent, f"*_{name}", configuration)
        if unfinished is not None:
            return unfinished
    folder = parent / f"{now:%Y%m%d_%H%M%S}_{name}"
    number = 1
    while folder.exists():  # a second run within the second
        number += 1
        folder = parent / f"{now:%Y%m%d_%H%M%S}-{number}_{name}"
    return folder


def name_targets(inputs: Sequence[tuple[Path, Path]], folder: Path, container: str | None) -> list[Path]:
    """Return the output path of each input below a folder.

    Raises:
        UsageError: two inputs would be written to the same file, or an output is its own input.
    """
    targets: dict[Path, Path] = {}
    for source, relative in inputs:
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


def sidecars_for(targets: Sequence[Path]) -> list[Path]:
    """Return the sidecar of each output; outputs that differ in their suffix alone get the full name."""
    stems = [target.with_suffix("") for target in targets]
    return [
        target.with_name(f"{target.name}.json") if stems.count(stem) > 1 else sidecar_path(target)
        for target, stem in zip(targets, stems, strict=True)
    ]


def is_done(item: Item) -> bool:
    """Say whether an item's output is there already, made from the same input by the same configuration."""
    sidecar = find_sidecar(item.target) if item.target.is_file() else None
    if sidecar is None or sidecar.get("configuration") != item.document["configuration"]:
        return False
    inputs = sidecar.get("inputs") or [{}]
    return bool(inputs[0].get("sha256") == file_sha256(item.source))


def work(item: Item) -> Treated:
    """Treat one item and write its audio, sidecar and preset: all of them or none."""
    digest = file_sha256(item.source)
    settings = replace(item.settings, seed=item_seed(item.settings.seed, digest))
    with ExitStack() as stack:
        # The audio is published last: where it exists, the rest does.
        audio = stack.enter_context(atomic_path(item.target, overwrite=item.overwrite))
        treated = treat(item.source, audio, settings, item.encoding, name=item.name, raw=item.raw)
        ours = item.overwrite or not item.target.exists()
        document = {
            **item.document,
            "audio": item.target.name,
            "seed": item.settings.seed,
            "inputs": [{"name": Path(item.name).name, "sha256": digest}],
            "loudness": treated.loudness,
            "warnings": list(treated.warnings),
        }
        if item.preset_file is not None:
            write_json(item.preset_file, preset_document(settings.preset, item.time), overwrite=ours)
        write_json(item.sidecar, document, overwrite=ours)
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


def write_metadata(path: Path, *, prompt: str, time: str, items: Sequence[Item], overwrite: bool) -> None:
    """Write metadata.txt, the run in words."""
    chain = items[0].settings.preset["chain"] if items else []
    lines = [
        f"prompt: {prompt}",
        f"time: {time}",
        "chain: " + " → ".join(entry["effect"] for entry in chain),
        "",
    ]
    lines += [f"{item.name} → {item.target.name}" for item in items]
    write_text(path, "\n".join(lines) + "\n", overwrite=overwrite)


def check_free(items: Sequence[Item]) -> None:
    """Refuse outputs that exist already and are not this run's own.

    Raises:
        OutputExistsError: names them.
    """
    taken = [item.target for item in items if item.target.exists() and not item.overwrite]
    if taken:
        raise OutputExistsError(
            f"{', '.join(map(str, taken[:5]))}{' …' if len(taken) > 5 else ''} already exists",
            hint="give another --output, or --overwrite to replace it",
            details={"existing": [str(path) for path in taken]},
        )
