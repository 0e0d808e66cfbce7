"""`muze dataset show`: a track by any of its names."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.dataset.commands.datasets import Told, dataset, recorded, three
from tests.song.test_tracks import WHOLE

from muze_dataset.commands.find import find_track
from muze_dataset.commands.show import clock, shown
from muzecli.errors import UsageError
from muzecli.song.dataset import open_dataset
from muzecli.song.documents import track_document


@pytest.mark.parametrize("name", ["two", "audio/two.wav", "wo", "wo.wav", "o/two"])
def test_a_track_is_found_by_its_id_its_path_and_their_ends(name: str, tmp_path: Path) -> None:
    assert find_track(open_dataset(three(tmp_path)), name).track_id == "two"


def test_a_track_is_found_by_the_path_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = open_dataset(three(tmp_path / "sub"))
    monkeypatch.chdir(tmp_path)
    assert find_track(found, "sub/audio/one.wav").track_id == "one"
    assert find_track(found, str(tmp_path / "sub" / "audio" / "one.wav")).track_id == "one"


def test_a_path_comes_before_a_link_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = three(tmp_path / "sub")
    audio = tmp_path / "sub" / "audio"
    (audio / "two.wav").unlink()
    (audio / "two.wav").symlink_to("one.wav")
    monkeypatch.chdir(tmp_path)
    for name in ("audio/one.wav", "sub/audio/one.wav", str(audio / "one.wav")):
        assert find_track(open_dataset(file), name).track_id == "one"
    (tmp_path / "three.wav").symlink_to(audio / "three.wav")
    assert find_track(open_dataset(file), "three.wav").track_id == "three"


def test_an_id_comes_before_an_ending(tmp_path: Path) -> None:
    file = dataset(tmp_path / "d.json", [recorded(tmp_path, "anyone"), recorded(tmp_path, "one")])
    assert find_track(open_dataset(file), "one").track_id == "one"


def test_what_is_not_there_or_not_clear_is_told(tmp_path: Path) -> None:
    found = open_dataset(three(tmp_path))
    with pytest.raises(UsageError, match="has no track 'twoo'") as caught:
        find_track(found, "twoo")
    assert caught.value.hint == "did you mean two?"
    with pytest.raises(UsageError, match=r"several tracks of .* are called '\.wav': one, two, three"):
        find_track(found, ".wav")
    with pytest.raises(UsageError, match="this one is empty"):
        find_track(found, "")


def test_a_track_is_shown_with_its_sources_and_its_sections(tmp_path: Path) -> None:
    told = Told()
    shown(told.run, three(tmp_path), "one")
    rows = {line.partition("  ")[0]: line.split() for line in told.text.splitlines()}
    assert told.text.startswith("one: Ada – First\naudio ")
    assert "0:02.0, 8000 Hz" in told.text and "(not there)" not in told.text
    assert rows["tempo"] == ["tempo", "120", "BPM", "beats/1:", "pulse", "0.90"]
    assert rows["key"][-5:] == ["fallback:", "no", "tuning", "is", "known"]
    assert rows["lyrics"][1:] == ["–", "lyrics/1", "no", "recogniser", "is", "installed"]
    assert rows["tuning cents"][2] == "3"
    assert rows["verse"] == ["verse", "0:00.0", "0:01.0", "1", "0.40", "sung", "A:min"]
    assert rows["chorus"] == ["chorus", "0:01.0", "0:02.0", "0", "0.60", "sung", "F:maj"]


def test_everything_known_is_summed_up(tmp_path: Path) -> None:
    told = Told()
    shown(told.run, dataset(tmp_path / "d.json", [WHOLE]), "0001")
    assert "audio/0001.flac (not there), 0:04.0, 32000 Hz" in told.text
    assert "voiced 25%, mostly A3 to A3, median A3" in told.text
    assert "8 beats, the first at 0.00 s, 0.500 s apart" in told.text
    assert "256 numbers, length 4.000" in told.text
    assert told.text.endswith("lyrics\n  stay\n")


def test_as_json_it_is_the_document(tmp_path: Path) -> None:
    told = Told(as_json=True)
    shown(told.run, dataset(tmp_path / "d.jsonl", [WHOLE]), "0001")
    assert told.document == track_document(WHOLE)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "0:00.0"), (59.96, "1:00.0"), (67.5, "1:07.5"), (3600.0, "60:00.0")]
)
def test_clocks(seconds: float, text: str) -> None:
    assert clock(seconds) == text
