"""Whether the output may be written, and what was written there last.

.d.json.muze/            beside d.json
  .muze-job.json         while a build is under way
  built.json             what was written last: of which configuration, and the hash of the file
  inventory.sqlite       see `inventory`
  items/                 see `items`
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from glob import escape
from pathlib import Path
from typing import Any

from muzecli.errors import ConfigError, OutputError, OutputExistsError
from muzecli.files import atomic_path, check_outputs, file_sha256, kind_of, write_json
from muzecli.jobs import check_job
from muzecli.song.dataset import SUFFIXES

SCHEMA = "muze.built/1"


@dataclass(frozen=True)
class State:
    """The hidden folder beside a dataset, and what is in it."""

    folder: Path

    @classmethod
    def beside(cls, output: Path) -> State:
        """Return the state of a dataset."""
        return cls(output.with_name(f".{output.name}.muze"))

    @property
    def items(self) -> Path:
        """Where what was found is kept."""
        return self.folder / "items"

    @property
    def inventory(self) -> Path:
        """Where it is kept what was seen of each file."""
        return self.folder / "inventory.sqlite"

    @property
    def record(self) -> Path:
        """Where it is kept what was written last."""
        return self.folder / "built.json"

    def joined(self, output: Path) -> Path:
        """Where the dataset is put together."""
        return self.folder / f"joined{output.suffix}"


@dataclass(frozen=True)
class Built:
    """What was written last.

    Attributes:
        configuration: what it was built of.
        sha256: of the dataset's file; of the one before, too, until the new one is in its place.
        status: size and time of the last change in nanoseconds of the file with the last hash, once it was in place.
        inventory: digest of the tracks, what they rest on, and what became of them.
        summary: as `--json` tells it.
    """

    configuration: Mapping[str, Any]
    sha256: Sequence[str]
    status: Sequence[int] | None
    inventory: str
    summary: Mapping[str, Any] = field(default_factory=dict)


def load_built(state: State) -> Built | None:
    """Return what was written last; None for nothing."""
    try:
        document = json.loads(state.record.read_text(encoding="utf-8"))
        if document.pop("schema") != SCHEMA:
            return None
        return Built(**document)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def save_built(state: State, built: Built) -> None:
    """Remember what was written."""
    write_json(state.record, {"schema": SCHEMA, **asdict(built)}, overwrite=True)


def is_as_built(output: Path, built: Built | None) -> bool:
    """Say whether the output is still the file that a build wrote."""
    if built is None or not output.is_file():
        return False
    status = output.stat()
    if built.status is not None and [status.st_size, status.st_mtime_ns] == list(built.status):
        return True
    return file_sha256(output) in built.sha256


def check_place(
    output: Path,
    state: State,
    configuration: Mapping[str, Any],
    beside: Sequence[Path],
    *,
    resume: bool,
    overwrite: bool,
) -> bool:
    """Check that the output may be written, or replaced by what it becomes with the files of today.

    Args:
        output: the dataset's file.
        state: beside it.
        configuration: of this build.
        beside: other files that a build may write.
        resume: whether to go on with an unfinished build.
        overwrite: whether to replace what stands there.

    Returns:
        whether an unfinished build of this configuration is there.

    Raises:
        ConfigError: an unfinished build of another configuration is there.
        OutputExistsError: a file stands there that is not the result of an earlier build of this configuration.
        OutputError: a file beside it cannot be written.
    """
    _check_beside(beside)
    going_on = resume and _check_unfinished(state, configuration)
    built = load_built(state)
    if overwrite:
        return going_on
    if not os.path.lexists(output):
        strangers = [path for path in beside if os.path.lexists(path)]
        if strangers and built is None and not going_on:
            others = [name for one in SUFFIXES if (name := output.with_suffix(one)).is_file()]
            whose = f"it belongs to {others[0].name}" if others else "no dataset beside it"
            raise OutputExistsError(
                f"{strangers[0]} already exists, and {whose}",
                hint="move it away, choose another --output, or give --overwrite to replace it",
            )
        return going_on
    if built is None or not is_as_built(output, built):
        what = (
            "it was not written by muze dataset build"
            if built is None
            else "it was changed since it was built"
        )
        raise OutputExistsError(
            f"{output} already exists, and {what}",
            hint="give another --output, or --overwrite to replace it",
            details={"existing": [str(output)]},
        )
    if going_on:  # which was allowed to replace it when it began
        return True
    changed = _changed(built.configuration, configuration)
    if changed:
        raise OutputExistsError(
            f"{output} already exists, built of another configuration: {changed}",
            hint="give another --output, or --overwrite to replace it; what was found is used again",
            details={"existing": [str(output)]},
        )
    return False


def _check_beside(beside: Sequence[Path]) -> None:
    for path in beside:
        if kind_of(path) == "folder":
            raise OutputError(
                f"{path} must be a file, or nothing, and it is a folder",
                hint="move it away, or choose another --output",
            )
    check_outputs(beside, overwrite=True)


def _check_unfinished(state: State, configuration: Mapping[str, Any]) -> bool:
    try:
        return check_job(state.folder, configuration)
    except ConfigError as error:
        raise ConfigError(
            error.message,
            hint="run that one to its end, choose another --output, or give --no-resume to do this one instead; "
            "what was found is used again",
            details=error.details,
        ) from error


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    names = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    return ", ".join(f"{name} was {before.get(name)!r} and is {now.get(name)!r}" for name in names)


def publish(joined: Path, output: Path, *, replace: bool) -> None:
    """Put a finished file into its place.

    Raises:
        OutputExistsError: somebody made a file there meanwhile, and `replace` is false.
        OutputError: it cannot be written.
    """
    with atomic_path(output, overwrite=replace) as part:
        joined.replace(part)


def tidy(output: Path, state: State, beside: Sequence[Path]) -> None:
    """Remove what a build that was killed had begun to write."""
    for path in (output, *beside):
        for part in path.parent.glob(f".{escape(path.name[:180])}.*.part"):
            part.unlink(missing_ok=True)
    for part in state.folder.rglob(".*.part"):
        part.unlink(missing_ok=True)


def status_of(path: Path) -> list[int]:
    """Return size and time of the last change of a file."""
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]
