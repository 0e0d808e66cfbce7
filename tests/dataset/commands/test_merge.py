"""`muze dataset merge`: each recording once, under an id of its own, with paths that lead to it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.dataset.commands.datasets import Told, dataset, recorded, three, voice

from muze_dataset.commands.merge import merged
from muzecli.errors import BadDataError, OutputExistsError, UsageError
from muzecli.song.dataset import open_dataset


def merge(*files: Path, to: Path, **more: bool) -> Told:
    told = Told(as_json=True)
    merged(told.run, list(files), to, **{"overwrite": False, "dry_run": False} | more)
    return told


def test_paths_lead_to_the_same_files_from_another_place(tmp_path: Path) -> None:
    one = recorded(tmp_path / "a", "one", sound=1, score_path="scores/one.json")
    one = replace(one, source={**one.source, "stems": {"bass": "stems/bass.flac"}})
    a = dataset(tmp_path / "a" / "dataset.jsonl", [one])
    out = tmp_path / "elsewhere" / "deep" / "all.parquet"
    merge(a, to=out)
    [track] = open_dataset(out)
    assert track.audio_path == "../../a/audio/one.wav"
    assert track.score_path == "../../a/scores/one.json"
    assert track.source["stems"] == {"bass": "../../a/stems/bass.flac"}
    assert open_dataset(out).path_of(track).read_bytes() == (tmp_path / "a/audio/one.wav").read_bytes()


def test_paths_are_right_through_linked_folders(tmp_path: Path) -> None:
    a = dataset(tmp_path / "real" / "deep" / "a.json", [recorded(tmp_path / "real" / "deep", "one")])
    (tmp_path / "link").symlink_to(tmp_path / "real" / "deep")
    (tmp_path / "other").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "other")
    merge(tmp_path / "link" / a.name, to=tmp_path / "out" / "m.json")
    found = open_dataset(tmp_path / "out" / "m.json")
    assert [found.path_of(track).is_file() for track in found] == [True]


def test_a_recording_stays_once_and_what_differs_is_told(tmp_path: Path) -> None:
    a = three(tmp_path / "a")
    same_content = recorded(
        tmp_path / "b", "copy", sound=1, artist="Ada", title="First", tempo=121.0, year=1999
    )
    same_file = replace(
        recorded(tmp_path / "a", "two", sound=2, artist="Eve"), audio_path="../a/audio/two.wav"
    )
    new = recorded(tmp_path / "b", "four", sound=4)
    b = dataset(tmp_path / "b" / "b.json", [same_content, same_file, new])
    found = merge(a, b, to=tmp_path / "m.json").document
    assert [track.track_id for track in open_dataset(tmp_path / "m.json")] == ["one", "two", "three", "four"]
    assert [(d["track_id"], d["kept"]) for d in found["doubles"]] == [("copy", "one"), ("two", "two")]
    assert found["doubles"][0]["differs"] == ["tempo"] and found["doubles"][0]["only_here"] == ["year"]
    assert found["doubles"][1]["differs"] == ["artist"]
    assert found["differing"] == {"tempo": 1, "artist": 1} and found["only_left_out"] == {"year": 1}
    assert [row["doubles"] for row in found["datasets"]] == [0, 2]


def test_ids_that_two_recordings_share_are_told_apart_by_their_dataset(tmp_path: Path) -> None:
    files = []
    for number, name in enumerate("abc"):
        folder = tmp_path / name
        files.append(dataset(folder / "dataset.jsonl", [recorded(folder, "one", sound=number)]))
    tangle = recorded(tmp_path / "d", "b/one", sound=9)
    files.append(dataset(tmp_path / "d" / "dataset.jsonl", [tangle]))
    found = merge(*files, to=tmp_path / "m.json").document
    ids = [track.track_id for track in open_dataset(tmp_path / "m.json")]
    assert ids == ["one", "b/one", "c/one", "d/b/one"]
    assert found["renamed"][0] == {"dataset": "b", "place": 1, "track_id": "b/one"}
    first = (tmp_path / "m.json").read_bytes()
    merge(*files, to=tmp_path / "m.json", overwrite=True)
    assert (tmp_path / "m.json").read_bytes() == first


def test_merging_what_was_merged_changes_nothing(tmp_path: Path) -> None:
    a, b = (
        three(tmp_path / "a"),
        dataset(tmp_path / "b" / "b.json", [recorded(tmp_path / "b", "one", sound=8)]),
    )
    merge(a, b, to=tmp_path / "m.jsonl")
    merge(tmp_path / "m.jsonl", a, b, to=tmp_path / "n.jsonl")
    assert (tmp_path / "n.jsonl").read_bytes() == (tmp_path / "m.jsonl").read_bytes()


def test_the_voices_of_the_artists_are_beside(tmp_path: Path) -> None:
    a = three(tmp_path / "a")
    more = recorded(tmp_path / "b", "x", sound=7, artist="Bo", voice_embedding=voice(2))
    b = dataset(tmp_path / "b" / "b.json", [more])
    found = merge(a, b, to=tmp_path / "m.json").document
    beside = tmp_path / "m.artist_embeddings.json"
    assert found["artists_with_voice"] == 2
    assert json.loads(beside.read_text())["artists"]["Bo"]["tracks"] == 2
    silent = dataset(tmp_path / "s" / "s.json", [recorded(tmp_path / "s", "s")])
    merge(silent, to=tmp_path / "m.json", overwrite=True)
    assert not beside.exists()  # it was of another dataset


def test_a_dry_run_tells_the_same_and_writes_nothing(tmp_path: Path) -> None:
    a = three(tmp_path / "a")
    said = merge(a, a, to=tmp_path / "m.json", dry_run=True).document
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]
    done = merge(a, a, to=tmp_path / "m.json").document
    assert said | {"dry_run": False} == done and done["tracks"] == 3


def test_a_dataset_can_be_merged_into_itself(tmp_path: Path) -> None:
    a = three(tmp_path)
    before = list(open_dataset(a))
    with pytest.raises(OutputExistsError):
        merge(a, to=a)
    merge(a, to=a, overwrite=True)
    assert list(open_dataset(a)) == before


def test_nothing_is_written_of_what_is_wrong(tmp_path: Path) -> None:
    a = three(tmp_path / "a")
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}\n")
    with pytest.raises(BadDataError, match=r"bad\.jsonl: line 1: schema must be"):
        merge(a, bad, to=tmp_path / "m.json")
    with pytest.raises(UsageError, match=r"must end in \.jsonl, \.json, \.parquet"):
        merge(a, to=tmp_path / "folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "bad.jsonl"]


def test_the_table_names_what_was_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, told = three(tmp_path / "a"), Told()
    b = dataset(tmp_path / "b" / "b.json", [recorded(tmp_path / "b", "copy", sound=1, tempo=60.0)])
    merged(told.run, [a, b], tmp_path / "m.json", overwrite=False, dry_run=False)
    assert "b: copy is one again; differs in tempo" in told.text
    assert "3 tracks, 2 artists with a voice" in told.text
    assert "tracks that were left out say other things: tempo 1" in capsys.readouterr().err
