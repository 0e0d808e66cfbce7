"""`muze dataset diff`: what became what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.dataset.commands.datasets import Told, dataset, recorded, three

from muze_dataset.commands.diff import compare, compared
from muze_dataset.commands.export import exported
from muzecli.errors import FailedError
from muzecli.song import Key
from muzecli.song.dataset import open_dataset


def test_another_form_in_another_place_is_no_difference(tmp_path: Path) -> None:
    file = three(tmp_path / "a")
    other = tmp_path / "b" / "d.parquet"
    exported(
        Told().run, file, "parquet", other, shard_mb=None, copy_audio=False, overwrite=False, dry_run=False
    )
    told = Told(as_json=True)
    compared(told.run, file, other)
    assert told.document["tracks"] == {
        **{"old": 3, "new": 3, "same": 3},
        **dict.fromkeys(("added", "removed", "renamed", "changed"), 0),
    }
    assert told.document["fields"] == {}


def test_every_kind_of_difference_is_told(tmp_path: Path) -> None:
    old = three(tmp_path)
    one, two, three_ = open_dataset(old)
    new = dataset(
        tmp_path / "new.jsonl",
        [
            replace(two, track_id="zwei", audio_path="moved.wav"),
            replace(one, key=Key.parse("C major"), tempo=60.0, year=1999, segments=None, lyrics="la"),
            recorded(tmp_path, "four", sound=4),
        ],
    )
    told = Told(as_json=True)
    with pytest.raises(FailedError, match=r"differ: 1 added, 1 removed, 1 renamed, 2 changed") as caught:
        compared(told.run, old, new)
    assert caught.value.exit_code == 1
    found = told.document
    assert (found["added"], found["removed"]) == (["four"], ["three"])
    assert found["renamed"] == [{"old": "two", "new": "zwei"}]
    fields = found["fields"]
    assert fields["key"]["became"] == [{"old": "A minor", "new": "C major", "tracks": 1}]
    assert fields["tempo"]["largest"] == [{"track_id": "one", "old": 120.0, "new": 60.0, "difference": 60.0}]
    assert (fields["year"]["gained"], fields["segments"]["lost"]) == (1, 1)
    assert fields["lyrics"]["example"] == {"track_id": "one", "old": None, "new": "la"}
    assert fields["audio_path"]["changed"] == 1
    assert set(fields) == {"key", "tempo", "year", "segments", "lyrics", "audio_path"}
    assert three_.track_id == "three"


def test_the_largest_differences_come_first(tmp_path: Path) -> None:
    base = recorded(tmp_path, "x")
    many = [replace(base, track_id=f"{n}", source={}) for n in range(12)]
    louder = [replace(one, loudness_db=-20.0 + n) for n, one in enumerate(many)]
    old = dataset(tmp_path / "a.json", [replace(one, loudness_db=-20.0) for one in many])
    found = compare(open_dataset(old), open_dataset(dataset(tmp_path / "b.json", louder)))
    loudness = found["fields"]["loudness_db"]
    assert [worst["track_id"] for worst in loudness["largest"]] == ["11", "10", "9", "8", "7"]
    assert loudness["mean_difference"] == 6.0 and loudness["changed"] == 11


def test_what_was_measured_differently_shows_in_the_source(tmp_path: Path) -> None:
    one = recorded(tmp_path, "one")
    sure = {**one.source, "fields": {**one.source["fields"], "tempo": {"by": "beats/2", "method": "pulse"}}}
    old = dataset(tmp_path / "a.json", [one])
    new = dataset(tmp_path / "b.json", [replace(one, source={**sure, "stems": {"bass": "b.flac"}})])
    found = compare(open_dataset(old), open_dataset(new))
    assert list(found["fields"]) == ["source.fields"]


def test_copies_are_matched_one_to_one(tmp_path: Path) -> None:
    one = recorded(tmp_path, "a")
    old = dataset(tmp_path / "a.json", [replace(one, track_id="a1"), replace(one, track_id="a2")])
    new = dataset(tmp_path / "b.json", [replace(one, track_id=f"b{n}") for n in range(3)])
    found = compare(open_dataset(old), open_dataset(new))
    assert found["renamed"] == [{"old": "a1", "new": "b0"}, {"old": "a2", "new": "b1"}]
    assert found["added"] == ["b2"] and found["removed"] == []


def test_the_table_says_what_became_what(tmp_path: Path) -> None:
    one = recorded(tmp_path, "one")
    old = dataset(tmp_path / "a.json", [one])
    new = dataset(tmp_path / "b.json", [replace(one, has_vocals=False, energy=0.25)])
    told = Told()
    with pytest.raises(FailedError):
        compared(told.run, old, new)
    assert "true → false (1)" in told.text
    assert "by 0.25 on average, at most by 0.25: 0.5 → 0.25 in one" in told.text
