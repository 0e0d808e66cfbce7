"""What may be said of a measured track: what was found, and that surely enough."""

from __future__ import annotations

from typing import Any

from muzecli.listening.heard import Finding, Heard
from muzecli.song.captions import Facts

LEAST_CONFIDENCE = 0.5
"""What was found less surely is not told."""
TOLD = ("genre", "tempo", "key", "time_signature", "energy", "segments")
"""What is told where it is known, and costs little to know; whether somebody sings is told as well."""


def facts_of(heard: Heard) -> Facts:
    """Return what may be said of a recording."""
    tempo_bpm = _sure(heard, "tempo")
    key = _sure(heard, "key")
    sings = _sure(heard, "has_vocals")
    return Facts(
        genre=_sure(heard, "genre"),
        tempo_bpm=None if tempo_bpm is None else float(round(tempo_bpm)),
        key=key,
        mode=None if key is None else key.split()[1],
        time_signature=_sure(heard, "time_signature"),
        energy=_sure(heard, "energy"),
        voice="vocals" if sings else None,
        is_instrumental=sings is False,
        sections=tuple(segment["type"] for segment in _sure(heard, "segments") or ()),
    )


def _sure(heard: Heard, name: str) -> Any:
    found = heard.findings.get(name)
    return found.value if found is not None and _is_sure(found) else None


def _is_sure(found: Finding) -> bool:
    return found.value is not None and (found.confidence is None or found.confidence >= LEAST_CONFIDENCE)
