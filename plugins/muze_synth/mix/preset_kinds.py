"""The kind of preset that says how genres are mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


class MixFiles:
    """Files of mixes (`muze.mixes/1`)."""

    name = "mixes"
    summary = "levels, rooms and loudness of each genre's mixes"

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with a file of mixes."""
        from muze_synth.mix.recipe import mix_faults

        return mix_faults(data)

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return how many genres a file mixes."""
        genres = data.get("genres")
        names = list(genres) if isinstance(genres, Mapping) else []
        return f"mixes of {len(names)} genres: {', '.join(names[:6])}…"
