"""`muze dataset validate`: every fault, with its place."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.dataset.commands.datasets import Told, dataset, recorded, three
from tests.song.test_tracks import WHOLE

from muze_dataset.commands.faults import faults_of
from muze_dataset.commands.validate import validated
from muzecli.errors import BadDataError, InputMissingError
from muzecli.song.checks import path_text
from muzecli.song.dataset import track_line
from muzecli.song.documents import track_document


def test_a_sound_dataset_is_valid(tmp_path: Path) -> None:
    told = Told()
    file = three(tmp_path)
    validated(told.run, [file], files=True, audio=True)
    assert told.text == f"{file}: valid, 3 tracks\n"


def test_every_field_that_is_wrong_is_named() -> None:
    document = track_document(WHOLE) | {
        "energy": 7,
        "key": "H",
        "key_idx": None,
        "tempoo": 3,
        "duration": 5.0,
        "ecapa_embedding": [1.0],
        "beat_positions": [2.0, 1.0],
        "num_beats": 2,
    }
    found = {path_text(fault.path) for fault in faults_of(document)}
    # The duration is allowed by itself: it is the end of the segments and the f0 arrays that disagree with it.
    assert found == {
        *("energy", "key", "tempoo", "ecapa_embedding", "beat_positions[1]"),
        *("num_beats", "segments[1].end", "f0_contour", "f0_coarse", "f0_voiced_mask"),
    }
    assert faults_of(track_document(WHOLE)) == []


@pytest.mark.parametrize("name", ["schema", "audio_path", "track_id", "duration", "sample_rate"])
def test_a_field_that_every_track_needs_hides_no_other(name: str) -> None:
    for document in (
        track_document(WHOLE) | {name: None, "energy": 7},
        {k: v for k, v in track_document(WHOLE).items() if k != name} | {"energy": 7},
    ):
        assert {path_text(fault.path) for fault in faults_of(document)} == {name, "energy"}


def test_what_is_no_track_at_all_has_one_fault() -> None:
    for document in (None, 3, [], "track"):
        assert len(faults_of(document)) == 1


def test_all_faults_of_a_file_are_listed_with_their_lines(tmp_path: Path) -> None:
    good = recorded(tmp_path, "a")
    lines = [
        track_line(good),
        track_line(good),
        "{\n",
        json.dumps(
            track_document(replace(good, track_id="b", audio_path="c.wav", score_path="s.json"))
            | {"energy": 2}
        ),
    ]
    file = tmp_path / "d.jsonl"
    file.write_text("".join(lines), encoding="utf-8")
    told = Told(as_json=True)
    with pytest.raises(BadDataError, match="5 faults in") as caught:
        validated(told.run, [file], files=True, audio=False)
    assert caught.value.exit_code == 65
    [report] = told.document["datasets"]
    assert (report["valid"], report["tracks"], report["tracks_with_faults"]) == (False, 4, 3)
    assert [(fault["track_id"], fault["field"]) for fault in report["faults"]] == [
        *(("a", "track_id"), (None, None), ("b", "energy"), ("b", "audio_path"), ("b", "score_path"))
    ]
    messages = [fault["message"] for fault in report["faults"]]
    assert "line 2: track_id 'a' must be unique, and line 1 has it too" in messages[0]
    assert "line 3: a track must be JSON" in messages[1]
    assert "line 4: energy must be a number from 0 to 1; found 2" in messages[2]
    assert "line 4: audio_path must be a file that is there; found 'c.wav'" in messages[3]


def test_tracks_on_one_line_are_told_apart(tmp_path: Path) -> None:
    track = track_document(recorded(tmp_path, "a"))
    file = tmp_path / "d.json"
    file.write_text(json.dumps([track, track, track | {"track_id": "c", "energy": 2}]), encoding="utf-8")
    told = Told(as_json=True)
    with pytest.raises(BadDataError, match="2 faults in"):
        validated(told.run, [file], files=True, audio=False)
    twice, energy = [fault["message"] for fault in told.document["datasets"][0]["faults"]]
    assert "d.json: track 2: line 1: track_id 'a' must be unique, and track 1 has it too" in twice
    assert "d.json: track 3: line 1: energy must be a number" in energy


def test_files_need_not_be_there_where_nobody_asks(tmp_path: Path) -> None:
    file = dataset(tmp_path / "d.parquet", [replace(recorded(tmp_path, "a"), audio_path="gone.wav")])
    validated(Told().run, [file], files=False, audio=False)
    with pytest.raises(BadDataError):
        told = Told()
        validated(told.run, [file], files=True, audio=False)
    assert "d.parquet: track 1: audio_path must be a file" in told.text


def test_the_audio_itself_is_asked(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no audio at all")
    tracks = [
        recorded(tmp_path, "rate", sample_rate=44_100),
        replace(recorded(tmp_path, "length"), duration=2.05, segments=None),
        replace(recorded(tmp_path, "text"), audio_path="text.wav"),
    ]
    file, told = dataset(tmp_path / "d.json", tracks), Told()
    validated(told.run, [file], files=True, audio=False)
    with pytest.raises(BadDataError, match="3 faults"):
        validated(told.run, [file], files=True, audio=True)
    assert "sample_rate must be the audio's, 8000 Hz; found 44100" in told.text
    assert "duration must be the audio's, 2.0000 s; found 2.05" in told.text
    assert "line 4: audio_path: text.wav: " in told.text


def test_a_file_that_breaks_off_is_a_fault_and_the_next_is_checked(tmp_path: Path) -> None:
    good = three(tmp_path)
    bad = tmp_path / "bad.json"
    bad.write_text(good.read_text()[:-3])
    told = Told()
    with pytest.raises(BadDataError, match=r"1 faults in .*bad\.json"):
        validated(told.run, [bad, good], files=True, audio=False)
    assert f"{good}: valid, 3 tracks" in told.text
    with pytest.raises(InputMissingError):
        validated(told.run, [tmp_path / "none.json"], files=True, audio=False)
