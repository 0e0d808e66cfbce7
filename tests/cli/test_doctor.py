"""`muze doctor`: optional parts that pip does not bring, and those that plugins add."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from muzecli import diagnosis
from muzecli.errors import UnavailableError
from tests.conftest import Muze

SOURCE = """
from muzecli.diagnosis import OptionalPart

class Harps:
    name = "harps"

    def look(self):
        return [OptionalPart("harp", "gilded, in the hall", "buy one"), OptionalPart("harpist", None, "ask")]
"""


def optional(muze: Muze, env: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
    rows = json.loads(muze("doctor", "--json", env=dict(env or {})).stdout)["optional"]
    return {row["part"]: row for row in rows}


def test_espeak_is_looked_for(muze: Muze) -> None:
    assert "languages" in optional(muze)["eSpeak NG"]["present"]


def test_espeak_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise UnavailableError("eSpeak NG is not here", hint="install it")

    monkeypatch.setattr("muzecli.text.espeak.espeak", missing)
    row = next(row for row in diagnosis.optional_parts() if row["part"] == "eSpeak NG")
    assert (row["present"], row["how to get it"]) == ("no", "install it")


def test_a_plugin_adds_parts_of_its_own(muze: Muze, plugin: Callable[..., dict[str, str]]) -> None:
    env = plugin("toyparts", SOURCE, {"harps": "toyparts.cli:Harps"}, registry="muze.parts")
    rows = optional(muze, env)
    assert rows["harp"]["present"] == "gilded, in the hall"
    assert (rows["harpist"]["present"], rows["harpist"]["how to get it"]) == ("no", "ask")
    assert b"gilded, in the hall" in muze("doctor", env=env).stdout


def test_a_broken_source_of_parts_is_told_and_breaks_nothing(
    muze: Muze, plugin: Callable[..., dict[str, str]]
) -> None:
    env = plugin(
        "toyparts", "raise RuntimeError('no')", {"harps": "toyparts.cli:Harps"}, registry="muze.parts"
    )
    done = muze("doctor", "--json", env=env)
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert any("toyparts" in line for line in report["plugins"]["broken"])
    assert any(row["part"] == "eSpeak NG" for row in report["optional"])


def test_packages_that_music_needs_are_listed() -> None:
    names = {row["package"] for row in diagnosis.packages()}
    assert {"pretty_midi", "pyfluidsynth", "espeakng-loader", "lightning-fabric"} <= names
