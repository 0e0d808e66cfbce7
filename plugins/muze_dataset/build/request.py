"""What was asked for, checked before any work is done."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muze_dataset.build.candidates import check_folder
from muze_dataset.build.features import chosen, words_of
from muze_dataset.build.place import State
from muzecli.console import Console
from muzecli.device import check_device_name, choose_device
from muzecli.errors import UsageError
from muzecli.files import check_outputs, is_stdout
from muzecli.http import check_url
from muzecli.listening.listen import Footing, footing_of
from muzecli.listening.options import options_with

if TYPE_CHECKING:
    from muzecli.plugin import Extractor

_MEGABYTE = 2**20
_LEAST_MEMORY_MB = 256  # below it not even the libraries can be loaded
_MOST = sys.maxsize  # that the system takes as a size, or Python as a count


_WISHES = (
    *("separate_vocals", "whisper_model", "whisper_full", "f0_model", "clap_model"),
    *("llm_url", "llm_model"),
)


@dataclass(frozen=True)
class BuildRequest:
    """The options of `muze dataset build`, as given."""

    audio_dir: Path
    output: Path
    features: str = "all"
    jobs: int = 1
    device: str = "auto"
    batch_size: int = 16
    max_tracks: int | None = None
    separate_vocals: bool = False
    whisper_model: str | None = None
    whisper_full: bool = False
    f0_model: str | None = None
    clap_model: str | None = None
    llm_url: str | None = None
    llm_model: str | None = None
    timeout: float = 900.0
    memory_limit: int = 4096
    max_failures: int | None = None
    runner: str = "local"
    ray_address: str | None = None
    resume: bool = True
    overwrite: bool = False
    dry_run: bool = False

    def wishes(self) -> dict[str, Any]:
        """Return those options that decide what extractors find, by their names in `muzecli.listening.options`."""
        return {name: getattr(self, name) for name in _WISHES}


@dataclass(frozen=True)
class Settings:
    """A build that can be done.

    Attributes:
        request: what was asked for.
        folder: the audio folder, absolute, links resolved.
        output: the dataset's file, absolute, links resolved.
        state: what is kept beside it.
        words: what `--features` names.
        order: the extractors.
        footing: what decides their results.
        options: what they may ask for.
    """

    request: BuildRequest
    folder: Path
    output: Path
    state: State
    words: tuple[str, ...]
    order: Sequence[Extractor] = field(repr=False)
    footing: Sequence[Footing] = field(repr=False)
    options: Mapping[str, Any]

    @property
    def memory_bytes(self) -> int:
        """What a worker may take."""
        return self.request.memory_limit * _MEGABYTE

    def configuration(self) -> dict[str, Any]:
        """Return what the user asked for, as far as it decides what is in the dataset."""
        request = self.request
        return {
            "audio_dir": str(self.folder),
            "features": ",".join(self.words),
            "max_tracks": request.max_tracks,
            **request.wishes(),
        }


def checked(request: BuildRequest, console: Console) -> Settings:
    """Check everything that can be checked without reading audio or loading models.

    Raises:
        UsageError: an option makes no sense.
        InputMissingError: the audio folder is not there.
        UnavailableError: a device, a package or a model that was asked for is missing.
        ConfigError: extractors do not go together.
        OutputError: the output cannot be written.
    """
    from muzecli.plugin import extractors
    from muzecli.song.dataset import check_dataset_path

    if is_stdout(request.output):
        raise UsageError("--output must be a file: a build keeps what it found beside it", hint="-o d.json")
    check_dataset_path(request.output)
    check_folder(request.audio_dir)
    check_outputs([request.output], overwrite=True)  # whether it may be replaced is asked later
    _check_numbers(request)
    _check_endpoint(request)
    check_device_name(request.device)
    if request.runner == "ray":
        from muze_dataset.build.runners.runner import check_ray

        check_ray()
    elif request.ray_address is not None:
        raise UsageError("--ray-address is for --runner ray", hint="give both, or none")
    words = words_of(request.features)
    order, faults = chosen(words, extractors)
    for fault in faults:
        console.warn(f"left out: {fault.line}")
    device = _device(request.device)
    options = options_with({"device": device, "batch_size": request.batch_size, **request.wishes()})
    output = Path(os.path.realpath(request.output))  # resolve() fails on links that lead in circles
    return Settings(
        request=request,
        folder=request.audio_dir.resolve(),
        output=output,
        state=State.beside(output),
        words=words,
        order=order,
        footing=footing_of(order, options),
        options=options,
    )


def _check_numbers(request: BuildRequest) -> None:
    if request.timeout <= 0:
        raise UsageError(f"--timeout must be above 0 seconds; got {request.timeout:g}")
    if request.memory_limit < _LEAST_MEMORY_MB:
        raise UsageError(
            f"--memory-limit must be at least {_LEAST_MEMORY_MB} MB; got {request.memory_limit}",
            hint="models need some thousands",
        )
    if request.memory_limit > _MOST // _MEGABYTE:
        raise UsageError(
            f"--memory-limit must be at most {_MOST // _MEGABYTE} MB; got {request.memory_limit}"
        )
    if request.max_tracks is not None and request.max_tracks > _MOST:
        raise UsageError(f"--max-tracks must be at most {_MOST}; got {request.max_tracks}")


def _check_endpoint(request: BuildRequest) -> None:
    if request.llm_model is not None and request.llm_url is None:
        raise UsageError(
            "--llm-model needs --llm-url, which says where it is", hint="for example --llm-url http://…"
        )
    if request.llm_url is None:
        return
    check_url(request.llm_url)
    if request.llm_model is None:
        raise UsageError("--llm-url needs --llm-model, which says which model to ask there")


def _device(wanted: str) -> str:
    """Return the name of the device; PyTorch is asked only where there may be more than a processor."""
    if wanted == "auto" and sys.platform.startswith("linux") and not _has_accelerator():
        return "cpu"
    return choose_device(wanted).name


def _has_accelerator() -> bool:
    return any(Path("/dev").glob("nvidia[0-9]*")) or Path("/dev/kfd").exists() or Path("/dev/dxg").exists()
