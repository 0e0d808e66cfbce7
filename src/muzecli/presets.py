"""Find presets by name: shipped ones, the user's own, and files.

A preset is a YAML or JSON file in a folder named for its kind. The user's own live in the configuration
folder under `presets/<kind>/` and come before shipped ones of the same name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from muzecli.config import user_config_dir
from muzecli.errors import ConfigError, InputMissingError
from muzecli.files import kind_of
from muzecli.resources import presets_dir

SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class PresetFile:
    """One preset on disk.

    Attributes:
        kind: the folder's name, such as `effects`.
        name: the file's name without suffix.
        path: the file.
        source: "shipped", "user" or "file".
    """

    kind: str
    name: str
    path: Path
    source: str


def all_presets(kind: str | None = None) -> Iterator[PresetFile]:
    """Yield the presets of one kind or of all, sorted; the user's own hide shipped ones of their name."""
    found: dict[tuple[str, str], PresetFile] = {}
    for source, root in (("user", user_config_dir() / "presets"), ("shipped", presets_dir())):
        if kind_of(root) != "folder":
            continue
        for folder in sorted(path for path in root.iterdir() if path.is_dir()):
            if kind is not None and folder.name != kind:
                continue
            for path in sorted(folder.iterdir()):
                if path.suffix in SUFFIXES:
                    preset = PresetFile(folder.name, path.stem, path, source)
                    found.setdefault((preset.kind, preset.name), preset)
    yield from (found[key] for key in sorted(found))


def find_preset(name: str, kind: str | None = None) -> PresetFile:
    """Return the preset that a user means by a path, a name, or `kind/name`.

    Raises:
        InputMissingError: a path was given and there is no such file.
        ConfigError: no preset has that name, or presets of several kinds do.
    """
    path = Path(name).expanduser()
    is_file = kind_of(path) == "file"
    if path.suffix in SUFFIXES or is_file:
        if not is_file:
            fault = "is a folder" if kind_of(path) == "folder" else "does not exist"
            raise InputMissingError(f"the preset file {path} {fault}")
        return PresetFile(kind or path.resolve().parent.name, path.stem, path, "file")
    wanted_kind, _, wanted = name.rpartition("/")
    matches = [p for p in all_presets(wanted_kind or kind) if p.name == wanted]
    if len(matches) == 1:
        return matches[0]
    if matches:
        choices = ", ".join(f"{p.kind}/{p.name}" for p in matches)
        raise ConfigError(f"'{name}' could be any of: {choices}", hint="give the kind as well")
    names = [p.name for p in all_presets(wanted_kind or kind)]
    close = get_close_matches(wanted, names, n=3)
    known = f"did you mean {', '.join(close)}?" if close else "muze presets list shows all"
    raise ConfigError(f"there is no preset named '{name}'", hint=known)
