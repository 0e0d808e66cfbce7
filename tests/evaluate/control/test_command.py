"""The command, on a song of each kind: short ones, by the plain player."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import Muze


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tracks of eight seconds."""
    made = tmp_path_factory.mktemp("control") / "corpus"
    words = "--tracks 2 --duration 8 --player plain --vocals 0 --genres pop,techno --seed 5 -q"
    command = [sys.executable, "-m", "muzecli", "dataset", "synth", "-o", str(made), *words.split()]
    subprocess.run(command, check=True, capture_output=True)
    return made


def test_tracks_from_their_scores_do_what_is_planned(muze: Muze, corpus: Path, tmp_path: Path) -> None:
    target = tmp_path / "control.json"
    done = muze("evaluate", "control", corpus, "-o", target, "--device", "cpu")
    assert done.returncode == 0, done.stderr.decode()
    assert b"tempo within 4 %" in done.stdout
    assert str(target).encode() in done.stdout
    document = json.loads(target.read_text())
    assert (document["schema"], document["metric"]) == ("muze.evaluate/1", "control")
    figures = {(figure["name"], figure["group"]): figure["value"] for figure in document["figures"]}
    assert figures[("tempo within 4 %", "corpus")] == 1.0
    assert figures[("beats F", "corpus")] > figures[("beats F", "corpus, chance")]
    assert figures[("chords, root", "corpus")] > 0.5
    assert {extractor["name"] for extractor in document["provenance"]["extractors"]} >= {
        "beats",
        "key",
        "sections",
    }
    assert document["provenance"]["sets"][0]["items"] == 2
    assert len(document["rows"]) == 4


def test_jobs_change_nothing_and_a_missing_file_spares_the_rest(
    muze: Muze, corpus: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "corpus"
    shutil.copytree(corpus, damaged)
    lines = (damaged / "dataset.jsonl").read_text().splitlines()
    (damaged / json.loads(lines[0])["audio_path"]).unlink()
    words = ("evaluate", "control", damaged, "--no-chance", "--json", "--device", "cpu", "-q")
    one, two = muze(*words), muze(*words, "-j", "2")
    for done in (one, two):
        assert done.returncode == 1, done.stderr.decode()
    first, second = json.loads(one.stdout), json.loads(two.stdout)
    assert [failure["id"] for failure in first["failed"]] == [json.loads(lines[0])["track_id"]]
    assert "there is no such file" in first["failed"][0]["reason"]
    assert len(first["rows"]) == 1
    assert first["figures"] == second["figures"] and first["rows"] == second["rows"]


def test_recordings_without_plans_are_refused_before_anybody_listens(muze: Muze, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    done = muze("evaluate", "control", tmp_path / "bare")
    assert done.returncode == 65
    assert b"must hold songs with plans, and none has one" in done.stderr
