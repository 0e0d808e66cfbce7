"""What was to be sung comes from those who wanted it, never from those who listened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from muze_evaluate.voice.wanted import wanted_of_file, wanted_of_track
from muze_plan.planner import TemplatePlanner
from muzecli.errors import BadDataError
from muzecli.song.documents import plan_document
from muzecli.song.plan import Plan, PlanRequest
from muzecli.song.track import Track


def track(**source: Any) -> Track:
    return Track("a.wav", "a", 0.02, 16_000, lyrics="la la", f0_contour=(220.0, 0.0), source=source)


def test_a_synthetic_track_says_both() -> None:
    found = wanted_of_track(track(origin="synthetic"))
    assert (found.words, found.f0_hz) == ("la la", (220.0, 0.0))


@pytest.mark.parametrize(
    ("method", "words"), [("Whisper small", None), (None, None), ("lines in song.txt", "la la")]
)
def test_a_measured_track_says_only_what_was_written(method: str | None, words: str | None) -> None:
    fields = {"lyrics": {"by": "lyrics/1"} | ({"method": method} if method else {})}
    found = wanted_of_track(track(origin="measured", fields=fields))
    assert (found.words, found.f0_hz) == (words, None)


def plan_with(**request: Any) -> Plan:
    return TemplatePlanner().plan(PlanRequest("pop song", seed=1, duration_s=12, has_vocals=True, **request))


def song(folder: Path, plan: Any, **generation: Any) -> Path:
    audio = folder / "song.wav"
    audio.touch()
    document = {"schema": "muze.sidecar/1", "audio": "song.wav", "plan": plan, "generation": generation}
    audio.with_suffix(".json").write_text(json.dumps(document))
    return audio


def test_a_songs_sidecar_says_words_and_notes(tmp_path: Path) -> None:
    plan = plan_with(lyrics="[verse]\nWe sing along")
    found = wanted_of_file(song(tmp_path, plan_document(plan), plan_start_s=0.5), melody=True)
    assert found.words is not None and "We sing along" in found.words
    assert found.f0_hz is not None and found.f0_from == "the notes of its plan"
    assert not any(found.f0_hz[:50]) and any(found.f0_hz)
    assert wanted_of_file(tmp_path / "song.wav", melody=False).f0_hz is None


def test_no_sidecar_says_nothing_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bare.wav").touch()
    assert wanted_of_file(tmp_path / "bare.wav", melody=True).words is None
    with pytest.raises(BadDataError, match="sidecar"):
        wanted_of_file(song(tmp_path, {"schema": "muze.plan/1"}), melody=True)
    with pytest.raises(BadDataError, match="plan_start_s must be a number of seconds from 0; found -1"):
        wanted_of_file(song(tmp_path, plan_document(plan_with()), plan_start_s=-1), melody=True)
