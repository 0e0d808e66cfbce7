"""`muze doctor`'s list of what listening can use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from muze_dataset.parts import DatasetParts
from muzecli.plugin import PartsSource


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing optional: no package is found, and the hub's cache is empty."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("MUZE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("MUZE_PLUGINS", "")
    monkeypatch.setattr("muzecli.packages.find_spec", lambda name: None)
    return tmp_path


def test_every_part_that_is_missing_says_how_to_get_it(bare: Path) -> None:
    assert isinstance(DatasetParts(), PartsSource)
    found = DatasetParts().look()
    assert [part.part for part in found if part.present] == []
    assert len({part.part for part in found}) == len(found) == 9
    assert all(part.how_to_get for part in found)


def test_models_in_the_hubs_cache_are_seen(bare: Path) -> None:
    snapshot = bare / "hub" / "models--Systran--faster-whisper-tiny" / "snapshots" / "1"
    snapshot.mkdir(parents=True)
    (snapshot / "model.bin").touch()
    present = {part.part: part.present for part in DatasetParts().look()}
    assert present["a model for faster-whisper"] == "Systran/faster-whisper-tiny"


def test_a_file_that_is_not_the_known_one_is_told(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = bare / "pretrained.pt"
    other.write_bytes(b"other")
    monkeypatch.setattr("muze_dataset.hearing.voice.packaged.package_file", lambda package, inside: other)
    part = next(part for part in DatasetParts().look() if part.part.startswith("Resemblyzer"))
    assert part.present is None and "is not the file it should be" in part.how_to_get


def test_looking_imports_nothing_heavy() -> None:
    code = (
        "import sys; from muze_dataset.parts import DatasetParts; DatasetParts().look(); "
        "sys.exit(', '.join({'numpy', 'torch', 'transformers', 'pyarrow', 'ray'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
