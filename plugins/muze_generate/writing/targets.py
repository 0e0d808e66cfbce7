"""Where results go, checked before any work."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from muze_generate.asking.request import GenerateRequest
from muzecli.audio.formats import CONTAINERS, SUFFIXES, container_of
from muzecli.console import binary_stdout
from muzecli.errors import OutputError, OutputExistsError, UsageError
from muzecli.files import STDIO, check_outputs, is_stdout, kind_of
from muzecli.sidecar import read_sidecar, sidecar_path

SLUG_LENGTH = 40


@dataclass(frozen=True)
class Targets:
    """The files of one song.

    Attributes:
        audio: None for standard output.
        container: of the audio.
        sidecar: beside the audio; None for standard output.
        midi: the notes.
        stems: folder of the parts.
        others: candidates that are kept though they are not the best, each with its sidecar.
        orphans: sidecars that are there while their audio is gone; they are replaced.
    """

    audio: Path | None
    container: str
    sidecar: Path | None = None
    midi: Path | None = None
    stems: Path | None = None
    others: tuple[tuple[Path, Path], ...] = ()
    orphans: frozenset[Path] = frozenset()

    @property
    def named(self) -> tuple[Path, ...]:
        """Every file whose name is known beforehand."""
        single = (self.audio, self.sidecar, self.midi)
        beside = [path for pair in self.others for path in pair]
        return (*(path for path in single if path is not None), *beside)


def targets_of(request: GenerateRequest, *, keep_all: bool) -> Targets:
    """Return where the results of a request go, after checking all of it.

    Args:
        request: checked.
        keep_all: whether every candidate is written.

    Raises:
        UsageError: two results have one name, or one that of an input; or audio would go to a terminal.
        OutputExistsError, OutputError: a file is there already, or cannot be written.
    """
    container = container_for(request)
    if request.to_stdout:
        if not request.dry_run:
            binary_stdout()  # refuses a terminal before any work
        targets = Targets(None, container, midi=request.midi)
    else:
        audio = _audio_path(request, container)
        others = [
            audio.with_name(f"{audio.stem}_{number}{audio.suffix}")
            for number in range(2, (request.candidates if keep_all else 1) + 1)
        ]
        stems = audio.with_name(f"{audio.stem}_stems") if request.stems else None
        pairs = tuple((path, sidecar_path(path)) for path in others)
        sidecars = ((audio, sidecar_path(audio)), *pairs)
        orphans = frozenset(beside for path, beside in sidecars if _is_orphan(beside, path))
        targets = Targets(audio, container, sidecar_path(audio), request.midi, stems, pairs, orphans)
    _check(request, targets)
    return targets


def container_for(request: GenerateRequest) -> str:
    """Return the container: that of `--format`, of the output's suffix, of the audio that is gone on with, or WAV.

    Raises:
        UsageError: the suffix means none.
    """
    if request.audio_format is not None:
        return request.audio_format
    if request.output is not None and not request.to_stdout and not _names_folder(request.output):
        return container_of(Path(request.output)).name
    source = request.of or request.continue_from
    if (
        source is not None
        and Path(source).suffix.lower() in SUFFIXES
        and (not request.to_stdout or request.of)
    ):
        return container_of(Path(source)).name
    return "wav"


def default_name(request: GenerateRequest) -> str:
    """Return the name, without suffix, of audio for which `--output` gives none."""
    if request.name is not None:
        return request.name
    if request.of is not None:
        return f"{Path(request.of).stem}_section{request.regenerate_section}"
    if request.continue_from is not None and request.continue_from != STDIO:
        return f"{Path(request.continue_from).stem}_continued"
    if request.plan is not None and request.plan != STDIO:
        return Path(request.plan).stem
    words = request.prompt if request.prompt not in (None, STDIO) else request.genre
    return slug(words or "song")


def slug(text: str) -> str:
    """Return words as a file name: `warm, slow piano` → `warm_slow_piano`."""
    return re.sub(r"[^\w]+", "_", text.lower())[:SLUG_LENGTH].strip("_") or "song"


def _names_folder(output: str) -> bool:
    return output.endswith("/") or kind_of(output) == "folder"


def _audio_path(request: GenerateRequest, container: str) -> Path:
    if request.output is not None and not _names_folder(request.output):
        return Path(request.output)
    return Path(request.output or ".") / f"{default_name(request)}{CONTAINERS[container].suffixes[0]}"


def _check(request: GenerateRequest, targets: Targets) -> None:
    inputs = (
        request.plan,
        request.init_audio,
        request.continue_from,
        request.of,
        request.soundfont,
        request.template,
    )
    places = {os.path.realpath(path): path for path in inputs if path is not None and kind_of(path) == "file"}
    taken: set[str] = set()
    for path in targets.named:
        if is_stdout(path):
            raise UsageError("only the audio can go to standard output", hint="name a file")
        place = os.path.realpath(path)
        if place in taken:
            raise UsageError(f"each result needs a file of its own, and two are named {path}")
        taken.add(place)
        repeats = path == targets.sidecar and places.get(place) == request.plan and request.overwrite
        if place in places and not repeats:
            raise UsageError(
                f"a result must not replace what it is made from, and {path} is an input",
                hint="name another file",
            )
    check_outputs(
        (path for path in targets.named if path not in targets.orphans), overwrite=request.overwrite
    )
    if targets.stems is not None:
        _check_folder(targets.stems, overwrite=request.overwrite)


def _is_orphan(sidecar: Path, audio: Path) -> bool:
    """Say whether a sidecar belongs to audio that is not there any more."""
    return not os.path.lexists(audio) and (read_sidecar(sidecar) or {}).get("audio") == audio.name


def _check_folder(folder: Path, *, overwrite: bool) -> None:
    kind = kind_of(folder)
    if kind == "folder" and not overwrite and any(folder.iterdir()):
        raise OutputExistsError(
            f"{folder} already exists, and has files in it",
            hint="give another --output, or --overwrite to replace them",
            details={"existing": [str(folder)]},
        )
    if kind not in (None, "folder"):
        raise OutputError(
            f"the stems go to the folder {folder}, and that is a file", hint="choose another --output"
        )
