"""Run `muze generate` in this process, with the fakes registered beside what is installed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.generate.fakes import FakeEngine

from muze_generate.playing import judging
from muze_generate.playing.player import engine_named
from muzecli import entrypoints
from muzecli.app import main
from muzecli.entrypoints import EntryPoint

COMMAND = EntryPoint("muze.commands", "generate", "muze_generate.cli:generate", "muze 0")


@dataclass(frozen=True)
class Done:
    """What a run gave."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Generate = Callable[..., Done]
Register = Callable[[str, str, str], None]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Add an entry point: `register("engines", "fake", "FakeEngine")`; an attribute of `fakes`, or "module:Class"."""
    engine_named.cache_clear()
    entries = [e for e in entrypoints.all_entry_points() if e.group not in ("muze.scorers", "muze.judges")]
    if not any(e.group == COMMAND.group and e.name == COMMAND.name for e in entries):
        entries.append(COMMAND)
    monkeypatch.setattr(entrypoints, "_scan", lambda: tuple(sorted(entries, key=lambda e: (e.group, e.name))))

    def add(registry: str, name: str, attribute: str) -> None:
        group = f"muze.{registry}"
        entries[:] = [e for e in entries if (e.group, e.name) != (group, name)]
        if attribute:
            place = attribute if ":" in attribute else f"tests.generate.fakes:{attribute}"
            entries.append(EntryPoint(group, name, place, "tests 1"))
        engine_named.cache_clear()
        judging._kept.cache_clear()

    return add


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return work


@pytest.fixture
def generate(here: Path, register: Register, capfd: pytest.CaptureFixture[str]) -> Generate:
    """Run the command: `generate("--prompt", "pop song", "-o", "song.wav")`, by the fake unless another is named."""
    register("engines", "fake", "FakeEngine")
    FakeEngine.calls.clear()

    def run(*words: object, engine: str | None = "fake") -> Done:
        capfd.readouterr()
        player = () if engine is None else ("--engine", engine)
        code = main(["generate", *player, "--device", "cpu", *map(str, words)])
        out, err = capfd.readouterr()
        return Done(int(code), out, err)

    return run
