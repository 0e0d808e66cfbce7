"""Findings become a track."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from muze_dataset.build.items import Recording
from muzecli.listening.heard import FACT, Finding
from muzecli.listening.listen import Findings, Footing, is_fact
from muzecli.song.documents.fields import Field
from muzecli.song.documents.tracks import TRACK_SCHEMA, track_at
from muzecli.song.track import Track

_MARKS = ("method", "confidence", "fallback")


def track_of(
    *,
    path: str,
    audio_path: str,
    sha256: str,
    size: int,
    recording: Recording,
    footing: Sequence[Footing],
    findings: Mapping[str, Findings],
    duplicate_of: str | None,
) -> Track:
    """Return the annotated track that a recording and what was found of it make.

    Args:
        path: below the audio folder; the track's id.
        audio_path: relative to the dataset's file.
        sha256: of the content.
        size: bytes.
        recording: what is known of the audio itself.
        footing: of the extractors, in order.
        findings: what each of them found.
        duplicate_of: the first path with the same content; None for the first one itself.

    Raises:
        FieldError: something that was found is not what a track must hold.
    """
    fields: dict[str, dict[str, Any]] = {}
    facts: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for one in footing:
        for name, finding in findings.get(one.name, {}).items():
            fields[name] = _told(f"{one.name}/{one.version}", finding)
            if finding.value is None:
                continue
            if is_fact(name):
                facts[name.removeprefix(FACT)] = finding.value
            else:
                values[name] = finding.value
    source = {
        "origin": "measured",
        "content_sha256": sha256,
        "bytes": size,
        "container": recording.container,
        "channels": recording.channels,
        "features": [one.name for one in footing],
        "fields": fields,
        "facts": facts,
    }
    if recording.channels_cancel:
        source["channels_cancel"] = True
    if duplicate_of is not None:
        source["duplicate_of"] = duplicate_of
    document = {
        "schema": TRACK_SCHEMA,
        "audio_path": audio_path,
        "track_id": path,
        "duration": recording.duration_s,
        "sample_rate": recording.rate_hz,
        **values,
        "source": source,
    }
    return track_at(Field(document))


def _told(by: str, finding: Finding) -> dict[str, Any]:
    """Return how a field came about."""
    if finding.value is None:
        return {"by": by, "reason": finding.reason}
    marks = {name: getattr(finding, name) for name in _MARKS}
    return {"by": by} | {name: value for name, value in marks.items() if value is not None}
