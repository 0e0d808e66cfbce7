"""What can be said of a request before anything is read, loaded or made."""

from __future__ import annotations

from pathlib import Path

from muze_generate.asking.request import AUTO, KEEP, RANGES, GenerateRequest, flag, parse_loudness
from muzecli.audio.formats import SUFFIXES
from muzecli.device import check_device_name
from muzecli.errors import ConfigError, InputMissingError, UsageError
from muzecli.files import STDIO, kind_of
from muzecli.plugin import composers, engines, planners
from muzecli.scoring import check_scorer_name

_REFERENCES = ("init_audio", "continue_from", "of")
_PLANNING = ("template", "duration", "tempo", "key", "time_signature", "genre")
_FORMAT = ("audio_format", "bit_depth", "sample_rate", "channels", "loudness")
_INPUTS = ("plan", "init_audio", "continue_from", "of", "soundfont", "batch")
_PIPED = ("prompt", "plan", "init_audio", "continue_from", "batch")
_CHECKPOINTS = ("vae_checkpoint", "vocoder_checkpoint", "ldm_checkpoint")


def check_request(request: GenerateRequest) -> None:
    """Check options, names and the presence of files.

    Raises:
        UsageError: options contradict each other, are out of range, or name what is not registered.
        InputMissingError: a file or a folder is not there.
        ConfigError: there is no such template.
    """
    for option, (low, high) in RANGES.items():
        value = getattr(request, option)
        if value is not None and not low <= value <= high:
            raise UsageError(f"{flag(option)} must be {low:g} to {high:g}, and it is {value:g}")
    request.parsed_key()
    request.parsed_metre()
    if request.loudness is not None and request.loudness != KEEP:
        parse_loudness(request.loudness)
    check_device_name(request.device)
    _check_piped(request)
    _check_source(request)
    _check_reference(request)
    _check_outputs(request)
    _check_names(request)
    _check_files(request)


def _given(request: GenerateRequest, *names: str) -> list[str]:
    """Return which of these options were given; the section 0 counts as much as any."""
    values = ((name, getattr(request, name)) for name in names)
    return [name for name, value in values if value is not None and value is not False and value != ()]


def _check_piped(request: GenerateRequest) -> None:
    piped = [flag(name) for name in _PIPED if getattr(request, name) == STDIO]
    if len(piped) > 1:
        raise UsageError(f"standard input can be one thing, and {' and '.join(piped)} are '-'")
    if request.of == STDIO:
        raise UsageError("--of needs a file, whose sidecar has its plan, and it is standard input")


def _check_source(request: GenerateRequest) -> None:
    if request.batch is not None:
        for other in _given(request, "prompt", "plan", *_REFERENCES, "regenerate_section", "midi", "name"):
            raise UsageError(f"--batch holds the prompts, and {flag(other)} is for one song")
        return
    sources = _given(request, "plan", "genre", *_REFERENCES)
    if request.prompt is not None and not request.prompt.strip() and not sources:
        raise UsageError(
            "--prompt must say what the music is like, and it is empty",
            hint='for example --prompt "calm piano at 70 bpm"',
        )
    if request.prompt is None and not sources:
        raise UsageError(
            "a song needs --prompt, --plan, --genre or --batch",
            hint='for example: muze generate --prompt "calm piano at 70 bpm" -o calm.wav',
        )
    if request.plan is None:
        return
    for option in _given(request, "template", "duration", "time_signature"):
        edit = f"muze plan {request.plan} {flag(option)} … -o - | muze generate --plan - …"
        raise UsageError(
            f"--plan brings its own sections, and {flag(option)} would make others",
            hint="give --template with a prompt" if option == "template" else edit,
        )


def _check_reference(request: GenerateRequest) -> None:
    if (request.of is None) != (request.regenerate_section is None):
        raise UsageError(
            "--regenerate-section and --of belong together",
            hint="for example --regenerate-section 2 --of song.wav",
        )
    given = _given(request, *_REFERENCES)
    if len(given) > 1:
        raise UsageError(f"{' and '.join(map(flag, given))} cannot go together")
    if request.strength is not None and request.init_audio is None:
        raise UsageError("--strength says how much of --init-audio is made anew, and there is none")
    if request.strength == 0:
        raise UsageError(
            "--strength must be above 0, since with 0 nothing would be made anew", hint="0.2 changes little"
        )
    if given and given != ["init_audio"] and request.stems:
        raise UsageError(f"--stems are of whole songs, and {flag(given[0])} makes a part of one")
    if request.of is None:
        return
    if request.regenerate_section is not None and request.regenerate_section < 0:
        raise UsageError(
            f"sections are counted from 0, and --regenerate-section is {request.regenerate_section}"
        )
    for option in _given(request, *_PLANNING):
        raise UsageError(f"the song of --of has its plan, and {flag(option)} would make another")
    for option in _given(request, *_FORMAT):
        raise UsageError(
            f"all but the section stays as it is in {request.of}, and {flag(option)} would change it",
            hint="muze fx apply changes whole files",
        )


def _check_outputs(request: GenerateRequest) -> None:
    if not request.to_stdout:
        return
    if request.batch is not None:
        raise UsageError("several songs need a folder, and --output is standard output", hint="-o FOLDER")
    for option in _given(request, "stems", "keep_candidates"):
        raise UsageError(
            f"{flag(option)} writes several files, and --output is standard output", hint="-o FILE"
        )


def _check_names(request: GenerateRequest) -> None:
    if request.engine != AUTO:
        _check_known(engines.names(), request.engine, engines.get)
    check_scorer_name(request.scorer)
    _check_known(planners.names(), request.planner, planners.get)
    if request.composer is not None:
        _check_known(composers.names(), request.composer, composers.get)
    name, colon, folder = (request.template or AUTO).partition(":")
    if name == AUTO:
        if colon and not (Path(folder) / "config.json").is_file():
            raise InputMissingError(
                f"there is no planner in the folder '{folder}'", hint="muze train planner makes one"
            )
    else:
        from muzecli.presets import find_preset

        try:
            find_preset(str(request.template), "templates")
        except ConfigError as error:
            raise ConfigError(f"there is no template named '{request.template}'", hint=error.hint) from error


def _check_known(names: list[str], name: str, get: object) -> None:
    """Let the registry say what it knows, where a name is not among it; loads nothing."""
    if name not in names and callable(get):
        get(name)


def _check_files(request: GenerateRequest) -> None:
    for option in _INPUTS:
        value = getattr(request, option)
        if value is not None and value != STDIO and kind_of(value) not in ("file", "other"):
            found = "is a folder" if kind_of(value) == "folder" else "does not exist"
            raise InputMissingError(f"the file {value} of {flag(option)} {found}", hint="check the spelling")
    for option in _CHECKPOINTS:
        value = getattr(request, option)
        if value is not None and _looks_like_path(value) and kind_of(value) is None:
            raise InputMissingError(f"the checkpoint {value} of {flag(option)} does not exist")
    if request.model is not None and _looks_like_path(request.model) and kind_of(request.model) != "folder":
        raise InputMissingError(f"--model must be a name or a folder, and {request.model} is no folder")
    style = request.style_of
    is_file = style is not None and (_looks_like_path(style) or style.lower().endswith(tuple(SUFFIXES)))
    if style is not None and is_file and kind_of(style) != "file":
        raise InputMissingError(f"the file {style} of --style-of does not exist")


def _looks_like_path(text: str) -> bool:
    """Say whether a text that may be a name or a path is a path."""
    return text.startswith((".", "/", "~")) or text.endswith("/")
