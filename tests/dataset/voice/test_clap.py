"""CLAP with tiny random weights: equal to transformers' whole model, all windows, and reasons without."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from muze_dataset.extractors.clap import Clap
from muze_dataset.hearing.clap.place import VARIABLE
from muze_dataset.hearing.clap.windows import windows
from muzecli import entrypoints
from muzecli.errors import UnavailableError
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.listening.options import options_with

RATE_HZ = 48_000
PROMPT = "warm tape"
SCORER = """
import numpy as np

class Scorer:
    name = "toy"
    width = 512

    def embed_texts(self, texts):
        return np.full((len(texts), self.width), self.width ** -0.5, np.float32)

    def embed_audio(self, audio):
        return self.embed_texts(audio)

    def score(self, texts, audio):
        return np.ones(len(texts), np.float32)

class Narrow(Scorer):
    width = 128
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny CLAP of 512 numbers, its tokenizer and its feature extractor."""
    import torch

    transformers = pytest.importorskip("transformers")
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    folder = tmp_path_factory.mktemp("clap")
    text = {"vocab_size": 8, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    text |= {"intermediate_size": 16, "max_position_embeddings": 24, "projection_dim": 512}
    sound = {
        "patch_embeds_hidden_size": 8,
        "depths": [1, 1],
        "num_attention_heads": [2, 2],
        "hidden_size": 16,
    }
    sound |= {"spec_size": 64, "num_mel_bins": 16, "window_size": 4, "projection_dim": 512}
    torch.manual_seed(0)
    config = transformers.ClapConfig(text_config=text, audio_config=sound, projection_dim=512)
    transformers.ClapModel(config).save_pretrained(folder)
    transformers.ClapFeatureExtractor(
        feature_size=16, hop_length=1920, truncation="rand_trunc", padding="repeatpad"
    ).save_pretrained(folder)
    vocabulary = {token: i for i, token in enumerate(["<s>", "<pad>", "</s>", "<unk>", "warm", "tape"])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "<unk>", "pad_token": "<pad>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    return folder


@pytest.fixture(autouse=True)
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("MUZE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv(VARIABLE, raising=False)
    yield
    entrypoints._scan.cache_clear()
    for name in [name for name in sys.modules if name.startswith("toyscorer")]:
        del sys.modules[name]


def recording(seconds: float, prompt: Finding | None = None, **options: Any) -> Heard:
    samples = np.random.default_rng(0).standard_normal((2, round(seconds * RATE_HZ))).astype(np.float32) * 0.1
    findings = {"prompt": prompt or Finding(PROMPT, "grammar")}
    return Heard(samples=samples, rate_hz=RATE_HZ, findings=findings, options=options_with(options))


@pytest.mark.parametrize(
    ("seconds", "lengths", "last_start"),
    [
        (0.5, [50], 0),
        (10.0, [1000], 0),
        (10.5, [1000] * 2, 50),
        (30.0, [1000] * 3, 2000),
        (34.0, [1000] * 4, 2400),
    ],
)
def test_windows_cover_all(seconds: float, lengths: list[int], last_start: int) -> None:
    samples = np.tile(np.arange(round(seconds * 100), dtype=np.float32), (2, 1))
    cut = list(windows(samples, 100, 100))
    assert [len(w) for w in cut] == lengths
    assert cut[0][0] == 0 and cut[-1][0] == last_start and cut[-1][-1] == samples[0, -1]


def test_it_equals_the_whole_model(model: Path) -> None:
    import torch
    import transformers

    heard = recording(14.0, clap_model=str(model))
    found = Clap().extract(heard)
    whole = transformers.ClapModel.from_pretrained(model).eval()
    extract = transformers.ClapFeatureExtractor.from_pretrained(model)
    mono = heard.audio.mean(axis=0)
    features = extract(
        [mono[: 10 * RATE_HZ], mono[4 * RATE_HZ :]], sampling_rate=RATE_HZ, return_tensors="pt"
    )
    tokens = transformers.AutoTokenizer.from_pretrained(model)([PROMPT], return_tensors="pt")
    with torch.inference_mode():
        output = whole(
            input_ids=tokens["input_ids"],
            attention_mask=tokens["attention_mask"],
            input_features=features["input_features"],
            is_longer=features["is_longer"],
        )
    mean = output.audio_embeds.mean(dim=0)
    np.testing.assert_allclose(found["clap_audio_embedding"].value, mean / mean.norm(), atol=2e-5)
    np.testing.assert_allclose(found["clap_text_embedding"].value, output.text_embeds[0], atol=2e-5)
    assert found["clap_audio_embedding"].fallback is None


def test_the_same_recording_gives_the_same_numbers_whatever_the_batch(model: Path) -> None:
    one, two = (
        Clap().extract(recording(25.0, clap_model=str(model), batch_size=size))["clap_audio_embedding"].value
        for size in (1, 16)
    )
    np.testing.assert_allclose(one, two, atol=2e-6)


def test_short_recordings_and_those_without_a_prompt(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(model))
    found = Clap().extract(recording(0.1, absent("nobody wrote one")))
    assert len(found["clap_audio_embedding"].value) == 512
    assert found["clap_text_embedding"].reason == "there is no prompt: nobody wrote one"


def test_without_weights_there_is_the_command_that_gets_them() -> None:
    found = Clap().extract(recording(1.0))
    for finding in found.values():
        assert finding.reason is not None
        assert finding.reason.startswith("no weights of CLAP are on this machine (hf download laion/")


def test_what_was_asked_for_by_name_must_be_there(tmp_path: Path) -> None:
    options = options_with({"clap_model": str(tmp_path / "nowhere")})
    with pytest.raises(
        UnavailableError, match="the CLAP that was asked for: there is no weights file or folder"
    ):
        Clap().depends_on(options)


def test_the_weights_decide_the_key(model: Path) -> None:
    assert len(Clap().depends_on(options_with({"clap_model": str(model)}))["weights"]) == 64


def test_a_scorer_of_the_right_width_stands_in_and_is_marked(
    plugin: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = {"a_narrow": "toyscorer.cli:Narrow", "toy": "toyscorer.cli:Scorer"}
    site = plugin("toyscorer", SCORER, entries, registry="muze.scorers")["PYTHONPATH"]
    before = Clap().depends_on(options_with({}))
    monkeypatch.setattr(sys, "path", [site, *sys.path])
    entrypoints._scan.cache_clear()
    found = Clap().extract(recording(1.0))
    for finding in found.values():
        assert len(finding.value) == 512
        assert finding.method.startswith("scorer toy") and finding.fallback is not None
        assert finding.fallback.startswith("another model's space: no weights of CLAP")
    assert Clap().depends_on(options_with({})) != before
