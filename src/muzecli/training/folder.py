"""The folder of a training run: what may be one, whose it is, and what is written down about it."""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from muzecli.errors import ConfigError, OutputError, OutputExistsError
from muzecli.files import kind_of, write_json
from muzecli.jobs import open_job, unfinished_job
from muzecli.training.compare import differences
from muzecli.training.samples import FOLDER as SAMPLES_FOLDER
from muzecli.training.settings import TrainSettings
from muzecli.training.sinks import TENSORBOARD_FOLDER
from muzecli.training.stored import CONFIG_FILE, MODEL_FILE, read_model

LOG_FILE = "log.csv"
RUN_FILE = "run.json"
CHECKPOINTS = "checkpoints"
_OUR_FILES = (MODEL_FILE, CONFIG_FILE, LOG_FILE, RUN_FILE)
_OUR_FOLDERS = (CHECKPOINTS, SAMPLES_FOLDER, TENSORBOARD_FOLDER)


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


def open_run(
    folder: Path,
    configuration: Mapping[str, Any],
    *,
    kind: str,
    restart_from: str = "",
    options: Mapping[str, Any] | None = None,
    resume: bool = True,
) -> str:
    """Mark a folder as a run's, and return the run's id, which stays when it is gone on with.

    Args:
        folder: locked.
        configuration: all that decides the result.
        kind: of the model.
        restart_from: folder of the model to start from; not looked at where the run goes on.
        options: of the command, with their sources.
        resume: go on with an unfinished run; otherwise what is there is removed.

    Raises:
        ConfigError: it holds an unfinished run of another configuration.
        InputMissingError, BadDataError: the model to start from is not there.
    """
    before = unfinished_job(folder) if resume else None
    started_from: dict[str, str] | None = None
    if before is not None:
        configuration = _as_known_before(before, configuration)
        _refuse_other(folder, before, configuration)
    elif restart_from:
        stored = read_model(Path(restart_from), kind=kind)
        started_from = {"folder": str(stored.folder), "sha256": stored.sha256}
    about = _read_run(folder) if before is not None else {}
    if before is None:
        _clear(folder)
    open_job(folder, configuration, resume=before is not None)
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
    """Remove what a run before this one left, and nothing else; by `RUN_FILE`, the last, it is known until then."""
    for name in _OUR_FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in _OUR_FILES:
        (folder / name).unlink(missing_ok=True)
