"""What belongs together does by its name, never by its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from muze_evaluate.document import Failure
from muze_evaluate.embedding.embedder import Item
from muze_evaluate.recon.pairs import (
    all_recordings,
    check_paired,
    check_whole,
    pair_up,
    recordings_of,
    spread,
)
from muze_evaluate.sets.audio import AudioSet
from muzecli.errors import BadDataError, InputMissingError, UsageError


def a_set(*names: str, kind: str = "folder", name: str = "set") -> AudioSet:
    return AudioSet(name, kind, tuple(Item(each, Path(name) / each) for each in names))


def pairs_of(left: AudioSet, right: AudioSet) -> list[tuple[str, str]]:
    return [(pair.reference.id, pair.evaluated.id) for pair in pair_up(left, right).pairs]


def test_the_order_of_either_side_changes_nothing() -> None:
    one = pairs_of(a_set("b.wav", "a.wav", "c.wav"), a_set("c.wav", "a.wav", "b.wav"))
    assert one == [("a.wav", "a.wav"), ("b.wav", "b.wav"), ("c.wav", "c.wav")]


def test_suffixes_give_way_only_where_nothing_else_is_meant() -> None:
    assert pairs_of(a_set("x/a.wav"), a_set("x/a.mp3")) == [("x/a.wav", "x/a.mp3")]
    found = pair_up(a_set("a.wav", "a.flac"), a_set("a.mp3"))
    assert (found.pairs, found.missing, found.extra) == ((), ("a.flac", "a.wav"), ("a.mp3",))
    assert pairs_of(a_set("a.wav", "a.mp3"), a_set("a.mp3", "a.wav")) == [
        ("a.mp3", "a.mp3"),
        ("a.wav", "a.wav"),
    ]
    # An exact counterpart is taken before others that differ by their suffix.
    assert pairs_of(a_set("a.wav", "a.flac"), a_set("a.wav", "a.ogg")) == [
        ("a.flac", "a.ogg"),
        ("a.wav", "a.wav"),
    ]


def test_what_follows_a_dot_is_part_of_a_name_unless_it_is_an_ending_of_audio() -> None:
    found = pair_up(a_set("take.1", kind="dataset"), a_set("take.2", kind="dataset"))
    assert (found.pairs, found.missing, found.extra) == ((), ("take.1",), ("take.2",))
    assert pairs_of(a_set("op. 9.wav"), a_set("op. 9", "op. 10", kind="dataset")) == [("op. 9.wav", "op. 9")]


def test_two_files_belong_together_whatever_they_are_called() -> None:
    assert pairs_of(a_set("in.wav", kind="file"), a_set("out.mp3", kind="file")) == [("in.wav", "out.mp3")]


def test_a_file_and_a_folder_are_refused() -> None:
    with pytest.raises(UsageError, match="one is one recording and two a folder"):
        pair_up(a_set("in.wav", kind="file", name="one"), a_set("in.wav", name="two"))


def test_what_has_no_counterpart_is_listed_and_refused_unless_partial() -> None:
    paired = pair_up(a_set("a.wav", "b.wav"), a_set("b.wav", "c.wav"))
    with pytest.raises(
        InputMissingError, match=r"2 are not: only in ref: a\.wav; only in made: c\.wav"
    ) as caught:
        check_paired(paired, "ref", "made", partial=False)
    assert caught.value.details == {"missing": ["a.wav"], "extra": ["c.wav"]}
    assert check_paired(paired, "ref", "made", partial=True) == ["only in ref: a.wav", "only in made: c.wav"]


def test_sets_without_a_single_pair_are_refused_even_if_partial() -> None:
    with pytest.raises(BadDataError, match="must have ids in common"):
        check_paired(pair_up(a_set("a.wav"), a_set("b.wav")), "ref", "made", partial=True)


def test_what_a_dataset_lacks_is_refused_unless_partial() -> None:
    lacking = AudioSet(
        "set", "dataset", (Item("a", Path("a")),), (Failure("b", "its audio b does not exist"),)
    )
    with pytest.raises(InputMissingError, match="must be there, and 1 are not: b: its audio"):
        check_whole([lacking], partial=False)
    assert check_whole([lacking], partial=True) == ["b: its audio b does not exist"]
    with pytest.raises(InputMissingError, match="must be there"):
        check_whole([AudioSet("set", "dataset", (), lacking.missing)], partial=True)


def test_several_words_make_ids_of_their_own_and_none_twice(tmp_path: Path) -> None:
    for name in ("one/a.wav", "two/a.wav"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"RIFF")
    words = [str(tmp_path / "one"), str(tmp_path / "two")]
    assert [item.id for one in all_recordings(words) for item in one.items] == [f"{w}/a.wav" for w in words]
    with pytest.raises(UsageError, match="must be given once"):
        all_recordings([words[0], words[0]])
    assert recordings_of(str(tmp_path / "one" / "a.wav")).kind == "file"
    with pytest.raises(InputMissingError, match="there is no file or folder"):
        recordings_of(str(tmp_path / "three"))
    with pytest.raises(UsageError, match="--split chooses tracks of a dataset"):
        recordings_of(words[0], split="test")


def test_a_few_are_spread_over_all() -> None:
    assert list(spread(list(range(10)), 3)) == [0, 3, 6]
    assert list(spread([1, 2], 3)) == [1, 2]
