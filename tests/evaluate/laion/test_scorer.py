"""LAION's CLAP with tiny random weights: equal to transformers' whole model, all windows, the same every time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.evaluate.laion.tiny import write_tiny_clap

from muze_evaluate.laion import scorer as laion
from muze_evaluate.laion.place import VARIABLE
from muze_evaluate.laion.scorer import LaionClap
from muze_evaluate.parts import EvaluateParts
from muzecli.errors import BadDataError, ConfigError, MuzeError, UnavailableError
from muzecli.plugin import ModelScorer
from muzecli.scoring import chosen_scorer

RATE_HZ = 48_000
TEXTS = ["warm tape", "tape"]


def noise(
    seconds: float, *, seed: int = 0, rate_hz: int = RATE_HZ
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(seed).standard_normal((2, round(seconds * rate_hz))).astype(np.float32) * 0.1


def test_it_equals_the_whole_model(model: Path) -> None:
    import torch
    import transformers

    audio, scorer = noise(14.0), LaionClap(str(model))
    whole = transformers.ClapModel.from_pretrained(model).eval()
    extract = transformers.ClapFeatureExtractor.from_pretrained(model)
    mono = audio.mean(axis=0)
    cut = [mono[: 10 * RATE_HZ], mono[4 * RATE_HZ :]]
    features = extract(cut, sampling_rate=RATE_HZ, return_tensors="pt")
    tokens = transformers.AutoTokenizer.from_pretrained(model)(TEXTS, padding=True, return_tensors="pt")
    with torch.inference_mode():
        output = whole(
            input_ids=tokens["input_ids"],
            attention_mask=tokens["attention_mask"],
            input_features=features["input_features"],
            is_longer=features["is_longer"],
        )
    windows, texts = output.audio_embeds.numpy(), output.text_embeds.numpy()
    np.testing.assert_allclose(scorer.embed_windows(cut), windows, atol=2e-5)
    np.testing.assert_allclose(scorer.embed_texts(TEXTS), texts, atol=2e-5)
    mean = windows.mean(axis=0)
    np.testing.assert_allclose(
        scorer.embed_audio([(audio, RATE_HZ)])[0], mean / np.linalg.norm(mean), atol=2e-5
    )
    cosines = (
        texts[0] @ windows.T
    )  # one a window; the score is their mean, not the cosine with their mean's direction
    np.testing.assert_allclose(scorer.score(TEXTS[:1], [(audio, RATE_HZ)]), [cosines.mean()], atol=2e-5)


def test_batches_and_neighbours_change_nothing(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scorer, long, short = LaionClap(str(model)), (noise(25.0), RATE_HZ), (noise(3.0, seed=1), RATE_HZ)
    alone = np.concatenate([scorer.embed_audio([long]), scorer.embed_audio([short])])
    np.testing.assert_array_equal(scorer.embed_audio([long, short]), alone)
    np.testing.assert_array_equal(LaionClap(str(model)).embed_audio([long]), alone[:1])
    monkeypatch.setattr(laion, "BATCH_WINDOWS", 1)
    np.testing.assert_allclose(scorer.embed_audio([long]), alone[:1], atol=2e-6)


def test_a_fused_model_is_the_same_every_time(tmp_path: Path) -> None:
    """Its feature extractor marks a random item of each batch as longer, which the model would treat differently."""
    scorer = LaionClap(str(write_tiny_clap(tmp_path / "fused", fused=True)))
    windows = [noise(10.0, seed=seed)[0] for seed in range(3)]
    np.random.seed(0)
    first = scorer.embed_windows(windows)
    for seed in range(1, 5):
        np.random.seed(seed)
        np.testing.assert_array_equal(scorer.embed_windows(windows), first)


def test_other_rates_and_short_audio_do(model: Path) -> None:
    scorer = LaionClap(str(model))
    at = np.arange(44_100 * 12) / 44_100
    high = np.sin(2 * np.pi * 3000 * at).astype(np.float32)[None]
    same = np.sin(2 * np.pi * 3000 * np.arange(RATE_HZ * 12) / RATE_HZ).astype(np.float32)[None]
    resampled, own = scorer.embed_audio([(high, 44_100), (same, RATE_HZ)])
    assert resampled @ own > 0.9999
    assert np.isfinite(
        scorer.embed_audio([(noise(0.01), RATE_HZ), (np.zeros((1, 480), np.float32), RATE_HZ)])
    ).all()
    with pytest.raises(BadDataError, match="at least one sample"):
        scorer.score(["warm"], [(np.zeros((2, 0), np.float32), RATE_HZ)])
    with pytest.raises(ValueError, match="1 to 480000 samples; it has 480001"):
        scorer.embed_windows([np.zeros(480_001, np.float32)])


def test_it_says_who_it_is_without_loading(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scorer = LaionClap(str(model))
    monkeypatch.setattr(LaionClap, "_loaded", lambda self: pytest.fail("it loaded its model"))
    identity = scorer.identity()
    assert (identity["dimensions"], identity["rate_hz"], identity["window_s"]) == (512, 48_000, 10.0)
    assert len(identity["sha256"]) == 64
    assert str(model.parent) not in json.dumps(identity)
    assert isinstance(scorer, ModelScorer) and not scorer.stands_in


def test_every_file_that_decides_changes_who_it_is(model: Path, tmp_path: Path) -> None:
    before = LaionClap(str(model)).identity()
    copy = tmp_path / "copy" / model.name
    shutil.copytree(model, copy)
    assert LaionClap(str(copy)).identity() == before
    for name in ("tokenizer.json", "preprocessor_config.json"):
        (copy / name).write_text((copy / name).read_text() + "\n")
        changed = LaionClap(str(copy)).identity()
        assert changed != before and changed["sha256"] == before["sha256"]
        before = changed
    assert (
        LaionClap(str(write_tiny_clap(tmp_path / "other", seed=1))).identity()["sha256"] != before["sha256"]
    )


def test_without_weights_it_says_how_to_get_them() -> None:
    with pytest.raises(UnavailableError, match="no weights of CLAP are on this machine") as caught:
        LaionClap().identity()
    assert caught.value.hint == f"hf download laion/larger_clap_music, or name a folder with {VARIABLE}"
    (part,) = EvaluateParts().look()
    assert part.present is None and "hf download" in part.how_to_get


def test_the_variable_names_one(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(model))
    assert LaionClap().identity() == LaionClap(str(model)).identity()
    assert chosen_scorer("clap").identity == LaionClap(str(model)).identity()
    (part,) = EvaluateParts().look()
    assert part.present is not None and part.present.endswith("model.safetensors")
    monkeypatch.setenv(VARIABLE, str(model / "nowhere"))
    with pytest.raises(
        ConfigError, match=f"the CLAP that {VARIABLE} names: there is no weights file or folder"
    ):
        LaionClap().identity()
    (part,) = EvaluateParts().look()
    assert part.present is None and VARIABLE in part.how_to_get


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("config.json", "{", "must hold JSON"),
        ("config.json", "[]", "must hold a JSON object"),
        ("config.json", '{"model_type": "bert"}', "must be that of a CLAP .* and it says 'bert'"),
        ("preprocessor_config.json", None, "whole CLAP with preprocessor_config.json"),
        ("preprocessor_config.json", '{"sampling_rate": "fast"}', "sampling_rate must be a number above 0"),
    ],
)
def test_a_damaged_folder_is_named_before_anything_is_loaded(
    name: str, text: str | None, message: str, model: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(model, tmp_path / "copy")
    (copy / name).unlink()
    if text is not None:
        (copy / name).write_text(text)
    with pytest.raises(BadDataError, match=message):
        LaionClap(str(copy)).identity()


def test_asked_for_by_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(
        UnavailableError, match="the CLAP that was asked for: there is no weights file or folder"
    ):
        LaionClap(str(tmp_path / "nowhere")).identity()
    (tmp_path / "empty").mkdir()
    with pytest.raises(MuzeError, match="found 0 of them"):
        LaionClap().of(str(tmp_path / "empty")).identity()


def test_looking_imports_nothing_heavy() -> None:
    code = (
        "import sys; from muze_evaluate.parts import EvaluateParts; EvaluateParts().look(); "
        "sys.exit(', '.join({'numpy', 'torch', 'transformers'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
