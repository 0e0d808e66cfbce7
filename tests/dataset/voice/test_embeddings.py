"""The extractors of voice embeddings: from the voiced parts only, and reasons where they cannot."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from muze_dataset.extractors.ecapa import Ecapa
from muze_dataset.extractors.voice import Voice
from muze_dataset.hearing.voice.ge2e import SpeakerEncoder
from muze_dataset.hearing.voice.packaged import ECAPA_CHECKPOINT, ECAPA_REPO
from muze_dataset.hearing.voice.voiced import voiced_samples
from muzecli.errors import UnavailableError
from muzecli.listening.heard import Finding, Heard, absent

RATE_HZ = 22_050
SPANS = [[1.0, 2.5], [4.0, 5.0]]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "pretrained.pt"
    torch.manual_seed(0)
    torch.save({"model_state": SpeakerEncoder().state_dict()}, path)
    return path


def heard(spans: Any, seed: int = 0, *, vocals: bool = False, **known: Any) -> Heard:
    samples = np.zeros((2, 6 * RATE_HZ), np.float32)
    rng = np.random.default_rng(seed)
    for start_s, end_s in SPANS:
        part = samples[:, round(start_s * RATE_HZ) : round(end_s * RATE_HZ)]
        part[:] = 0.1 * rng.standard_normal(part.shape)
    findings = {
        "fact.voice_activity": absent("near chance") if spans is None else Finding(spans, "known"),
        "material.vocals": Finding(0.5 * samples, "toy") if vocals else absent("nobody asked"),
        **{name: Finding(value, "known") for name, value in known.items()},
    }
    return Heard(samples=samples, rate_hz=RATE_HZ, findings=findings)


def test_voiced_samples_are_the_spans_and_nothing_else() -> None:
    samples = np.tile(np.arange(100, dtype=np.float32), (2, 1))
    joined = voiced_samples(samples, 10, [[0.5, 1.0], [9.0, 12.0]], 10)
    assert joined.tolist() == [5, 6, 7, 8, 9, *range(90, 100)]
    assert voiced_samples(samples, 10, [], 10).size == 0


def test_both_vectors(weights: Path) -> None:
    found = Voice(lambda: weights).extract(heard(SPANS, vocals=True))
    for finding in found.values():
        assert len(finding.value) == 256 and all(isinstance(x, float) for x in finding.value)
        assert np.linalg.norm(finding.value) == pytest.approx(1, abs=1e-4)
    assert "beside it" in found["voice_embedding"].method
    assert "separated vocals" in found["voice_embedding_separated"].method


def test_what_lies_outside_the_spans_does_not_count(weights: Path) -> None:
    voice = Voice(lambda: weights)
    quiet = heard(SPANS)
    busy = heard(SPANS)
    busy.audio[:, : RATE_HZ // 2] = 0.5
    assert voice.extract(quiet)["voice_embedding"] == voice.extract(busy)["voice_embedding"]
    assert voice.extract(quiet)["voice_embedding"] != voice.extract(heard(SPANS, 1))["voice_embedding"]


def test_reasons(weights: Path) -> None:
    def reason(finding_of: Heard) -> str | None:
        return Voice(lambda: weights).extract(finding_of)["voice_embedding"].reason

    assert reason(heard(None)) == "where the voice is was not found: near chance"
    assert reason(heard([])) == "there is no voice"
    assert reason(heard([[1.0, 1.5]])) == "less than 1 s of voice"
    assert reason(heard([[2.6, 3.9]])) == "less than 1 s of voice", "silence is none"
    separated = Voice(lambda: weights).extract(heard(SPANS))["voice_embedding_separated"]
    assert separated.reason == "there are no separated vocals: nobody asked"


def test_without_weights_there_is_the_command_that_gets_them() -> None:
    def missing() -> Path:
        raise UnavailableError("Resemblyzer's weights are not installed", hint="pip install it")

    voice = Voice(missing)
    found = voice.extract(heard(SPANS, vocals=True))
    assert {f.reason for f in found.values()} == {"Resemblyzer's weights are not installed (pip install it)"}
    assert voice.depends_on({})["weights"] is None


def test_the_weights_decide_the_key(weights: Path) -> None:
    assert len(Voice(lambda: weights).depends_on({})["weights"]) == 64


@pytest.fixture
def speechbrain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A SpeechBrain that has the two classes used, tiny, and its checkpoint in a hub cache."""
    package = tmp_path / "site" / "speechbrain"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))

    class Fbank(torch.nn.Module):
        def __init__(self, n_mels: int) -> None:
            super().__init__()
            self.n_mels = n_mels

        def forward(self, samples: torch.Tensor) -> torch.Tensor:
            return samples[:, : samples.shape[1] // self.n_mels * self.n_mels].unflatten(1, (-1, self.n_mels))

    class Network(torch.nn.Module):
        def __init__(self, input_size: int, *, lin_neurons: int, **sizes: Any) -> None:
            super().__init__()
            self.linear = torch.nn.Linear(input_size, lin_neurons)

        def forward(self, bands: torch.Tensor) -> torch.Tensor:
            return self.linear(bands.abs().mean(dim=1))[:, None]

    for name, members in {
        "speechbrain.lobes.features": {"Fbank": Fbank},
        "speechbrain.lobes.models.ECAPA_TDNN": {"ECAPA_TDNN": Network},
    }.items():
        module = types.ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("MUZE_CACHE_DIR", str(tmp_path / "cache"))
    snapshot = tmp_path / "hub" / f"models--{ECAPA_REPO.replace('/', '--')}" / "snapshots" / "1"
    snapshot.mkdir(parents=True)
    torch.manual_seed(0)
    torch.save(Network(80, lin_neurons=192).state_dict(), snapshot / ECAPA_CHECKPOINT)
    return snapshot / ECAPA_CHECKPOINT


def test_ecapa_is_of_the_voice_alone_or_marked(speechbrain: Path) -> None:
    alone = Ecapa().extract(heard(SPANS, vocals=True))["ecapa_embedding"]
    assert len(alone.value) == 192 and np.linalg.norm(alone.value) == pytest.approx(1, abs=1e-4)
    assert alone.fallback is None
    mixed = Ecapa().extract(heard(SPANS))["ecapa_embedding"]
    assert mixed.fallback == "from the mix, there are no separated vocals: nobody asked"
    assert len(Ecapa().depends_on({})["weights"]) == 64


def test_another_checkpoint_is_no_value(speechbrain: Path) -> None:
    torch.save({"other": torch.zeros(1)}, speechbrain)
    reason = Ecapa().extract(heard(SPANS))["ecapa_embedding"].reason
    assert reason is not None and f"must be the checkpoint of {ECAPA_REPO}" in reason


def test_without_ecapa_resemblyzer_stands_in_under_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("muze_dataset.hearing.voice.packaged.package_folder", lambda name: None)
    ecapa = Ecapa()
    instead = ecapa.extract(heard(SPANS, voice_embedding=[0.0] * 256))["ecapa_embedding"]
    assert instead.value is None, "a vector of 256 is none of 192"
    assert instead.reason is not None and instead.reason.startswith(
        "SpeechBrain is not installed (pip install"
    )
    assert instead.reason.endswith("; voice_embedding (Resemblyzer, 256 numbers) stands in")
    nothing = ecapa.extract(heard(SPANS))["ecapa_embedding"].reason
    assert nothing is not None and nothing.endswith("gave no vector either")
    assert ecapa.depends_on({})["weights"] is None
