"""What was found of a recording, on the disk."""

from __future__ import annotations

import gzip

import pytest

from muze_dataset.build.items import Found, Item, Recording, item_path, load_item, save_item
from muze_dataset.build.units import Failure
from muzecli.listening.heard import Finding, absent

SHA = "ab" + "0" * 62


@pytest.fixture
def item():
    return Item(
        SHA,
        recording=Recording(1.5, 44_100, 2, "flac"),
        found={
            "k1": Found("beats", "1", {"tempo": Finding(120.0, "tracking", 0.5), "key": absent("no tones")}),
            "k2": Found("words", "2", {"lyrics": Finding("lä\ud800", "tag", fallback="no model")}),
        },
        failed={"k3": Failure("", "voice", "odd", None, 0.5)},
    )


def test_an_item_reads_back_as_it_was(tmp_path, item):
    save_item(tmp_path, item)
    assert load_item(tmp_path, SHA) == item
    assert item_path(tmp_path, SHA).parent.name == "ab"


def test_equal_items_are_equal_files(tmp_path, item):
    save_item(tmp_path / "a", item)
    item.found = dict(reversed(item.found.items()))
    save_item(tmp_path / "b", item)
    assert item_path(tmp_path / "a", SHA).read_bytes() == item_path(tmp_path / "b", SHA).read_bytes()


def test_why_a_recording_is_unusable_is_kept(tmp_path):
    item = Item(SHA, unusable=Failure("", "decode", "silence", "record it again", 0.1))
    save_item(tmp_path, item)
    assert load_item(tmp_path, SHA) == item
    assert load_item(tmp_path, SHA).failure({"beats": "k1"}) == item.unusable


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        gzip.compress(b"{}"),
        gzip.compress(b'{"schema": "muze.heard/9"}'),
        gzip.compress(b"[1]"),
        gzip.compress(b'{"schema": "muze.heard/1", "sha256": "x", "audio": {"decoder": "0"}}'),
        gzip.compress(
            b'{"schema": "muze.heard/1", "sha256": "x", "audio": {"decoder": "1", "recording": {}}}'
        ),
        gzip.compress(b"x" * 1000)[:-20],
    ],
)
def test_a_file_that_cannot_be_read_counts_as_absent(tmp_path, content):
    path = item_path(tmp_path, SHA)
    path.parent.mkdir()
    path.write_bytes(content)
    loaded = load_item(tmp_path, SHA)
    assert (loaded.recording, loaded.found, loaded.failed) == (None, {}, {})


def test_only_what_the_keys_say_is_known(item):
    assert set(item.known({"beats": "k1", "words": "other"})) == {"beats"}
    assert item.failure({"beats": "k1"}) is None
    assert item.failure({"voice": "k3"}).error == "odd"


def test_stale_keys_of_those_who_were_asked_are_dropped(item):
    item.drop_stale({"beats", "voice"}, {"k9"})
    assert set(item.found) == {"k2"}
    assert item.failed == {}
