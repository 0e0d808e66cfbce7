"""Chains that are stored: presets by name or file, and the chain inside a sidecar."""

from __future__ import annotations

from muze_fx.preset import Preset
from muzecli.presets import find_preset
from muzecli.sidecar import read_sidecar


def load_preset(name: str) -> Preset:
    """Return a preset by file or name; a sidecar's chain counts as one.

    Raises:
        InputMissingError, ConfigError: there is none, or it is not valid.
    """
    path = find_preset(name, "effects").path
    sidecar = read_sidecar(path)
    if sidecar is not None and "preset" in sidecar:
        return Preset.from_dict(sidecar["preset"])
    return Preset.load(path)
