"""The words that stand for families of instruments, and what was measured of models that tell them.

`tables.json` holds both; `recipes/instrument_families.py` measures a model and writes what it found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TABLES = Path(__file__).with_name("tables.json")


@dataclass(frozen=True)
class Words:
    """What is said of recordings in which a family plays, and of others."""

    with_it: tuple[str, ...]
    without: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """What was measured of a model on songs that it had not learned from.

    Attributes:
        kept: families that it tells better than a guess by their frequency: the 95 % interval of its average
            precision lies above their share of songs.
        thresholds: by family, the log-odds from which they count as found, where the model brings none of its own.
    """

    kept: tuple[str, ...]
    thresholds: Mapping[str, float]


@cache
def words() -> Mapping[str, Words]:
    """Return the words by family, in the order of the instrument table."""
    from muzecli.song.instruments import FAMILIES

    listed = _document()["words"]
    return {name: Words(tuple(listed[name]["with"]), tuple(listed[name]["without"])) for name in FAMILIES}


def judged(sha256: str) -> Judged | None:
    """Return what was measured of a model with these weights; None where nobody has measured it."""
    found = _document()["measured"].get(sha256)
    if found is None:
        return None
    families = found["families"]
    return Judged(
        tuple(name for name, one in families.items() if one["kept"]),
        {name: one["threshold"] for name, one in families.items() if "threshold" in one},
    )


def tables_sha256() -> str:
    """Return the hash of the tables."""
    from muzecli.files import file_sha256

    return file_sha256(TABLES)


@cache
def _document() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(TABLES.read_text(encoding="utf-8"))
    return document
