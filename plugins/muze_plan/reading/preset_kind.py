"""The kind of preset that reading brings: files of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from muzecli.errors import ConfigError


class WordFiles:
    """Files of words and what they say about the music (`muze.words/1`)."""

    name = "words"
    summary = "words that muze plan understands"

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with a file of words, read together with its neighbours in the folder."""
        from muze_plan.reading.entries import validate_words

        try:
            return validate_words(data, path)
        except ConfigError as error:  # a neighbour's fault
            return [error.line]

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return how many meanings a file holds, of which kind, and the first of them."""
        entries = data.get("entries")
        names = [str(name) for name in entries] if isinstance(entries, Mapping) else []
        return (
            f"{len(names)} of kind {data.get('kind')}: {', '.join(names[:6])}{' …' if len(names) > 6 else ''}"
        )
