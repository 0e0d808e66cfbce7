"""What the trainers of this plugin share: their options, and the data that every run begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from muze_ldm.data.arrays import default_cache
from muze_ldm.data.audio import AudioCache
from muze_ldm.data.recordings import Recording, digest_of, read_recordings
from muzecli.device import Device, check_device_name, choose_device
from muzecli.errors import UsageError
from muzecli.options import Run
from muzecli.training.batches import steps_for_epochs
from muzecli.training.job import check_folder
from muzecli.training.presets import ModelPreset, load_model_preset
from muzecli.training.settings import TrainSettings

REPORT_FILE = "report.json"
CARD_FILE = "README.md"


@dataclass(frozen=True)
class TrainRequest:
    """The options that all trainers have, checked by type only."""

    output: Path
    preset: str
    annotations: tuple[Path, ...] = ()
    audio_dirs: tuple[Path, ...] = ()
    assignments: tuple[str, ...] = ()
    epochs: float | None = None
    steps: int | None = None
    batch_size: int | None = None
    lr: float | None = None
    precision: str | None = None
    seed: int | None = None
    max_tracks: int | None = None
    cache: Path | None = None
    device: str = "auto"
    devices: int = 1
    strategy: str = "auto"
    logs: tuple[str, ...] = ()
    resume: bool = True
    overwrite: bool = False


@dataclass(frozen=True)
class Prepared:
    """A request whose options have been checked: nothing was read yet but the preset."""

    preset: ModelPreset
    settings: TrainSettings
    cache: Path
    device: Device


def prepare(request: TrainRequest, *, kind: str) -> Prepared:
    """Check all that needs neither data nor torch.

    Raises:
        UsageError: no data is named, epochs and steps are both given, or there is no such kind of device.
        ConfigError: the preset is wrong.
        OutputExistsError, OutputError: the output cannot be written to.
    """
    if request.epochs is not None and request.steps is not None:
        raise UsageError("--epochs and --steps both say how long to train; give one of them")
    if not request.annotations and not request.audio_dirs:
        raise UsageError(
            "there must be something to learn from",
            hint="--annotations DATASET, or --audio-dir FOLDER for audio alone",
        )
    check_device_name(request.device)
    preset = load_model_preset(request.preset, kind=kind).with_values(request.assignments)
    given = {"batch_size": request.batch_size, "lr": request.lr, "precision": request.precision}
    settings = preset.settings(steps=request.steps, seed=request.seed, **given)
    check_folder(request.output, overwrite=request.overwrite)
    cache = default_cache() if request.cache is None else request.cache
    return Prepared(preset, settings, cache, choose_device(request.device))


def recordings_of(request: TrainRequest) -> list[Recording]:
    """Return what the request names; see `read_recordings`."""
    return read_recordings(request.annotations, request.audio_dirs, max_tracks=request.max_tracks)


def for_epochs(settings: TrainSettings, epochs: float | None, *, items: int) -> TrainSettings:
    """Return the settings with as many steps as the epochs need, where epochs are given."""
    if epochs is None:
        return settings
    steps = steps_for_epochs(epochs, count=items, items_per_step=settings.items_per_step)
    return replace(settings, steps=steps)


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
