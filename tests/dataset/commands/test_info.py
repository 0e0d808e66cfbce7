"""`muze dataset info`: counts and coverage of a dataset whose truth is known."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.image import imread
from tests.dataset.commands.datasets import Told, dataset, recorded, three

from muze_dataset.commands.info import described
from muze_dataset.commands.tally import Coverage, Tally
from muzecli.errors import OutputExistsError, UsageError
from muzecli.song.dataset import open_dataset


def test_the_counts_are_those_of_the_tracks(tmp_path: Path) -> None:
    told = Told(as_json=True)
    described(told.run, three(tmp_path), plots=None, overwrite=False)
    found = told.document
    assert found["schema"] == "muze.dataset-info/1"
    assert (found["tracks"], found["artists"], found["hours"]) == (3, 2, round(6 / 3600, 4))
    tempo = found["numbers"]["tempo"]
    assert (tempo["count"], tempo["min"], tempo["p50"], tempo["max"]) == (3, 90.0, 120.0, 120.0)
    assert sum(tempo["histogram"]["counts"]) == 3
    assert found["numbers"]["loudness_db"] == {"count": 0}
    assert found["choices"]["key"] == {"A minor": 3} and found["vocals"] == {"sung": 3}
    assert found["sections"]["verse"] == {"count": 3, "hours": round(3 / 3600, 4)}
    assert found["splits"] == {"none": {"tracks": 3, "hours": round(6 / 3600, 4)}}
    assert found["facts"] == {"tuning_cents": 3} and found["origins"] == {"measured": 3}


def test_coverage_tells_fallbacks_from_the_rest_and_gives_reasons(tmp_path: Path) -> None:
    file = three(tmp_path)
    tally = Tally()
    for track in open_dataset(file):
        tally.add(open_dataset(file), track)
    fields = tally.document()["fields"]
    assert fields["tempo"] == {
        "present": 3,
        "fallback": 0,
        "missing": 0,
        "methods": {"pulse": 3},
        "reasons": {},
    }
    assert (fields["key"]["present"], fields["key"]["fallback"]) == (0, 3)
    assert fields["key"]["reasons"] == {"no tuning is known": 3}
    assert fields["lyrics"]["missing"] == 3
    assert fields["lyrics"]["reasons"] == {"no recogniser is installed": 3}
    assert fields["year"]["reasons"] == {"not looked for": 3}
    untold = Coverage()
    untold.add(None, {})
    assert untold.document()["reasons"] == {"no reason is told": 1}


def test_doubles_are_found_by_content_by_file_and_by_name(tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    one = recorded(tmp_path, "one", sound=1, artist="Ada", title="A Song", split="train")
    copy = recorded(tmp_path, "copy", sound=1)
    (tmp_path / "audio" / "link.wav").symlink_to(tmp_path / "audio" / "one.wav")
    link = replace(one, track_id="link", audio_path="audio/link.wav", source={}, artist=None)
    live = recorded(tmp_path, "live", sound=5, artist="ADA ", title="a  song", split="test")
    file = dataset(tmp_path / "d.json", [one, copy, link, live])
    told = Told(as_json=True)
    described(told.run, file, plots=None, overwrite=False)
    assert told.document["doubles"] == {"same_audio": 2, "same_song": 1, "songs_in_several_splits": 1}


def test_the_tables_are_readable(tmp_path: Path) -> None:
    told = Told()
    described(told.run, three(tmp_path), plots=None, overwrite=False)
    lines = told.text.splitlines()
    assert lines[0].endswith("3 tracks, 0.00 hours, 2 artists")
    assert any(line.split() == ["verse", "3", "0.00"] for line in lines)
    assert any(line.split()[:4] == ["key", "0", "3", "0"] and "no tuning is known" in line for line in lines)


def test_the_page_is_a_picture_and_the_same_each_time(tmp_path: Path) -> None:
    file, page = three(tmp_path), tmp_path / "page.png"
    described(Told().run, file, plots=page, overwrite=False)
    first = page.read_bytes()
    height, width, _ = imread(io.BytesIO(first)).shape
    assert height > 1000 and width > 1000
    with pytest.raises(OutputExistsError):
        described(Told().run, file, plots=page, overwrite=False)
    described(Told().run, file, plots=page, overwrite=True)
    assert page.read_bytes() == first
    with pytest.raises(UsageError, match=r"must end in \.png, \.svg, \.pdf"):
        described(Told().run, file, plots=tmp_path / "page.gif", overwrite=False)


def test_an_empty_dataset_has_a_page_too(tmp_path: Path) -> None:
    file, told = dataset(tmp_path / "d.jsonl", []), Told()
    described(told.run, file, plots=tmp_path / "page.svg", overwrite=False)
    assert told.text.startswith(f"{file}: 0 tracks")
    assert (tmp_path / "page.svg").stat().st_size > 1000
