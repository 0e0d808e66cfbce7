"""The folder of a corpus: what in it belongs to `muze dataset synth`, and what is somebody else's.

Ours is what has our names, for the tracks of the corpus that the folder holds, finished or not:

    dataset.jsonl  dataset.json  audio/NNNNNN.flac  scores/NNNNNN.json  stems/NNNNNN/*.flac  .muze-tracks/

and the hidden part files beside these that a killed process left behind. Nothing else is ever replaced or removed.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from muze_synth.corpus.settings import WORK_FOLDER, Item
from muzecli.errors import OutputExistsError
from muzecli.jobs import unfinished_job

DATASET, SUMMARY = "dataset.jsonl", "dataset.json"
_NAMED = 3  # files in one message
_PART = re.compile(r"\.(?:\d{6,}\.(?:flac|json)|dataset\.jsonl?|\.muze-job\.json)\.[0-9a-f]{8}\.part")
_STEM_PART = re.compile(r"\..+\.flac\.[0-9a-f]{8}\.part")


def made_from(folder: Path) -> dict[str, Any] | None:
    """Return the configuration of the finished corpus in a folder, or None where none of ours is."""
    summary = _summary(folder)
    configuration = summary.get("made_from")
    return configuration if _is_ours(configuration) else None


def is_whole(folder: Path, configuration: Mapping[str, Any]) -> bool:
    """Say whether a folder holds all tracks of a corpus of this configuration."""
    plain = json.loads(json.dumps(configuration))
    there = (folder / DATASET).is_file() and made_from(folder) == plain
    return there and _summary(folder).get("tracks") == plain["tracks"]


def counts(folder: Path) -> dict[str, Any]:
    """Return how many tracks, hours and splits a finished corpus has."""
    summary = _summary(folder)
    return {name: summary[name] for name in ("tracks", "hours", "splits")}


def check_place(folder: Path, items: Sequence[Item], *, overwrite: bool) -> None:
    """Refuse a folder in which a new corpus would replace something.

    Args:
        folder: which is no unfinished corpus of the same configuration.
        items: the tracks to come.
        overwrite: whether a corpus of ours, or files in its place, may be replaced.

    Raises:
        OutputExistsError: a corpus, or files where its own would go, or another dataset.
    """
    dataset = folder / DATASET
    if dataset.exists() and made_from(folder) is None and not _is_ours(unfinished_job(folder)):
        raise OutputExistsError(
            f"{dataset} is there, and is no corpus that 'muze dataset synth' made; it is not replaced",
            hint="give another --output",
            details={"existing": [str(dataset)]},
        )
    if overwrite:
        return
    if dataset.exists():
        raise OutputExistsError(
            f"{dataset} already exists",
            hint="give another --output, or --overwrite to replace the corpus",
            details={"existing": [str(dataset)]},
        )
    if _is_ours(unfinished_job(folder)):  # cut short: its files are ours
        return
    targets = [folder / SUMMARY, *(path for item in items for path in (item.audio, item.score, item.stems))]
    existing = [str(path) for path in targets if path.exists()]
    if existing:
        more = f" and {len(existing) - _NAMED} more" if len(existing) > _NAMED else ""
        raise OutputExistsError(
            f"the corpus would replace {', '.join(existing[:_NAMED])}{more}",
            hint="give another --output, or --overwrite to replace them",
            details={"existing": existing},
        )


def clear(folder: Path) -> None:
    """Remove the corpora of ours that a folder holds, finished and unfinished."""
    for configuration in (made_from(folder), unfinished_job(folder)):
        if configuration is None or not _is_ours(configuration):
            continue
        for index in range(int(configuration["tracks"])):
            name = f"{index:06d}"
            (folder / "audio" / f"{name}.flac").unlink(missing_ok=True)
            (folder / "scores" / f"{name}.json").unlink(missing_ok=True)
            for stem in (folder / "stems" / name).glob("*.flac"):
                stem.unlink()
            with suppress(OSError):  # not there, or not empty
                (folder / "stems" / name).rmdir()
        for path in (folder / DATASET, folder / SUMMARY):
            path.unlink(missing_ok=True)
    tidy(folder)
    shutil.rmtree(folder / WORK_FOLDER, ignore_errors=True)
    for empty in ("audio", "scores", "stems"):
        with suppress(OSError):
            (folder / empty).rmdir()


def tidy(folder: Path) -> None:
    """Remove the part files that a killed process left; call it while the folder is locked."""
    for place in (folder, folder / "audio", folder / "scores", folder / WORK_FOLDER):
        for path in place.glob(".*.part"):
            if _PART.fullmatch(path.name):
                path.unlink()
    for path in folder.glob("stems/*/.*.part"):
        if path.parent.name.isdigit() and _STEM_PART.fullmatch(path.name):
            path.unlink()


def _summary(folder: Path) -> dict[str, Any]:
    try:
        summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # not there, or not one of ours
        return {}
    return summary if isinstance(summary, dict) else {}


def _is_ours(configuration: Any) -> bool:
    return (
        isinstance(configuration, dict)
        and "corpus_version" in configuration
        and isinstance(configuration.get("tracks"), int)
    )
