"""Which files are audio, and in which order."""

from __future__ import annotations

import os

import pytest

from muze_dataset.build.candidates import Walk, check_folder
from muzecli.errors import InputMissingError, UsageError


def laid_out(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"")
    return folder


def test_the_order_is_that_of_whole_paths(tmp_path):
    names = [
        "a/z.wav",
        "a b/x.wav",
        "a.wav",
        "a/b/c.wav",
        "B.wav",
        "é.wav",
        "a-1.flac",
        "a/b.wav",
        "a!/q.mp3",
    ]
    found = list(Walk(laid_out(tmp_path, *names)))
    assert found == sorted(names)


def test_what_is_hidden_unfinished_or_no_audio_is_left_out(tmp_path):
    walk = Walk(
        laid_out(
            tmp_path,
            "a.WAV",
            "b.Opus",
            "c.m4a",
            "d.txt",
            "cover.jpg",
            ".hidden.wav",
            ".git/x.wav",
            "e.wav.part",
        )
    )
    assert list(walk) == ["a.WAV", "b.Opus", "c.m4a"]
    assert walk.ignored == 3


def test_links_to_files_count_and_links_to_folders_do_not(tmp_path):
    laid_out(tmp_path / "music", "a/x.wav")
    (tmp_path / "music" / "link.wav").symlink_to(tmp_path / "music" / "a" / "x.wav")
    (tmp_path / "music" / "circle").symlink_to(tmp_path / "music")
    (tmp_path / "music" / "gone.wav").symlink_to(tmp_path / "nothing")
    assert list(Walk(tmp_path / "music")) == ["a/x.wav", "gone.wav", "link.wav"]


def test_a_folder_with_the_name_of_a_file_is_a_folder(tmp_path):
    assert list(Walk(laid_out(tmp_path, "album.flac/x.wav"))) == ["album.flac/x.wav"]


def test_a_folder_that_cannot_be_read_is_not_passed_over(tmp_path, monkeypatch):
    laid_out(tmp_path, "a/x.wav", "b/y.wav")
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("a"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert list(Walk(tmp_path)) == ["a/", "b/y.wav"]


def test_the_folder_itself_must_be_one(tmp_path):
    check_folder(tmp_path)
    with pytest.raises(InputMissingError, match="does not exist"):
        check_folder(tmp_path / "nowhere")
    (tmp_path / "file.wav").write_bytes(b"")
    with pytest.raises(UsageError, match="is a file"):
        check_folder(tmp_path / "file.wav")
