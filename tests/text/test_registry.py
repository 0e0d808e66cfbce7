"""Names and paths to encoders, and the words of each refusal."""

import json
import subprocess
import sys

import pytest

from muzecli.errors import BadDataError, InputMissingError, UnavailableError, UsageError
from muzecli.text import load_text_encoder
from muzecli.text.registry import KNOWN_ENCODERS


@pytest.fixture(autouse=True)
def empty_hub(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("MUZE_CACHE_DIR", str(tmp_path / "cache"))


def test_known_names():
    assert {"minilm", "t5-base", "clap"} <= set(KNOWN_ENCODERS)
    assert load_text_encoder().name == "minilm"


def test_an_unknown_name_gets_suggestions():
    with pytest.raises(UsageError, match="'t5-bse' is not a text encoder") as caught:
        load_text_encoder("t5-bse")
    assert "t5-base" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "repo"),
    [
        ("t5-base", "google-t5/t5-base"),
        ("clap", "laion/clap-htsat-unfused"),
        ("someone/model", "someone/model"),
    ],
)
def test_absent_weights_say_the_command(name, repo):
    with pytest.raises(UnavailableError, match="not on this machine") as caught:
        load_text_encoder(name)
    assert f"hf download {repo} " in caught.value.hint


def test_a_path_with_nothing_there():
    with pytest.raises(InputMissingError, match="no weights file or folder"):
        load_text_encoder("./nowhere")


def test_another_architecture_is_named(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"x")
    with pytest.raises(BadDataError, match="must say the model_type"):
        load_text_encoder(str(tmp_path))
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
    with pytest.raises(BadDataError, match="holds 'gpt2'"):
        load_text_encoder(str(tmp_path))


def test_devices_are_checked():
    with pytest.raises(UsageError, match=r"cpu, cuda, cuda:N or mps.*'gpu'"):
        load_text_encoder("minilm", device="gpu")
    import torch

    absent = f"cuda:{torch.cuda.device_count()}"
    with pytest.raises(UnavailableError, match=f"device {absent} is not on"):
        load_text_encoder("minilm", device=absent)


def test_importing_the_package_is_light():
    script = (
        "import sys, muzecli.text, muzecli.weights;"
        "bad = {'torch', 'numpy', 'transformers', 'tokenizers', 'safetensors'} & set(sys.modules);"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
