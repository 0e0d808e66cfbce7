"""The kind of preset that this package brings: how genres sing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from muzecli.errors import MuzeError


class MelodyPresets:
    """Melodies of genres (`muze.melody/1`)."""

    name = "melodies"
    summary = "what a genre's melodies are made of"

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with a file of melodies."""
        from muze_plan.composer.melody.style import read_style

        try:
            read_style(path)
        except MuzeError as error:
            return [error.message + (f" ({error.hint})" if error.hint else "")]
        return []

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return the summary of a file of melodies."""
        return str(data.get("summary") or "")
