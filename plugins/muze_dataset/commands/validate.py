"""`muze dataset validate`: everything that is wrong with datasets, listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muze_dataset.commands.faults import faults_of
from muzecli.errors import BadDataError, MuzeError
from muzecli.files import kind_of
from muzecli.options import Run
from muzecli.song.checks import path_text
from muzecli.song.dataset import Dataset, open_dataset
from muzecli.song.records import Record

SCHEMA = "muze.dataset-validation/1"
DURATION_SLACK_S = 0.02
"""What the length of a file may differ from the duration that is told: two frames of the f0 arrays."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        message: as the user reads it: line, field, what must hold, what was found.
        track_id: of the track, where it has a usable one.
        field: the field's path, such as `segments[2].energy`; "" where it is not about one.
        hint: what to do.
    """

    message: str
    track_id: str | None = None
    field: str = ""
    hint: str | None = None

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "track_id": self.track_id,
            "field": self.field or None,
            "message": self.message,
            "hint": self.hint,
        }


@dataclass
class Report:
    """What became of one dataset."""

    file: Path
    tracks: int = 0
    bad_tracks: int = 0
    faults: list[Fault] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "file": str(self.file),
            "valid": not self.faults,
            "tracks": self.tracks,
            "tracks_with_faults": self.bad_tracks,
            "faults": [fault.document() for fault in self.faults],
        }


def validated(run: Run, datasets: Sequence[Path], *, files: bool, audio: bool) -> None:
    """Check datasets and print what is wrong.

    Args:
        run: this run.
        datasets: files or folders.
        files: whether audio and scores must be there.
        audio: whether the audio is opened, to compare its duration and rate.

    Raises:
        InputMissingError: a dataset is missing.
        BadDataError: something is wrong; each fault is printed first.
    """
    opened = [open_dataset(path) for path in datasets]
    reports = []
    for dataset in opened:
        report = Report(dataset.file)
        for fault in check(dataset, report, files=files or audio, audio=audio):
            report.faults.append(fault)
            run.console.result(fault.message + (f" ({fault.hint})" if fault.hint else ""))
        reports.append(report)
    for report in reports:
        verdict = f"{len(report.faults)} faults in {report.bad_tracks}" if report.faults else "valid,"
        run.console.result(f"{report.file}: {verdict} {_of_tracks(report)}")
    run.console.document(SCHEMA, {"datasets": [report.document() for report in reports]})
    bad = [report for report in reports if report.faults]
    if bad:
        raise BadDataError(
            f"{sum(len(report.faults) for report in bad)} faults in {', '.join(str(r.file) for r in bad)}",
            details={"faults": sum(len(report.faults) for report in bad)},
        )


def _of_tracks(report: Report) -> str:
    if report.faults:
        return f"of {report.tracks} tracks"
    return f"{report.tracks} track{'' if report.tracks == 1 else 's'}"


def check(dataset: Dataset, report: Report, *, files: bool, audio: bool) -> Iterator[Fault]:
    """Yield what is wrong with a dataset, track by track, and count in `report`.

    Args:
        dataset: is read once, from beginning to end; its ids are kept.
        report: gets the counts.
        files: see `validated`.
        audio: see `validated`.
    """
    places: dict[str, int] = {}
    try:
        for record in dataset.records():
            report.tracks += 1
            bad = False
            for fault in _faults(dataset, record, places, files=files, audio=audio):
                bad = True
                yield fault
            report.bad_tracks += bad
    except BadDataError as error:  # of the file itself: what follows cannot be read
        yield Fault(error.message, hint=error.hint)


def _faults(
    dataset: Dataset, record: Record, places: dict[str, int], *, files: bool, audio: bool
) -> Iterator[Fault]:
    try:
        document = record.document()
    except BadDataError as error:
        yield Fault(error.message, hint=error.hint)
        return
    values: Mapping[str, Any] = document if isinstance(document, Mapping) else {}
    found_id = values.get("track_id")
    track_id = found_id if isinstance(found_id, str) and found_id else None
    for wrong in faults_of(document):
        explained = record.explained(wrong)
        yield Fault(explained.message, track_id, path_text(wrong.path), explained.hint)
    where = record.where
    if track_id is not None:
        first = places.setdefault(track_id, record.place)
        if first != record.place:
            yield Fault(
                f"{where}: track_id '{track_id}' must be unique, and {record.unit} {first} has it too",
                track_id,
                "track_id",
                "give each track its own track_id",
            )
    if files:
        for name in ("audio_path", "score_path"):
            path = values.get(name)
            if isinstance(path, str) and path and kind_of(dataset.file.parent / path) != "file":
                yield Fault(
                    f"{where}: {name} must be a file that is there; found '{path}'",
                    track_id,
                    name,
                    "paths are relative to the dataset's file",
                )
    if audio:
        yield from _heard(dataset, values, where, track_id)


def _heard(dataset: Dataset, values: Mapping[str, Any], where: str, track_id: str | None) -> Iterator[Fault]:
    """Yield what the audio itself says differently."""
    from muzecli.audio.reader import open_audio

    path = values.get("audio_path")
    if not isinstance(path, str) or kind_of(dataset.file.parent / path) != "file":
        return
    try:
        with open_audio(dataset.file.parent / path, name=path) as reader:
            info = reader.info
    except MuzeError as error:
        yield Fault(f"{where}: audio_path: {error.message}", track_id, "audio_path", error.hint)
        return
    rate_hz, duration_s = values.get("sample_rate"), values.get("duration")
    if isinstance(rate_hz, int) and rate_hz != info.rate_hz:
        problem = f"sample_rate must be the audio's, {info.rate_hz} Hz; found {rate_hz}"
        yield Fault(f"{where}: {problem}", track_id, "sample_rate")
    if isinstance(duration_s, int | float) and abs(duration_s - info.duration_s) > DURATION_SLACK_S:
        problem = f"duration must be the audio's, {info.duration_s:.4f} s; found {duration_s!r}"
        yield Fault(f"{where}: {problem}", track_id, "duration")
