"""All that is wrong with a track, field by field.

Reading a track stops at its first fault. So it is read again without the field that was wrong, until nothing is:
one fault a field, each found by the very checks that reading makes. What cannot be left out gets a stand-in; what
the stand-in would contradict is then left out, unjudged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muzecli.song.checks import FieldError
from muzecli.song.documents.fields import Field
from muzecli.song.documents.tracks import TRACK_SCHEMA, track_at

_STAND_INS: Mapping[str, Any] = {
    "schema": TRACK_SCHEMA,
    "audio_path": "unknown",
    "track_id": "unknown",
    "sample_rate": 44_100,
    "duration": 1e9,  # no time lies behind its end
}
_MUST_END_WITH_IT = ("segments", "f0_contour", "f0_coarse", "f0_voiced_mask")


def faults_of(document: Any) -> list[FieldError]:
    """Return the faults of a track's document, at most one for each field; none where it is sound.

    Args:
        document: parsed JSON.
    """
    faults: list[FieldError] = []
    while True:
        try:
            track_at(Field(document))
            return faults
        except FieldError as error:
            faults.append(error)
            name = error.path[0] if error.path else None
            if not isinstance(document, Mapping) or name is None or _is_replaced(document, name):
                return faults
            document = _without(document, str(name))


def _is_replaced(document: Mapping[str, Any], name: str | int) -> bool:
    """Say whether a field that is wrong is our own stand-in, so that there is no way on."""
    return name in _STAND_INS and name in document and document[str(name)] is _STAND_INS[str(name)]


def _without(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    rest = {key: value for key, value in document.items() if key != name}
    if name == "duration":
        rest = {key: value for key, value in rest.items() if key not in _MUST_END_WITH_IT}
    return rest | {name: _STAND_INS[name]} if name in _STAND_INS else rest
