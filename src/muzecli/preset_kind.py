"""A base for kinds of preset whose reader checks a whole file: all that differs is the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from muzecli.errors import MuzeError


class FilePresets:
    """A `muzecli.plugin.PresetKind` of files that have a `summary` and a reader.

    Attributes:
        name: the folder's name.
        summary: one line for `muze presets list`.
    """

    name = ""
    summary = ""

    def read(self, path: Path) -> object:
        """Read and check one file.

        Raises:
            MuzeError: it is not valid.
        """
        raise NotImplementedError

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return the first fault of a file; nothing when it is valid."""
        try:
            self.read(path)
        except MuzeError as error:
            return [error.line]
        return []

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return the file's own summary."""
        return str(data.get("summary") or "")
