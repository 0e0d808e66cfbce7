"""`muze models list|info`."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from muzecli.commands.models import by_part, counted
from muzecli.commands.models import info as command
from muzecli.console import Console
from muzecli.options import Run
from muzecli.presets import all_presets
from muzecli.training.stored import write_model
from tests.conftest import Muze


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A model's folder beside others, with 4 + 15 values in two parts."""
    folder = tmp_path / "run" / "planner"
    tensors = {"trunk.0.weight": torch.zeros(3, 5), "head.bias": torch.zeros(4)}
    write_model(folder, tensors, kind="planner", config={"width": 3}, about={"step": 7}, dtype=torch.bfloat16)
    return folder


def info(muze: Muze, *words: str | Path) -> dict[str, Any]:
    done = muze("models", "info", *words, "--json")
    assert done.returncode == 0, done.stderr.decode()
    document: dict[str, Any] = json.loads(done.stdout)
    assert document["schema"] == "muze.model-info/1"
    assert sum(part["parameters"] for part in document["parts"]) == document["parameters"]
    return document


def test_presets_and_trained_models_are_listed(muze: Muze) -> None:
    rows = json.loads(muze("models", "list", "--json").stdout)["models"]
    presets = {row["name"] for row in rows if row["is"] == "preset"}
    assert presets == {preset.name for preset in all_presets("models")} >= {"spec-unet-320", "planner-tiny"}
    assert "planner" in [row["name"] for row in rows if row["is"] == "trained"]
    assert b"spec-unet-320" in muze("models", "list").stdout


def test_one_broken_preset_hides_no_other(muze: Muze, clean_env: dict[str, str]) -> None:
    folder = Path(clean_env["XDG_CONFIG_HOME"]) / "muze" / "presets" / "models"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("schema: muze.model-preset/1\nkind: planner\nsize: 3\n")
    done = muze("models", "list")
    assert b"unknown key 'size'" in done.stderr and b"planner-tiny" in done.stdout


def test_a_preset_is_counted_by_part(muze: Muze) -> None:
    document = info(muze, "planner-tiny")
    assert (document["kind"], document["source"]) == ("planner", "preset")
    assert document["bytes"] == {"fp32": 4 * document["parameters"], "bf16": 2 * document["parameters"]}
    wider = info(muze, "models/planner-tiny", "--set", "model.width=64")
    assert wider["parameters"] > 2 * document["parameters"]
    deeper = info(muze, "planner-tiny", "--depth", "2")
    assert deeper["parameters"] == document["parameters"] and len(deeper["parts"]) > len(document["parts"])
    said = muze("models", "info", "planner-tiny").stdout.decode().splitlines()
    assert said[0] == f"planner-tiny (planner): {counted(document['parameters'])} parameters"
    assert said[-1].split()[:3] == ["all", f"{document['parameters']:,}", "100.0%"]


def test_the_largest_needs_no_memory(muze: Muze) -> None:
    document = info(muze, "spec-unet-768")
    assert document["parameters"] == pytest.approx(6.1e9, rel=0.07)
    assert document["bytes"]["bf16"] > 12e9
    assert {"conditioner", "down", "middle", "up"} < {part["part"] for part in document["parts"]}


PUBLISHED_AUTOENCODERS = {"8": 55e6, "32": 56e6, "64": 125e6, "128": 224e6, "light": 57e6, "heavy": 889e6}


@pytest.mark.parametrize("size", PUBLISHED_AUTOENCODERS)
def test_autoencoders_have_their_published_sizes(size: str) -> None:
    out = io.StringIO()
    command(Run(("models", "info"), Console(json_output=True, out=out)), f"spec-vae-{size}")
    document = json.loads(out.getvalue())
    assert document["parameters"] == pytest.approx(PUBLISHED_AUTOENCODERS[size], rel=0.05)
    assert {part["part"] for part in document["parts"]} >= {"encoder", "decoder"}


def test_there_is_a_preset_of_each_autoencoder() -> None:
    names = {preset.name for preset in all_presets("models") if preset.name.startswith("spec-vae-")}
    assert names == {f"spec-vae-{size}" for size in PUBLISHED_AUTOENCODERS}


def test_a_stored_model_is_measured_by_its_file(muze: Muze, stored: Path) -> None:
    document = info(muze, stored)
    assert (document["kind"], document["source"], document["parameters"]) == ("planner", "trained", 19)
    assert info(muze, stored / "config.json")["path"] == str(stored)
    assert {part["part"]: part["parameters"] for part in document["parts"]} == {"trunk": 15, "head": 4}
    assert (document["config"], document["about"]) == ({"width": 3}, {"step": 7})


def test_what_ships_is_found_by_name(muze: Muze) -> None:
    assert info(muze, "planner")["source"] == "trained"


def test_wrong_names_say_what_to_do(muze: Muze, stored: Path) -> None:
    for words, code, message in (
        (["nonsense"], 2, "there is neither a preset nor a trained model named 'nonsense'"),
        (["gone.yaml"], 66, "the preset file gone.yaml does not exist"),
        ([stored.parent], 66, "name one of those in it: planner"),
        ([stored.parent / "nowhere"], 66, "there is no folder"),
        ([stored / "model.safetensors.txt"], 66, "there is no folder"),
        ([__file__], 65, "a trained model is a folder"),
        ([""], 2, "a model needs a name"),
        ([stored, "--set", "model.width=3"], 2, "--set changes presets"),
        (["planner-tiny", "--set", "model.widht=3"], 78, "did you mean 'width'?"),
        (["planner-tiny", "--set", "model.width=33"], 78, "width must be a multiple of heads"),
    ):
        done = muze("models", "info", *words)
        assert (done.returncode, done.stdout) == (code, b""), words
        assert message in done.stderr.decode()


def test_damaged_models_are_told(muze: Muze, stored: Path) -> None:
    weights = stored / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:20])
    done = muze("models", "info", stored)
    assert done.returncode == 65 and b"model.safetensors is damaged" in done.stderr
    weights.unlink()
    done = muze("models", "info", stored)
    assert done.returncode == 66 and b"must hold model.safetensors" in done.stderr
    (stored / "config.json").write_text("[]")
    assert muze("models", "info", stored).returncode == 65


def test_parts_are_the_first_of_the_names() -> None:
    values = {"a.b.weight": 1, "a.c.0.bias": 2, "scale": 4, "d.weight": 8}
    assert by_part(values, 1) == {"a": 3, "scale": 4, "d": 8}
    assert by_part(values, 2) == {"a.b": 1, "a.c": 2, "scale": 4, "d": 8}
    assert by_part(values, 8) == {"a.b": 1, "a.c.0": 2, "scale": 4, "d": 8}


def test_numbers_are_said_shortly() -> None:
    assert [counted(n) for n in (7, 19_000, 698_612_522, 6_067_563_434)] == [
        "7",
        "19.0 k",
        "698.6 M",
        "6.07 B",
    ]
