"""`muze dataset build` as a user runs it: worker processes that crash, hang and are killed."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests.dataset.build.fakes import lines, tone
from tests.dataset.build.trouble import ENTRIES, TROUBLE

from muzecli.song.dataset import open_dataset
from muzecli.testing import check_commands

QUICK = ("--features", "level,trouble")


@pytest.fixture
def toy(plugin):
    """The environment in which the extractors that go wrong are there."""
    return plugin("toy", TROUBLE, ENTRIES, registry="muze.extractors")


def test_what_goes_wrong_with_one_file_stops_no_other(muze, toy, tmp_path):
    music = tmp_path / "music"
    for index, name in enumerate(("a", "crash", "greedy", "hang", "odd", "z")):
        tone(music / f"{name}.wav", 300.0 + index)
    done = muze(
        "dataset", "build", music, "-o", tmp_path / "d.json", *QUICK, "-j", "2", "--timeout", "4",
        "--memory-limit", "1500", env=toy,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr.decode()
    assert done.stdout.decode().strip() == str(tmp_path / "d.json")
    assert [t.track_id for t in open_dataset(tmp_path / "d.json")] == ["a.wav", "z.wav"]
    failures = {failure["file"]: failure for failure in lines(tmp_path / "d.failures.jsonl")}
    assert list(failures) == ["crash.wav", "greedy.wav", "hang.wav", "odd.wav"]
    assert {failure["stage"] for failure in failures.values()} == {"trouble"}
    assert failures["crash.wav"]["error"] == "the worker process died (signal 11, SIGSEGV)"
    assert failures["greedy.wav"]["error"] == "ran out of memory: 1500 MB is what a worker may take"
    assert failures["hang.wav"]["error"] == "took longer than 4 s"
    assert failures["odd.wav"]["error"] == "ValueError: an odd recording"
    assert "4 of 6 files failed (4 at trouble)" in done.stderr.decode()
    track = next(iter(open_dataset(tmp_path / "d.json")))
    assert track.source["facts"] == {"threads": "1"}


def test_jobs_change_nothing_and_json_is_one_document(muze, toy, tmp_path):
    music = tmp_path / "music"
    for index in range(5):
        tone(music / f"{index}.wav", 300.0 + index)
    written = []
    for jobs in ("1", "3"):
        output = tmp_path / f"d{jobs}.jsonl"
        done = muze("dataset", "build", music, "-o", output, *QUICK, "-j", jobs, "--json", env=toy)
        assert done.returncode == 0, done.stderr.decode()
        assert json.loads(done.stdout)["tracks"] == 5
        written.append(output.read_bytes())
    assert written[0] == written[1]


def test_ctrl_c_finishes_what_is_under_way_and_the_next_run_goes_on(clean_env, toy, tmp_path):
    music, output = tmp_path / "music", tmp_path / "d.jsonl"
    for index in range(6):
        tone(music / f"{index}.wav", 300.0 + index)
    process = started(music, output, clean_env | toy | {"TOY_SECONDS": "0.5"})
    wait_for_items(output, 1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"stopping after the tracks under way" in said
    assert b"the same command again goes on" in said
    assert not output.exists()
    before = len(items(output))
    assert 1 <= before < 6
    finish(music, output, clean_env | toy)
    assert len(list(open_dataset(output))) == 6


def killed_builds(kills, seed, music, output, env):
    """Kill a build at random moments; return how often it was caught at work."""
    moments, caught = random.Random(seed), 0
    for _ in range(kills):
        process = started(music, output, env | {"TOY_SECONDS": "0.1"})
        wait_for_items(output, min(len(items(output)) + 1, 11), process)
        time.sleep(moments.uniform(0.0, 0.3))
        process.kill()
        caught += process.wait() == -signal.SIGKILL
        process.stderr.close()
    return caught


@pytest.mark.parametrize("kills", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_killed_at_any_moment_and_run_again_it_ends_as_the_same_bytes(clean_env, toy, tmp_path, kills):
    music, output = tmp_path / "music", tmp_path / "d.jsonl"
    for index in range(12):
        tone(music / f"{index % 3}" / f"{index}.wav", 300.0 + index)
    (music / "text.wav").write_text("hello")
    env = clean_env | toy
    assert killed_builds(kills, 5, music, output, env) >= 1
    assert finish(music, output, env) == 1
    whole = tmp_path / "whole.jsonl"
    assert finish(music, whole, env) == 1
    assert output.read_bytes() == whole.read_bytes()
    assert sorted(items(output)) == sorted(items(whole))
    assert not list(tmp_path.rglob("*.part"))


def test_no_worker_outlives_a_killed_build(clean_env, toy, tmp_path):
    music, output = tmp_path / "music", tmp_path / "d.jsonl"
    tone(music / "hang.wav")
    process = started(music, output, clean_env | toy | {"TOY_SECONDS": "0"})
    workers = wait_until(lambda: children_of(process.pid))
    process.kill()
    process.wait()
    process.stderr.close()
    wait_until(lambda: not any(map(is_alive, workers)))


def test_wrong_words_are_refused(muze, toy, tmp_path):
    tone(tmp_path / "music" / "a.wav")
    music = tmp_path / "music"
    for words, code, message in (
        (("build", "nowhere", "-o", "d.json"), 66, "does not exist"),
        (("build", music, "-o", "-"), 2, "must be a file"),
        (("build", music, "-o", "d.json", "--jobs", "0"), 2, "jobs"),
        (("build", music, "-o", "d.json", "--runner", "slurm"), 2, "runner"),
    ):
        done = muze("dataset", *words, env=toy)
        assert (done.returncode, done.stdout) == (code, b""), (words, done.stderr)
        assert message in done.stderr.decode()


def test_the_commands_keep_the_contract():
    assert [fault for fault in check_commands("muze_dataset") if "dataset build" in fault] == []


# ---- helpers ----


def started(music, output, env):
    """Start a build with two workers."""
    words = ("dataset", "build", music, "-o", output, *QUICK, "-j", "2")
    return subprocess.Popen(
        [sys.executable, "-m", "muzecli", *map(str, words)],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finish(music, output, env):
    """Run a build to its end; return its exit code."""
    process = started(music, output, env)
    _, said = process.communicate(timeout=120)
    assert process.returncode in (0, 1), said.decode()
    return process.returncode


def items(output):
    """Return the names of the item files of a dataset."""
    return [path.name for path in output.parent.glob(f".{output.name}.muze/items/*/*.gz")]


def wait_for_items(output, count, process=None):
    wait_until(lambda: len(items(output)) >= count or (process and process.poll() is not None))


def wait_until(condition, limit_s=60.0):
    """Wait for something to come true; return it."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come about")


def children_of(pid):
    """Return the worker processes of a build."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            number = int(folder.name)
            parent = (folder / "stat").read_text().rpartition(") ")[2].split()[1]
            if int(parent) == pid and b"spawn_main" in (folder / "cmdline").read_bytes():
                found.append(number)
    return found


def is_alive(pid):
    """Say whether a process runs; one that waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[0] != "Z"
    except OSError:
        return False
