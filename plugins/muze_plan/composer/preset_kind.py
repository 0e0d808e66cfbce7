"""The kind of preset that this package brings: how genres play."""

from __future__ import annotations

from pathlib import Path

from muzecli.preset_kind import FilePresets


class StylePresets(FilePresets):
    """Grooves, bass figures and accompaniments of genres (`muze.style/1`)."""

    name = "styles"
    summary = "how a genre's band plays"

    def read(self, path: Path) -> object:
        """Read a style."""
        from muze_plan.composer.style_files import read_style

        return read_style(path)
