"""What makes no sense is refused with its code, before anything is rendered or written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.generate.conftest import Generate, Register
from tests.generate.fakes import FakeEngine

from muze_generate.asking.request import RANGES
from muzecli.entrypoints import EntryPoint
from muzecli.lazy import load_command
from muzecli.testing import check_commands

POP = ("--prompt", "upbeat pop song", "--seed", "1")

REFUSED = [
    ((), 2, "a song needs --prompt"),
    (("--prompt", ""), 2, "--prompt must say what the music is like"),
    (("--prompt", "   "), 2, "it is empty"),
    (("--prompt", "xyzzy qwrtp"), 76, "says nothing about music"),
    ((*POP, "--duration", "-3"), 2, "duration"),
    ((*POP, "--duration", "4"), 2, "duration"),
    ((*POP, "--duration", "601"), 2, "duration"),
    ((*POP, "--duration", "nan"), 2, "not a number"),
    ((*POP, "--key", "H"), 2, "--key: a key is a note"),
    ((*POP, "--time-signature", "4/3"), 2, "--time-signature"),
    ((*POP, "--tempo", "4000"), 2, "tempo"),
    ((*POP, "--template", "nowhere"), 78, "there is no template named 'nowhere'"),
    ((*POP, "--genre", "nowhere"), 78, "nowhere"),
    ((*POP, "--candidates", "0"), 2, "candidates"),
    ((*POP, "--candidates", "two"), 2, "candidates"),
    ((*POP, "--planner", "nobody"), 2, "no planner named 'nobody'"),
    ((*POP, "--composer", "nobody"), 2, "no composer named 'nobody'"),
    ((*POP, "--scorer", "nobody"), 2, "no scorer named 'nobody'"),
    ((*POP, "--device", "toaster"), 2, "--device must be"),
    ((*POP, "--loudness", "loud"), 2, "--loudness must be"),
    ((*POP, "--loudness", "3"), 2, "--loudness must be"),
    ((*POP, "--bit-depth", "12", "-o", "x.wav"), 2, "WAV holds 8, 16, 24, 32, 64 bit, not 12"),
    ((*POP, "--bit-depth", "16", "-o", "x.mp3"), 2, "lossy"),
    ((*POP, "--sample-rate", "96000", "-o", "x.mp3"), 2, "MP3 holds the rates"),
    ((*POP, "-o", "x.xyz"), 2, "must end in one of"),
    ((*POP, "--plan", "missing.json"), 66, "missing.json of --plan does not exist"),
    ((*POP, "--init-audio", "missing.wav"), 66, "missing.wav of --init-audio does not exist"),
    ((*POP, "--continue-from", "folder"), 66, "is a folder"),
    ((*POP, "--model", "./nowhere"), 66, "--model must be a name or a folder"),
    ((*POP, "--vae-checkpoint", "./nowhere"), 66, "./nowhere of --vae-checkpoint does not exist"),
    ((*POP, "--strength", "0.5"), 2, "--strength says how much"),
    ((*POP, "--regenerate-section", "1"), 2, "belong together"),
    (("--of", "tone.wav"), 2, "belong together"),
    (("--of", "tone.wav", "--regenerate-section", "0", "--tempo", "90"), 2, "--tempo would make another"),
    (("--of", "tone.wav", "--regenerate-section", "0", "--loudness", "-9"), 2, "--loudness would change it"),
    (("--of", "tone.wav", "--regenerate-section", "-1"), 2, "counted from 0"),
    (("--of", "tone.wav", "--regenerate-section", "0"), 65, "has no sidecar with a plan"),
    ((*POP, "--init-audio", "tone.wav", "--continue-from", "tone.wav"), 2, "cannot go together"),
    ((*POP, "--init-audio", "text.wav"), 65, "text.wav"),
    (("--prompt", "-", "--plan", "-"), 2, "standard input can be one thing"),
    ((*POP, "--engine-option", "level"), 2, "must be NAME=VALUE"),
    ((*POP, "--steps", "3", "--engine-option", "steps=4"), 2, "is given by --steps, too"),
    ((*POP, "--eta", "0.3", "-o", "x.wav"), 2, "the engine 'fake' has no option 'eta'"),
    ((*POP, "-o", "-", "--stems"), 2, "--stems writes several files"),
    ((*POP, "-o", "-", "--json"), 2, "both write to standard output"),
    ((*POP, "--midi", "x.wav", "-o", "x.wav"), 2, "two are named x.wav"),
    ((*POP, "--batch", "text.wav"), 2, "--batch holds the prompts"),
    ((*POP, "-o", "tone.wav"), 73, "tone.wav already exists"),
    ((*POP, "-o", "text.wav/x.wav"), 74, "must be a folder"),
    (
        (*POP, "--init-audio", "tone.wav", "-o", "tone.wav", "--overwrite"),
        2,
        "must not replace what it is made from",
    ),
    (("--plan", "plan.json", "--duration", "60"), 2, "muze plan plan.json --duration"),
    (("--plan", "plan.json", "--template", "aaba"), 2, "--template would make others"),
    (("--plan", "bad.json"), 65, "bad.json: line"),
    (("--plan", "text.wav"), 66, "no sidecar with a plan"),
]


@pytest.fixture
def files(here: Path) -> Path:
    soundfile.write(here / "tone.wav", 0.1 * np.sin(np.arange(16_000) / 10), 16_000)
    (here / "text.wav").write_text("no audio at all, only words")
    (here / "folder").mkdir()
    plan = {
        "schema": "muze.plan/1",
        "genre": "pop",
        "tempo_bpm": 120,
        "key": "C major",
        "time_signature": "4/4",
        "sections": [{"type": "verse", "bars": 4, "energy": 0.5, "chords": ["C:maj"] * 4}],
    }
    (here / "plan.json").write_text(json.dumps(plan))
    (here / "bad.json").write_text(json.dumps(plan | {"key": "H major"}, indent=1))
    return here


@pytest.mark.parametrize(("words", "code", "message"), REFUSED, ids=lambda value: str(value)[:60])
def test_a_refusal(words: tuple[str, ...], code: int, message: str, files: Path, generate: Generate) -> None:
    before = sorted(path.name for path in files.iterdir())
    done = generate(*words)
    assert done.code == code, done.err
    assert message in done.err
    assert sorted(path.name for path in files.iterdir()) == before
    assert not FakeEngine.calls or "no option" in message


def test_a_key_of_another_mode_says_how_to_get_there(files: Path, generate: Generate) -> None:
    done = generate("--plan", "plan.json", "--key", "A minor", "-o", "x.wav")
    assert done.code == 2
    assert "muze plan plan.json --key 'A minor' -o -" in done.err


def test_a_plan_of_an_hour_is_too_long(files: Path, generate: Generate) -> None:
    plan = json.loads((files / "plan.json").read_text())
    plan["sections"] = [{"type": "verse", "bars": 1000, "energy": 0.5}]
    (files / "long.json").write_text(json.dumps(plan))
    done = generate("--plan", "long.json", "-o", "x.wav")
    assert (done.code, "lasts at most 600 s" in done.err) == (2, True)


def test_an_engine_that_cannot_rework_is_named(files: Path, generate: Generate) -> None:
    done = generate(*POP, "--init-audio", "tone.wav", "-o", "x.wav", engine="plain")
    assert done.code == 2
    assert "the engine 'plain' plays whole plans and cannot rework audio" in done.err


def test_an_engine_that_gives_nonsense_is_a_bug(generate: Generate, here: Path) -> None:
    done = generate(*POP, "--engine-option", "broken=true", "-o", "x.wav")
    assert (done.code, "must give finite samples" in done.err) == (70, True)
    assert list(here.iterdir()) == []


def test_auto_says_aloud_what_it_fell_to(register: Register, generate: Generate, here: Path) -> None:
    register("engines", "ldm", "WeightlessEngine")
    register("engines", "sampler", "FakeEngine")
    done = generate(*POP, "--duration", "8", "-o", "x.wav", engine=None)
    assert done.code == 0, done.err
    assert "the weights of 'tiny' are not here (get them); the engine 'sampler' plays instead" in done.err
    assert json.loads((here / "x.json").read_text())["generation"]["engine"] == "sampler"


@pytest.mark.parametrize("words", [("--steps", "3"), ("--model", "tiny"), ("--init-audio", "tone.wav")])
def test_auto_does_not_fall_where_only_the_model_can(
    words: tuple[str, ...], register: Register, generate: Generate, files: Path
) -> None:
    register("engines", "ldm", "WeightlessEngine")
    done = generate(*POP, *words, "-o", "x.wav", engine=None)
    assert (done.code, "the weights of 'tiny' are not here" in done.err) == (69, True), done.err


def test_the_ranges_of_the_command_line_are_those_of_the_request() -> None:
    command = load_command(EntryPoint("muze.commands", "generate", "muze_generate.cli:generate", "muze 0"))
    for param in command.params:
        if param.name in RANGES:
            assert (param.type.min, param.type.max) == RANGES[param.name], param.name


def test_the_command_keeps_the_contract(register: Register) -> None:
    assert check_commands("muze_generate") == []
