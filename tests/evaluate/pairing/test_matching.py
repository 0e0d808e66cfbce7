"""Texts and audio by id: order is nothing, names are all, and what has no other half is listed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from muze_evaluate.pairing.matching import matched, stem
from muze_evaluate.pairing.reading import read_pairs
from muze_evaluate.pairing.texts import Text
from muzecli.errors import BadDataError, InputMissingError, UsageError


def texts(*names: str) -> list[Text]:
    return [Text(name, name, f"about {name}", f"line {i}") for i, name in enumerate(names, 2)]


def audio(*names: str) -> dict[str, Path]:
    return {name: Path(name) for name in names}


def test_order_is_nothing() -> None:
    names = [f"{i}.wav" for i in range(20)]
    straight = matched(texts(*names), audio(*names))
    shuffled = list(names)
    random.Random(1).shuffle(shuffled)
    assert matched(texts(*shuffled), audio(*reversed(shuffled))).pairs == straight.pairs
    assert all(pair.text == f"about {pair.path}" for pair in straight.pairs)


def test_a_new_name_is_missing_here_and_extra_there() -> None:
    found = matched(texts("a.wav", "b.wav"), audio("a.wav", "renamed.wav"))
    assert [pair.id for pair in found.pairs] == ["a.wav"]
    assert [one.line(placed=True) for one in found.without_audio] == [
        "b.wav: there is no such audio (line 3)"
    ]
    assert [one.line() for one in found.without_text] == ["renamed.wav"]
    assert not found.whole


def test_another_ending_is_the_same_where_it_is_unique_on_both_sides() -> None:
    found = matched(texts("a.wav", "sub/b"), audio("a.flac", "sub/b.mp3"))
    assert [(pair.id, str(pair.path)) for pair in found.pairs] == [
        ("a.wav", "a.flac"),
        ("sub/b", "sub/b.mp3"),
    ]
    assert (found.by_stem, found.whole) == (2, True)
    two_files = matched(texts("a.ogg"), audio("a.flac", "a.mp3"))
    assert two_files.without_audio[0].why == "it may be any of a.flac, a.mp3"
    two_texts = matched(texts("a.ogg", "a.wav"), audio("a.flac"))
    assert not two_texts.pairs and len(two_texts.without_audio) == 2
    one_is_exact = matched(texts("a.wav", "a"), audio("a.wav"))
    assert [pair.id for pair in one_is_exact.pairs] == ["a.wav"]


@pytest.mark.parametrize(
    ("name", "without"),
    [("a.b.wav", "a.b"), ("op. 9", "op. 9"), ("x/y.FLAC", "x/y"), ("v1.2", "v1.2"), ("c.m4a", "c")],
)
def test_only_endings_of_audio_are_endings(name: str, without: str) -> None:
    assert stem(name) == without


def test_several_texts_may_name_one_audio_by_ids_of_their_own() -> None:
    both = [Text("1", "a.wav", "calm", "line 2"), Text("2", "a.wav", "piano", "line 3")]
    assert [pair.id for pair in matched(both, audio("a.wav")).pairs] == ["1", "2"]


def test_absolute_paths_and_dots_are_names_below_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "audio"
    folder.mkdir()
    for name in ("a.wav", "b.wav"):
        (folder / name).write_bytes(b"RIFF")
    table = tmp_path / "p.csv"
    table.write_text(f"audio,text\n{folder / 'a.wav'},x\n./b.wav,y\n")
    found = read_pairs(table, audio_dir=folder).pairing
    assert [pair.id for pair in found.pairs] == ["a.wav", "b.wav"] and found.whole
    table.write_text(f"audio,text\n{folder / 'a.wav'},x\na.wav,y\nb.wav,z\n")
    with pytest.raises(
        BadDataError, match=r"line 3: every id must be there once, and 'a\.wav' is that of .*line 2"
    ):
        read_pairs(table, audio_dir=folder)


def test_without_a_folder_only_what_is_named_is_looked_for(tmp_path: Path) -> None:
    for name in ("a.wav", "stranger.wav"):
        (tmp_path / name).write_bytes(b"RIFF")
    (tmp_path / "p.csv").write_text("audio,text\na.wav,x\n")
    assert read_pairs(tmp_path / "p.csv").pairing.whole
    found = read_pairs(tmp_path / "p.csv", audio_dir=tmp_path).pairing
    assert [one.id for one in found.without_text] == ["stranger.wav"]


def test_what_cannot_hold_pairs(tmp_path: Path) -> None:
    (tmp_path / "notes.doc").write_text("x")
    (tmp_path / "empty.csv").write_text("audio,text\n")
    (tmp_path / "empty").mkdir()
    for name, error, message in (
        ("none.csv", InputMissingError, "none.csv does not exist"),
        ("notes.doc", UsageError, r"must stand in a file that ends in \.csv, \.tsv"),
        ("empty.csv", BadDataError, "must hold texts, and there are none"),
        ("empty", BadDataError, "must hold audio and texts, and there are neither"),
    ):
        with pytest.raises(error, match=message):
            read_pairs(tmp_path / name)
    with pytest.raises(InputMissingError, match="--audio-dir must be a folder"):
        read_pairs(tmp_path / "empty.csv", audio_dir=tmp_path / "none")
    with pytest.raises(UsageError, match="a device or a pipe"):
        read_pairs(Path("/dev/null"))
