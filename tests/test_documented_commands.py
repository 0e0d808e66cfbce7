"""Every command in the README and in the commands' own help is run, as written, in a folder with such files."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from muze_evaluate.document import SCHEMA, Evaluation, Figure
from muze_plan.planner import TemplatePlanner
from muzecli.entrypoints import all_entry_points
from muzecli.files import write_json
from muzecli.lazy import load_command
from muzecli.registry import COMMANDS
from muzecli.song.dataset import write_dataset
from muzecli.song.documents import document_text, plan_document
from muzecli.song.plan import PlanRequest
from muzecli.song.track import Track
from tests.conftest import REPOSITORY

PRESET = '{"schema": "muze.preset/1", "prompt": "warm", "chain": [{"effect": "tape", "drive_db": 4}]}'


def indented_commands(page: str) -> list[str]:
    """The indented lines of a page that call muze."""
    lines = (REPOSITORY / page).read_text(encoding="utf-8").splitlines()
    return [
        line.strip() for line in lines if line.startswith("    ") and "muze " in line and "make" not in line
    ]


def readme_commands() -> list[str]:
    """Those of the README."""
    return indented_commands("README.md")


def page_commands() -> list[str]:
    """Those of the pages whose commands need nothing but the files here."""
    return indented_commands("docs/dataset.md")


def help_commands() -> list[str]:
    """The examples at the end of every command's help."""
    found: list[str] = []
    for entry in all_entry_points():
        if entry.group == COMMANDS and entry.attribute and entry.distribution.startswith("muze "):
            text = load_command(entry).help or ""
            found += [line.strip() for line in text.partition("Examples:\n")[2].splitlines() if line.strip()]
    return list(dict.fromkeys(found))


def docs_presets() -> list[str]:
    """The commands at the head of the shipped presets."""
    heads = [
        path.read_text(encoding="utf-8").splitlines()[0] for path in (REPOSITORY / "presets").rglob("*.yaml")
    ]
    return [re.sub(r"^#\s*", "", head) for head in sorted(heads)]


def embedding(seed: int) -> tuple[float, ...]:
    """Some voice's."""
    return tuple(np.random.default_rng(seed).standard_normal(256).tolist())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that the documentation speaks of."""
    work = tmp_path / "work"
    (work / "takes").mkdir(parents=True)
    rng = np.random.default_rng(0)
    tone = 0.2 * np.sin(np.arange(11_025) / 20)[:, None] + 0.02 * rng.standard_normal((11_025, 2))
    wavs = [
        *("in", "song", "dry", "treated", "voice", "take", "beat", "guitar", "snare", "mix", "drums", "lead"),
        *("pad", "takes/one", "takes/two"),
    ]
    for name in [*(f"{w}.wav" for w in wavs), "in.flac", "voice.flac", "in.ogg"]:
        soundfile.write(work / name, tone, 44_100)
    (work / "songs").mkdir()
    for number in range(3):  # recordings to learn from
        sound = 0.1 * np.random.default_rng(number).standard_normal((33_075, 2))
        soundfile.write(work / "songs" / f"{number}.wav", sound, 44_100)
    pairs = [
        f"songs/{number}.wav,{words}" for number, words in enumerate(("calm piano", "loud drums", "rain"))
    ]
    (work / "pairs.csv").write_text("\n".join(["audio,prompt", *pairs]))
    for metric in ("control", "fad"):  # evaluations to report on
        figures = (Figure(metric, 0.5, 0.4, 0.6, 3, better="higher"),)
        write_json(work / f"{metric}.json", {"schema": SCHEMA, **Evaluation(metric, figures).document()})
    (work / "mine.json").write_text(PRESET)
    (work / "mine.yaml").write_text(PRESET)
    voices = [
        Track(f"songs/{n}.wav", f"{n}", 0.75, 44_100, artist=f"artist {n}", voice_embedding=embedding(n))
        for n in range(3)
    ]
    for name in ("voices.json", "voices.parquet"):
        write_dataset(work / name, voices)
    write_dataset(work / "other.json", voices[:2])
    plan = TemplatePlanner().plan(PlanRequest("pop song", seed=1, template="verse_chorus", duration_s=30))
    (work / "plan.json").write_text(document_text(plan_document(plan)))
    return work


@pytest.fixture(scope="session")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Annotations to train on."""
    made = tmp_path_factory.mktemp("corpus") / "forms"
    words = ["dataset", "synth", "-o", str(made), "--tracks", "40", "--no-audio", "--duration", "60-120"]
    subprocess.run([sys.executable, "-m", "muzecli", *words], check=True, capture_output=True)
    return made


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small corpus with audio, and models that learned a little of it: `corpus`, `checkpoints/vae` and so on."""
    made = tmp_path_factory.mktemp("trained")
    synth = "dataset synth -o corpus --tracks 4 --duration 6-8 --player plain --no-lyrics --seed 3"
    train = "train {0} --annotations corpus --cache cache -o checkpoints/{0} --preset {0}-micro --steps 2 --seed 1"
    for words in (
        synth,
        train.format("vae"),
        train.format("vocoder"),
        train.format("ldm") + " --vae-checkpoint checkpoints/vae",
    ):
        command = [sys.executable, "-m", "muzecli", *words.split()]
        subprocess.run(command, check=True, capture_output=True, cwd=made)
    return made


def every_command() -> list[str]:
    return list(dict.fromkeys([*readme_commands(), *page_commands(), *help_commands(), *docs_presets()]))


def test_there_is_something_to_run() -> None:
    assert len(readme_commands()) >= 6
    assert len(page_commands()) >= 12
    assert len(help_commands()) >= 25
    assert len(docs_presets()) >= 24


@pytest.mark.parametrize("command", every_command())
def test_a_documented_command_works(
    command: str, folder: Path, clean_env: dict[str, str], request: pytest.FixtureRequest
) -> None:
    target = re.search(r"-o (\S+)|> (\S+)|presets copy \S+ (\S+)", command)
    for name in target.groups() if target else ():
        if name and (folder / name).is_file():  # the documentation names a file that is not there yet
            (folder / name).unlink()
    home = folder.parent / "home"
    command = command.replace("~/", f"{home}/")
    for path in re.findall(rf"> ({re.escape(str(home))}\S+)", command):
        Path(path).parent.mkdir(parents=True)
    if "--annotations forms" in command:
        shutil.copytree(request.getfixturevalue("forms"), folder / "forms")
    if re.search(
        r"--annotations corpus|checkpoints/|evaluate (control|clap|fad|kad|voice) .*corpus|dataset (?!synth)\w+ corpus",
        command,
    ):
        shutil.copytree(request.getfixturevalue("trained"), folder, dirs_exist_ok=True)
    if "evaluate control songs" in command:  # which are to have plans
        plan = json.loads((folder / "plan.json").read_text())
        for audio in sorted((folder / "songs").iterdir()):
            sidecar = {"schema": "muze.sidecar/1", "audio": audio.name, "plan": plan}
            write_json(audio.with_suffix(".json"), sidecar)
    env = clean_env | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{clean_env['PATH']}"}
    # The hub is not reachable in tests, and doctor says so without failing.
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=env,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"{command}\n{done.stderr.decode()}"
