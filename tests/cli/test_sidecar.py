"""Sidecars: where they stand, what they say, and that they hold no time."""

from __future__ import annotations

from pathlib import Path

from muzecli.console import Console
from muzecli.files import write_json
from muzecli.options import Resolved, Run
from muzecli.sidecar import configuration_id, find_sidecar, read_sidecar, sidecar_document, sidecar_path

RUN = Run(("fx", "apply"), Console(), {"mix": Resolved(0.5, "flag")}, ("fx", "apply", "in.wav", "warm"))


def document(audio: str) -> dict[str, object]:
    return sidecar_document(
        RUN, audio=audio, seed=3, configuration="c", inputs=[{"name": "in.wav", "sha256": "0"}]
    )


def test_a_sidecar_says_how_to_make_it_again() -> None:
    said = document("a.wav")
    assert said["command"] == ["muze", "fx", "apply", "in.wav", "warm"]
    assert said["options"] == {"mix": {"value": 0.5, "source": "flag"}}
    assert said["seed"] == 3
    assert said == document("a.wav")


def test_two_files_of_one_stem_have_two_sidecars(tmp_path: Path) -> None:
    assert sidecar_path(tmp_path / "a.wav") == tmp_path / "a.json"
    write_json(tmp_path / "a.json", document("a.wav"))
    assert sidecar_path(tmp_path / "a.wav") == tmp_path / "a.json"
    assert sidecar_path(tmp_path / "a.flac") == tmp_path / "a.flac.json"
    write_json(tmp_path / "a.flac.json", document("a.flac"))
    assert (find_sidecar(tmp_path / "a.flac") or {})["audio"] == "a.flac"
    assert (find_sidecar(tmp_path / "a.wav") or {})["audio"] == "a.wav"
    assert find_sidecar(tmp_path / "b.wav") is None


def test_a_strangers_json_is_no_sidecar_and_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"mine": 1}')
    assert read_sidecar(tmp_path / "a.json") is None
    assert sidecar_path(tmp_path / "a.wav") == tmp_path / "a.wav.json"


def test_configurations_differ_by_content_alone() -> None:
    assert configuration_id({"a": 1, "b": [1.5]}) == configuration_id({"a": 1, "b": [1.5]})
    assert configuration_id({"a": 1}) != configuration_id({"a": 2})


def test_a_preset_fills_only_what_nothing_else_set() -> None:
    run = Run((), Console(), {"mix": Resolved(0.5, "flag"), "tail": Resolved("auto", "default")})
    filled = run.with_preset({"mix": 0.1, "tail": "none", "other": 1}, "lofi")
    assert filled.options["mix"] == Resolved(0.5, "flag")
    assert filled.options["tail"] == Resolved("none", "preset lofi")
    assert "other" not in filled.options
