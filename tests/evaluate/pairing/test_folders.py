"""Sidecars of songs, and text files beside audio."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from muze_evaluate.pairing.folders import read_folder, read_recording
from muze_evaluate.pairing.reading import read_pairs
from muzecli.errors import BadDataError, UsageError


def song(
    folder: Path, name: str, prompt: str | None, *, stem: str | None = None, beside: str | None = None
) -> None:
    """A song with its sidecar; only what a pairing reads is in it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"RIFF")
    document = {
        "schema": "muze.sidecar/1",
        "audio": name,
        "plan": None if prompt is None else {"prompt": prompt},
    }
    if stem is not None:
        document["stem"] = stem
    (folder / (beside or f"{Path(name).stem}.json")).write_text(json.dumps(document))


def test_songs_with_prompts_stems_and_strangers(tmp_path: Path) -> None:
    song(tmp_path, "a.wav", "calm piano")
    song(tmp_path / "more", "b.flac", "loud drums", beside="b.flac.json")
    song(tmp_path, "c.wav", "")
    song(tmp_path, "treated.wav", None)
    song(tmp_path / "a_stems", "piano.wav", "calm piano", stem="piano", beside="piano.wav.json")
    (tmp_path / ".hidden").mkdir()
    song(tmp_path / ".hidden", "h.wav", "nobody asked")
    (tmp_path / "settings.json").write_text("{}")
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "stranger.wav").write_bytes(b"RIFF")
    pairing = read_pairs(tmp_path).pairing
    assert [(pair.id, pair.text, pair.path) for pair in pairing.pairs] == [
        ("a.wav", "calm piano", tmp_path / "a.wav"),
        ("more/b.flac", "loud drums", tmp_path / "more" / "b.flac"),
    ]
    assert not pairing.without_audio
    assert [one.line() for one in pairing.without_text] == [
        "c.wav: its text is empty",
        "stranger.wav",
        "treated.wav: its text is empty",
    ]


def test_text_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name, text in (
        ("one.wav", "calm\npiano "),
        ("sub/two.flac", "\ufeffloud drums"),
        ("op. 9.mp3", "waltz"),
    ):
        (tmp_path / name).write_bytes(b"RIFF")
        (tmp_path / name).with_name(f"{Path(name).stem}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "README.txt").write_text("read me")
    pairing = read_pairs(tmp_path).pairing
    assert {pair.id: pair.text for pair in pairing.pairs} == {
        "one": "calm piano",
        "sub/two": "loud drums",
        "op. 9": "waltz",
    }
    assert [one.id for one in pairing.without_audio] == ["README"]
    (tmp_path / "sub" / "two.txt").write_bytes(b"line\n\xff")
    with pytest.raises(BadDataError, match=r"two.txt: line 2: must be UTF-8"):
        read_folder(tmp_path, text_field=None)


def test_two_that_say_different_things_are_no_guess(tmp_path: Path) -> None:
    song(tmp_path, "a.wav", "calm piano")
    (tmp_path / "a.txt").write_text("calm  piano\n")
    assert [pair.text for pair in read_pairs(tmp_path).pairing.pairs] == ["calm piano"]
    (tmp_path / "a.txt").write_text("these are its lyrics")
    with pytest.raises(BadDataError, match=r"a\.json and .*a\.txt must say the same of a\.wav"):
        read_pairs(tmp_path)
    for field, text in (("prompt", "calm piano"), ("txt", "these are its lyrics")):
        assert [pair.text for pair in read_pairs(tmp_path, text_field=field).pairing.pairs] == [text]
    with pytest.raises(UsageError, match=r"must be prompt, .* or txt, .* it is 'caption'"):
        read_pairs(tmp_path, text_field="caption")


def test_a_text_file_says_what_a_sidecar_leaves_open(tmp_path: Path) -> None:
    song(tmp_path, "treated.wav", None)
    (tmp_path / "treated.txt").write_text("warm tape")
    assert [pair.text for pair in read_pairs(tmp_path).pairing.pairs] == ["warm tape"]


def test_one_text_for_two_files_belongs_to_neither(tmp_path: Path) -> None:
    for name in ("a.wav", "a.mp3"):
        (tmp_path / name).write_bytes(b"RIFF")
    (tmp_path / "a.txt").write_text("calm piano")
    pairing = read_pairs(tmp_path).pairing
    assert not pairing.pairs
    assert [one.line() for one in pairing.without_audio] == ["a: it may be any of a.mp3, a.wav"]
    assert [one.line() for one in pairing.without_text] == ["a.mp3", "a.wav"]


def test_one_song(tmp_path: Path) -> None:
    song(tmp_path, "a.wav", "calm piano")
    song(tmp_path, "b.wav", "another")
    assert [text.text for text in read_recording(tmp_path / "a.wav", text_field=None).texts] == ["calm piano"]
    pairing = read_pairs(tmp_path / "a.wav").pairing
    assert [pair.id for pair in pairing.pairs] == ["a.wav"] and pairing.whole


def test_texts_and_audio_may_lie_in_two_folders(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    song(tmp_path / "audio", "a.wav", "something else")
    (tmp_path / "texts" / "a.txt").write_text("calm piano")
    pairing = read_pairs(tmp_path / "texts", audio_dir=tmp_path / "audio").pairing
    assert [(pair.text, pair.path) for pair in pairing.pairs] == [
        ("calm piano", tmp_path / "audio" / "a.wav")
    ]
