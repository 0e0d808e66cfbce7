"""`muze train planner` from dataset to report: tiny, interrupted, refused, and with real-looking tracks."""

from __future__ import annotations

import io
import json
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Muze

from muze_plan.model.config import KIND, PlannerConfig, PlannerKind
from muze_plan.model.forms import Form, FormSection
from muze_plan.model.sampling import sample_sections
from muze_plan.model.training import TrainPlannerRequest, split_forms, train_planner
from muzecli.console import Console
from muzecli.errors import BadDataError, ConfigError, InterruptedRunError, OutputExistsError, UsageError
from muzecli.options import Run
from muzecli.presets import all_presets
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import SectionType
from muzecli.training.presets import load_model_preset

KINDS = ["intro", "verse", "chorus", "verse", "chorus", "outro"]


def dataset(folder: Path, count: int = 40, **changes: Any) -> Path:
    """A dataset as somebody might write it by hand: tempo and segments in seconds, little else."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for number in range(count):
        tempo = 90.0 + number
        bar_s = 240.0 / tempo
        lengths = [4, 8, 8, 8 - number % 2 * 4, 8, 4]
        borders = [sum(lengths[:n]) * bar_s for n in range(len(lengths) + 1)]
        track = {
            "schema": "muze.track/3.1",
            "audio_path": f"audio/{number}.flac",
            "track_id": f"song {number}",
            "duration": borders[-1],
            "sample_rate": 44_100,
            "genre": "Rock" if number % 2 else "Synth-Pop",
            "tempo": tempo,
            "segments": [
                {"type": kind, "start": start, "end": end, "has_vocals": kind in ("verse", "chorus")}
                for kind, start, end in zip(KINDS, borders, borders[1:], strict=False)
            ],
            "split": "test" if number % 10 == 0 else "valid" if number % 10 == 1 else "train",
        }
        lines.append(
            json.dumps({key: value for key, value in (track | changes).items() if value is not None})
        )
    (folder / "dataset.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def run(out: io.StringIO | None = None, *, as_json: bool = False) -> Run:
    return Run(("train", "planner"), Console(verbosity=-1, json_output=as_json, out=out or io.StringIO()))


def request(tmp_path: Path, **changes: Any) -> TrainPlannerRequest:
    if not (tmp_path / "forms").exists():
        dataset(tmp_path / "forms")
    plain = TrainPlannerRequest(
        annotations=(tmp_path / "forms",),
        output=tmp_path / "out",
        preset="planner-tiny",
        steps=12,
        assignments=("model.width=16", "training.check_every=5"),
        device="cpu",
    )
    return replace(plain, **changes)


def test_a_planner_is_trained_measured_and_drawn_from(tmp_path: Path) -> None:
    out = io.StringIO()
    train_planner(run(out, as_json=True), request(tmp_path))
    document = json.loads(out.getvalue())
    assert document["schema"] == "muze.train.planner/1"
    assert document["songs"] == {"train": 32, "valid": 4, "test": 4}
    assert document["sections"] == 24
    assert document["genres"] == ["rock", "synth_pop"]
    assert set(document["models"]) == {"planner", "template", "n-gram"}
    for figures in document["models"].values():
        assert figures["section_nats"]["low"] <= figures["section_nats"]["mean"]
        assert figures["energy_nats"]["mean"] == 0.0  # never measured, never counted
    folder = tmp_path / "out"
    report = json.loads((folder / "report.json").read_text())
    assert report["models"] == document["models"]
    assert "| planner |" in (folder / "README.md").read_text()
    assert not list(folder.glob(".muze*"))
    sections = sample_sections(
        genre="rock",
        tempo_bpm=120.0,
        time_signature=TimeSignature(),
        bars=40,
        energy=0.5,
        has_vocals=True,
        seed=1,
        model=folder,
    )
    assert sum(section.bars for section in sections) == 40


def test_the_result_is_said_plainly(tmp_path: Path) -> None:
    out = io.StringIO()
    train_planner(run(out), request(tmp_path, steps=1))
    assert "24 sections of 4 songs not learned from" in out.getvalue()
    assert "the planner does NOT clearly beat the template baseline in" in out.getvalue()
    assert out.getvalue().endswith(f"{tmp_path / 'out'}\n")


def test_ctrl_c_saves_and_the_same_command_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from muze_plan.model.task import PlannerTask

    train_planner(run(), request(tmp_path, output=tmp_path / "whole"))
    calls = []
    loss = PlannerTask.loss

    def interrupted(self: PlannerTask, *args: Any) -> Any:
        calls.append(1)
        if len(calls) == 7:
            os.kill(os.getpid(), signal.SIGINT)
        return loss(self, *args)

    monkeypatch.setattr(PlannerTask, "loss", interrupted)
    with pytest.raises(InterruptedRunError, match="stopped at step 7 of 12"):
        train_planner(run(), request(tmp_path))
    with pytest.raises(ConfigError, match=r"another configuration: training\.lr was"):
        train_planner(run(), request(tmp_path, lr=0.5))
    train_planner(run(), request(tmp_path))
    same = ("model.safetensors", "report.json", "log.csv", "README.md")
    for name in same:
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
    with pytest.raises(OutputExistsError, match="holds a finished training run"):
        train_planner(run(), request(tmp_path))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"epochs": 2.0}, UsageError, "--epochs and --steps both"),
        ({"device": "tpu"}, UsageError, "--device must be"),
        ({"preset": "planner-huge"}, ConfigError, "no preset named 'planner-huge'"),
        ({"assignments": ("model.heads=5",)}, ConfigError, "width must be a multiple of heads"),
        ({"max_tracks": 1}, BadDataError, "songs to learn from and songs held out, and there are 0 and 1"),
    ],
)
def test_what_cannot_be(tmp_path: Path, changes: dict[str, Any], error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        train_planner(run(), request(tmp_path, **changes))
    assert not (tmp_path / "out").exists()


def test_a_wrong_track_is_named_by_line(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "forms", 3)
    with (folder / "dataset.jsonl").open("a") as stream:
        stream.write('{"schema": "muze.track/3.1", "track_id": "x"}\n')
    with pytest.raises(BadDataError, match=r"dataset\.jsonl.*line 4|line 4"):
        train_planner(run(), request(tmp_path))


def form(name: str, split: str) -> Form:
    section = FormSection(SectionType.VERSE, 8, 0.5, True)
    return Form(name, split, None, 120.0, TimeSignature(), 0.5, True, (section,))


def test_songs_held_out_are_never_learned_from() -> None:
    forms = [form("a", "train"), form("b", "train"), form("c", "valid")]
    assert split_forms(forms).counts() == {"train": 2, "valid": 1, "test": 1}
    split = split_forms(forms, [form("b", "train"), form("d", "test")])
    assert [f.song for f in split.train] == ["a", "c"]
    assert ([f.song for f in split.valid], [f.song for f in split.test]) == (["b"], ["d"])


def test_epochs_become_steps(tmp_path: Path) -> None:
    train_planner(run(), request(tmp_path, steps=None, epochs=2.0))
    stored = json.loads((tmp_path / "out" / "run.json").read_text())
    assert stored["configuration"]["training"]["steps"] == 2


def test_the_executable(tmp_path: Path, muze: Muze) -> None:
    dataset(tmp_path / "forms")
    words = ("train", "planner", "--annotations", tmp_path / "forms", "-o", "out", "--preset", "planner-tiny")
    done = muze(*words, "--steps", "3", "--device", "cpu", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["songs"]["train"] == 32
    assert b"32 songs to learn from, 4 to choose by, 4 to report on; 3 steps on cpu" in done.stderr
    again = muze(*words, "--steps", "3")
    assert again.returncode == 73
    assert b"out holds a finished training run" in again.stderr
    missing = muze("train", "planner", "--annotations", "nowhere", "-o", "else")
    assert missing.returncode == 66
    assert muze(*words, "--overwrite", "--set", "model.heads=3").returncode == 78


def test_the_command_keeps_the_contract() -> None:
    from muze_plan.cli_train import planner
    from muzecli.lazy import make_command

    command = make_command(planner, ("train", "planner"))
    assert command.help is not None and command.help.count("muze train planner ") == 2
    flags = {flag for param in command.params for flag in param.opts}
    wanted = "annotations valid output preset epochs steps batch-size lr device seed resume overwrite max-tracks set"
    assert {f"--{name}" for name in (*wanted.split(), "json")} <= flags


def test_every_shipped_preset_builds() -> None:
    found = [preset.name for preset in all_presets("models") if preset.name.startswith("planner-")]
    assert found == ["planner-small", "planner-tiny"]
    for name in found:
        preset = load_model_preset(name, kind=KIND)
        assert preset.settings().steps > 0
        assert isinstance(preset.config(PlannerKind.config_type), PlannerConfig)
