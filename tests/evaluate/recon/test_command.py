"""The command, in this process, with reconstructors that are made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from muze_evaluate.commands.recon import Request, measured
from muze_evaluate.recon import through
from muzecli.console import Console
from muzecli.errors import BadDataError, FailedError, InputMissingError, OutputExistsError, UsageError
from muzecli.options import Run
from muzecli.registry import Registry

RATE_HZ = 16_000


class Halved:
    """Half the level; remembers what it was asked."""

    name = "halved"
    summary = "half the level"

    def identity(self, model: str | None) -> dict[str, Any]:
        if model == "none":
            raise InputMissingError("there is no model none")
        return {"model": model or "own", "sha256": "ab", "rate_hz": RATE_HZ, "remarks": ["it is made up"]}

    def reconstruct(
        self, samples: np.ndarray, rate_hz: int, *, model: str | None, device: str
    ) -> tuple[np.ndarray, int]:
        made = samples.mean(axis=0, keepdims=True) * np.float32(0.5)
        if model == "nan":
            made[:] = np.nan
        return made, rate_hz


@pytest.fixture(autouse=True)
def _only_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    class Only(Registry[Any]):
        def names(self) -> list[str]:
            return ["halved"]

        def get(self, name: str) -> Any:
            return Halved()

    monkeypatch.setattr(through, "reconstructors", Only("muze.reconstructors", object, "reconstructor"))


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`ref` and `made` with three recordings, the made ones at half the level."""
    monkeypatch.chdir(tmp_path)
    for number in range(3):
        sound = 0.1 * np.random.default_rng(number).standard_normal((8000, 2))
        for folder, gain in (("ref", 1.0), ("made", 0.5)):
            (tmp_path / folder).mkdir(exist_ok=True)
            soundfile.write(tmp_path / folder / f"{number}.wav", gain * sound, RATE_HZ, subtype="FLOAT")
    return tmp_path


@pytest.fixture
def evaluate(folders: Path) -> Callable[..., dict[str, Any]]:
    """Run the command and return its document."""

    def run(*audio: str, **asked: Any) -> dict[str, Any]:
        output = folders / "recon.json"
        request = Request(audio, output=output, overwrite=True, device="cpu", **asked)
        measured(Run(("evaluate", "recon"), Console(verbosity=-1, json_output=False)), request)
        found: dict[str, Any] = json.loads(output.read_text())
        return found

    return run


def values(document: dict[str, Any], group: str = "") -> dict[str, Any]:
    return {f["name"]: f["value"] for f in document["figures"] if f["group"] == group}


def test_two_folders_are_compared_as_they_are(evaluate: Callable[..., dict[str, Any]]) -> None:
    document = evaluate("ref", "made")
    found = values(document)
    assert found["SDR"] == pytest.approx(6.0206, abs=1e-3)
    assert found["level"] == pytest.approx(-6.0206, abs=1e-3)
    assert found["SI-SDR"] == 120.0
    assert [row["id"] for row in document["rows"]] == ["0.wav", "1.wav", "2.wav"]
    assert document["rows"][0]["values"]["channels"] == 2
    assert any("its level differs by -6.0 dB" in line for line in document["warnings"])
    assert document["provenance"]["reference"]["items"] == 3
    assert len(document["curves"][0]["x"]) == 80


def test_the_same_command_gives_the_same_bytes(
    evaluate: Callable[..., dict[str, Any]], folders: Path
) -> None:
    evaluate("ref", "made")
    first = (folders / "recon.json").read_bytes()
    evaluate("ref", "made")
    assert (folders / "recon.json").read_bytes() == first


def test_several_ways_are_several_columns_and_are_kept(
    evaluate: Callable[..., dict[str, Any]], folders: Path
) -> None:
    document = evaluate("ref", through=("halved", "halved:other"), keep=folders / "kept")
    assert {figure["group"] for figure in document["figures"]} == {"halved", "halved:other"}
    assert values(document, "halved")["SDR"] == pytest.approx(6.0206, abs=1e-3)
    assert document["rows"][0]["note"] == "2 channels against 1: their means are compared"
    kept = folders / "kept" / "halved-other" / "1.wav"
    assert document["rows"][4]["path"] == str(kept)
    assert soundfile.info(kept).channels == 1
    sidecar = json.loads(kept.with_suffix(".json").read_text())
    assert sidecar["through"]["model"] == "other" and sidecar["weights"] == [
        {"name": "halved", "sha256": "ab"}
    ]
    assert sidecar["inputs"][0]["name"] == "ref/1.wav"
    assert "halved: it is made up" in document["warnings"]
    assert document["provenance"]["through"]["halved"]["sha256"] == "ab"
    request = Request(["ref"], through=("halved",), keep=folders / "kept", device="cpu")
    with pytest.raises(OutputExistsError, match="already exist"):
        measured(Run((), Console(verbosity=-1)), request)


def test_a_recording_that_fails_spares_the_rest(
    evaluate: Callable[..., dict[str, Any]], folders: Path
) -> None:
    (folders / "made" / "1.wav").write_bytes(b"RIFF not audio at all")
    with pytest.raises(FailedError, match="1 item could not be measured"):
        evaluate("ref", "made")
    document = json.loads((folders / "recon.json").read_text())
    assert [failure["id"] for failure in document["failed"]] == ["1.wav"]
    assert len(document["rows"]) == 2


def test_what_is_missing_is_refused_unless_partial(
    evaluate: Callable[..., dict[str, Any]], folders: Path
) -> None:
    (folders / "made" / "2.wav").unlink()
    with pytest.raises(InputMissingError, match=r"only in ref: 2\.wav"):
        evaluate("ref", "made")
    document = evaluate("ref", "made", partial=True)
    assert document["missing"] == ["only in ref: 2.wav"] and len(document["rows"]) == 2


def test_nothing_measured_is_a_failure(evaluate: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises(
        FailedError, match=r"none of 3 pairs could be measured: 0\.wav: what comes back .* numbers"
    ):
        evaluate("ref", through=("halved:nan",))


@pytest.mark.parametrize(
    ("audio", "asked", "message"),
    [
        (["ref"], {}, "there must be two arguments, REF and EVAL; found 1"),
        (["ref"], {"through": ("other",)}, "NAME one of halved; found 'other'"),
        (["ref"], {"through": ("halved:",)}, "must name a model after the colon"),
        (["ref"], {"through": ("halved", "halved")}, "must be there once"),
        (["ref", "made"], {"keep": Path("kept")}, "there is no --through"),
        (["ref"], {"keep": Path("ref/kept"), "through": ("halved",)}, "a folder outside of the recordings"),
        (["ref", "made"], {"device": "gpu"}, "--device must be auto"),
        (["ref/0.wav", "made"], {}, "both must be recordings or both must be sets"),
    ],
)
def test_what_makes_no_sense_is_refused(
    folders: Path, audio: list[str], asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        measured(Run((), Console(verbosity=-1)), Request(audio, **asked))


def test_models_are_looked_for_before_anything_is_read(folders: Path) -> None:
    with pytest.raises(InputMissingError, match="there is no model none"):
        measured(Run((), Console(verbosity=-1)), Request(["nowhere"], through=("halved:none",)))


def test_a_rate_that_recordings_lack_fails_each(evaluate: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises((FailedError, BadDataError), match="at least 44100 Hz"):
        evaluate("ref", "made", rate_hz=44_100)
