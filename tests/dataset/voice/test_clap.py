"""Which space the vectors of a recording lie in: CLAP's, else another scorer's and marked; and reasons without."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.evaluate.laion.tiny import write_tiny_clap
from tests.scorers import Wide, register

from muze_dataset.extractors.clap import Clap
from muzecli.errors import BadDataError, ConfigError, UnavailableError
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.listening.options import options_with
from muzecli.plugin import scorers

RATE_HZ = 48_000
VARIABLE = "MUZE_CLAP_MODEL"
LAION = "muze_evaluate.laion.scorer:LaionClap"
SOUND, TEXT = "clap_audio_embedding", "clap_text_embedding"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("transformers")
    return write_tiny_clap(tmp_path_factory.mktemp("clap"))


@pytest.fixture(autouse=True)
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("MUZE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv(VARIABLE, raising=False)
    register(monkeypatch, clap=LAION)


def recording(seconds: float, prompt: Finding | None = None, **options: Any) -> Heard:
    samples = np.random.default_rng(0).standard_normal((2, round(seconds * RATE_HZ))).astype(np.float32) * 0.1
    findings = {"prompt": prompt or Finding("warm tape", "grammar")}
    return Heard(samples=samples, rate_hz=RATE_HZ, findings=findings, options=options_with(options))


def test_they_are_the_scorers_vectors(model: Path) -> None:
    heard = recording(14.0, clap_model=str(model))
    found = Clap().extract(heard)
    scorer = scorers.get("clap").of(str(model))  # type: ignore[attr-defined]
    np.testing.assert_allclose(found[SOUND].value, scorer.embed_audio([(heard.audio, RATE_HZ)])[0], atol=1e-6)
    np.testing.assert_allclose(found[TEXT].value, scorer.embed_texts(["warm tape"])[0], atol=1e-6)
    assert found[SOUND].method == f"scorer clap ({model.name}), mean of all windows of 10 s"
    assert found[SOUND].fallback is None


def test_a_recording_without_a_prompt(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(model))
    found = Clap().extract(recording(0.1, absent("nobody wrote one")))
    assert len(found[SOUND].value) == 512
    assert found[TEXT].reason == "there is no prompt: nobody wrote one"


def test_without_weights_there_is_the_command_that_gets_them() -> None:
    for finding in Clap().extract(recording(1.0)).values():
        assert finding.reason is not None
        assert "no weights of CLAP are on this machine (hf download laion/" in finding.reason


def test_what_was_asked_for_must_be_there(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = options_with({"clap_model": str(tmp_path / "nowhere")})
    with pytest.raises(UnavailableError, match="the CLAP that was asked for: there is no weights file"):
        Clap().depends_on(asked)
    other = shutil.copytree(model, tmp_path / "other")
    (other / "config.json").write_text('{"model_type": "t5"}')
    with pytest.raises(BadDataError, match="must be that of a CLAP"):
        Clap().depends_on(options_with({"clap_model": str(other)}))
    register(monkeypatch, wide="Wide")
    with pytest.raises(UnavailableError, match="no scorer named 'clap' is installed"):
        Clap().depends_on(asked)
    register(monkeypatch, clap=LAION, wide="Wide")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(ConfigError, match=VARIABLE):  # and nobody stands in for what was named
        Clap().depends_on(options_with({}))


def test_a_scorer_of_the_right_width_stands_in_and_is_marked(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, clap=LAION, a_narrow="Bands", wide="Wide")
    for finding in Clap().extract(recording(1.0)).values():
        assert len(finding.value) == 512
        assert finding.method.startswith("scorer wide") and finding.fallback is not None
        assert finding.fallback.startswith("another model's space: no weights of CLAP")
    monkeypatch.setenv(VARIABLE, str(model))
    assert Clap().extract(recording(1.0))[SOUND].fallback is None


def test_whatever_changes_vectors_changes_the_key(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = Clap().depends_on(options_with({}))
    register(monkeypatch, clap=LAION, wide="Wide")
    stand_in = Clap().depends_on(options_with({}))
    monkeypatch.setattr(Wide, "sha256", "cd" * 32)
    other_weights = Clap().depends_on(options_with({}))
    own = Clap().depends_on(options_with({"clap_model": str(model)}))
    keys = [nobody, stand_in, other_weights, own]
    assert all(a != b for i, a in enumerate(keys) for b in keys[:i])
    monkeypatch.setenv(VARIABLE, str(model))  # however it was found, it is the same model
    assert Clap().depends_on(options_with({})) == own


def test_damaged_weights_are_a_reason(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = shutil.copytree(model, tmp_path / "damaged")
    (damaged / "model.safetensors").write_bytes(b"no")
    monkeypatch.setenv(VARIABLE, str(damaged))
    found = Clap().extract(recording(1.0))
    assert "must hold a whole Clap" in str(found[SOUND].reason)
