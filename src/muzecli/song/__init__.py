"""The nouns of a song: keys, chords, metres, plans, scores and annotated tracks.

Names can be imported from here; each is loaded when it is first used, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muzecli.song.chord import QUALITIES, Chord
    from muzecli.song.instruments import Instrument
    from muzecli.song.metre import TICKS_PER_QUARTER, TimeSignature
    from muzecli.song.pitch import Key
    from muzecli.song.plan import SECTION_TYPES, Plan, PlanRequest, Section, SectionSpan, SectionType
    from muzecli.song.score import ChordEvent, Note, Part, Role, Score
    from muzecli.song.track import Track

_HOMES = {
    "QUALITIES": "chord",
    "Chord": "chord",
    "Instrument": "instruments",
    "TICKS_PER_QUARTER": "metre",
    "TimeSignature": "metre",
    "Key": "pitch",
    "SECTION_TYPES": "plan",
    "Plan": "plan",
    "PlanRequest": "plan",
    "Section": "plan",
    "SectionSpan": "plan",
    "SectionType": "plan",
    "ChordEvent": "score",
    "Note": "score",
    "Part": "score",
    "Role": "score",
    "Score": "score",
    "Track": "track",
}

__all__ = [
    "QUALITIES",
    "SECTION_TYPES",
    "TICKS_PER_QUARTER",
    "Chord",
    "ChordEvent",
    "Instrument",
    "Key",
    "Note",
    "Part",
    "Plan",
    "PlanRequest",
    "Role",
    "Score",
    "Section",
    "SectionSpan",
    "SectionType",
    "TimeSignature",
    "Track",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'muzecli.song' has no attribute '{name}'")
    return getattr(import_module(f"muzecli.song.{_HOMES[name]}"), name)
