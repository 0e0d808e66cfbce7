"""T5 and CLAP with tiny random weights, saved the way the hub stores them and found through its cache."""

import json

import numpy as np
import pytest

from muzecli.errors import BadDataError
from muzecli.text import TextEncoder, load_text_encoder

TEXTS = ["warm tape", "a very wide and bright sound in a hall", ""]


@pytest.fixture(scope="module")
def transformers():
    return pytest.importorskip("transformers")


def _save_tokenizer(folder, *, specials, template, clean):
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    words = sorted({w for text in TEXTS for w in text.split()})
    vocabulary = {token: i for i, token in enumerate([*specials, *words])}
    unknown = "<unk>"
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=unknown))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=template, special_tokens=[(t, vocabulary[t]) for t in specials if t in template.split()]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": unknown, **clean})
    )


def _hub_folder(root, repo):
    folder = root / f"models--{repo.replace('/', '--')}"
    snapshot = folder / "snapshots" / "0123abc"
    snapshot.mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("0123abc")
    return snapshot


@pytest.fixture(scope="module")
def hub(tmp_path_factory, transformers):
    """A hub cache with a tiny t5-base and a tiny clap in it."""
    import torch

    root = tmp_path_factory.mktemp("hub")
    torch.manual_seed(0)
    t5 = _hub_folder(root, "google-t5/t5-base")
    config = transformers.T5Config(
        vocab_size=40, d_model=16, d_kv=4, d_ff=24, num_layers=2, num_heads=4, decoder_start_token_id=0
    )
    transformers.T5ForConditionalGeneration(config).save_pretrained(t5)
    _save_tokenizer(
        t5,
        specials=["<pad>", "</s>", "<unk>"],
        template="$A </s>",
        clean={"pad_token": "<pad>", "eos_token": "</s>"},
    )
    clap = _hub_folder(root, "laion/clap-htsat-unfused")
    text = {
        "vocab_size": 40,
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 24,
        "max_position_embeddings": 24,
        "projection_dim": 12,
    }
    audio = {
        "patch_embeds_hidden_size": 8,
        "depths": [1, 1],
        "num_attention_heads": [2, 2],
        "hidden_size": 16,
        "spec_size": 64,
        "num_mel_bins": 16,
        "window_size": 4,
        "projection_dim": 12,
    }
    config = transformers.ClapConfig(text_config=text, audio_config=audio, projection_dim=12)
    transformers.ClapModel(config).save_pretrained(clap)
    _save_tokenizer(
        clap,
        specials=["<s>", "<pad>", "</s>", "<unk>"],
        template="<s> $A </s>",
        clean={"pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>"},
    )
    return root


@pytest.fixture(autouse=True)
def use_hub(hub, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(hub))
    monkeypatch.setenv("MUZE_CACHE_DIR", str(tmp_path))


def _check_contract(encoder, width, token_width):
    assert isinstance(encoder, TextEncoder)
    assert (encoder.width, encoder.token_width) == (width, token_width)
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (3, width) and vectors.dtype == np.float32 and np.isfinite(vectors).all()
    np.testing.assert_allclose(vectors[:1], encoder.encode(TEXTS[:1]), atol=1e-5)
    hidden, mask = encoder.encode_tokens(TEXTS)
    assert hidden.shape == (3, mask.shape[1], token_width) and mask.dtype == np.bool_
    assert not hidden[~mask].any()
    many = encoder.encode(TEXTS * 15)  # more than a batch
    np.testing.assert_allclose(many[-3:], vectors, atol=1e-5)
    assert encoder.encode_tokens(TEXTS * 15)[0].shape[0] == 45
    assert encoder.encode([]).shape == (0, width)
    return vectors, hidden, mask


def test_t5_equals_the_reference(hub, transformers):
    import torch

    encoder = load_text_encoder("t5-base")
    vectors, hidden, mask = _check_contract(encoder, 16, 16)
    folder = hub / "models--google-t5--t5-base" / "snapshots" / "0123abc"
    whole = transformers.T5ForConditionalGeneration.from_pretrained(folder).eval()
    batch = transformers.AutoTokenizer.from_pretrained(folder)(TEXTS, padding=True, return_tensors="pt")
    with torch.inference_mode():
        expected = whole.encoder(**{k: batch[k] for k in ("input_ids", "attention_mask")}).last_hidden_state
    expected = expected.numpy() * mask[..., None]
    np.testing.assert_allclose(hidden, expected, atol=1e-5)
    np.testing.assert_allclose(vectors, expected.sum(1) / mask.sum(1, keepdims=True), atol=1e-5)


def test_clap_equals_the_whole_models_text_features(hub, transformers, capfd):
    import torch

    encoder = load_text_encoder("clap")
    vectors, _, _ = _check_contract(encoder, 12, 16)
    assert capfd.readouterr() == ("", "")  # no bars, no list of the audio tower's unused tensors
    folder = hub / "models--laion--clap-htsat-unfused" / "snapshots" / "0123abc"
    whole = transformers.ClapModel.from_pretrained(folder).eval()
    batch = transformers.AutoTokenizer.from_pretrained(folder)(TEXTS, padding=True, return_tensors="pt")
    with torch.inference_mode():
        features = whole.get_text_features(batch["input_ids"], attention_mask=batch["attention_mask"])
    features = getattr(features, "pooler_output", features).numpy()  # an output object from version 5 on
    np.testing.assert_allclose(vectors, features, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_clap_cuts_long_texts_at_its_positions():
    _, mask = load_text_encoder("clap").encode_tokens(["warm " * 100])
    assert mask.shape == (1, 22)  # 24 positions, less the two that RoBERTa leaves unused


def test_a_folder_works_as_a_name(hub):
    folder = hub / "models--google-t5--t5-base" / "snapshots" / "0123abc"
    assert load_text_encoder(str(folder)).width == 16


def test_a_checkpoint_with_missing_tensors_is_refused(hub, tmp_path):
    import shutil

    from safetensors.torch import load_file, save_file

    folder = tmp_path / "partial"
    shutil.copytree(hub / "models--google-t5--t5-base" / "snapshots" / "0123abc", folder)
    tensors = load_file(folder / "model.safetensors")
    del tensors["encoder.block.1.layer.0.SelfAttention.q.weight"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(BadDataError, match=r"lacks 1 tensors of a T5EncoderModel, such as encoder\.block\.1"):
        load_text_encoder(str(folder))


def test_a_damaged_weights_file_is_refused(hub, tmp_path):
    import shutil

    folder = tmp_path / "damaged"
    shutil.copytree(hub / "models--google-t5--t5-base" / "snapshots" / "0123abc", folder)
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadDataError, match="must hold a whole T5EncoderModel"):
        load_text_encoder(str(folder))


def test_a_folder_without_a_tokenizer_is_refused(hub, tmp_path):
    import shutil

    folder = tmp_path / "untokenized"
    shutil.copytree(hub / "models--google-t5--t5-base" / "snapshots" / "0123abc", folder)
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").unlink()
    with pytest.raises(BadDataError, match="must hold a tokenizer"):
        load_text_encoder(str(folder))
