"""The build as a whole, in one process: what is done, what is done again, and what is refused."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sqlite3

import pytest
from tests.dataset.build.fakes import Fake, lines, tone

from muze_dataset.build import inventory as noting
from muze_dataset.build.runners.runner import runner_for
from muzecli.errors import (
    ConfigError,
    FailedError,
    InputMissingError,
    OutputError,
    OutputExistsError,
    TemporaryError,
    UnavailableError,
    UsageError,
)
from muzecli.jobs import locked, open_job
from muzecli.listening.heard import Finding
from muzecli.song.dataset import open_dataset


def asked(extractors):
    return {name: sum(one.asked.values()) for name, one in extractors.items() if one.asked}


def test_every_file_is_a_track_in_the_order_of_paths(build, music, tmp_path):
    said = build(music)
    tracks = list(open_dataset(tmp_path / "d.jsonl"))
    assert [t.track_id for t in tracks] == ["anna/a.wav", "b.wav", "bert/a.wav"]
    assert [t.audio_path for t in tracks] == ["music/anna/a.wav", "music/b.wav", "music/bert/a.wav"]
    assert all((tmp_path / t.audio_path).is_file() for t in tracks)
    assert (said["tracks"], said["measured"], said["duplicates"]) == (3, 3, 0)
    assert said["hours"] == pytest.approx(3 / 3600, abs=1e-4)
    assert not (tmp_path / "d.failures.jsonl").exists()


def test_a_track_tells_how_each_field_came_about(build, music, tmp_path):
    build(music)
    source = next(iter(open_dataset(tmp_path / "d.jsonl"))).source
    assert source["origin"] == "measured"
    assert (source["container"], source["channels"]) == ("wav", 1)
    assert source["bytes"] == (music / "anna" / "a.wav").stat().st_size
    assert source["features"] == ["title", "words", "level", "wave", "energy"]
    assert source["facts"] == {"level": pytest.approx(0.318, abs=0.01)}
    assert source["fields"] == {
        "title": {"by": "title/1", "method": "file name", "fallback": "there is no tag"},
        "lyrics": {"by": "words/1", "reason": "no text lies beside it"},
        "fact.level": {"by": "level/1", "method": "mean"},
        "energy": {"by": "energy/1", "method": "mean square", "confidence": 0.5},
    }


def test_the_summary_counts_values_fallbacks_and_what_is_missing(build, music):
    (music / "b.txt").write_text("la la")
    fields = build(music)["fields"]
    assert fields["energy"]["values"] == 3
    assert fields["title"] == {
        "values": 3,
        "fallbacks": 3,
        "missing": 0,
        "fallback_reasons": {"there is no tag": 3},
        "missing_reasons": {},
    }
    assert (fields["lyrics"]["values"], fields["lyrics"]["missing"]) == (1, 2)


def test_a_second_build_does_nothing_and_touches_nothing(build, extractors, music, tmp_path, monkeypatch):
    build(music)
    before = (tmp_path / "d.jsonl").stat().st_mtime_ns, asked(extractors)
    monkeypatch.setattr("muze_dataset.build.scan.file_sha256", lambda path: pytest.fail(f"reads {path}"))
    said = build(music)
    assert ((tmp_path / "d.jsonl").stat().st_mtime_ns, asked(extractors)) == before
    assert (said["tracks"], said["measured"]) == (3, 0)


def test_only_new_and_changed_files_are_heard(build, extractors, music, tmp_path):
    build(music)
    tone(music / "c.wav", 550.0)
    tone(music / "b.wav", 660.0, seconds=2.0)
    said = build(music)
    assert said["measured"] == 2
    assert extractors["energy"].asked == {"anna/a.wav": 1, "b.wav": 2, "bert/a.wav": 1, "c.wav": 1}
    assert [t.duration for t in open_dataset(tmp_path / "d.jsonl")] == [1.0, 2.0, 1.0, 1.0]


def test_an_update_equals_a_build_from_nothing(build, music, tmp_path):
    build(music)
    tone(music / "c.wav", 550.0)
    (music / "anna" / "a.wav").unlink()
    build(music)
    build(music, "other.jsonl")
    assert (tmp_path / "d.jsonl").read_bytes() == (tmp_path / "other.jsonl").read_bytes()


def test_moved_files_are_recognised(build, extractors, music, tmp_path):
    build(music)
    (music / "anna").rename(music / "zoe")
    said = build(music)
    assert [t.track_id for t in open_dataset(tmp_path / "d.jsonl")] == ["b.wav", "bert/a.wav", "zoe/a.wav"]
    assert said["measured"] == 1
    assert "zoe/a.wav" not in extractors["energy"].asked
    assert extractors["title"].asked["zoe/a.wav"] == 1  # a name may be told from its folder


def test_a_text_beside_a_file_is_noticed(build, extractors, music, tmp_path):
    build(music)
    (music / "b.txt").write_text("la la")
    said = build(music)
    assert said["measured"] == 1
    assert [t.lyrics for t in open_dataset(tmp_path / "d.jsonl")] == [None, "la la", None]
    assert extractors["energy"].asked["b.wav"] == 1


def test_a_new_version_of_an_extractor_is_asked_alone(build, extractors, music):
    build(music)
    extractors["energy"].version = "2"
    said = build(music)
    assert said["measured"] == 3
    assert asked(extractors) == {"energy": 6, "wave": 6, "level": 3, "title": 3, "words": 3}


def test_a_model_that_turns_up_is_noticed(build, extractors, music):
    build(music)
    extractors["words"].rests_on = {"model": "tiny"}
    assert build(music)["measured"] == 3
    assert asked(extractors)["words"] == 6


def test_more_features_add_to_what_was_found(build, extractors, music):
    build(music, features="level")
    with pytest.raises(OutputExistsError, match="built of another configuration: features was 'level'"):
        build(music)
    build(music, overwrite=True)
    assert asked(extractors)["level"] == 3
    assert build(music, features="level", overwrite=True)["measured"] == 3
    assert asked(extractors) == {"level": 3, "energy": 3, "wave": 3, "title": 3, "words": 3}


def test_a_feature_may_be_a_field(build, music, tmp_path):
    build(music, features="energy,title")
    track = next(iter(open_dataset(tmp_path / "d.jsonl")))
    assert track.source["features"] == ["title", "wave", "energy"]


def test_duplicates_are_measured_once_and_told(build, extractors, music, tmp_path):
    shutil.copy(music / "b.wav", music / "anna" / "copy.wav")
    said = build(music)
    tracks = {t.track_id: t for t in open_dataset(tmp_path / "d.jsonl")}
    assert said["duplicates"] == 1
    assert tracks["b.wav"].source["duplicate_of"] == "anna/copy.wav"
    assert "duplicate_of" not in tracks["anna/copy.wav"].source
    assert sum(extractors["energy"].asked.values()) == 3
    assert (tracks["b.wav"].title, tracks["anna/copy.wav"].title) == ("b", "copy")


def test_the_same_name_with_two_endings_stays_apart(build, music, tmp_path):
    shutil.copy(tone(music.parent / "x.flac", 500.0), music / "b.flac")
    build(music)
    assert [t.track_id for t in open_dataset(tmp_path / "d.jsonl")][1:3] == ["b.flac", "b.wav"]


def test_odd_names_are_kept(build, music, tmp_path):
    names = ["Ärger – 夜.wav", "sp ace.wav", "new\nline.wav", "'quote\".wav", "-dash.wav"]
    for index, name in enumerate(names):
        tone(music / name, 500.0 + index)
    build(music)
    ids = [t.track_id for t in open_dataset(tmp_path / "d.jsonl")]
    assert set(names) < set(ids)
    assert ids == sorted(ids)


def test_a_failure_is_listed_with_its_reason_and_the_others_are_there(build, music, tmp_path):
    (music / "text.wav").write_text("hello")
    (music / "song.m4a").write_bytes(b"\0\0\0\x18ftypM4A ")
    said = build(music, failing=2)
    assert said["failed_by_stage"] == {"decode": 2}
    assert said["failures_file"].endswith("d.failures.jsonl")
    m4a, text = lines(tmp_path / "d.failures.jsonl")
    assert (m4a["file"], m4a["stage"]) == ("song.m4a", "decode")
    assert "is an MP4 or M4A file" in m4a["error"]
    assert text["error"] == "must be audio that muze reads, but holds text"
    assert "convert it" in text["hint"]
    assert text["seconds"] >= 0
    assert len(list(open_dataset(tmp_path / "d.jsonl"))) == 3


def test_a_failure_that_follows_from_the_content_is_listed_again_without_trying(
    build, extractors, music, tmp_path
):
    extractors["level"].find = lambda heard: (
        ValueError("odd") if heard.path.name == "b.wav" else Finding(1.0, "x")
    )
    build(music, failing=1)
    first = (tmp_path / "d.failures.jsonl").read_bytes()
    assert build(music, failing=1)["measured"] == 0
    assert asked(extractors)["level"] == 3
    assert (tmp_path / "d.failures.jsonl").read_bytes() == first
    tone(music / "c.wav", 550.0)
    assert build(music, failing=1)["measured"] == 1
    assert (tmp_path / "d.failures.jsonl").read_bytes() == first
    assert lines(tmp_path / "d.failures.jsonl")[0] | {"seconds": 0} == {
        "file": "b.wav",
        "stage": "level",
        "error": "ValueError: odd",
        "seconds": 0,
    }


def test_a_mended_extractor_is_asked_again(build, extractors, music, tmp_path):
    extractors["level"].find = lambda heard: ValueError("odd")
    build(music, failing=3)
    extractors["level"].find = lambda heard: Finding(1.0, "x")
    build(music, failing=3)
    extractors["level"].version = "2"
    build(music)
    assert not (tmp_path / "d.failures.jsonl").exists()


def test_no_resume_tries_failures_again_and_keeps_what_was_found(build, extractors, music):
    extractors["level"].find = lambda heard: ValueError("odd")
    build(music, failing=3)
    extractors["level"].find = lambda heard: Finding(1.0, "x")
    build(music, resume=False)
    assert asked(extractors)["title"] == 3
    assert asked(extractors)["level"] == 6


@pytest.mark.parametrize("error", [UnavailableError("no model"), OSError(5, "gone"), TemporaryError("busy")])
def test_what_is_not_the_recordings_fault_is_tried_again(build, extractors, music, error):
    extractors["level"].find = lambda heard: error
    build(music, failing=3)
    extractors["level"].find = lambda heard: Finding(1.0, "x")
    assert build(music)["tracks"] == 3
    assert asked(extractors)["title"] == 3


def test_findings_that_make_no_track_fail_the_check(build, extractors, music, tmp_path):
    extractors["energy"].find = lambda heard: Finding(1.5, "x")
    said = build(music, failing=3)
    assert said["failed_by_stage"] == {"check": 3}
    assert "energy must be a number from 0 to 1" in lines(tmp_path / "d.failures.jsonl")[0]["error"]
    assert build(music, failing=3)["measured"] == 0


def test_a_mended_file_leaves_the_list(build, music, tmp_path):
    (music / "text.wav").write_text("hello")
    build(music, failing=1)
    tone(music / "text.wav", 700.0)
    build(music)
    assert not (tmp_path / "d.failures.jsonl").exists()


def test_names_that_are_no_text_fail_with_a_reason(build, music, tmp_path):
    name = os.fsdecode(b"caf\xe9.wav")
    tone(music / "tmp.wav", 800.0).rename(music / name)
    build(music, failing=1)
    (failure,) = lines(tmp_path / "d.failures.jsonl")
    assert failure["file"] == name
    assert "must be UTF-8" in failure["error"]
    assert failure["hint"] == "rename it"


def test_links_that_lead_nowhere_and_pipes_fail(build, music, tmp_path):
    (music / "gone.wav").symlink_to(music / "nothing.wav")
    os.mkfifo(music / "pipe.wav")
    build(music, failing=2)
    gone, pipe = lines(tmp_path / "d.failures.jsonl")
    assert (gone["stage"], gone["error"]) == ("read", "cannot be read: No such file or directory")
    assert "regular file" in pipe["error"]


def test_where_all_fail_the_message_speaks_of_no_others(build, tmp_path):
    tone(tmp_path / "music" / "short.wav", seconds=0.1)
    with pytest.raises(FailedError, match=r"1 of 1 files failed \(1 at decode\); .*d.jsonl has no track$"):
        build(tmp_path / "music")


def test_too_many_failures_stop_the_build(build, extractors, music, tmp_path):
    for index in range(4):
        (music / f"t{index}.wav").write_text(f"hello {index}")
    with pytest.raises(FailedError, match="stopped: 2 files failed, and --max-failures allows 1"):
        build(music, max_failures=1)
    assert not (tmp_path / "d.jsonl").exists()
    assert len(lines(tmp_path / "d.failures.jsonl")) == 2
    build(music, failing=4, max_failures=4)
    assert asked(extractors)["level"] == 3


def test_a_file_that_build_did_not_write_is_not_replaced(build, music, tmp_path):
    (tmp_path / "d.jsonl").write_text("mine")
    with pytest.raises(OutputExistsError, match="not written by muze dataset build"):
        build(music)
    assert (tmp_path / "d.jsonl").read_text() == "mine"
    assert not (tmp_path / ".d.jsonl.muze").exists()
    build(music, overwrite=True)
    assert len(list(open_dataset(tmp_path / "d.jsonl"))) == 3


def test_what_lies_beside_another_dataset_is_not_replaced(build, music, tmp_path):
    (music / "t.wav").write_text("hello")
    build(music, failing=1)
    before = (tmp_path / "d.failures.jsonl").read_bytes()
    with pytest.raises(
        OutputExistsError, match=r"d.failures.jsonl already exists, and it belongs to d.jsonl"
    ):
        build(music, name="d.json")
    assert (tmp_path / "d.failures.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "message"),
    [("d.json", "artist_embeddings.json must be a file, or nothing"), ("y" * 240 + ".json", "is too long")],
)
def test_what_will_lie_beside_the_dataset_is_checked_before_any_work(build, music, tmp_path, name, message):
    (tmp_path / "d.artist_embeddings.json").mkdir()
    with pytest.raises(OutputError, match=message):
        build(music, name=name, overwrite=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["d.artist_embeddings.json", "music"]


def test_a_dataset_edited_by_hand_is_not_replaced(build, music, tmp_path):
    build(music)
    with (tmp_path / "d.jsonl").open("a") as stream:
        stream.write("\n")
    with pytest.raises(OutputExistsError, match="changed since it was built"):
        build(music)
    build(music, overwrite=True)


def test_a_dataset_that_was_only_touched_is_still_known(build, music, tmp_path):
    build(music)
    os.utime(tmp_path / "d.jsonl")
    assert build(music)["measured"] == 0


def test_a_dataset_that_was_deleted_is_written_again_without_work(build, music, tmp_path):
    build(music)
    before = (tmp_path / "d.jsonl").read_bytes()
    (tmp_path / "d.jsonl").unlink()
    assert build(music)["measured"] == 0
    assert (tmp_path / "d.jsonl").read_bytes() == before


def test_lost_items_are_found_again(build, extractors, music, tmp_path):
    build(music)
    before = (tmp_path / "d.jsonl").read_bytes()
    items = sorted((tmp_path / ".d.jsonl.muze" / "items").rglob("*.gz"))
    items[0].unlink()
    tone(music / "c.wav", 550.0)
    build(music)
    items[1].write_bytes(gzip.compress(b"{}"))
    tone(music / "d.wav", 560.0)
    with pytest.raises(TemporaryError, match="is gone from") as caught:
        build(music)
    assert "finds it anew" in caught.value.hint
    build(music)
    (music / "c.wav").unlink()
    (music / "d.wav").unlink()
    build(music)
    assert (tmp_path / "d.jsonl").read_bytes() == before


def test_an_inventory_that_is_damaged_is_made_anew(build, extractors, music, tmp_path):
    build(music)
    (tmp_path / ".d.jsonl.muze" / "inventory.sqlite").write_bytes(b"no database " * 1000)
    assert build(music)["tracks"] == 3
    assert asked(extractors)["energy"] == 3


def test_a_full_disk_is_no_damage_to_the_inventory(build, music, tmp_path, monkeypatch):
    build(music)
    (music / "b.wav").unlink()
    inventory = tmp_path / ".d.jsonl.muze" / "inventory.sqlite"
    before = inventory.read_bytes()

    def full(path):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(noting, "_opened", full)
    with pytest.raises(OutputError, match=r"cannot write .*inventory.sqlite: database or disk is full"):
        build(music)
    assert inventory.read_bytes() == before


def test_an_unfinished_build_of_another_configuration_is_refused(build, music, tmp_path):
    state = tmp_path / ".d.jsonl.muze"
    state.mkdir()
    open_job(state, {"features": "level"})
    with pytest.raises(ConfigError, match="unfinished job of another configuration") as caught:
        build(music)
    assert "--no-resume" in caught.value.hint
    build(music, resume=False)


def test_two_builds_never_work_at_the_same_time(build, music, tmp_path):
    state = tmp_path / ".d.jsonl.muze"
    state.mkdir()
    with locked(state), pytest.raises(TemporaryError, match="another muze is at work"):
        build(music)


def test_max_tracks_takes_the_first(build, music, tmp_path):
    build(music, max_tracks=2)
    assert [t.track_id for t in open_dataset(tmp_path / "d.jsonl")] == ["anna/a.wav", "b.wav"]


def test_a_dataset_elsewhere_names_its_audio_from_there(build, music, tmp_path):
    build(music, "sets/deep/d.json")
    dataset = open_dataset(tmp_path / "sets" / "deep" / "d.json")
    track = next(iter(dataset))
    assert track.audio_path == "../../music/anna/a.wav"
    assert dataset.path_of(track).is_file()


def test_a_dataset_that_was_moved_names_its_audio_from_the_new_place(build, extractors, music, tmp_path):
    build(music)
    before = asked(extractors)
    (tmp_path / "deep").mkdir()
    for name in ("d.jsonl", ".d.jsonl.muze"):
        (tmp_path / name).rename(tmp_path / "deep" / name)
    build(music, name="deep/d.jsonl")
    dataset = open_dataset(tmp_path / "deep" / "d.jsonl")
    assert all(dataset.path_of(track).is_file() for track in dataset)
    assert asked(extractors) == before


def test_an_output_that_is_a_link_in_circles_is_not_replaced(build, music, tmp_path):
    (tmp_path / "d.jsonl").symlink_to("d.jsonl")
    with pytest.raises(OutputExistsError, match="not written by muze dataset build"):
        build(music)
    assert not (tmp_path / ".d.jsonl.muze").exists()


def test_artists_get_their_mean_voice(build, extractors, music, tmp_path):
    extractors["voice"] = Fake("voice", ("voice_embedding",), lambda heard: Finding([1.0] + [0.0] * 255, "x"))
    extractors["artist"] = Fake(
        "artist", ("artist",), lambda heard: Finding(heard.path.parent.name, "x"), ("file",)
    )
    build(music)
    artists = json.loads((tmp_path / "d.artist_embeddings.json").read_text())["artists"]
    assert set(artists) == {"anna", "bert", "music"}
    assert (artists["anna"]["tracks"], artists["anna"]["from"]) == (1, "mix")
    del extractors["voice"]
    build(music)
    assert not (tmp_path / "d.artist_embeddings.json").exists()


def test_a_dry_run_says_what_is_new_and_writes_nothing(build, music, tmp_path):
    said = build(music, dry_run=True)
    assert (said["files"], said["new"], said["dry_run"]) == (3, 3, True)
    assert said["hours"] == pytest.approx(3 / 3600, abs=1e-4)
    assert [one["name"] for one in said["extractors"]] == ["title", "words", "level", "wave", "energy"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["music"]
    build(music)
    tone(music / "c.wav", 550.0)
    assert build(music, dry_run=True)["new"] == 1


def test_a_dry_run_opens_no_pipe(build, music):
    os.mkfifo(music / "pipe.wav")
    said = build(music, dry_run=True)
    assert (said["files"], said["new"]) == (4, 3)


@pytest.mark.parametrize("damage", [None, b"no database " * 1000])
def test_a_dry_run_beside_a_build_at_work_leaves_its_inventory_alone(build, music, tmp_path, damage):
    build(music)
    inventory = tmp_path / ".d.jsonl.muze" / "inventory.sqlite"
    if damage is not None:
        inventory.write_bytes(damage)
    else:
        at_work = sqlite3.connect(inventory)
        at_work.execute("BEGIN IMMEDIATE")
        at_work.execute("UPDATE tracks SET done = NULL")
    before = inventory.stat()
    assert build(music, dry_run=True)["new"] == (0 if damage is None else 3)
    after = inventory.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_that_changes_while_it_is_heard_is_not_kept_under_the_wrong_content(build, extractors, music):
    def change(heard):
        if heard.path.name == "b.wav" and sum(extractors["title"].asked.values()) <= 3:
            tone(heard.path, 900.0, seconds=3.0)
        return Finding("t", "x")

    extractors["title"].find = change
    extractors["title"].needs = ("audio", "file")
    extractors["title"].cost_per_second = 1.0
    build(music)
    assert build(music)["measured"] == 1


# ---- wrong input ----


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"features": "enerqy"}, UsageError, "no feature named 'enerqy'"),
        ({"features": " , "}, UsageError, "names nothing"),
        ({"llm_model": "m"}, UsageError, "--llm-model needs --llm-url"),
        ({"llm_url": "http://h"}, UsageError, "--llm-url needs --llm-model"),
        ({"llm_url": "ftp://h", "llm_model": "m"}, UsageError, "must begin with http"),
        ({"device": "tpu"}, UsageError, "--device must be auto"),
        ({"timeout": 0.0}, UsageError, "--timeout must be above 0"),
        ({"memory_limit": 10}, UsageError, "--memory-limit must be at least 256 MB"),
        ({"memory_limit": 10**20}, UsageError, "--memory-limit must be at most"),
        ({"max_tracks": 10**20}, UsageError, "--max-tracks must be at most"),
        ({"name": "d.txt"}, UsageError, "must end in .jsonl, .json, .parquet"),
        ({"ray_address": "x"}, UsageError, "--ray-address is for --runner ray"),
    ],
)
def test_options_are_checked_before_any_work(build, music, tmp_path, options, error, message):
    with pytest.raises(error, match=message):
        build(music, **options)
    assert [p.name for p in tmp_path.iterdir()] == ["music"]


def test_a_misspelt_feature_gets_a_suggestion(build, music):
    with pytest.raises(UsageError) as caught:
        build(music, features="lyric")
    assert caught.value.hint == "did you mean lyrics?"


def test_something_asked_for_by_name_that_is_missing_is_said_first(build, extractors, music, tmp_path):
    def missing(options):
        raise UnavailableError("there is no model named 'huge'")

    extractors["words"].depends_on = missing
    with pytest.raises(UnavailableError, match="no model named 'huge'"):
        build(music, whisper_model="huge")
    assert [p.name for p in tmp_path.iterdir()] == ["music"]


def test_folders_that_are_missing_or_empty_or_files(build, tmp_path, music):
    with pytest.raises(InputMissingError, match="does not exist"):
        build(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="must be a folder"):
        build(music / "b.wav")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("x")
    with pytest.raises(InputMissingError, match="there is no audio file"):
        build(tmp_path / "empty")


def test_ray_is_asked_for_only_where_it_is_wanted(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UnavailableError, match="needs the package 'ray'") as caught:
        runner_for("ray", None, jobs=1, timeout_s=1.0)
    assert "muze[dist]" in caught.value.hint
