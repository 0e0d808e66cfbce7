"""What `muze fx apply` was asked, and the checks that need no audio and no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from muzecli.audio.formats import SUFFIXES, container_of
from muzecli.audio.types import RawFormat
from muzecli.errors import UsageError
from muzecli.files import STDIO, kind_of


@dataclass(frozen=True)
class ApplyRequest:
    """The options of `muze fx apply`, checked by type only."""

    words: tuple[str, ...]
    output: str | None
    output_dir: Path
    preset: str | None
    from_preset: str | None
    preset_out: Path | None
    amount: float
    mix: float
    tail: str
    match_loudness: bool
    loudness_lufs: float | None
    audio_length_s: float | None
    peaks: str
    container: str | None
    bit_depth: int | None
    raw_input: str | None
    seed: int
    jobs: int
    resume: bool
    overwrite: bool
    dry_run: bool


def split_words(request: ApplyRequest) -> tuple[list[str], str]:
    """Tell inputs from the prompt: the prompt is the last word, unless a preset stands for it."""
    words = list(request.words)
    if request.preset is not None and request.from_preset is not None:
        raise UsageError(
            "--preset and --from cannot go together", hint="--from changes a preset by the prompt"
        )
    if request.preset is not None:
        if len(words) > 1 and words[-1] != STDIO and kind_of(words[-1]) is None:
            raise UsageError(
                f"--preset stands for the prompt, and '{words[-1]}' is no input",
                hint=f'to change the preset: --from {request.preset} "{words[-1]}"',
            )
        return words, ""
    if len(words) < 2:
        if words[0] == STDIO or kind_of(words[0]) is not None:
            raise UsageError("the prompt is missing", hint=f'such as: muze fx apply {words[0]} "warm tape"')
        raise UsageError("the input is missing", hint=f'such as: muze fx apply in.wav "{words[0]}"')
    return words[:-1], words[-1]


def raw_format(text: str | None) -> RawFormat | None:
    """Return the format of headerless input from `RATE:CHANNELS`."""
    if text is None:
        return None
    rate_hz, _, channels = text.partition(":")
    if not rate_hz.isdecimal() or not (channels or "1").isdecimal():
        raise UsageError(f"--raw-input must be RATE:CHANNELS, such as 44100:2, and it is '{text}'")
    return RawFormat(int(rate_hz), int(channels or 1))


def container_for(request: ApplyRequest, *, out_is_stdout: bool, names: Sequence[str]) -> str | None:
    """Return the container to write; None keeps each input's own."""
    if request.container is not None:
        return request.container
    if out_is_stdout:
        return "wav"
    if request.output is not None and is_file_output(request.output, names):
        return container_of(Path(request.output)).name
    return "wav" if names == [STDIO] or request.raw_input else None


def names_folder(output: str) -> bool:
    """Say whether --output means a folder: it is one, or ends with a slash."""
    return output.endswith("/") or kind_of(output) == "folder"


def names_audio_file(output: str) -> bool:
    """Say whether --output means a file: there is one, or its suffix is one of audio."""
    path = Path(output)
    return kind_of(path) == "file" or (not names_folder(output) and path.suffix.lower() in SUFFIXES)


def is_file_output(output: str | None, names: Sequence[str]) -> bool:
    """Say whether --output means one file: there is one input, and neither is a folder."""
    return (
        output is not None and not names_folder(output) and len(names) == 1 and kind_of(names[0]) != "folder"
    )


def file_target(request: ApplyRequest, names: Sequence[str], container: str) -> Path | None:
    """Return the one file that --output means, or None where it is a run folder or a file for each input."""
    if request.output is None:
        return None
    if names == [STDIO] and names_folder(request.output):
        return Path(request.output) / f"stdin.{container}"
    return Path(request.output) if is_file_output(request.output, names) else None


def tail_of(text: str) -> str | float:
    """Return --tail as `auto`, `none` or seconds."""
    if text in ("auto", "none"):
        return text
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 600:
        raise UsageError(f"--tail must be auto, none, or seconds from 0 to 600, and it is '{text}'")
    return seconds
