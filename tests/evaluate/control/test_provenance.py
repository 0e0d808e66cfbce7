"""What the document says that its numbers rest on: the sound, the plans, who listened, and where."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from tests.evaluate.control.made import heard
from tests.evaluate.control.test_songs import song

from muze_evaluate.commands import control as command
from muze_evaluate.control.listening import Equipment, Listened
from muze_evaluate.control.songs import Song
from muzecli.console import Console
from muzecli.errors import BadDataError, FailedError
from muzecli.files import file_sha256
from muzecli.options import Run


@pytest.fixture(autouse=True)
def heard_as_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens: every song is found to be as planned."""
    monkeypatch.setattr(command, "installed", lambda device: Equipment((), {}))
    monkeypatch.setattr(
        command, "hear", lambda one, device: Listened(heard(one.planned), file_sha256(one.path))
    )


def provenance(folder: Path) -> dict[str, Any]:
    out = StringIO()
    request = command.Request([folder], chance=False, device="cpu")
    command.control(Run(("evaluate", "control"), Console(json_output=True, out=out)), request)
    found: dict[str, Any] = json.loads(out.getvalue())["provenance"]
    return found


def test_another_plan_for_the_same_sound_is_another_measurement(tmp_path: Path) -> None:
    for name in "ab":
        song(tmp_path / "songs" / f"{name}.wav")
    before = provenance(tmp_path / "songs")
    assert provenance(tmp_path / "songs") == before
    assert before["device"] == "cpu"
    song(tmp_path / "songs" / "a.wav", loudness="-9")
    after = provenance(tmp_path / "songs")
    assert after["sets"][0]["digest"] == before["sets"][0]["digest"]
    assert after["sets"][0]["plans"] != before["sets"][0]["plans"]


def test_where_no_song_can_be_measured_all_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(one: Song, device: str) -> Listened:
        raise BadDataError("it is cut short")

    monkeypatch.setattr(command, "hear", fail)
    for name in "ab":
        song(tmp_path / f"{name}.wav")
    with pytest.raises(
        FailedError, match=r"none of 2 songs could be measured; a\.wav: it is cut short"
    ) as error:
        provenance(tmp_path)
    assert [failure["id"] for failure in error.value.details["failed"]] == ["a.wav", "b.wav"]
