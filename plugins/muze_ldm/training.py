"""What the trainers of this plugin share: their options, and the data that every run begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muze_ldm.data.audio import AudioCache
from muze_ldm.data.recordings import Recording, digest_of, read_recordings
from muzecli.device import Device
from muzecli.errors import UsageError
from muzecli.options import Run
from muzecli.training import request
from muzecli.training.arrays import default_cache
from muzecli.training.settings import TrainSettings

REPORT_FILE = "report.json"
CARD_FILE = "README.md"


@dataclass(frozen=True, kw_only=True)
class TrainRequest(request.TrainRequest):
    """The options that all trainers of this plugin have, checked by type only."""

    audio_dirs: tuple[Path, ...] = ()
    cache: Path | None = None


@dataclass(frozen=True)
class Prepared(request.Prepared):
    """A request whose options have been checked, and where what is computed of the audio is kept."""

    cache: Path


def prepare(asked: TrainRequest, *, kind: str) -> Prepared:
    """Check all that needs no data.

    Raises:
        UsageError: no data is named.
        MuzeError: as `muzecli.training.request.prepare`.
    """
    if not asked.annotations and not asked.audio_dirs:
        raise UsageError(
            "there must be something to learn from",
            hint="--annotations DATASET, or --audio-dir FOLDER for audio alone",
        )
    checked = request.prepare(asked, kind=kind)
    cache = default_cache() if asked.cache is None else asked.cache
    return Prepared(checked.preset, checked.settings, checked.device, cache)


def recordings_of(asked: TrainRequest) -> list[Recording]:
    """Return what the request names; see `read_recordings`."""
    return read_recordings(asked.annotations, asked.audio_dirs, max_tracks=asked.max_tracks)


def announce(run: Run, audio: AudioCache, settings: TrainSettings, device: Device) -> None:
    """Say what is about to happen."""
    splits = audio.splits
    seconds = {
        name: sum(audio.samples(i) for i, split in enumerate(splits) if split == name) / audio.rate_hz
        for name in ("train", "valid", "test")
    }
    run.console.notice(
        f"{splits.count('train')} recordings ({seconds['train'] / 3600:.2f} h) to learn from,"
        f" {splits.count('valid')} to choose by, {splits.count('test')} to report on; {settings.steps} steps on"
        f" {device.name} ({device.reason}), seed {settings.seed}"
    )


def data_document(audio: AudioCache) -> Mapping[str, Any]:
    """Return what is written down about the data of a run."""
    splits = audio.splits
    return {
        "digest": digest_of(audio.recordings, audio.keys),
        "recordings": {name: splits.count(name) for name in ("train", "valid", "test")},
        "hours": sum(audio.samples(i) for i in range(len(splits))) / audio.rate_hz / 3600,
    }
