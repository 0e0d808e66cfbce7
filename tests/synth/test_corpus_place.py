"""What of a folder belongs to the corpus, and what `muze dataset synth` must leave alone; in this process, plain."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from muze_synth.corpus import track as track_module
from muze_synth.corpus.settings import Item
from muze_synth.corpus.synth import SynthRequest, synthesise
from muzecli.console import Console
from muzecli.errors import BadDataError, FailedError, MuzeError, OutputError, OutputExistsError
from muzecli.jobs import MARKER
from muzecli.options import Run
from muzecli.song.dataset import open_dataset

make_track = track_module.make_track


def request(folder: Path, **changes: Any) -> SynthRequest:
    plain = SynthRequest(
        output=folder, tracks=3, duration="5", genres="house", vocals=0.0, sample_rate=8000, stems=False,
        audio=True, lyrics=True, player="plain", soundfont=None, seed=4, jobs=1, resume=True, overwrite=False,
        dry_run=False,
    )  # fmt: skip
    return replace(plain, **changes)


def synth(folder: Path, **changes: Any) -> str:
    out = io.StringIO()
    synthesise(
        Run(("dataset", "synth"), Console(verbosity=-1, json_output=True, out=out)),
        request(folder, **changes),
    )
    return out.getvalue()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def failing(error: MuzeError, index: int) -> Callable[[Item], None]:
    def make(item: Item) -> None:
        if item.index == index:
            raise error
        make_track(item)

    return make


def test_a_track_that_fails_is_listed_and_tried_again(tmp_path, monkeypatch):
    folder, whole = tmp_path / "corpus", tmp_path / "whole"
    synth(whole)
    monkeypatch.setattr(track_module, "make_track", failing(BadDataError("no such luck"), 1))
    with pytest.raises(FailedError, match="1 of 3 tracks failed") as caught:
        synth(folder)
    assert caught.value.exit_code == 1
    assert caught.value.details["failures"] == [{"track_id": "000001", "message": "no such luck"}]
    assert [track.track_id for track in open_dataset(folder)] == ["000000", "000002"]

    monkeypatch.setattr(track_module, "make_track", make_track)
    assert json.loads(synth(folder))["tracks"] == 3
    assert contents(folder) == contents(whole)


def test_a_full_disk_stops_the_corpus_at_once_and_it_goes_on(tmp_path, monkeypatch):
    folder = tmp_path / "corpus"
    made: list[int] = []

    def make(item: Item) -> None:
        made.append(item.index)
        failing(OutputError("the disk is full"), 1)(item)

    monkeypatch.setattr(track_module, "make_track", make)
    with pytest.raises(OutputError, match="the disk is full"):
        synth(folder)
    assert made == [0, 1]
    monkeypatch.setattr(track_module, "make_track", make_track)
    assert json.loads(synth(folder))["tracks"] == 3


def test_what_a_killed_process_left_is_cleared_away(tmp_path, monkeypatch):
    folder, whole = tmp_path / "corpus", tmp_path / "whole"
    synth(whole, stems=True)
    monkeypatch.setattr(track_module, "make_track", failing(OutputError("gone"), 2))
    with pytest.raises(OutputError):
        synth(folder, stems=True)
    for left in (
        "audio/.000002.flac.0123abcd.part",
        "scores/.000002.json.0123abcd.part",
        "stems/000001/.drums.flac.0123abcd.part",
        ".muze-tracks/.000002.json.0123abcd.part",
        ".dataset.jsonl.0123abcd.part",
    ):
        (folder / left).write_bytes(b"half")
    monkeypatch.setattr(track_module, "make_track", make_track)
    synth(folder, stems=True)
    assert contents(folder) == contents(whole)


@pytest.mark.parametrize("left", ["everything", "marker"])
def test_killed_a_moment_before_its_end_it_makes_nothing_twice(tmp_path, monkeypatch, left):
    folder, whole = tmp_path / "corpus", tmp_path / "whole"
    synth(whole)
    monkeypatch.setattr("muze_synth.corpus.synth.close_job", lambda _: None)
    if left == "everything":
        monkeypatch.setattr("muze_synth.corpus.synth.shutil.rmtree", lambda *_, **__: None)
    synth(folder)
    assert (folder / MARKER).exists()
    monkeypatch.undo()
    monkeypatch.setattr(track_module, "make_track", failing(BadDataError("made again"), 0))
    synth(folder)
    assert contents(folder) == contents(whole)


def test_files_of_others_are_not_replaced(tmp_path):
    folder = tmp_path / "corpus"
    (folder / "audio").mkdir(parents=True)
    mine = folder / "audio" / "000001.flac"
    mine.write_text("mine")
    with pytest.raises(OutputExistsError, match=r"would replace .*000001\.flac"):
        synth(folder)
    assert contents(folder) == {"audio/000001.flac": b"mine"}
    synth(folder, overwrite=True)
    assert mine.read_bytes()[:4] == b"fLaC"


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_dataset_of_others_is_never_replaced(tmp_path, overwrite):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "song.flac").write_text("mine")
    line = {"schema": "muze.track/3.1", "audio_path": "song.flac", "track_id": "a"}
    (folder / "dataset.jsonl").write_text(json.dumps(line) + "\n")
    before = contents(folder)
    with pytest.raises(OutputExistsError, match="is no corpus that 'muze dataset synth' made"):
        synth(folder, overwrite=overwrite)
    assert contents(folder) == before


def test_starting_anew_leaves_nothing_of_the_corpus_before_and_all_else(tmp_path, monkeypatch):
    folder = tmp_path / "corpus"
    monkeypatch.setattr(track_module, "make_track", failing(OutputError("gone"), 2))
    with pytest.raises(OutputError):
        synth(folder, stems=True)
    (folder / "audio" / "mine.flac").write_text("keep")
    monkeypatch.setattr(track_module, "make_track", make_track)
    synth(folder, tracks=1, resume=False)
    assert sorted(contents(folder)) == [
        "audio/000000.flac",
        "audio/mine.flac",
        "dataset.json",
        "dataset.jsonl",
        "scores/000000.json",
    ]
