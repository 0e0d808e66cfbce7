"""Option values from outside the command line, in layers, and where each value came from.

Precedence, highest first: flag, `MUZE_*` variable, `--config` file, `./muze.yaml`, the user's configuration,
the preset, the option's own default. A file is a mapping; shared options stand at its top, the options of one
command under that command's path:

    device: cpu
    fx:
      apply:
        tail: none

An unknown key is an error with a suggestion. A wrong value names the file it stands in.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from muzecli.errors import ConfigError, InputMissingError
from muzecli.files import kind_of

PROJECT_FILE = Path("muze.yaml")


@dataclass(frozen=True)
class Layer:
    """The values that one file gives to the command that runs.

    Attributes:
        source: what the saved configuration calls it, such as `./muze.yaml`.
        values: option names (snake case) to values.
    """

    source: str
    values: Mapping[str, Any] = field(default_factory=dict)


def user_config_file() -> Path:
    """Return the path of the user's own configuration, whether or not it exists (XDG base directories)."""
    return user_config_dir() / "config.yaml"


def user_config_dir() -> Path:
    """Return the folder of the user's own configuration and presets (`$XDG_CONFIG_HOME/muze`)."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "muze"


def user_cache_dir() -> Path:
    """Return the folder for what muze can make again (`$MUZE_CACHE_DIR`, else `$XDG_CACHE_HOME/muze`)."""
    explicit = os.environ.get("MUZE_CACHE_DIR")
    return (
        Path(explicit)
        if explicit
        else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "muze"
    )


def read_mapping(path: Path, *, what: str) -> dict[str, Any]:
    """Read a YAML or JSON file that must hold a mapping.

    Args:
        path: the file.
        what: what it is called in messages, such as "configuration".

    Raises:
        InputMissingError: there is no such file.
        ConfigError: it is not YAML, or not a mapping.
    """
    document = read_document(path, what=what)
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConfigError(
            f"{path}: a {what} must be a mapping of names to values, and this is a {_kind(document)}"
        )
    return document


def read_document(path: Path, *, what: str) -> Any:
    """Read a JSON file, by its suffix, or a YAML one (which may hold JSON too).

    Raises:
        InputMissingError: there is no such file.
        ConfigError: it is neither; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputMissingError(f"the {what} {path} does not exist") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: a {what} must be UTF-8 text, and byte {error.start} is not") from error
    except OSError as error:
        raise InputMissingError(f"cannot read the {what} {path}: {error.strerror}") from error
    if path.suffix.lower() != ".json":
        return parse_yaml(text, name=str(path), what=what)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path}: line {error.lineno} a {what} must be JSON: {error.msg}") from error


def parse_yaml(text: str, *, name: str, what: str) -> Any:
    """Parse YAML text with the fast safe loader.

    Raises:
        ConfigError: the text is not YAML; names the line.
    """
    import yaml

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise ConfigError(f"{name}:{where} a {what} must be YAML or JSON: {problem}") from error


def layers_for(
    path: Sequence[str],
    options: Collection[str],
    *,
    shared: Collection[str],
    commands: Collection[Sequence[str]],
    explicit: Path | None,
) -> list[Layer]:
    """Return the layers of configuration files for one command, highest precedence first.

    Args:
        path: the command's path, such as ("fx", "apply").
        options: names of the command's options (snake case).
        shared: names that may stand at the top of a file: options that several commands have.
        commands: paths of every command, to tell a typing error from another command's section.
        explicit: the file given with `--config`.

    Raises:
        ConfigError: a file is malformed or has an unknown key.
        InputMissingError: the file given with `--config` is missing.
    """
    found: list[tuple[str, Path]] = []
    if explicit is not None:
        found.append((f"--config {explicit}", explicit))
    if kind_of(PROJECT_FILE) == "file":
        found.append((f"./{PROJECT_FILE}", PROJECT_FILE))
    if kind_of(user_config_file()) == "file":
        found.append(("user configuration", user_config_file()))
    known = _Known(tuple(path), frozenset(options), frozenset(shared), frozenset(map(tuple, commands)))
    return [
        Layer(source, known.pick(read_mapping(file, what="configuration"), file)) for source, file in found
    ]


@dataclass(frozen=True)
class _Known:
    """What may stand in a configuration file, seen from the command that runs."""

    path: tuple[str, ...]
    options: frozenset[str]
    shared: frozenset[str]
    commands: frozenset[tuple[str, ...]]

    def pick(self, document: Mapping[str, Any], file: Path, at: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the values meant for this command; the deeper section wins over the shared top."""
        sections = {path[len(at)] for path in self.commands if path[: len(at)] == at and len(path) > len(at)}
        names: frozenset[str] = self.shared if not at else (self.options if at == self.path else frozenset())
        values: dict[str, Any] = {}
        deeper: dict[str, Any] = {}
        for key, value in document.items():
            name, section = str(key).replace("-", "_"), (*at, str(key))
            if str(key) in sections:
                if not isinstance(value, Mapping | None):
                    raise ConfigError(
                        f"{file}: '{'.'.join(section)}' must be a mapping of names to values, and this is"
                        f" a {_kind(value)}"
                    )
                if value and (section not in self.commands or section == self.path):
                    deeper |= self.pick(value, file, section)  # another command's options only it can check
            elif name in names:
                if name in self.options:
                    values[name] = value
            else:
                known = sorted(n.replace("_", "-") for n in names) + sorted(sections)
                raise unknown_key(str(key), known, where=f"{file}: ", at=at)
        return values | deeper


def unknown_key(key: str, known: Iterable[str], *, where: str = "", at: Sequence[str] = ()) -> ConfigError:
    """Return the error for a key that nobody knows, with the nearest known one."""
    place = ".".join((*at, key))
    known = list(known)
    close = get_close_matches(key, known, n=1) or get_close_matches(key.replace("_", "-"), known, n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"known here: {', '.join(known) or 'nothing'}"
    return ConfigError(f"{where}unknown key '{place}'", hint=hint)


def check_environment(known: Collection[str]) -> list[str]:
    """Return a warning for each `MUZE_*` variable that no option and no part of muze reads."""
    warnings = []
    for name in sorted(os.environ):
        if name.startswith("MUZE_") and name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            warnings.append(f"the environment variable {name} means nothing here{hint}")
    return warnings


def _kind(value: object) -> str:
    return {list: "list", str: "text", int: "number", float: "number", bool: "truth value"}.get(
        type(value), "value"
    )


__all__ = [
    "Layer",
    "check_environment",
    "layers_for",
    "parse_yaml",
    "read_document",
    "read_mapping",
    "unknown_key",
    "user_cache_dir",
    "user_config_dir",
    "user_config_file",
]
