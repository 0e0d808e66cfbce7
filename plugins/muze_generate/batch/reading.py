"""A file of prompts: text, a prompt a line; or YAML, JSON or JSON lines with options for each song.

calm piano at 70 bpm                          # songs.txt
energetic house with heavy bass

- calm piano at 70 bpm                        # songs.yaml
- prompt: energetic house
  name: opener
  duration: 60
  seed: 7
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from muze_generate.asking.checks import check_request
from muze_generate.asking.request import GenerateRequest
from muze_generate.asking.sources import piped_text
from muze_generate.playing.player import player_of
from muze_generate.writing.targets import slug
from muzecli.config import parse_yaml
from muzecli.errors import BadDataError, ConfigError, InputMissingError, MuzeError, UnavailableError
from muzecli.files import STDIO
from muzecli.seeds import item_seed
from muzecli.song.checks import suggestion

PER_SONG = (
    *("prompt", "plan", "name", "template", "duration", "tempo", "key", "time_signature", "genre", "seed"),
    *("init_audio", "strength", "continue_from", "negative_prompt", "style_of", "steps", "sampler", "eta"),
    *("cfg_scale", "score_scale", "cfg_rescale", "score_control", "loudness", "candidates"),
)
"""Options that each song may have; where it has none, the command line's hold."""
_PLANNING = ("template", "duration", "tempo", "key", "time_signature", "genre")
_ALIASES = {"num_steps": "steps"}
_YAML, _LINES = (".yaml", ".yml"), (".jsonl", ".ndjson")


@dataclass(frozen=True)
class BatchSong:
    """One song of a file.

    Attributes:
        place: where it stands, for messages: "songs.yaml: song 2".
        request: the command line's with the song's own options.
        said: names of the options that the file gave.
    """

    place: str
    request: GenerateRequest
    said: tuple[str, ...]


def read_batch(request: GenerateRequest, seed: int) -> list[BatchSong]:
    """Read the file of `--batch`; every song is checked.

    Args:
        request: the command line.
        seed: of the run; a song's follows from it and from the song's name or words, not from where it stands.

    Raises:
        InputMissingError: the file cannot be read, or one that a song names is missing.
        BadDataError: it is malformed, holds no songs, or an option is none; names the song.
        MuzeError: the engine cannot do what the command line asks of it.
    """
    player_of(request).check()  # what is wrong for every song is not the file's fault
    given = str(request.batch)
    name = "standard input" if given == STDIO else given
    items = _items(_text(given), Path(given).suffix.lower(), name)
    if not items:
        raise BadDataError(f"{name}: a batch must hold at least one prompt, and this one holds none")
    songs = []
    for number, item in enumerate(items, start=1):
        values = _values(item, f"{name}: song {number}")
        songs.append(_song(request, values, f"{name}: song {number}"))
    return _named(songs, seed)


def _text(given: str) -> str:
    if given == STDIO:
        return piped_text("--batch")
    try:
        return Path(given).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadDataError(f"{given}: a batch must be UTF-8 text, and byte {error.start} is not") from error
    except OSError as error:
        raise InputMissingError(f"cannot read the batch {given}: {error.strerror}") from error


def _items(text: str, suffix: str, name: str) -> list[Any]:
    if suffix in _LINES:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        return [_json(line, f"{name}: line {number}") for number, line in lines]
    if suffix == ".json":
        return _listed(_json(text, name), name)
    if suffix in _YAML:
        try:
            return _listed(parse_yaml(text, name=name, what="batch"), name)
        except ConfigError as error:  # a batch is data, not configuration
            raise BadDataError(error.message, hint=error.hint) from error
    lines = [(0, line.strip()) for line in text.splitlines()]
    return [line for _, line in lines if line and not line.startswith("#")]


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadDataError(f"{place}: must be JSON: {error}") from error


def _listed(document: Any, name: str) -> list[Any]:
    if document is None:
        return []
    if not isinstance(document, list):
        raise BadDataError(
            f"{name}: a batch must be a list of songs, and this is {type(document).__name__}",
            hint="- prompt: calm piano",
        )
    return document


def _values(item: Any, place: str) -> dict[str, Any]:
    if isinstance(item, str):
        return {"prompt": item}
    if not isinstance(item, Mapping):
        raise BadDataError(f"{place}: must be a prompt, or options with their values, and it is {item!r}")
    values: dict[str, Any] = {}
    for key, value in item.items():
        name = str(key).replace("-", "_")
        name = _ALIASES.get(name, name)
        if name not in PER_SONG:
            raise BadDataError(
                f"{place}: '{key}' is no option of a song", hint=suggestion(name, PER_SONG, "options")
            )
        if value is not None:
            values[name] = _typed(name, value, place)
    return values


_WANTED = {item.name: str(item.type) for item in fields(GenerateRequest)}


def _typed(name: str, value: Any, place: str) -> Any:
    """Return a value of the option's type; a whole number is a number, and nothing else is converted."""
    wanted = _WANTED[name].removesuffix(" | None")
    kinds: dict[str, tuple[tuple[type, ...], str]] = {
        "str": ((str,), "text"),
        "float": ((int, float), "a number"),
        "int": ((int,), "a whole number"),
        "bool": ((bool,), "true or false"),
    }
    types, said = kinds[wanted]
    if name == "loudness" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, types) or (isinstance(value, bool) and wanted != "bool"):
        raise BadDataError(f"{place}: {name} must be {said}, and it is {value!r}")
    return value


def _song(request: GenerateRequest, values: Mapping[str, Any], place: str) -> BatchSong:
    general: dict[str, Any] = {"batch": None, "seed": None}
    if "plan" in values:  # what the command line says of plans to be made is not for this one
        general |= dict.fromkeys(_PLANNING)
    song = BatchSong(place, replace(request, **{**general, **values}), tuple(values))
    for name in ("prompt", "plan", "init_audio", "continue_from"):
        if values.get(name) == STDIO:
            raise BadDataError(f"{place}: {name} cannot be standard input")
    if "/" in (song.request.name or "") or (song.request.name or "").startswith("."):
        raise BadDataError(
            f"{place}: a name must be a file's name without its suffix, and it is '{values['name']}'"
        )
    try:
        check_request(song.request)
        if (
            song.request.plan is None and song.request.continue_from is None
        ):  # their sidecars may say who plays
            player_of(song.request).check()
    except MuzeError as error:
        raise _placed(error, place) from error
    return song


def _placed(error: MuzeError, place: str) -> MuzeError:
    """Return an error that says in which song it is; what is wrong in a file is bad data, and not usage."""
    missing = isinstance(error, InputMissingError | UnavailableError)
    kind = type(error) if missing else BadDataError
    return kind(f"{place}: {error.message}", hint=error.hint, details=error.details)


def _named(songs: list[BatchSong], seed: int) -> list[BatchSong]:
    """Give every song a file name and a seed of its own."""
    done, used, times = [], Counter[str](), Counter[str]()
    digits = max(3, len(str(len(songs))))
    for number, song in enumerate(songs, start=1):
        asked = song.request
        words = asked.prompt or asked.genre or Path(asked.plan or asked.continue_from or "song").stem
        name = asked.name or f"{number:0{digits}d}_{slug(words)}"
        if used[name]:
            raise BadDataError(
                f"{song.place}: each song must have a name of its own, and '{name}' stands twice"
            )
        used[name] += 1
        identity = asked.name or words
        times[identity] += 1
        own = identity if times[identity] == 1 else f"{identity}/{times[identity]}"
        own_seed = item_seed(seed, own) if asked.seed is None else asked.seed
        done.append(replace(song, request=replace(asked, name=name, seed=own_seed)))
    return done
