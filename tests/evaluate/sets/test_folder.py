"""Which files of a folder are recordings: by name, or by what is in them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import soundfile
from tests.evaluate.music import sound

from muze_evaluate.sets.folder import begins_like_audio, is_recording, recordings
from muzecli.errors import InputMissingError


def write(path: Path, kind: str) -> bytes:
    soundfile.write(path, sound(0, rate_hz=44_100), 44_100, format=kind)
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "AIFF", "MP3", "RF64"])
@pytest.mark.parametrize("name", ["song.bin", "song", "song.json"])
def test_audio_counts_under_any_name(tmp_path: Path, kind: str, name: str) -> None:
    write(tmp_path / name, kind)
    assert is_recording(tmp_path / name)


def test_an_mp3_with_tags_counts() -> None:
    assert begins_like_audio(b"ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb")


@pytest.mark.parametrize(
    "content",
    [
        b'{"schema": "muze.sidecar/1"}',
        b"\x89PNG\r\n\x1a\n\0\0\0\r",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\1",
        b"MThd\0\0\0\6\0\1\0\2",
        b"\xff\xfeU\0T\0F\0",  # UTF-16
        b"RIFF\x24\0\0\0WEBP",
        b"RIFF\x24\0\0\0AVI ",
        b"PK\x03\x04 archive",
        b"",
        b"#",
    ],
)
def test_what_lies_beside_a_song_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "song.dat").write_bytes(content)
    assert not is_recording(tmp_path / "song.dat")
    (tmp_path / "song.wav").write_bytes(content)
    assert is_recording(tmp_path / "song.wav")  # its name says audio: that it is none will be told


@pytest.mark.parametrize("name", ["a.m4a", "a.WMA", "a.Opus", "a.aac"])
def test_audio_that_muze_does_not_read_counts_so_that_it_is_not_lost(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert is_recording(tmp_path / name)


def test_all_below_a_folder_are_found_sorted_and_hidden_ones_and_links_in_circles_are_not(
    tmp_path: Path,
) -> None:
    for name in (
        "b.wav",
        "a/z.wav",
        "a/y/x.flac",
        ".hidden.wav",
        ".trash/c.wav",
        "a/.b.wav.123.part",
        "cover.png",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "linked.wav").symlink_to(tmp_path / "b.wav")
    (tmp_path / "broken.wav").symlink_to(tmp_path / "nothing")
    (tmp_path / "circle.wav").symlink_to(tmp_path / "circle.wav")
    (tmp_path / "folder.wav").mkdir()
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "pipe.wav")  # whoever opens it waits for ever
    found, closed = recordings(tmp_path)
    assert found == ["a/y/x.flac", "a/z.wav", "b.wav", "broken.wav", "circle.wav", "linked.wav"]
    assert closed == []


def test_a_folder_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match="cannot read the folder"):
        recordings(tmp_path / "nowhere")


def test_folders_that_cannot_be_read_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.wav").write_bytes(b"")
    scandir = os.scandir

    def guarded(path):
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert recordings(tmp_path) == (["a.wav"], ["closed/"])
