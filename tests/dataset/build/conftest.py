"""A build in this process, with extractors that cost nothing."""

from __future__ import annotations

import io
import json
import os

import pytest
from tests.dataset.build.fakes import FakeRegistry, HereRunner, fakes, tone

import muze_dataset.build.build as building
import muze_dataset.build.listener as listening
import muzecli.plugin
from muze_dataset.build.request import BuildRequest
from muzecli.console import Console
from muzecli.errors import FailedError
from muzecli.options import Run


@pytest.fixture
def extractors(monkeypatch):
    """The extractors that are there; a test may change them."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # these tests outlive no power cut
    there = fakes()
    registry = FakeRegistry(there)
    monkeypatch.setattr(muzecli.plugin, "extractors", registry)
    monkeypatch.setattr(listening, "extractors", registry)
    monkeypatch.setattr(
        building, "runner_for", lambda name, task, jobs, timeout_s, ray_address: HereRunner(task)
    )
    return there


@pytest.fixture
def music(tmp_path):
    """A folder with three recordings in two folders, two of the same name."""
    folder = tmp_path / "music"
    tone(folder / "b.wav", 440.0)
    tone(folder / "anna" / "a.wav", 220.0)
    tone(folder / "bert" / "a.wav", 330.0)
    return folder


@pytest.fixture
def build(extractors, tmp_path):
    """Run a build; return the document that `--json` prints, or raise what the command would."""

    def run(folder, name="d.jsonl", *, failing=0, **options):
        out = io.StringIO()
        console = Console(json_output=True, out=out, verbosity=-1)
        try:
            building.build(
                Run(("dataset", "build"), console), BuildRequest(folder, tmp_path / name, **options)
            )
            failed = 0
        except FailedError:
            if not failing:
                raise
            failed = 1
        document = json.loads(out.getvalue())
        assert document["schema"] == "muze.dataset-build/1"
        assert (document.get("failed", 0) > 0) == bool(failed)
        assert document.get("failed", 0) == failing
        return document

    return run
