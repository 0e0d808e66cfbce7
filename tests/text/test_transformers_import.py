"""A neighbour package that cannot load counts as absent; the hub client stays off the network."""

import os
import sys

import pytest

from muzecli.text.transformers_import import hide_broken_packages, hub_offline


@pytest.fixture
def broken_torchaudio(tmp_path, monkeypatch):
    package = tmp_path / "torchaudio"
    package.mkdir()
    (package / "__init__.py").write_text("from torchaudio import lib\nraise OSError('libcudart.so.13')\n")
    (package / "lib.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [m for m in sys.modules if m.split(".")[0] == "torchaudio"]:
        monkeypatch.delitem(sys.modules, name)
    yield
    for name in [m for m in sys.modules if m.split(".")[0] == "torchaudio"]:
        del sys.modules[name]


def test_a_package_that_cannot_load_is_hidden(broken_torchaudio):
    import importlib.util

    assert importlib.util.find_spec("torchaudio") is not None
    assert hide_broken_packages() == ["torchaudio"]
    assert importlib.util.find_spec("torchaudio") is None
    assert "torchaudio.lib" not in sys.modules
    with pytest.raises(ModuleNotFoundError):
        import torchaudio  # noqa: F401
    assert hide_broken_packages() == []


def test_hub_offline_is_restored(monkeypatch):
    import huggingface_hub.constants as constants

    # Whatever the variable was when the client was first imported, in this test or before it.
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with hub_offline():
        assert os.environ["HF_HUB_OFFLINE"] == "1"
        assert constants.HF_HUB_OFFLINE is True
    assert "HF_HUB_OFFLINE" not in os.environ
    assert constants.HF_HUB_OFFLINE is False
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    with hub_offline():
        assert constants.HF_HUB_OFFLINE is True
    assert os.environ["HF_HUB_OFFLINE"] == "0"
    assert constants.HF_HUB_OFFLINE is False
