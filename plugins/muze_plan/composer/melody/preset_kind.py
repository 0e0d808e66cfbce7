"""The kind of preset that this package brings: how genres sing."""

from __future__ import annotations

from pathlib import Path

from muzecli.preset_kind import FilePresets


class MelodyPresets(FilePresets):
    """Melodies of genres (`muze.melody/1`)."""

    name = "melodies"
    summary = "what a genre's melodies are made of"

    def read(self, path: Path) -> object:
        """Read a file of melodies."""
        from muze_plan.composer.melody.style import read_style

        return read_style(path)
