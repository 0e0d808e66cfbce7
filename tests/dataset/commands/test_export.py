"""`muze dataset export`: the same dataset in other forms, and shards that WebDataset reads."""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile
from tests.dataset.commands.datasets import RATE_HZ, Told, dataset, recorded, three

from muze_dataset.commands.export import exported
from muze_dataset.commands.webdataset import key_of, write_shards
from muzecli.errors import InputMissingError, OutputError, OutputExistsError, UsageError
from muzecli.song.dataset import open_dataset
from muzecli.song.documents import read_track


def export(file: Path, to: str, output: Path, **more: object) -> Told:
    told = Told(as_json=True)
    options = {"shard_mb": None, "copy_audio": False, "overwrite": False, "dry_run": False} | more
    exported(told.run, file, to, output, **options)  # type: ignore[arg-type]
    return told


def samples_of(shard: Path) -> dict[str, dict[str, bytes]]:
    """Read a shard the way WebDataset does: neighbours with the same name up to the first dot are a sample."""
    found: dict[str, dict[str, bytes]] = {}
    with tarfile.open(shard) as tar:
        for entry in tar:
            key, _, suffix = entry.name.partition(".")
            assert key not in found or key == list(found)[-1], "the members of a sample must be neighbours"
            content = tar.extractfile(entry)
            assert content is not None
            found.setdefault(key, {})[suffix] = content.read()
    return found


@pytest.mark.parametrize("form", ["jsonl", "json", "parquet"])
def test_every_form_leads_to_the_same_tracks_and_files(form: str, tmp_path: Path) -> None:
    file, output = three(tmp_path / "a"), tmp_path / "b" / f"d.{form}"
    assert export(file, form, output).document["tracks"] == 3
    found = open_dataset(output)
    for track, original in zip(found, open_dataset(file), strict=True):
        assert found.path_of(track).is_file()
        assert replace(track, audio_path=original.audio_path) == original
    first = output.read_bytes()
    export(file, form, output, overwrite=True)
    assert output.read_bytes() == first


def test_copies_make_a_dataset_that_can_be_moved(tmp_path: Path) -> None:
    one = recorded(tmp_path / "a", "one", score_path="one.json")
    (tmp_path / "a" / "one.json").write_text("{}")
    (tmp_path / "a" / "bass.wav").write_bytes(b"stem")
    one = replace(one, track_id="Ünï/one", source={**one.source, "stems": {"bass": "bass.wav"}})
    file = dataset(tmp_path / "a" / "d.json", [one])
    output = tmp_path / "b" / "d.jsonl"
    export(file, "jsonl", output, copy_audio=True)
    (tmp_path / "a").rename(tmp_path / "gone")
    (tmp_path / "b").rename(tmp_path / "c")
    found = open_dataset(tmp_path / "c" / "d.jsonl")
    [track] = found
    key = key_of("Ünï/one")
    assert track.audio_path == f"audio/{key}.wav" and track.score_path == f"scores/{key}.json"
    assert soundfile.info(found.path_of(track)).samplerate == RATE_HZ
    assert (tmp_path / "c" / track.source["stems"]["bass"]).read_bytes() == b"stem"


def test_copies_replace_nothing_unasked(tmp_path: Path) -> None:
    file = three(tmp_path / "a")
    (tmp_path / "b" / "audio").mkdir(parents=True)
    (tmp_path / "b" / "audio" / "three.wav").write_bytes(b"mine")
    with pytest.raises(OutputExistsError, match=r"audio/three\.wav already exists"):
        export(file, "json", tmp_path / "b" / "d.json", copy_audio=True)
    assert [path.name for path in (tmp_path / "b" / "audio").iterdir()] == ["three.wav"]
    with pytest.raises(UsageError, match="would be that file itself"):
        export(file, "jsonl", tmp_path / "a" / "e.jsonl", copy_audio=True, overwrite=True)


def test_shards_hold_the_audio_and_a_track_that_leads_to_it(tmp_path: Path) -> None:
    original = recorded(tmp_path / "a", "one", split="train", score_path="one.json")
    (tmp_path / "a" / "one.json").write_text('{"notes": []}')
    file = dataset(tmp_path / "a" / "d.json", [original])
    found = export(file, "webdataset", tmp_path / "s").document
    assert [shard["name"] for shard in found["shards"]] == ["train-000000.tar"]
    sample = samples_of(tmp_path / "s" / "train-000000.tar")["one"]
    assert sorted(sample) == ["json", "score.json", "wav"]
    assert sample["wav"] == (tmp_path / "a" / "audio" / "one.wav").read_bytes()
    assert soundfile.info(io.BytesIO(sample["wav"])).samplerate == RATE_HZ
    track = read_track(sample["json"].decode())
    assert (track.audio_path, track.score_path) == ("one.wav", "one.score.json")
    assert replace(track, audio_path=original.audio_path, score_path=original.score_path) == original
    index = json.loads((tmp_path / "s" / "index.json").read_text())
    assert index["schema"] == "muze.webdataset/1" and index["samples"] == 1


def test_shards_are_the_same_each_time_and_of_the_size_asked(tmp_path: Path) -> None:
    tracks = [
        recorded(tmp_path / "a", f"t{n}", sound=n, split=("train", None, "test")[n % 3]) for n in range(12)
    ]
    file = dataset(tmp_path / "a" / "d.json", tracks)
    for name in ("s", "t"):
        write_shards(tmp_path / name, open_dataset(file), shard_bytes=100_000, overwrite=False)
    names = sorted(path.name for path in (tmp_path / "s").iterdir())
    assert {name.partition("-")[0] for name in names} == {"train", "test", "all", "index.json"}
    assert "train-000001.tar" in names
    for name in names:
        assert (tmp_path / "s" / name).read_bytes() == (tmp_path / "t" / name).read_bytes()
        if name.endswith(".tar"):
            assert len(samples_of(tmp_path / "s" / name)) >= 1
            with tarfile.open(tmp_path / "s" / name) as tar:
                assert {(e.mtime, e.uid, e.mode, e.uname) for e in tar} == {(0, 0, 0o644, "")}
                assert sum(entry.size for entry in tar) < 100_000
    keys = [key for name in names if name.endswith("tar") for key in samples_of(tmp_path / "s" / name)]
    assert sorted(keys) == sorted(track.track_id for track in tracks)


def test_keys_are_safe_and_differ_where_ids_do() -> None:
    assert key_of("000001") == "000001" and key_of("a-b_C") == "a-b_C"
    odd = ["a.b", "a/b", "a b", "../up", "", "é" * 300, "日本", ".hidden", "__meta__", "a\0b", "x" * 61]
    keys = [key_of(name) for name in odd]
    assert len(set(keys)) == len(odd)
    for key in keys:
        assert key.isascii() and len(key) < 70 and not set(key) & set("./ \0") and not key.startswith("_")


def test_shards_that_are_there_are_kept_or_replaced_whole(tmp_path: Path) -> None:
    file = three(tmp_path / "a")
    shards = tmp_path / "s"
    export(file, "webdataset", shards)
    (shards / "all-000007.tar").write_bytes(b"left from a larger dataset")
    (shards / "mine.txt").write_text("mine")
    with pytest.raises(OutputExistsError, match=r"s holds all-000000\.tar and others already"):
        export(file, "webdataset", shards)
    export(file, "webdataset", shards, overwrite=True)
    assert sorted(path.name for path in shards.iterdir()) == ["all-000000.tar", "index.json", "mine.txt"]


def test_nothing_is_left_of_an_export_that_failed(tmp_path: Path) -> None:
    tracks = [recorded(tmp_path / "a", f"t{n}", sound=n) for n in range(4)]
    file = dataset(tmp_path / "a" / "d.json", tracks)
    (tmp_path / "a" / tracks[3].audio_path).unlink()
    with pytest.raises(InputMissingError, match=r"audio of track 't3', .*t3\.wav, does not exist"):
        export(file, "webdataset", tmp_path / "s")
    assert not (tmp_path / "s").exists()
    with pytest.raises(InputMissingError):
        write_shards(tmp_path / "s", open_dataset(file), shard_bytes=40_000, overwrite=False)
    assert list((tmp_path / "s").iterdir()) == []


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path) -> None:
    file = three(tmp_path / "a")
    for to, output in (("webdataset", "s"), ("json", "e.json")):
        found = export(file, to, tmp_path / output, dry_run=True, copy_audio=True).document
        assert found["tracks"] == 3 and found["bytes_of_files"] > 3 * 2 * RATE_HZ
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_options_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    file = three(tmp_path / "a")
    with pytest.raises(UsageError, match=r"with --to json the output must end in \.json; found"):
        export(file, "json", tmp_path / "d.jsonl")
    with pytest.raises(UsageError, match="--shard-size is for --to webdataset"):
        export(file, "json", tmp_path / "d.json", shard_mb=5.0)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="must be a folder"):
        export(file, "webdataset", tmp_path / "file")


@pytest.mark.parametrize("form", ["jsonl", "json", "parquet"])
def test_training_reads_every_form(form: str, tmp_path: Path) -> None:
    from muze_ldm.data.recordings import read_recordings
    from muze_plan.model.forms import read_forms

    file, output = three(tmp_path / "a"), tmp_path / "b" / f"d.{form}"
    export(file, form, output)
    assert [form.song for form in read_forms([output])] == [form.song for form in read_forms([file])]
    assert [recording.id for recording in read_recordings([output])] == ["one", "two", "three"]
