"""A bundle with random weights, and a text encoder without any."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ldm.bundles import ToyEncoder, write_bundle

from muze_ldm.engine import wishes


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("bundle"), text_width=16)


@pytest.fixture(autouse=True)
def toy_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wishes, "_encoder", lambda name, device: ToyEncoder())
