"""The kind of preset that says how captions are worded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LISTS = (
    "heads",
    "nouns",
    "nouns_instrumental",
    "tempo",
    "key",
    "mode",
    "metre",
    "instruments",
    "instruments_leading",
    "instruments_all",
    "without",
    "instrumental",
)
TABLES = (
    "openers",
    "genres",
    "genres_with_drums",
    "genres_driving",
    "pace",
    "metres",
    "kinds",
    "vocals",
    "energy",
    "form",
    "instrument_words",
)
SCHEMA = "muze.captions/1"


class CaptionFiles:
    """Phrasings of captions (`muze.captions/1`)."""

    name = "captions"
    summary = "how captions of tracks are worded"

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with a file of phrasings."""
        if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
            return [f"schema: must be {SCHEMA}"]
        faults = [f"{name}: must be a list of texts" for name in LISTS if not _is_texts(data.get(name))]
        for name in TABLES:
            table = data.get(name)
            if not isinstance(table, Mapping):
                faults.append(f"{name}: must be a table of lists of texts")
                continue
            faults += [
                f"{name}.{key}: must be a list of texts"
                for key, texts in table.items()
                if not _is_texts(texts)
            ]
        moods = data.get("moods")
        for mood, values in moods.items() if isinstance(moods, Mapping) else ():
            faults += _mood_faults(str(mood), values)
        known = {"schema", "moods", *LISTS, *TABLES}
        faults += [f"{name}: there is no such field" for name in data if name not in known]
        return faults if isinstance(moods, Mapping) else [*faults, "moods: must be a table"]

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return how many genres have words."""
        return f"words for {len(data.get('genres') or ())} genres and {len(data.get('moods') or ())} moods"


def _mood_faults(mood: str, values: object) -> list[str]:
    if not isinstance(values, Mapping):
        return [f"moods.{mood}: must have valence, energy and words"]
    faults = []
    for name, low in (("valence", -1), ("energy", 0)):
        value = values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= 1:
            faults.append(f"moods.{mood}.{name}: must be a number {low}…1")
    return (
        faults
        if _is_texts(values.get("words"))
        else [*faults, f"moods.{mood}.words: must be a list of texts"]
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) and text for text in value)
