"""A machine on which nothing is, and a tiny CLAP."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.evaluate.laion.tiny import write_tiny_clap

from muze_evaluate.laion.place import VARIABLE


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("transformers")
    return write_tiny_clap(tmp_path_factory.mktemp("clap"))


@pytest.fixture(autouse=True)
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("MUZE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv(VARIABLE, raising=False)
