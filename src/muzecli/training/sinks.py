"""Where else, beside `log.csv`, a run's measurements go: TensorBoard and Weights & Biases, when asked for.

Both get what the CSV gets, the samples, and the run's configuration. Neither gets the command line, the
environment, the source code or anything else that could hold a key or a name.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from muzecli.errors import UnavailableError, UsageError
from muzecli.files import dump_json

NAMES = ("tensorboard", "wandb")
TENSORBOARD_FOLDER = "tensorboard"


class Sink(Protocol):
    """Takes what is measured."""

    def write(self, step: int, split: str, values: Mapping[str, float]) -> None:
        """Take values of a step; `split` is train or valid."""
        ...

    def samples(self, step: int, folder: Path) -> None:
        """Take the samples that were written at a step."""
        ...

    def close(self) -> None:
        """Write what is not written yet."""
        ...


def check_sinks(names: Sequence[str]) -> None:
    """Refuse a sink that is unknown or not installed, before any work is done.

    Raises:
        UsageError: there is none of that name.
        UnavailableError: its package is missing.
    """
    for name in names:
        if name not in NAMES:
            raise UsageError(
                f"--log must be one of {', '.join(NAMES)}, and it is '{name}' (log.csv is always written)"
            )
        if find_spec(name) is None:
            raise UnavailableError(
                f"--log {name} needs the package '{name}', which is not installed", hint=f"pip install {name}"
            )


def open_sink(name: str, folder: Path, *, step: int, run_id: str, configuration: Mapping[str, Any]) -> Sink:
    """Open a sink of a run.

    Args:
        name: one that `check_sinks` has let through.
        folder: of the run.
        step: the step that the run goes on from.
        run_id: stays the same when a run is gone on with.
        configuration: what decides the result.
    """
    if name == "tensorboard":
        return TensorBoard(folder / TENSORBOARD_FOLDER, step=step, configuration=configuration)
    return WeightsAndBiases(folder, run_id=run_id, configuration=configuration)


class TensorBoard:
    """Event files for `tensorboard --logdir FOLDER`.

    Args:
        folder: made where it is missing.
        step: the step that the run goes on from; what was written for later ones is hidden.
        configuration: shown as text.
    """

    def __init__(self, folder: Path, *, step: int, configuration: Mapping[str, Any]) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer: Any = SummaryWriter(str(folder), purge_step=step + 1 if step else None)
        if not step:
            text = dump_json(configuration, indent=2)
            self._writer.add_text("configuration", "\n".join(f"    {line}" for line in text.splitlines()), 0)

    def write(self, step: int, split: str, values: Mapping[str, float]) -> None:
        """Take values of a step."""
        for name, value in values.items():
            self._writer.add_scalar(f"{name}/{split}", value, step)

    def samples(self, step: int, folder: Path) -> None:
        """Take the audio among the samples; TensorBoard plays one channel."""
        import soundfile

        for path in _audio(folder):
            samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
            self._writer.add_audio(f"samples/{path.stem}", samples.mean(axis=1), step, sample_rate=rate_hz)

    def close(self) -> None:
        """Write what is not written yet."""
        self._writer.close()


class WeightsAndBiases:
    """A run of Weights & Biases.

    The login, the project (WANDB_PROJECT, else "muze") and whether it is online (WANDB_MODE) are its own affair.

    Args:
        folder: of the run; its name is the run's.
        run_id: of the run.
        configuration: what decides the result.

    Raises:
        UnavailableError: nobody is logged in, or the service does not answer.
    """

    def __init__(self, folder: Path, *, run_id: str, configuration: Mapping[str, Any]) -> None:
        wandb = import_module("wandb")  # by name, since its types are not always there to be checked
        self._wandb = wandb
        try:
            self._run = wandb.init(
                project=os.environ.get("WANDB_PROJECT") or "muze",
                name=folder.name,
                id=run_id,
                resume="allow",
                dir=str(folder),
                config=dict(configuration),
                settings=wandb.Settings(
                    console="off",
                    save_code=False,
                    disable_code=True,
                    disable_git=True,
                    x_disable_meta=True,
                    x_disable_stats=True,
                    x_save_requirements=False,
                ),
            )
        except wandb.errors.Error as error:
            raise UnavailableError(
                f"Weights & Biases did not start: {error}",
                hint="wandb login, or set WANDB_MODE=offline to keep the run on this machine",
            ) from error

    def write(self, step: int, split: str, values: Mapping[str, float]) -> None:
        """Take values of a step."""
        self._run.log({f"{split}/{name}": value for name, value in values.items()}, step=step)

    def samples(self, step: int, folder: Path) -> None:
        """Take the audio among the samples."""
        audio = {f"samples/{path.stem}": self._wandb.Audio(str(path)) for path in _audio(folder)}
        if audio:
            self._run.log(audio, step=step)

    def close(self) -> None:
        """Send what is not sent yet."""
        self._run.finish()


def _audio(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in {".wav", ".flac"})
