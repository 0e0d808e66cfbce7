"""Recordings of folders and datasets, by id."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.evaluate.music import folder_of

from muze_evaluate.sets.audio import audio_of
from muzecli.errors import BadDataError
from muzecli.song.dataset import write_dataset
from muzecli.song.track import Track


def tracks(*names: str) -> list[Track]:
    return [Track(f"audio/{name}.wav", f"id-{name}", 1.0, 22_050) for name in names]


def test_ids_of_a_folder_are_paths_with_their_suffix(tmp_path: Path) -> None:
    folder_of(tmp_path / "deep" / "er", [1])
    folder_of(tmp_path, [1])
    (tmp_path / "1.mp3").write_bytes((tmp_path / "1.wav").read_bytes())
    found = audio_of(tmp_path, name="mine")
    assert (found.name, found.kind, found.missing) == ("mine", "folder", ())
    assert [item.id for item in found.items] == ["1.mp3", "1.wav", "deep/er/1.wav"]
    assert found.items[2].path == tmp_path / "deep" / "er" / "1.wav"


@pytest.mark.parametrize("name", ["dataset.jsonl", "other.json"])
def test_ids_of_a_dataset_are_its_own_and_missing_audio_is_told(tmp_path: Path, name: str) -> None:
    folder_of(tmp_path / "audio", [1, 2])
    write_dataset(tmp_path / name, tracks("2", "1", "3"))
    found = audio_of(tmp_path if name == "dataset.jsonl" else tmp_path / name)
    assert found.kind == "dataset"
    assert [item.id for item in found.items] == ["id-2", "id-1"]
    assert [(failure.id, failure.reason) for failure in found.missing] == [
        ("id-3", "its audio audio/3.wav does not exist")
    ]


def test_nothing_to_hear_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "cover.png").write_bytes(b"\x89PNG")
    with pytest.raises(BadDataError, match="must hold audio, and there is none in it"):
        audio_of(tmp_path)
    write_dataset(tmp_path / "dataset.jsonl", [])
    with pytest.raises(BadDataError, match="must hold audio, and there is none in it"):
        audio_of(tmp_path)
