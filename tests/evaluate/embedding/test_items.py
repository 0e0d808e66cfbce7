"""Files embedded once: by content, in the order of ids, failures beside the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.evaluate.music import Counting, folder_of, sound

from muze_evaluate.cache import space_of
from muze_evaluate.embedding import items as module
from muze_evaluate.embedding.embedder import Item
from muze_evaluate.embedding.items import embed_files
from muze_evaluate.embedding.windows import windows
from muzecli.audio.reader import read_audio
from muzecli.console import Console
from muzecli.errors import BadDataError

QUIET = Console(verbosity=-1)


def items_of(folder: Path) -> list[Item]:
    return [Item(path.name, path) for path in folder.iterdir()]


def test_vectors_are_those_of_all_windows_of_the_whole_recording(tmp_path: Path) -> None:
    path = tmp_path / "long.flac"
    soundfile.write(path, sound(1, seconds=7.3, rate_hz=44_100, channels=2), 44_100)  # several blocks
    embedder = Counting()
    (found,), failed = embed_files([Item("x", path)], embedder, cache=None, console=QUIET)
    samples, info = read_audio(path)
    expected = windows(samples, info.rate_hz, to_rate_hz=8000, window_s=0.5, hop_s=0.5)
    assert failed == []
    assert np.array_equal(found.vectors, Counting().embed(list(expected)))
    assert (found.id, found.path, found.seconds) == ("x", str(path), pytest.approx(7.3))
    assert embedder.batches == [15]


def test_batches_hold_windows_of_one_file_only(tmp_path: Path) -> None:
    embedder = Counting()
    items = items_of(folder_of(tmp_path, range(3), seconds=2.5))
    embed_files(items, embedder, cache=None, console=QUIET, batch_size=3)
    assert embedder.batches == [3, 2] * 3


def test_results_come_in_the_order_of_ids_whatever_the_order_of_items(tmp_path: Path) -> None:
    items = items_of(folder_of(tmp_path, [3, 1, 2]))
    found, _ = embed_files(items[::-1], Counting(), cache=None, console=QUIET)
    again, _ = embed_files(items, Counting(), cache=None, console=QUIET)
    assert [item.id for item in found] == ["1.wav", "2.wav", "3.wav"]
    assert all(np.array_equal(a.vectors, b.vectors) for a, b in zip(found, again, strict=True))


def test_the_same_content_is_embedded_once_even_without_a_cache(tmp_path: Path) -> None:
    folder_of(tmp_path, [1])
    (tmp_path / "copy.wav").write_bytes((tmp_path / "1.wav").read_bytes())
    embedder = Counting()
    found, _ = embed_files(items_of(tmp_path), embedder, cache=None, console=QUIET)
    assert embedder.seen == 2
    assert found[0].sha256 == found[1].sha256
    assert np.array_equal(found[0].vectors, found[1].vectors)


def test_files_that_cannot_be_measured_are_listed_with_the_reason_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    folder_of(tmp_path, [1])
    (tmp_path / "text.wav").write_text("no audio")
    soundfile.write(tmp_path / "blip.wav", sound(2, seconds=0.4), 22_050)
    items = [*items_of(tmp_path), Item("gone.wav", tmp_path / "gone.wav")]
    found, failed = embed_files(items, Counting(), cache=None, console=QUIET)
    assert [item.id for item in found] == ["1.wav"]
    assert [(failure.id, failure.reason) for failure in failed] == [
        ("blip.wav", "must be at least 0.5 s long, and it has 0.4 s"),
        ("gone.wav", "cannot be read: No such file or directory"),
        ("text.wav", "must be audio that muze reads, but holds text"),
    ]


def test_silence_is_measured_and_marked(tmp_path: Path) -> None:
    folder_of(tmp_path, [1])
    soundfile.write(tmp_path / "silence.wav", np.zeros(22_050), 22_050)
    space = space_of(Counting(), tmp_path / "cache", console=QUIET)
    for _ in range(2):  # made, then found
        found, _ = embed_files(
            [Item(name, tmp_path / name) for name in ("1.wav", "silence.wav")],
            Counting(),
            cache=space,
            console=QUIET,
        )
        assert [item.silent for item in found] == [False, True]


def test_a_file_that_changes_while_it_is_read_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(tmp_path, [1])
    opened = module.open_audio

    def changing(path: Path):
        soundfile.write(path, sound(2), 22_050)  # after it was hashed
        return opened(path)

    monkeypatch.setattr(module, "open_audio", changing)
    space = space_of(Counting(), tmp_path / "cache", console=QUIET)
    found, failed = embed_files([Item("1.wav", tmp_path / "1.wav")], Counting(), cache=space, console=QUIET)
    assert (found, [failure.reason for failure in failed]) == (
        [],
        ["must stay as it is while it is read, and it changed"],
    )
    assert not space.folder.exists()


def test_vectors_that_are_no_numbers_are_refused_and_not_kept(tmp_path: Path) -> None:
    class Broken(Counting):
        def embed(self, windows):
            return np.full((len(windows), 3), np.nan, np.float32)

    folder_of(tmp_path, [1])
    space = space_of(Broken(), tmp_path / "cache", console=QUIET)
    found, failed = embed_files([Item("1.wav", tmp_path / "1.wav")], Broken(), cache=space, console=QUIET)
    assert (found, failed[0].reason) == ([], "its vectors must be numbers, and those of counting are not")
    assert not space.folder.exists()


def test_an_error_of_the_embedder_that_is_a_bug_is_not_swallowed(tmp_path: Path) -> None:
    class Broken(Counting):
        def embed(self, windows):
            raise RuntimeError("shapes")

    with pytest.raises(RuntimeError, match="shapes"):
        embed_files(items_of(folder_of(tmp_path, range(5))), Broken(), cache=None, console=QUIET)


def test_what_is_wrong_with_the_model_is_not_put_down_to_the_files(tmp_path: Path) -> None:
    class Broken(Counting):
        def embed(self, windows):
            self.seen += 1
            raise BadDataError("the weights must be whole, and they are cut short")

    broken = Broken()
    with pytest.raises(BadDataError, match="the weights must be whole"):
        embed_files(items_of(folder_of(tmp_path, range(5))), broken, cache=None, console=QUIET)
    assert broken.seen == 1
