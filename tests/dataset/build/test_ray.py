"""`--runner ray`: the same tracks and the same failures from actors on a cluster of this machine."""

from __future__ import annotations

import importlib.util

import pytest
from tests.dataset.build.fakes import lines, tone
from tests.dataset.build.trouble import ENTRIES, TROUBLE

pytestmark = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="ray is not installed")


@pytest.fixture
def toy(plugin):
    """The environment in which the extractors that go wrong are there, and no cluster is named."""
    return plugin("toy", TROUBLE, ENTRIES, registry="muze.extractors") | {"RAY_ADDRESS": ""}


def test_actors_find_what_processes_find(muze, toy, tmp_path):
    music = tmp_path / "music"
    for index, name in enumerate(("a", "crash", "hang", "odd", "z")):
        tone(music / f"{name}.wav", 300.0 + index)
    for runner in ("ray", "local"):
        done = muze(
            "dataset", "build", music, "-o", tmp_path / f"{runner}.json", "--features", "level,trouble",
            "-j", "2", "--timeout", "6", "--memory-limit", "1500", "--runner", runner, env=toy,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr.decode()
    assert (tmp_path / "ray.json").read_bytes() == (tmp_path / "local.json").read_bytes()
    failures = {failure["file"]: failure for failure in lines(tmp_path / "ray.failures.jsonl")}
    assert list(failures) == ["crash.wav", "hang.wav", "odd.wav"]
    assert failures["crash.wav"]["error"].startswith("the worker process died")
    assert failures["hang.wav"]["error"] == "took longer than 6 s"
    assert failures["odd.wav"]["error"] == "ValueError: an odd recording"
    assert failures["hang.wav"]["stage"] == "trouble"


@pytest.mark.parametrize(
    ("address", "code", "message"),
    [
        ("127.0.0.1:1", 69, b"there must be a Ray cluster at 127.0.0.1:1"),
        ("nowhere", 2, b"--ray-address must be HOST:PORT"),
    ],
)
def test_a_cluster_that_is_not_there_is_told(muze, toy, tmp_path, address, code, message):
    music = tmp_path / "music"
    tone(music / "a.wav")
    done = muze(
        "dataset", "build", music, "-o", tmp_path / "d.json", "--features", "level",
        "--runner", "ray", "--ray-address", address, env=toy,
    )  # fmt: skip
    assert done.returncode == code, done.stderr.decode()
    assert message in done.stderr
