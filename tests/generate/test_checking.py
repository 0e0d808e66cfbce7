"""Engines that check beforehand are asked before anything is planned, rendered or written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.generate.conftest import Generate, Register
from tests.generate.fakes import FakeEngine

from muzecli.audio.writer import AudioWriter
from muzecli.errors import OutputError, UnavailableError, UsageError

POP = ("--prompt", "upbeat pop song", "--duration", "8", "--seed", "1")


class StrictEngine(FakeEngine):
    """Wants few steps, and the model that is there."""

    def check(self, options: Mapping[str, Any]) -> None:
        if options.get("steps", 1) > 10:
            raise UsageError("steps must be at most 10")
        if options.get("model", "here") != "here":
            raise UnavailableError("there is no such model", hint="get it")


@pytest.fixture
def strict(register: Register, generate: Generate) -> Register:
    register("engines", "ldm", "tests.generate.test_checking:StrictEngine")
    return register


@pytest.mark.parametrize("engine", ["ldm", "auto"])
@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--steps", "11"), 2, "steps must be at most 10"),
        (("--model", "gone"), 69, "there is no such model"),
        (("--device", "cuda:63"), 69, "the device cuda:63 is not on this machine"),
    ],
)
def test_a_dry_run_finds_it_too(
    words: tuple[str, ...],
    code: int,
    message: str,
    engine: str,
    strict: Register,
    generate: Generate,
    here: Path,
) -> None:
    for dry in ((), ("--dry-run",)):
        done = generate(*POP, *words, *dry, engine=engine)
        assert (done.code, done.out) == (code, "")
        assert message in done.err
    assert list(here.iterdir()) == [] and not FakeEngine.calls


def test_what_is_wrong_with_a_batch_is_told_before_its_first_song(
    strict: Register, generate: Generate, here: Path
) -> None:
    (here / "songs.yaml").write_text("- calm piano\n- {prompt: slow jazz, steps: 11}\n")
    done = generate("--batch", "songs.yaml", engine="ldm")
    assert (done.code, "songs.yaml: song 2: steps must be at most 10" in done.err) == (65, True)
    done = generate("--batch", "songs.yaml", "--model", "gone", engine="ldm")
    assert (done.code, "error: there is no such model" in done.err) == (69, True)
    assert not (here / "songs").exists() and not FakeEngine.calls


def test_auto_plays_a_soundfont_with_the_sampler(strict: Register, generate: Generate, here: Path) -> None:
    strict("engines", "sampler", "tests.generate.test_checking:FontEngine")
    (here / "own.sf2").write_bytes(b"")
    done = generate(*POP, "--soundfont", "own.sf2", "-o", "x.wav", engine=None)
    assert done.code == 0, done.err
    assert json.loads((here / "x.json").read_text())["generation"]["engine"] == "sampler"


class FontEngine(FakeEngine):
    """Takes a SoundFont."""

    def render(self, plan: Any, **more: Any) -> Any:
        assert more["options"].pop("soundfont") == "own.sf2"
        return super().render(plan, **more)


def test_a_strength_of_nothing_is_refused(generate: Generate, here: Path) -> None:
    soundfile.write(here / "tone.wav", 0.1 * np.sin(np.arange(16_000) / 10), 16_000)
    done = generate("--prompt", "pop song", "--init-audio", "tone.wav", "--strength", "0", "-o", "x.wav")
    assert (done.code, "--strength must be above 0" in done.err) == (2, True)


def test_silence_to_start_from_is_told(generate: Generate, here: Path) -> None:
    soundfile.write(here / "none.wav", np.zeros(96_000), 16_000)
    done = generate("--prompt", "pop song", "--init-audio", "none.wav", "-o", "x.wav")
    assert done.code == 0, done.err
    assert "none.wav is silent: there is nothing in it to work on" in done.err


@pytest.mark.parametrize(
    ("free", "message"),
    [
        (0, "cannot write x.wav: the disk is full"),
        (1 << 30, "cannot write x.wav: System error."),
    ],
)
def test_a_full_disk_is_told_by_the_name_that_was_asked_for(
    free: int, message: str, generate: Generate, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(self: AudioWriter, block: object) -> None:
        raise OutputError(".x.wav.part: cannot be written: System error.")  # what libsndfile says

    monkeypatch.setattr(AudioWriter, "write", write)
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=free))
    done = generate("--prompt", "pop song", "--duration", "5", "-o", "x.wav")
    assert (done.code, message in done.err) == (74, True), done.err
    assert list(here.iterdir()) == []
