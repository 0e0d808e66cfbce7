"""What every `muze train …` command is asked, and what is checked before data are read or torch is imported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from muzecli.device import Device, check_device_name, choose_device
from muzecli.errors import UsageError
from muzecli.training.batches import steps_for_epochs
from muzecli.training.job import check_folder
from muzecli.training.presets import ModelPreset, load_model_preset
from muzecli.training.settings import TrainSettings


@dataclass(frozen=True, kw_only=True)
class TrainRequest:
    """The options that all trainers have (`muzecli.training.options`), checked by type only."""

    output: Path
    preset: str
    annotations: tuple[Path, ...] = ()
    assignments: tuple[str, ...] = ()
    epochs: float | None = None
    steps: int | None = None
    batch_size: int | None = None
    lr: float | None = None
    precision: str | None = None
    seed: int | None = None
    max_tracks: int | None = None
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
    device: Device


def prepare(request: TrainRequest, *, kind: str) -> Prepared:
    """Check all that needs no data.

    Args:
        request: as typed.
        kind: of the model.

    Raises:
        UsageError: epochs and steps are both given, or there is no such kind of device.
        ConfigError: the preset is wrong.
        OutputExistsError, OutputError: the output cannot be written to.
        UnavailableError: the device is not on this machine.
    """
    if request.epochs is not None and request.steps is not None:
        raise UsageError("--epochs and --steps both say how long to train; give one of them")
    check_device_name(request.device)
    preset = load_model_preset(request.preset, kind=kind).with_values(request.assignments)
    settings = preset.settings(
        steps=request.steps,
        batch_size=request.batch_size,
        lr=request.lr,
        precision=request.precision,
        seed=request.seed,
    )
    check_folder(request.output, overwrite=request.overwrite)
    return Prepared(preset, settings, choose_device(request.device))


def for_epochs(settings: TrainSettings, epochs: float | None, *, items: int) -> TrainSettings:
    """Return the settings with as many steps as the epochs need, where epochs are given."""
    if epochs is None:
        return settings
    steps = steps_for_epochs(epochs, count=items, items_per_step=settings.items_per_step)
    return replace(settings, steps=steps)
