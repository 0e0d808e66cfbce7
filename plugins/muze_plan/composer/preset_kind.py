"""The kind of preset that this package brings: how genres play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from muzecli.errors import MuzeError


class StylePresets:
    """Grooves, bass figures and accompaniments of genres (`muze.style/1`)."""

    name = "styles"
    summary = "how a genre's band plays"

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with a style."""
        from muze_plan.composer.style_files import read_style

        try:
            read_style(path)
        except MuzeError as error:
            return [error.message + (f" ({error.hint})" if error.hint else "")]
        return []

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return the style's own summary."""
        return str(data.get("summary") or "")
